//! The rules, replayed on series that were recorded: of every row of `tests/reports/truth.tsv`, of the zoo, and of the article's loop.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::probe::{is_sure, may_ask};
use super::verdict::judge;
use super::{Checkpoint, Held, LeakFinding, Limits, forecast};
use crate::record::{Holder, Verdict, find_machines};
use crate::units::Nanos;

/// Whose verdicts of the article's loop are committed.
const MACHINE: &str = "amd-epyc-2-cores-24-gib-linux-x64-virtualised";

/// A series of ten seconds, recorded without regard to any rule.
struct Recorded {
    name: String,
    truth: Option<Verdict>,
    holder: Option<Holder>,
    allocated: Option<f64>,
    series: Vec<Checkpoint>,
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn read(path: &Path) -> Recorded {
    let text = fs::read_to_string(path).unwrap();
    let (about, rows) = text.split_once('\n').unwrap();
    let about: BTreeMap<&str, &str> =
        about.split_whitespace().filter_map(|word| word.split_once('=')).collect();
    let point = |line: &str| {
        let fields: Vec<Option<u64>> = line.split(',').map(number).collect();
        let [ops, elapsed, wall] = [0, 1, 2].map(|at| fields[at].unwrap());
        Checkpoint {
            ops,
            elapsed: Nanos(elapsed),
            wall: Nanos(wall),
            held: Held {
                heap: fields[3],
                external: fields[4],
                array_buffers: fields[5],
                resident: fields[6],
            },
        }
    };
    Recorded {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        truth: match about["truth"] {
            "leaks" => Some(Verdict::Leaks),
            "stable" => Some(Verdict::Stable),
            _ => None,
        },
        holder: match about["held_by"] {
            "case" => Some(Holder::Case),
            "runtime" => Some(Holder::Runtime),
            _ => None,
        },
        allocated: about["allocated"].parse().ok(),
        series: rows.lines().skip(1).map(point).collect(),
    }
}

fn recorded() -> Vec<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/series");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 40, "{}", files.len());
    files.iter().map(|path| read(path)).collect()
}

impl Recorded {
    /// What a probe says that has so many of the readings, and no time for more.
    fn within(&self, readings: usize) -> LeakFinding {
        let last = Limits::OPS.at_the_end(self.allocated);
        for end in 1..=readings {
            let series = &self.series[..end];
            let found = judge(series, &Limits::OPS);
            let wall = Duration::from(series[end - 1].wall);
            if is_sure(&found, wall) {
                return found;
            }
            if self.holder == Some(Holder::Runtime) && may_ask(series, &found, wall) {
                return judge(series, &Limits::OPS.sooner(0));
            }
        }
        judge(&self.series[..readings], &last)
    }
}

#[test]
fn no_recorded_series_is_judged_wrongly_within_ten_seconds() {
    let mut open = Vec::new();
    for it in recorded() {
        let found = it.within(it.series.len());
        let Some(truth) = it.truth else { continue };
        if found.verdict == Verdict::Inconclusive {
            open.push(format!("{}: {found:?}", it.name));
        } else {
            assert_eq!(found.verdict, truth, "{}: {found:?}", it.name);
        }
        assert!(found.bytes_per_op.is_some(), "{}", it.name);
    }
    assert!(open.len() <= 6, "{open:#?}");
}

/// Half of the time, and a quarter: what is said then may be open, and is not wrong. The budget that it names is long enough, if
/// the series goes on for so long.
#[test]
fn less_time_is_never_wrong_and_names_a_budget_that_decides() {
    let (mut named, mut wrong) = (0, Vec::new());
    for it in recorded() {
        let Some(truth) = it.truth else { continue };
        for share in [8, 4, 2] {
            let readings = it.series.len() / share;
            if readings < 2 {
                continue;
            }
            let found = it.within(readings);
            let is_open = found.verdict == Verdict::Inconclusive;
            assert!(is_open || found.verdict == truth, "{} / {share}: {found:?}", it.name);
            if !is_open {
                continue;
            }
            let last = Limits::OPS.at_the_end(it.allocated);
            let series = &it.series[..readings];
            let Some(seconds) = forecast::budget(series, &found, &last, Duration::ZERO) else {
                continue;
            };
            let then = it.series.partition_point(|point| point.wall.0 < seconds * 1_000_000_000);
            if then == it.series.len() {
                continue;
            }
            named += 1;
            if it.within(then).verdict == Verdict::Inconclusive {
                wrong.push(format!("{} / {share}: {seconds} s, {found:?}", it.name));
            }
        }
    }
    assert!(wrong.len() * 5 <= named, "{} of {named}: {wrong:#?}", wrong.len());
}

/// The 158 verdicts of 2026-11-25: each series ended when the rules of that day were sure.
#[test]
fn the_articles_verdicts_stay() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    let machines = find_machines(&results).unwrap();
    let machine = machines.iter().find(|it| it.name() == MACHINE).unwrap();
    let (rows, readings) = (machine.leaks().unwrap(), machine.leak_series().unwrap());
    assert_eq!(rows.len(), 158);
    for row in rows {
        let series: Vec<Checkpoint> = readings
            .iter()
            .filter(|reading| reading.key == row.key)
            .map(|reading| Checkpoint {
                ops: reading.ops,
                elapsed: Nanos(reading.elapsed_ns.unwrap()),
                held: Held {
                    heap: reading.heap_used_bytes,
                    external: reading.external_bytes,
                    array_buffers: reading.array_buffers_bytes,
                    resident: reading.resident_bytes,
                },
                ..Checkpoint::default()
            })
            .collect();
        let truth = row.verdict.unwrap();
        for end in 1..=series.len() {
            let found = judge(&series[..end], &Limits::OPS).verdict;
            assert!(found == truth || found == Verdict::Inconclusive, "{:?}: {found:?}", row.key);
        }
        let limits = match row.held_by {
            Some(Holder::Runtime) => Limits::OPS.sooner(0),
            _ => Limits::OPS,
        };
        assert_eq!(judge(&series, &limits).verdict, truth, "{:?}", row.key);
    }
}
