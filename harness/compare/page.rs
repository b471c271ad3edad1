//! A comparison for people: which tables, which columns, which rows.

use super::outcome::{Keys, Mean, Outcome};
use super::verdict::{SIGNIFICANCE, Verdict};
use super::{Comparison, Subject};
use crate::key::{Key, family_name};
use crate::report::provenance;
use crate::show::format::fixed;
use crate::show::{Column, Entry, Labels, Notes, Page, Section};

mod priority {
    pub(super) const P: u8 = 4;
    pub(super) const SIDE: u8 = 3;
    pub(super) const INTERVAL: u8 = 2;
    pub(super) const RATIO: u8 = 1;
}

/// The tables of a comparison: ops/s of each case, the ratios async ÷ generator, the means.
pub(super) fn page(comparison: &Comparison, a: &Subject, b: &Subject) -> Page {
    let mut sections = cell_sections(comparison);
    sections.extend(ratio_section(comparison));
    sections.extend(mean_section(comparison));
    let title = "B compared with A".to_owned();
    Page { title, about: about(comparison, a, b), sections, ..Page::default() }
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

/// The word, and why it is unresolved if there is a reason.
fn verdict(outcome: &Outcome, notes: &mut Notes) -> Entry {
    let text = notes.noted(outcome.verdict.word(), &outcome.reason);
    let is_plain = outcome.verdict != Verdict::Unresolved || outcome.reason.is_empty();
    if is_plain { Entry::Text(text) } else { Entry::Failed(text) }
}

fn labels<'k>(keys: impl Iterator<Item = &'k Keys>) -> Labels {
    Labels::of(keys.flat_map(|keys| [keys.b.runtime.as_str(), keys.a.runtime.as_str()]))
}

/// B's version, or both where they are compared.
fn label(labels: &Labels, Keys { a, b }: &Keys, across: bool) -> Entry {
    let mut versions = labels.name(&b.runtime, &b.version);
    if across {
        versions = format!("{} → {versions}", labels.name(&a.runtime, &a.version));
    }
    Entry::Text(Key { version: versions, ..b.clone() }.version_label())
}

fn quotient_columns() -> [Column; 4] {
    [
        Column::figures("B ÷ A", None, priority::RATIO),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
        Column::figures("p, Holm", None, priority::P),
        Column::label("verdict"),
    ]
}

fn quotient_entries(outcome: &Outcome, notes: &mut Notes) -> [Entry; 4] {
    [
        Entry::figure(outcome.ratio, Entry::Ratio),
        Entry::between(outcome.ratio_low, outcome.ratio_high, Entry::Ratios),
        Entry::companion(outcome.p_adjusted, |p| Entry::Text(probability(p))),
        verdict(outcome, notes),
    ]
}

/// Three decimals: less is as good as certain.
fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { fixed(p, 3) }
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
        let labels = labels(changes().map(|change| &change.keys));
        let mut columns = vec![labels.column(), Column::label("variant")];
        columns.push(Column::figures("A", "ops/s", priority::SIDE));
        columns.push(Column::figures("B", "ops/s", priority::SIDE));
        columns.extend(quotient_columns());
        let mut notes = Notes::default();
        let rows = changes()
            .map(|change| {
                let mut row = vec![
                    label(&labels, &change.keys, comparison.across),
                    Entry::Text(change.keys.b.variant.clone()),
                ];
                row.push(Entry::figure(change.ops_per_sec_a, Entry::Quantity));
                row.push(Entry::figure(change.ops_per_sec_b, Entry::Quantity));
                row.extend(quotient_entries(&change.outcome, &mut notes));
                row
            })
            .collect();
        let title = format!("{case}: throughput");
        Section::new(title, columns, rows).without_empty_columns().noted(notes)
    };
    cases.into_iter().map(section).collect()
}

fn ratio_section(comparison: &Comparison) -> Option<Section> {
    let changes = &comparison.ratio_changes;
    let labels = labels(changes.iter().map(|change| &change.keys));
    let mut columns = vec![labels.column(), Column::label("case")];
    columns.push(Column::figures("A", None, priority::SIDE));
    columns.push(Column::figures("B", None, priority::SIDE));
    columns.extend(quotient_columns());
    let mut notes = Notes::default();
    let rows = changes
        .iter()
        .map(|change| {
            let mut row = vec![
                label(&labels, &change.keys, comparison.across),
                Entry::Text(change.keys.b.case.clone()),
            ];
            row.push(Entry::Ratio(change.ratio_a));
            row.push(Entry::Ratio(change.ratio_b));
            row.extend(quotient_entries(&change.outcome, &mut notes));
            row
        })
        .collect();
    (!changes.is_empty()).then(|| {
        Section::new("async ÷ generator: ratio of operations per second", columns, rows)
            .without_empty_columns()
            .noted(notes)
            .remarked("larger: async is further ahead of generator in B than in A.")
    })
}

fn mean_section(comparison: &Comparison) -> Option<Section> {
    let columns = vec![
        Column::label("variant"),
        Column::figures("cells", None, priority::SIDE),
        Column::figures("B ÷ A", None, priority::RATIO),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
    ];
    let row = |mean: &Mean| {
        vec![
            Entry::Text(mean.variant.clone()),
            Entry::Count(mean.cells as u64),
            Entry::Ratio(mean.ratio),
            Entry::between(mean.ratio_low, mean.ratio_high, Entry::Ratios),
        ]
    };
    let rows: Vec<_> = comparison.means.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Section::new("geometric mean over the cells of a variant", columns, rows)
            .without_empty_columns()
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, Version, compare};
    use super::*;

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
    fn each_case_its_ratios_and_means_have_a_table() {
        let page = shown(&article(), &measured());
        let titles: Vec<&str> = page.sections.iter().map(|section| &*section.title).collect();
        assert_eq!(titles.len(), 3, "{titles:?}");
        assert_eq!(page.cell("12.16.2 async", "B ÷ A"), "1.82");
        assert_eq!(page.cell("12.16.2 async", "verdict"), "faster");
        assert!(page.cell("11.15.0 async", "verdict").starts_with("unresolved"));
        assert!(page.about[0].starts_with("A: ") && page.about[1].starts_with("B: "));
    }

    #[test]
    fn two_versions_name_both_in_a_row() {
        let a = measured().narrowed(&Version::new("node", "11.15.0"));
        let b = measured().narrowed(&Version::new("node", "12.16.2"));
        let page = shown(&a, &b);
        assert_eq!(page.cell("11.15.0 → 12.16.2 async", "verdict"), "faster");
        assert_eq!(page.cell("11.15.0 → 12.16.2 async", "A"), "3,278,689");
    }

    #[test]
    fn small_probabilities_are_not_zero() {
        assert_eq!(probability(0.000_4), "<0.001");
        assert_eq!(probability(0.012_3), "0.012");
    }
}
