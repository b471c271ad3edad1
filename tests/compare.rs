//! `awaitbench compare`: the committed figures of the article against results made by hand.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use awaitbench::facade::find_machines;
use serde_json::Value;

use crate::support::{awaitbench, committed_results, stderr, stdout};

fn article() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results/article-2020-macbook-pro-13-2017")
}

const SUMMARY: &str = "case,variant,runtime,version,engine_version,flags,status,detail,invocations,samples,ns_per_op,ns_per_op_low,ns_per_op_high,ops_per_sec,ops_per_sec_low,ops_per_sec_high,relative_margin,heap_before_bytes,heap_after_bytes,bytes_per_op,peak_rss_bytes,started_at,harness_version";
const SAMPLES: &str = "case,variant,runtime,version,engine_version,flags,run,invocation,position,kind,n,elapsed_ns,heap_used_bytes,heap_total_bytes,external_bytes,array_buffers_bytes,rss_bytes,peak_rss_bytes";

/// A machine with these `(version, variant, ns per op)` of await-two: eight processes that differ by
/// a few thousandths, two batches each.
fn machine(results: &Path, name: &str, rows: &[(&str, &str, u64)]) {
    let folder = results.join(name);
    fs::create_dir_all(folder.join("samples")).unwrap();
    fs::write(folder.join("machine.toml"), format!("title = \"{name}\"\n")).unwrap();
    for version in rows.iter().map(|row| row.0) {
        let mut summary = format!("{SUMMARY}\n");
        let mut samples = format!("{SAMPLES}\n");
        for (_, variant, ns) in rows.iter().filter(|row| row.0 == version) {
            let ops = 1e9 / *ns as f64;
            summary += &format!(
                "await-two,{variant},node,{version},,,ok,,8,16,{ns},,,{ops},,,,,,,,t1,0.1.0\n"
            );
            for invocation in 0..8 {
                for position in 0..2 {
                    let elapsed = 1000 * ns + ns * [0, 3, 5, 1, 4, 2, 6, 3][invocation];
                    samples += &format!(
                        "await-two,{variant},node,{version},,,t1,{invocation},{position},batch,1000,{elapsed},,,,,,\n"
                    );
                }
            }
        }
        fs::write(folder.join(format!("node-{version}.csv")), summary).unwrap();
        fs::write(folder.join(format!("samples/node-{version}.csv")), samples).unwrap();
    }
}

fn measured(folder: &Path) {
    let rows = [
        ("11.15.0", "generator", 2500),
        ("11.15.0", "async", 300),
        ("12.16.2", "generator", 2500),
        ("12.16.2", "async", 100),
    ];
    machine(&folder.join("results"), "mine", &rows);
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output =
        awaitbench(folder).args(["compare", "--format", "json"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn change<'a>(answer: &'a Value, version: &str, variant: &str) -> &'a Value {
    let mut changes = answer["changes"].as_array().unwrap().iter();
    changes.find(|row| row["version"] == version && row["variant"] == variant).unwrap()
}

#[test]
fn the_article_and_a_measured_machine_compare() {
    let folder = tempfile::tempdir().unwrap();
    measured(folder.path());
    let answer = json(folder.path(), &[article().to_str().unwrap(), "mine"]);
    assert_eq!(answer["schema"], "awaitbench/compare/1");
    assert_eq!(answer["changes"].as_array().unwrap().len(), 4);
    // 10⁷ ÷ 4,567,163 = 2.19, published ± 1.96 %.
    let known = change(&answer, "12.16.2", "async");
    assert!((known["ratio"].as_f64().unwrap() - 2.19).abs() < 0.02, "{known:#}");
    assert_eq!(known["verdict"], "faster");
    let (low, high) = (known["ratio_low"].as_f64().unwrap(), known["ratio_high"].as_f64().unwrap());
    assert!((high / low - 1.04).abs() < 0.005, "{known:#}");
    // No margin was published of this one.
    let bare = change(&answer, "11.15.0", "async");
    assert_eq!((&bare["verdict"], &bare["ratio_low"]), (&"unresolved".into(), &Value::Null));
    assert_eq!(bare["reason"], "no interval published");
    let kinds: Vec<&str> = answer["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["machines", "published", "unmatched"]);
}

#[test]
fn two_versions_of_a_machine_compare() {
    let folder = tempfile::tempdir().unwrap();
    measured(folder.path());
    for (a, b) in [
        ("node@11.15.0", "node@12"),
        ("results/mine/node-11.15.0.csv", "results/mine/node-12.16.2.csv"),
    ] {
        let answer = json(folder.path(), &[a, b, "--machine", "mine"]);
        let fast = change(&answer, "12.16.2", "async");
        assert_eq!((&fast["version_a"], &fast["verdict"]), (&"11.15.0".into(), &"faster".into()));
        assert!((fast["ratio"].as_f64().unwrap() - 3.0).abs() < 1e-9);
        assert_eq!(change(&answer, "12.16.2", "generator")["verdict"], "same");
        assert_eq!(answer["ratio_changes"][0]["verdict"], "larger");
        assert_eq!(answer["warnings"], Value::Array(Vec::new()));
    }
}

#[test]
fn the_margin_decides_what_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results");
    machine(&results, "a", &[("12.16.2", "async", 1000)]);
    machine(&results, "b", &[("12.16.2", "async", 980)]);
    let verdict = |margin: &str| {
        json(folder.path(), &["a", "b", "--margin", margin])["changes"][0]["verdict"].clone()
    };
    assert_eq!(verdict("3%"), "same");
    assert_eq!(verdict("1%"), "faster");
}

#[test]
fn tables_fit_eighty_columns_and_plots_are_drawn_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    measured(folder.path());
    let output = awaitbench(folder.path())
        .env("COLUMNS", "80")
        .args(["compare", "mine", article().to_str().unwrap(), "--plot", "plots"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let table = stdout(&output);
    assert!(table.contains("B ÷ A") && table.contains("slower"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(stderr(&output).contains("warning: the machines differ"), "{}", stderr(&output));
    assert!(folder.path().join("plots/compare.svg").is_file());
    assert!(folder.path().join("plots/compare.png").is_file());
    for (format, words) in
        [("markdown", "| 12.16.2 | async"), ("csv", "node,12.16.2,node,12.16.2,")]
    {
        let output = awaitbench(folder.path())
            .args(["compare", "mine", article().to_str().unwrap(), "--format", format])
            .output()
            .unwrap();
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
    }
}

#[test]
fn a_comparison_is_kept_whole_among_the_results_of_b() {
    let folder = tempfile::tempdir().unwrap();
    measured(folder.path());
    let save = |arguments: &[&str]| {
        let output =
            awaitbench(folder.path()).args(["compare", "--save"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        output
    };
    let files = |name: &str| {
        let folder = folder.path().join(name);
        let entries = fs::read_dir(&folder).unwrap().flatten();
        let mut found: Vec<(String, Vec<u8>)> = entries
            .filter(|entry| entry.path().is_file())
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read(entry.path()).unwrap())
            })
            .collect();
        found.sort();
        found
    };
    let article = article();
    let output = save(&[article.to_str().unwrap(), "mine", "--format", "markdown"]);
    let place = "results/mine/compare/article-2020-macbook-pro-13-2017";
    assert!(stderr(&output).contains(&format!("saved: {place}")), "{}", stderr(&output));
    let first = files(place);
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["README.md", "compare.png", "compare.svg"]);
    let page = String::from_utf8(first[0].1.clone()).unwrap();
    // What is kept is what was answered, with the plot and the warnings.
    assert!(page.starts_with(&stdout(&output)), "{page}");
    for words in ["| 12.16.2 | async", "](compare.svg)", "- the machines differ: A is"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(env!("CARGO_MANIFEST_DIR")), "no path: {page}");
    // The same again gives the same bytes; what else is there stays.
    fs::write(folder.path().join(place).join("notes.txt"), "mine").unwrap();
    save(&[article.to_str().unwrap(), "mine", "--quiet"]);
    let again = files(place);
    assert!(first.iter().all(|file| again.contains(file)) && again.len() == 4);
    // Another --out, and two versions of one machine.
    let versions = ["node@11.15.0", "node@12.16.2", "--machine", "results/mine", "--out", "kept"];
    save(&versions);
    assert_eq!(files("kept/mine/compare/node-11.15.0-node-12.16.2").len(), 3);
    // Results are read as before, and nothing unfinished is left.
    let report = awaitbench(folder.path()).args(["report", "--no-plots"]).output().unwrap();
    assert!(report.status.success(), "{}", stderr(&report));
    assert_eq!(fs::read_dir(folder.path().join("results/mine/compare")).unwrap().count(), 1);

    let part = awaitbench(folder.path())
        .args(["compare", "mine", "mine", "--save", "--case", "await-two"])
        .output()
        .unwrap();
    assert_eq!(part.status.code(), Some(2), "{}", stderr(&part));
    assert!(stderr(&part).contains("--save keeps whole comparisons"), "{}", stderr(&part));
}

#[test]
fn what_can_not_be_compared_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    measured(folder.path());
    machine(&folder.path().join("results"), "other", &[("26.10.0", "async", 100)]);
    let broken = folder.path().join("results/broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("machine.toml"), "title = 7\n").unwrap();
    for (arguments, status, words) in [
        (&["mine"][..], 2, "required arguments"),
        (&["mine", "nobody"], 2, "\"nobody\" is neither a folder of results nor a version"),
        (&["mine", "results"], 2, "holds several machines: name one of broken, mine, other"),
        (&["node@12", "node@99", "--machine", "mine"], 2, "there is 11.15.0, 12.16.2"),
        (&["node@lts", "node@12", "--machine", "mine"], 2, "which version \"node@lts\" was"),
        (&["node@12", "node@11", "--machine", "you"], 2, "--machine \"you\" is not a folder"),
        (&["mine", "results/mine/machine.toml"], 2, "is not a summary file"),
        (&["mine", "mine", "--margin", "3"], 2, "\"3\" is not a valid margin"),
        (&["mine", "other"], 2, "have no cell in common"),
        (&["mine", "broken"], 1, "machine.toml\":"),
        (&["mine", "mine", "--plot", "/dev/null/x"], 1, "/dev/null/x"),
        (&["results/mine", "results/mine", "--save", "--out", "/dev/null/x"], 1, "/dev/null/x"),
    ] {
        let output = awaitbench(folder.path()).arg("compare").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}

/// What is published was measured as docs/METHODOLOGY.md says: main threads side by side on one core.
#[test]
fn the_committed_invocations_say_which_core_their_main_threads_shared() {
    let results = committed_results();
    let mut seen = 0;
    for machine in find_machines(results.path()).unwrap() {
        for row in machine.invocations().unwrap() {
            seen += 1;
            assert!(row.main_core.is_some(), "{row:?}");
        }
    }
    assert!(seen > 0);
}
