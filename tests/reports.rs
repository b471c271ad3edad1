//! Programs of public bug reports whose truth is known, in `tests/reports`: `truth.tsv` has a row per program and version.
//!
//! `cargo test` replays the rules on the series that are recorded in `tests/reports/series` (`harness/leak/replay_tests.rs`).
//! Here are the real runs: `cargo test --test main reports -- --ignored --nocapture` asks every row at the default budget, and
//! prints what was said; `REPORTS_ROUNDS` says how many times, `REPORTS_ONLY` which rows, as parts of their names. With
//! `REPORTS_RECORD=1` it records the series anew, for ten seconds each, and those of the zoo.

#![cfg(target_os = "linux")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use awaitbench::facade::{
    Catalogue, Limits, ProbePlan, Probed, SessionError, Settings, Verdict, leak_ask, leak_probe,
};

use crate::leak::zoo;
use crate::support::provided;

/// The default.
const BUDGET: Duration = Duration::from_secs(10);

/// A program on one version, and what is true of it.
struct Row {
    folder: PathBuf,
    variant: String,
    version: String,
    /// `None`: not known.
    truth: Option<Verdict>,
}

impl Row {
    fn name(&self) -> String {
        let case = self.folder.file_name().unwrap().to_str().unwrap();
        format!("{case}-{}-{}", self.variant, self.version)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports")
}

/// The rows, in the order of the file.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(folder().join("truth.tsv")).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let truth = match fields[3] {
            "leaks" => Some(Verdict::Leaks),
            "stable" => Some(Verdict::Stable),
            _ => None,
        };
        let (variant, version) = (fields[1].to_owned(), fields[2].to_owned());
        Row { folder: folder().join(fields[0]), variant, version, truth }
    };
    text.lines().skip(1).map(row).collect()
}

async fn probed(row: &Row, limits: Limits, twice: bool) -> Result<Probed, SessionError> {
    let catalogue = Catalogue::locate();
    let case = catalogue.find(row.folder.to_str().unwrap()).unwrap();
    let driver = catalogue.driver("node");
    let plan = ProbePlan {
        driver: &driver,
        case: &case,
        variant: case.variant(&row.variant).unwrap(),
        settings: Settings::NONE,
        budget: BUDGET,
        limits,
    };
    let runtime = provided("node", &row.version).await;
    if twice { leak_ask(&runtime, &plan).await } else { leak_probe(&runtime, &plan).await }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn is_wanted(row: &Row) -> bool {
    let only = variable("REPORTS_ONLY").unwrap_or_default();
    only.is_empty() || only.split(',').any(|part| row.name().contains(part))
}

#[tokio::test]
#[ignore = "takes many minutes: real runs of every row"]
async fn every_row_at_the_default_budget() {
    if variable("REPORTS_RECORD").is_some() {
        record().await;
        return;
    }
    let rounds: u32 = variable("REPORTS_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    let (mut wrong, mut open, mut asked) = (Vec::new(), Vec::new(), 0);
    for round in 1..=rounds {
        for row in rows().into_iter().filter(is_wanted) {
            let name = row.name();
            let said = probed(&row, Limits::OPS, true)
                .await
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let verdict = said.finding.verdict;
            let mark = match row.truth {
                None => "-",
                Some(truth) if truth == verdict => "right",
                Some(_) if verdict == Verdict::Inconclusive => "open",
                Some(_) => "wrong",
            };
            asked += u32::from(row.truth.is_some());
            let rate = said.finding.bytes_per_op.map_or_else(String::new, |rate| {
                format!("{:.2} [{:.2}, {:.2}]", rate.value, rate.low, rate.high)
            });
            let turn = said.turn.map_or_else(String::new, |held| format!("{held:.0}"));
            println!(
                "{round}\t{mark}\t{name}\t{verdict}\t{rate}\t{} ops\t{:.1} s\t{turn}\t{}",
                said.ops,
                said.elapsed.as_secs_f64(),
                said.reason()
            );
            match mark {
                "wrong" => wrong.push(name),
                "open" => open.push(name),
                _ => {}
            }
        }
    }
    println!("{asked} with a truth: {} wrong, {} open {open:?}", wrong.len(), open.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Records ten seconds of each row and of each program of the zoo, whatever the rules say of them.
async fn record() {
    let never = Limits {
        plain_growth: u64::MAX,
        plain_resident_growth: u64::MAX,
        fewest_ops: u64::MAX,
        fewest_ops_at_the_end: u64::MAX,
        ..Limits::OPS
    };
    let programs = zoo().map(|(folder, version, verdict)| Row {
        folder,
        variant: "plain".to_owned(),
        version: version.to_owned(),
        truth: Some(verdict),
    });
    for row in rows().into_iter().chain(programs).filter(is_wanted) {
        let name = row.name();
        let Ok(said) = probed(&row, never, false).await else { continue };
        let holder = probed(&row, Limits::OPS, false).await.ok().and_then(|said| said.holder);
        let word = |known: Option<String>| known.unwrap_or_default();
        let mut text = format!(
            "# truth={} held_by={} allocated={}\n",
            word(row.truth.map(|truth| truth.to_string())),
            word(holder.map(|holder| holder.to_string())),
            word(said.allocated.map(|bytes| bytes.to_string()))
        );
        text.push_str("ops,elapsed_ns,wall_ns,heap,external,array_buffers,resident\n");
        for point in &said.series {
            let held = [
                point.held.heap,
                point.held.external,
                point.held.array_buffers,
                point.held.resident,
            ];
            let held = held.map(|bytes| word(bytes.map(|bytes| bytes.to_string()))).join(",");
            writeln!(text, "{},{},{},{held}", point.ops, point.elapsed.0, point.wall.0).unwrap();
        }
        fs::write(folder().join("series").join(format!("{name}.csv")), text).unwrap();
        println!("{name}: {} readings", said.series.len());
    }
}
