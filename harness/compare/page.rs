//! A comparison for people: which tables, which columns, which rows.

use std::collections::BTreeSet;

use super::outcome::{Keys, Outcome};
use super::verdict::{SIGNIFICANCE, Verdict};
use super::{Comparison, Subject};
use crate::key::{Key, family_name};
use crate::report::format;
use crate::report::provenance;
use crate::report::table::{Column, Entry, Page, Section, Table};

/// Where a terminal is narrow, the highest of these goes first.
mod priority {
    pub(super) const P: u8 = 4;
    pub(super) const SIDE: u8 = 3;
    pub(super) const INTERVAL: u8 = 2;
    pub(super) const RATIO: u8 = 1;
}

/// The tables of a comparison: ops/s of each case, the ratios async ÷ generator, the means.
#[must_use]
pub fn page(comparison: &Comparison, a: &Subject, b: &Subject) -> Page {
    let mut sections = cell_sections(comparison);
    sections.extend(ratio_section(comparison));
    sections.extend(mean_section(comparison));
    Page { title: "B compared with A".to_owned(), about: about(comparison, a, b), sections }
}

fn about(comparison: &Comparison, a: &Subject, b: &Subject) -> Vec<String> {
    let compared = |outcomes: &mut dyn Iterator<Item = &Outcome>| {
        outcomes.filter(|outcome| outcome.p.is_some()).count()
    };
    let cells = compared(&mut comparison.changes.iter().map(|change| &change.outcome));
    let widened = [("A", a), ("B", b)].into_iter().filter_map(|(name, subject)| {
        let words = provenance::widened(&subject.matrix.between)?;
        Some(format!(
            "Where the sides are of different runs, what {name} is uncertain by is {words}."
        ))
    });
    let lines = [
        format!("A: {}", side(a)),
        format!("B: {}", side(b)),
        "B ÷ A is B's ops/s over A's: above 1, B is faster. [low, high] is its 95 % interval."
            .to_owned(),
        format!(
            "same: the whole interval is within {}. faster, slower: significant at {} % after Holm's \
             correction for {cells} comparisons, and the interval leaves out 1. unresolved: neither.",
            comparison.margin,
            SIGNIFICANCE * 100.0,
        ),
    ];
    lines.into_iter().chain(widened).collect()
}

/// `AMD EPYC, 2 cores; node 12.16.2; measured 2026-02-03 with awaitbench 0.1.0`.
fn side(subject: &Subject) -> String {
    let matrix = &subject.matrix;
    let mut parts = vec![provenance::machine(matrix).to_owned()];
    if let Some(only) = &subject.only {
        parts.push(format!("{} {}", family_name(&only.runtime), only.version));
    }
    match (provenance::when(matrix), provenance::harness(matrix)) {
        (Some(when), Some(harness)) => parts.push(format!("{when} with {harness}")),
        (when, harness) => parts.extend(when.into_iter().chain(harness)),
    }
    if matrix.machine.published.is_some() {
        parts.push("published figures".to_owned());
    }
    parts.join("; ")
}

/// Reasons under a table; equal ones share a number.
#[derive(Default)]
struct Reasons(Vec<String>);

impl Reasons {
    fn verdict(&mut self, outcome: &Outcome) -> Entry {
        let word = outcome.verdict.word();
        if outcome.reason.is_empty() {
            return Entry::Text(word.to_owned());
        }
        let known = self.0.iter().position(|reason| *reason == outcome.reason);
        let index = known.unwrap_or_else(|| {
            self.0.push(outcome.reason.clone());
            self.0.len() - 1
        });
        let text = format!("{word}{}", format::raised(index + 1));
        if outcome.verdict == Verdict::Unresolved { Entry::Failed(text) } else { Entry::Text(text) }
    }
}

/// How a row names its runtime: the version alone where all are of one family.
struct Labels {
    family: Option<String>,
    across: bool,
}

impl Labels {
    fn of<'k>(keys: impl Iterator<Item = &'k Keys>, across: bool) -> Self {
        let families: BTreeSet<&str> =
            keys.flat_map(|keys| [keys.b.runtime.as_str(), keys.a.runtime.as_str()]).collect();
        let family = if families.len() == 1 { families.first() } else { None };
        Self { family: family.map(|family| (*family).to_owned()), across }
    }

    fn column(&self) -> Column {
        Column::label(self.family.as_deref().unwrap_or("runtime"))
    }

    fn entry(&self, keys: &Keys) -> Entry {
        Entry::Text(self.text(keys))
    }

    fn text(&self, keys: &Keys) -> String {
        let named = |runtime: &str, version: &str| match &self.family {
            Some(_) => version.to_owned(),
            None => format!("{runtime} {version}"),
        };
        let b = named(&keys.b.runtime, &keys.b.version);
        let versions = if self.across {
            format!("{} → {b}", named(&keys.a.runtime, &keys.a.version))
        } else {
            b
        };
        Key { version: versions, ..keys.b.clone() }.version_label()
    }
}

fn quotient_columns() -> [Column; 4] {
    [
        Column::figures("B ÷ A", None, priority::RATIO),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
        Column::figures("p, Holm", None, priority::P),
        Column::label("verdict"),
    ]
}

fn quotient_entries(outcome: &Outcome, reasons: &mut Reasons) -> [Entry; 4] {
    let bounds = outcome.ratio_low.zip(outcome.ratio_high);
    [
        Entry::figure(outcome.ratio, format::ratio),
        Entry::companion(bounds, |(low, high)| format::interval(low, high)),
        Entry::companion(outcome.p_adjusted, probability),
        reasons.verdict(outcome),
    ]
}

/// Three decimals: less is as good as certain.
fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

fn cell_sections(comparison: &Comparison) -> Vec<Section> {
    let mut cases: Vec<&str> = Vec::new();
    for change in &comparison.changes {
        if !cases.contains(&change.keys.b.case.as_str()) {
            cases.push(&change.keys.b.case);
        }
    }
    let section = |case: &str| {
        let changes = || comparison.changes.iter().filter(|change| change.keys.b.case == case);
        let labels = Labels::of(changes().map(|change| &change.keys), comparison.across);
        let mut columns = vec![labels.column(), Column::label("variant")];
        columns.push(Column::figures("A", "ops/s", priority::SIDE));
        columns.push(Column::figures("B", "ops/s", priority::SIDE));
        columns.extend(quotient_columns());
        let mut reasons = Reasons::default();
        let rows = changes()
            .map(|change| {
                let mut row =
                    vec![labels.entry(&change.keys), Entry::Text(change.keys.b.variant.clone())];
                row.push(Entry::figure(change.ops_per_sec_a, format::quantity));
                row.push(Entry::figure(change.ops_per_sec_b, format::quantity));
                row.extend(quotient_entries(&change.outcome, &mut reasons));
                row
            })
            .collect();
        Section {
            title: format!("{case}: throughput"),
            table: Table { columns, rows }.without_empty_columns(),
            notes: reasons.0,
            remark: None,
        }
    };
    cases.into_iter().map(section).collect()
}

fn ratio_section(comparison: &Comparison) -> Option<Section> {
    let changes = &comparison.ratio_changes;
    let labels = Labels::of(changes.iter().map(|change| &change.keys), comparison.across);
    let mut columns = vec![labels.column(), Column::label("case")];
    columns.push(Column::figures("A", None, priority::SIDE));
    columns.push(Column::figures("B", None, priority::SIDE));
    columns.extend(quotient_columns());
    let mut reasons = Reasons::default();
    let rows = changes
        .iter()
        .map(|change| {
            let mut row = vec![labels.entry(&change.keys), Entry::Text(change.keys.b.case.clone())];
            row.push(Entry::Text(format::ratio(change.ratio_a)));
            row.push(Entry::Text(format::ratio(change.ratio_b)));
            row.extend(quotient_entries(&change.outcome, &mut reasons));
            row
        })
        .collect();
    (!changes.is_empty()).then(|| Section {
        title: "async ÷ generator: ratio of operations per second".to_owned(),
        table: Table { columns, rows }.without_empty_columns(),
        notes: reasons.0,
        remark: Some("larger: async is further ahead of generator in B than in A.".to_owned()),
    })
}

fn mean_section(comparison: &Comparison) -> Option<Section> {
    let columns = vec![
        Column::label("variant"),
        Column::figures("cells", None, priority::SIDE),
        Column::figures("B ÷ A", None, priority::RATIO),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
    ];
    let row = |mean: &super::Mean| {
        let bounds = mean.ratio_low.zip(mean.ratio_high);
        vec![
            Entry::Text(mean.variant.clone()),
            Entry::Text(mean.cells.to_string()),
            Entry::Text(format::ratio(mean.ratio)),
            Entry::companion(bounds, |(low, high)| format::interval(low, high)),
        ]
    };
    let rows: Vec<_> = comparison.means.iter().map(row).collect();
    (!rows.is_empty()).then(|| Section {
        title: "geometric mean over the cells of a variant".to_owned(),
        table: Table { columns, rows }.without_empty_columns(),
        notes: Vec::new(),
        remark: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, Version, compare};
    use super::*;
    use crate::report::{markdown_pages, terminal_pages};

    fn shown(a: &Subject, b: &Subject) -> Page {
        page(&compare(a, b, Margin::DEFAULT), a, b)
    }

    fn measured() -> Subject {
        let rows = [
            ("11.15.0", "generator", 2603.0),
            ("11.15.0", "async", 305.0),
            ("12.16.2", "generator", 2253.0),
            ("12.16.2", "async", 120.0),
            ("26.10.0", "async", 139.0),
        ];
        results("epyc", &rows)
    }

    #[test]
    fn eighty_columns() {
        let text = terminal_pages(&[shown(&article(), &measured())], 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_hundred_and_twenty_columns() {
        let text = terminal_pages(&[shown(&article(), &measured())], 120, false);
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn two_versions_name_both_in_a_row() {
        let a = measured().narrowed(&Version::new("node", "11.15.0"));
        let b = measured().narrowed(&Version::new("node", "12.16.2"));
        insta::assert_snapshot!(markdown_pages(&[shown(&a, &b)]));
    }

    #[test]
    fn small_probabilities_are_not_zero() {
        assert_eq!(probability(0.000_4), "<0.001");
        assert_eq!(probability(0.012_3), "0.012");
    }
}
