//! What a reader must know before believing a comparison: where the two sides differ in more than
//! what is compared.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::Subject;
use super::pairing::{Pair, Pairing};
use crate::key::Key;
use crate::machine::Machine;
use crate::record::{CellRow, Status};
use crate::show::Advise;

/// How many cells a warning names before it only counts.
const NAMED: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Side {
    A,
    B,
}

/// Something that may make the two sides differ, or keeps them from being compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Both sides are the same rows of the same folder.
    SameResults,
    Machines {
        a: String,
        b: String,
    },
    /// The same hardware, but something of its system differs.
    System {
        what: String,
        a: String,
        b: String,
    },
    /// The figures of a side were taken from a publication.
    Published {
        side: Side,
        source: String,
    },
    /// The same cell was measured with other flags, and so not compared.
    Flags {
        cells: Vec<String>,
        a: Vec<String>,
        b: Vec<String>,
    },
    /// Other versions of awaitbench measured.
    Harness {
        a: Vec<String>,
        b: Vec<String>,
    },
    /// Cells that only one side has.
    Unmatched {
        side: Side,
        cells: Vec<String>,
    },
    Failed {
        side: Side,
        /// Which cells, with their status.
        cells: Vec<String>,
    },
}

impl Advise for Warning {
    fn advice(&self) -> &'static str {
        match self {
            Self::SameResults => {
                "a comparison of results with themselves tells nothing: name other ones"
            }
            Self::Machines { .. } => {
                "differences may be the hardware's: compare the ratios async ÷ generator, or measure both on one machine"
            }
            Self::System { .. } => {
                "measure both on one system, or take differences for its own too"
            }
            Self::Published { .. } => {
                "intervals rest on the published margins, which are of one process and so too narrow, and there are none without; measure it again to know more"
            }
            Self::Flags { .. } => "measure both with the same --runtime-flag",
            Self::Harness { .. } => "measure both with one version of awaitbench",
            Self::Unmatched { .. } => {
                "measure them on both sides, or choose with --runtime, --case and --variant"
            }
            Self::Failed { .. } => {
                "see their detail with `awaitbench report`, and measure them again"
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameResults => write!(f, "A and B are the same results"),
            Self::Machines { a, b } => {
                write!(f, "the machines differ: A is \"{a}\", B is \"{b}\"")
            }
            Self::System { what, a, b } => {
                write!(f, "the {what} differs: A has \"{a}\", B has \"{b}\"")
            }
            Self::Published { side, source } => {
                write!(f, "{side:?} has published figures without samples: {source}")
            }
            Self::Flags { cells, a, b } => write!(
                f,
                "the flags differ: A has {}, B has {} for {}",
                quoted(a),
                quoted(b),
                named(cells)
            ),
            Self::Harness { a, b } => {
                write!(f, "awaitbench {} measured A, {} measured B", a.join(", "), b.join(", "))
            }
            Self::Unmatched { side, cells } => {
                write!(f, "only {side:?} has {}", named(cells))
            }
            Self::Failed { side, cells } => write!(f, "{side:?} failed in {}", named(cells)),
        }
    }
}

fn quoted(flags: &[String]) -> String {
    let quoted: Vec<_> = flags
        .iter()
        .map(|flags| if flags.is_empty() { "none".to_owned() } else { format!("\"{flags}\"") })
        .collect();
    quoted.join(" and ")
}

/// The first few, and how many more.
fn named(cells: &[String]) -> String {
    let first = cells.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match cells.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// Everything there is to warn of, the weightiest first.
pub(super) fn all(a: &Subject, b: &Subject, pairing: &Pairing<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if a.matrix == b.matrix && a.samples == b.samples {
        warnings.push(Warning::SameResults);
    }
    warnings.extend(machines(&a.matrix.machine, &b.matrix.machine));
    for (side, subject) in [(Side::A, a), (Side::B, b)] {
        if let Some(source) = &subject.matrix.machine.published {
            warnings.push(Warning::Published { side, source: source.clone() });
        }
    }
    warnings.extend(flags(pairing));
    warnings.extend(harness(pairing));
    for (side, cells) in [(Side::A, &pairing.only_a), (Side::B, &pairing.only_b)] {
        let cells: Vec<String> = cells.iter().map(|cell| cell.key.label()).collect();
        if !cells.is_empty() {
            warnings.push(Warning::Unmatched { side, cells });
        }
    }
    for side in [Side::A, Side::B] {
        let of = |pair: &Pair<'_>| match side {
            Side::A => label_if_failed(pair.a),
            Side::B => label_if_failed(pair.b),
        };
        let cells: Vec<String> = pairing.pairs.iter().filter_map(of).collect();
        if !cells.is_empty() {
            warnings.push(Warning::Failed { side, cells });
        }
    }
    warnings
}

fn label_if_failed(cell: &CellRow) -> Option<String> {
    (cell.status != Status::Ok).then(|| format!("{} ({})", cell.key.label(), cell.status))
}

/// What a side does not tell is not a difference, but for the title.
fn machines(a: &Machine, b: &Machine) -> Vec<Warning> {
    fn differ<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a != b)
    }
    let hardware = a.title != b.title
        || differ(a.cpu_model.as_ref(), b.cpu_model.as_ref())
        || differ(a.cpu_signature.as_ref(), b.cpu_signature.as_ref())
        || differ(a.physical_cores.as_ref(), b.physical_cores.as_ref())
        || differ(a.logical_cores.as_ref(), b.logical_cores.as_ref())
        || differ(a.memory_bytes.as_ref(), b.memory_bytes.as_ref())
        || differ(a.arch.as_ref(), b.arch.as_ref())
        || differ(a.virtualised.as_ref(), b.virtualised.as_ref())
        || (!a.caches.is_empty() && !b.caches.is_empty() && a.caches != b.caches);
    if hardware {
        return vec![Warning::Machines { a: a.title.clone(), b: b.title.clone() }];
    }
    let fields = [
        ("operating system", &a.os, &b.os),
        ("kernel", &a.kernel, &b.kernel),
        ("governor", &a.governor, &b.governor),
    ];
    let differing = fields.into_iter().filter_map(|(what, a, b)| {
        let (a, b) = a.clone().zip(b.clone())?;
        (a != b).then(|| Warning::System { what: what.to_owned(), a, b })
    });
    differing.collect()
}

/// Cells that both sides have, but never with the same flags.
fn flags(pairing: &Pairing<'_>) -> Option<Warning> {
    let same =
        |a: &CellRow, b: &CellRow| a.key == Key { flags: a.key.flags.clone(), ..b.key.clone() };
    let (mut cells, mut of_a, mut of_b) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for a in &pairing.only_a {
        for b in pairing.only_b.iter().filter(|b| same(a, b)) {
            cells.insert(Key { flags: String::new(), ..a.key.clone() }.label());
            of_a.insert(a.key.flags.clone());
            of_b.insert(b.key.flags.clone());
        }
    }
    let list = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>();
    (!cells.is_empty()).then(|| Warning::Flags { cells: list(cells), a: list(of_a), b: list(of_b) })
}

/// Published figures name no harness, and are warned of as such.
fn harness(pairing: &Pairing<'_>) -> Option<Warning> {
    let versions = |of: fn(&Pair<'_>) -> String| -> Vec<String> {
        let all: BTreeSet<_> = pairing.pairs.iter().map(of).filter(|v| !v.is_empty()).collect();
        all.into_iter().collect()
    };
    let a = versions(|pair| pair.a.harness_version.clone());
    let b = versions(|pair| pair.b.harness_version.clone());
    (!a.is_empty() && !b.is_empty() && a != b).then_some(Warning::Harness { a, b })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::*;

    fn between(a: &Subject, b: &Subject) -> Vec<Warning> {
        all(a, b, &Pairing::of(&a.matrix.cells, &b.matrix.cells, false))
    }

    #[test]
    fn equal_conditions_are_not_warned_of() {
        let a = results("a", &[("12.16.2", "async", 100.0)]);
        let b = Subject { samples: Vec::new(), ..a.clone() };
        assert_eq!(between(&a, &b), []);
        assert_eq!(between(&a, &a), [Warning::SameResults]);
    }

    #[test]
    fn another_kernel_is_said_unless_the_whole_machine_is_another() {
        let a = results("a", &[("12.16.2", "async", 100.0)]);
        let mut b = Subject { samples: Vec::new(), ..a.clone() };
        b.matrix.machine.kernel = Some("6.2".to_owned());
        let words = between(&a, &b)[0].to_string();
        assert_eq!(words, "the kernel differs: A has \"6.1\", B has \"6.2\"");
        b.matrix.machine.kernel = None;
        assert_eq!(between(&a, &b), []);
        b.matrix.machine.cpu_model = Some("another".to_owned());
        assert!(matches!(between(&a, &b)[..], [Warning::Machines { .. }]));
    }

    #[test]
    fn flags_harness_and_failures_are_said() {
        let rows = [("12.16.2", "async", 100.0), ("12.16.2", "generator", 900.0)];
        let a = results("a", &rows);
        let mut b = a.clone();
        b.matrix.cells[0].key.flags = "--no-opt".to_owned();
        b.matrix.cells[1].harness_version = "0.2.0".to_owned();
        b.matrix.cells[1].status = Status::Timeout;
        let words: Vec<String> = between(&a, &b).iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "the flags differ: A has none, B has \"--no-opt\" for await-two async on node 12.16.2",
                "awaitbench 0.1.0 measured A, 0.2.0 measured B",
                "only A has await-two async on node 12.16.2",
                "only B has await-two async on node 12.16.2 --no-opt",
                "B failed in await-two generator on node 12.16.2 (timeout)",
            ]
        );
    }

    #[test]
    fn published_figures_and_what_only_one_side_has_are_said() {
        let measured = results("a", &[("12.16.2", "async", 100.0)]);
        let warnings = between(&article(), &measured);
        assert!(matches!(warnings[1], Warning::Published { side: Side::A, .. }), "{warnings:?}");
        let last = warnings.last().unwrap();
        assert!(matches!(last, Warning::Unmatched { cells, .. } if cells.len() == 3), "{last}");
        let json = serde_json::to_value(last).unwrap();
        assert_eq!((&json["kind"], &json["side"]), (&"unmatched".into(), &"A".into()));
    }

    #[test]
    fn many_cells_are_counted() {
        let cells: Vec<String> = (0..6).map(|i| i.to_string()).collect();
        assert_eq!(named(&cells), "0; 1; 2; 3; and 2 more");
        assert_eq!(named(&cells[..4]), "0; 1; 2; 3");
    }
}
