//! Files and rows: what is committed under `results/`, read and written again, is the same to the byte.
//!
//! Only what git tracks is read, and from a copy: a machine's own fresh results are no test data. A file of a harness
//! that knew fewer columns is written with more; what it had must then stand as it stood, and the new columns be empty.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// A service under load, as 0.3.0 wrote it: no load is committed.
const LOADS: &str = "\
case,variant,runtime,version,engine_version,flags,rate,is_max,status,detail,connections,elapsed_ns,requests,requests_per_sec,answered,non_2xx,errors,timeouts,retries,p50_ns,p90_ns,p99_ns,p999_ns,max_ns,sent_p50_ns,sent_p90_ns,sent_p99_ns,sent_p999_ns,sent_max_ns,lag_p99_ns,heap_before_bytes,heap_after_bytes,bytes_per_request,bytes_per_request_low,bytes_per_request_high,verdict,reason,space,further_requests,peak_rss_bytes,collections,pauses_ns,longest_pause_ns,delay_max_ns,started_at,harness_version
service,generator,node,12.15.0,7.7.299.13-node.16,,125.0,false,ok,,256,29992000000,3750,125.0,3750,0,0,0,0,1875967,3375103,3713023,3747839,3749887,937983,1687551,1856511,1873919,1874943,50015,5100000,5700000,160.0,140.0,201.5,leaks,grows in proportion to requests,heap,2000,71000000,6,8000000,2500000,9100000,2026-02-03T04:05:06Z,0.3.0
service,async,node,12.15.0,7.7.299.13-node.16,--no-opt,,true,error,\"ended with exit status 3, under load\",256,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,2026-02-03T04:05:06Z,0.3.0
";

const SECONDS: &str = "\
case,variant,runtime,version,engine_version,flags,run,rate,elapsed_ns,requests,answered,non_2xx,errors,timeouts,p50_ns,p99_ns,max_ns,heap_used_bytes,heap_total_bytes,external_bytes,array_buffers_bytes,rss_bytes,delay_mean_ns,delay_max_ns,collections,pauses_ns,longest_pause_ns
service,generator,node,12.15.0,7.7.299.13-node.16,,2026-02-03T04:05:06Z,125.0,1000000000,125,124,1,0,0,812000,3120000,3200000,5100000,7000000,1500000,,71000000,,,3,4000000,2500000
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The CSV files that git tracks, below `results/`.
fn committed() -> Vec<PathBuf> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "results/*.csv"])
        .current_dir(root())
        .output()
        .unwrap();
    let names = String::from_utf8(listing.stdout).unwrap();
    names.split_terminator('\0').map(PathBuf::from).collect()
}

fn again<T: rows::Row>(path: &Path) -> String {
    let rows = rows::read::<T>(path).unwrap();
    String::from_utf8(rows::to_csv(&rows, true).unwrap()).unwrap()
}

/// What the record code makes of a file, by where it stands in a machine's folder.
fn rewritten(place: &str, path: &Path) -> String {
    match place.split('/').collect::<Vec<_>>()[..] {
        ["samples", _] => again::<SampleFigures>(path),
        ["invocations", _] => again::<InvocationFigures>(path),
        ["leaks" | "curves", _] => again::<ReadingFigures>(path),
        ["leaks.csv"] => again::<LeakFigures>(path),
        ["curves.csv"] => again::<CurveFigures>(path),
        ["between-runs.csv"] => again::<BetweenRunsFigures>(path),
        ["load", "seconds", _] => again::<SecondFigures>(path),
        ["load", _] => again::<LoadFigures>(path),
        [_] => again::<CellFigures>(path),
        _ => panic!("\"{place}\" is a CSV file of no known kind"),
    }
}

/// `text` with the columns of `header` alone, if all others are empty.
fn narrowed(text: &str, header: &csv::StringRecord) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let is_old = |name: &str| header.iter().any(|known| known == name);
        let added = names.iter().zip(&record).filter(|(name, _)| !is_old(name));
        for (name, value) in added {
            assert!(value.is_empty(), "{name} is {value}");
        }
        writer
            .write_record(names.iter().zip(&record).filter(|(name, _)| is_old(name)).map(|it| it.1))
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn committed_results_are_written_as_they_were_read() {
    let copies = tempfile::tempdir().unwrap();
    let files = committed();
    assert!(files.len() > 100, "git lists {files:?}");
    let mut kinds = std::collections::BTreeMap::<String, u32>::new();
    for (number, file) in files.iter().enumerate() {
        let copy = copies.path().join(format!("{number}.csv"));
        std::fs::copy(root().join(file), &copy).unwrap();
        let place: PathBuf = file.components().skip(2).collect();
        let place = place.to_str().unwrap();
        let before = std::fs::read_to_string(&copy).unwrap();
        let mut after = rewritten(place, &copy);
        let header = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        if header(&before) != header(&after) {
            let known = csv::Reader::from_reader(before.as_bytes()).headers().unwrap().clone();
            after = narrowed(&after, &known);
        }
        assert!(before == after, "\"{}\" is written otherwise than it was read", file.display());
        let kind =
            if place.contains('/') || place.split('-').count() == 1 || place.starts_with("between")
            {
                place.split('/').next().unwrap()
            } else {
                "summaries"
            };
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    let kinds: Vec<_> = kinds.keys().map(String::as_str).collect();
    let all = [
        "between-runs.csv",
        "curves",
        "curves.csv",
        "invocations",
        "leaks",
        "leaks.csv",
        "samples",
        "summaries",
    ];
    assert_eq!(kinds, all, "every kind of file is committed");
}

#[test]
fn loads_are_written_as_they_were_read() {
    let folder = tempfile::tempdir().unwrap();
    for (place, text) in
        [("load/node-12.15.0.csv", LOADS), ("load/seconds/node-12.15.0.csv", SECONDS)]
    {
        let path = folder.path().join("it.csv");
        std::fs::write(&path, text).unwrap();
        assert_eq!(rewritten(place, &path), text);
    }
}
