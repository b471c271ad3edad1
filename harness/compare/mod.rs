//! Two sets of results side by side: machines, versions of a runtime, days, or published figures.
//!
//! A figure is always B's over A's: above 1, B is faster. Each pair of cells gets the quotient of its
//! ops/s with an interval ([`crate::stats::quotient`]) and a [`Verdict`] that allows for all the other
//! comparisons in the table. Where both sides have the ratio async ÷ generator, those are compared as
//! well: the drift of a machine, which moves both forms alike, cancels in them.
//!
//! All of it is a function of two [`Subject`]s; nothing here reads, prints or asks for the time, and only
//! [`draw`] and [`save`] write.

mod evidence;
mod export;
mod outcome;
mod page;
mod pairing;
mod picture;
#[cfg(test)]
mod sample;
mod saved;
mod subject;
mod verdict;
mod warning;

use std::collections::BTreeMap;

use crate::key::variant_order;
use crate::measure::RATIO_OF;
use crate::record::Status;
use crate::stats::{Evidence, LogSpread, geometric_mean, quotient};

pub use export::Compared;
#[cfg(test)]
pub use outcome::Outcome;
pub use outcome::{Change, Keys, Mean, RatioChange};
pub use picture::draw;
pub use saved::save;
pub use subject::{Subject, Version};
pub use verdict::Margin;
#[cfg(test)]
pub use verdict::Verdict;
pub use warning::Warning;

use outcome::{Finding, outcomes};
use pairing::Pairing;

/// What came out of comparing B with A.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Differences within this are none.
    pub margin: Margin,
    /// Whether the sides are two versions, so that a row has a version on each.
    pub across: bool,
    /// One row a pair of cells.
    pub changes: Vec<Change>,
    /// One row a pair of ratios async ÷ generator.
    pub ratio_changes: Vec<RatioChange>,
    pub means: Vec<Mean>,
    /// What a reader must know before believing any of it.
    pub warnings: Vec<Warning>,
}

/// Compares B with A.
///
/// Cells are the same if case, variant, runtime, version and flags are; where each side is narrowed
/// to a version, if case, variant and flags are.
pub fn compare(a: &Subject, b: &Subject, margin: Margin) -> Comparison {
    let across = a.only.is_some() && b.only.is_some() && a.only != b.only;
    let pairing = Pairing::of(&a.matrix.cells, &b.matrix.cells, across);
    let findings: Vec<Finding> = pairing
        .pairs
        .iter()
        .map(|pair| {
            let apart = pair.is_apart(a, b);
            let (below, above) =
                (evidence::of_cell(a, pair.a, apart), evidence::of_cell(b, pair.b, apart));
            finding((a, below), (b, above))
        })
        .collect();
    let means = means(&pairing, &findings);
    let changes = pairing
        .pairs
        .iter()
        .zip(outcomes(&findings, margin))
        .map(|(pair, outcome)| Change {
            keys: Keys::of(pair),
            ops_per_sec_a: measured(pair.a.status, pair.a.ops_per_sec),
            ops_per_sec_b: measured(pair.b.status, pair.b.ops_per_sec),
            outcome,
        })
        .collect();
    Comparison {
        margin,
        across,
        changes,
        ratio_changes: ratio_changes(a, b, &pairing, margin),
        means,
        warnings: warning::all(a, b, &pairing),
    }
}

/// The figure of a cell that has one: whatever a failed cell measured counts for nothing.
fn measured(status: Status, figure: Option<f64>) -> Option<f64> {
    figure.filter(|_| status == Status::Ok)
}

/// One side and what it knows of a figure, or the word for why it has none.
type Known<'a> = (&'a Subject, Result<Evidence, String>);

/// The quotient B ÷ A as far as there is one, and what it lacks.
fn finding((a, below): Known<'_>, (b, above): Known<'_>) -> Finding {
    let (below, above) = match (below, above) {
        (Ok(below), Ok(above)) => (below, above),
        (Err(word), Ok(_)) => return Finding::without(format!("A: {word}")),
        (Ok(_), Err(word)) => return Finding::without(format!("B: {word}")),
        (Err(word), Err(other)) => return Finding::without(format!("A: {word}, B: {other}")),
    };
    let is_bare = |subject: &Subject, of: &Evidence, published: bool| {
        of.spread().is_none() && subject.is_published() == published
    };
    let lack = if is_bare(a, &below, true) || is_bare(b, &above, true) {
        "no interval published"
    } else if is_bare(a, &below, false) || is_bare(b, &above, false) {
        "a single invocation, which has no interval"
    } else {
        ""
    };
    Finding { quotient: Some(quotient(&above, &below)), lack: lack.to_owned() }
}

/// The ratios async ÷ generator that both sides have, compared; only pairs without failures.
fn ratio_changes(
    a: &Subject,
    b: &Subject,
    pairing: &Pairing<'_>,
    margin: Margin,
) -> Vec<RatioChange> {
    let (upper, lower) = RATIO_OF;
    let of_variant = |variant: &'static str| {
        pairing.pairs.iter().filter(move |pair| pair.b.key.variant == variant)
    };
    let mut rows = Vec::new();
    let mut findings = Vec::new();
    for above in of_variant(upper) {
        let Some(below) = of_variant(lower).find(|below| below.is_beside(above)) else { continue };
        let is_of_one_run = above.a.started_at == below.a.started_at;
        let apart = above.is_apart(a, b) || below.is_apart(a, b) || !is_of_one_run;
        let ratio_a = evidence::of_ratio(a, above.a, below.a, apart);
        let ratio_b = evidence::of_ratio(b, above.b, below.b, apart);
        if let (Ok(of_a), Ok(of_b)) = (&ratio_a, &ratio_b) {
            rows.push((Keys::of_ratio(above), of_a.value(), of_b.value()));
            findings.push(finding((a, ratio_a), (b, ratio_b)));
        }
    }
    rows.into_iter()
        .zip(outcomes(&findings, margin))
        .map(|((keys, ratio_a, ratio_b), outcome)| RatioChange {
            keys,
            ratio_a,
            ratio_b,
            outcome: outcome.of_ratio(),
        })
        .collect()
}

/// Quotients, each with its spread if it has one.
type Ratios = Vec<(f64, Option<LogSpread>)>;

/// The geometric mean of each variant's quotients, every cell counting alike.
fn means(pairing: &Pairing<'_>, findings: &[Finding]) -> Vec<Mean> {
    let mut of: BTreeMap<(u8, &str), Ratios> = BTreeMap::new();
    for (pair, finding) in pairing.pairs.iter().zip(findings) {
        if let Some(quotient) = finding.quotient {
            let spread = quotient.certainty.map(|certainty| certainty.spread);
            of.entry(variant_order(&pair.b.key.variant))
                .or_default()
                .push((quotient.value, spread));
        }
    }
    of.into_iter()
        .filter_map(|((_, variant), ratios)| {
            let (ratio, spread) = geometric_mean(&ratios)?;
            Some(Mean::new(variant, ratios.len(), ratio, spread))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sample::{article, results};
    use super::*;
    use crate::machine::Machine;
    use crate::measure::BetweenRuns;
    use crate::record::Figure;
    use crate::record::between_runs::tests::row;

    fn verdicts(comparison: &Comparison) -> Vec<(String, Verdict)> {
        comparison
            .changes
            .iter()
            .map(|change| (change.keys.b.variant.clone(), change.outcome.verdict))
            .collect()
    }

    #[test]
    fn a_machine_that_is_faster_is_called_so_and_one_that_is_not_is_the_same() {
        let a = results("a", &[("12.16.2", "generator", 2000.0), ("12.16.2", "async", 200.0)]);
        let b = results("b", &[("12.16.2", "generator", 2000.0), ("12.16.2", "async", 100.0)]);
        let comparison = compare(&a, &b, Margin::DEFAULT);
        let words = verdicts(&comparison);
        assert_eq!(words[0], ("generator".to_owned(), Verdict::Same));
        assert_eq!(words[1], ("async".to_owned(), Verdict::Faster));
        assert!((comparison.changes[1].outcome.ratio.unwrap() - 2.0).abs() < 0.02);
        // And the advantage of async has doubled.
        let ratio = &comparison.ratio_changes[0];
        assert!((ratio.outcome.ratio.unwrap() - 2.0).abs() < 0.02);
        assert_eq!(ratio.outcome.verdict, Verdict::Larger);
        // Turned round, it is slower.
        let turned = compare(&b, &a, Margin::DEFAULT);
        assert_eq!(verdicts(&turned)[1], ("async".to_owned(), Verdict::Slower));
    }

    /// Versions of one run took turns, and what a run has in common cancels; runs of two days differ by more.
    #[test]
    fn only_what_comes_from_two_runs_is_widened() {
        let known = |mut subject: Subject, at: &str| {
            let rows = [Figure::Ratio, Figure::OpsPerSec]
                .map(|figure| row("", figure, 3.0).with(|row| row.runs = u32::MAX));
            subject.matrix.between = BetweenRuns::of(rows.to_vec(), &Machine::default());
            subject.matrix.cells.iter_mut().for_each(|cell| cell.started_at = at.to_owned());
            subject.samples.iter_mut().for_each(|sample| sample.run = at.to_owned());
            subject
        };
        let of = |ns: f64, at: &str| {
            known(
                results("a", &[("12.16.2", "generator", 10.0 * ns), ("12.16.2", "async", ns)]),
                at,
            )
        };
        let reach = |at: &str| {
            let comparison = compare(&of(100.0, "t1"), &of(101.0, at), Margin::DEFAULT);
            let of =
                |outcome: &Outcome| (outcome.ratio_high.unwrap() / outcome.ratio.unwrap()).ln();
            (of(&comparison.changes[0].outcome), of(&comparison.ratio_changes[0].outcome))
        };
        let (together, apart) = (reach("t1"), reach("t2"));
        assert!((apart.0 / together.0 - 3.0).abs() < 1e-3, "{together:?} {apart:?}");
        assert!((apart.1 / together.1 - 3.0).abs() < 1e-3, "{together:?} {apart:?}");
    }

    #[test]
    fn two_versions_are_compared_by_case_variant_and_flags() {
        let all = results("a", &[("11.15.0", "async", 300.0), ("12.16.2", "async", 100.0)]);
        let a = all.clone().narrowed(&Version::new("node", "11.15.0"));
        let b = all.narrowed(&Version::new("node", "12.16.2"));
        let comparison = compare(&a, &b, Margin::DEFAULT);
        assert_eq!(comparison.changes.len(), 1);
        let keys = &comparison.changes[0].keys;
        assert_eq!((&*keys.b.version, &*keys.a.version), ("12.16.2", "11.15.0"));
        assert!((comparison.changes[0].outcome.ratio.unwrap() - 3.0).abs() < 0.05);
    }

    #[test]
    fn published_figures_without_interval_have_a_ratio_and_no_verdict() {
        let measured = results("a", &[("11.15.0", "async", 1000.0), ("12.16.2", "async", 100.0)]);
        let comparison = compare(&article(), &measured, Margin::DEFAULT);
        let found = |version: &str| {
            let mut changes = comparison.changes.iter();
            changes.find(|change| change.keys.b.version == version).unwrap().outcome.clone()
        };
        // 10⁶ ÷ 680,795: no margin was published.
        let bare = found("11.15.0");
        assert!((bare.ratio.unwrap() - 1.469).abs() < 0.01, "{bare:?}");
        assert_eq!((bare.verdict, bare.ratio_low), (Verdict::Unresolved, None));
        assert_eq!(bare.reason, "no interval published");
        // 10⁷ ÷ 4,567,163 ± 1.96 %.
        let known = found("12.16.2");
        assert_eq!(known.verdict, Verdict::Faster, "{known:?}");
    }

    #[test]
    fn what_failed_has_no_ratio_and_says_why() {
        let a = results("a", &[("12.16.2", "async", 100.0)]);
        let mut b = results("b", &[("12.16.2", "async", 100.0)]);
        b.matrix.cells[0].status = Status::Check;
        let comparison = compare(&a, &b, Margin::DEFAULT);
        let outcome = &comparison.changes[0].outcome;
        assert_eq!((outcome.ratio, outcome.reason.as_str()), (None, "B: check"));
        assert_eq!(comparison.changes[0].ops_per_sec_b, None);
        assert!(comparison.means.is_empty());
    }

    #[test]
    fn the_mean_is_geometric_and_counts_cells() {
        let a = results("a", &[("11.15.0", "async", 100.0), ("12.16.2", "async", 100.0)]);
        let b = results("b", &[("11.15.0", "async", 50.0), ("12.16.2", "async", 200.0)]);
        let mean = &compare(&a, &b, Margin::DEFAULT).means[0];
        assert_eq!((mean.variant.as_str(), mean.cells), ("async", 2));
        assert!((mean.ratio - 1.0).abs() < 0.01, "{mean:?}");
        assert!(mean.ratio_low.unwrap() < 1.0 && mean.ratio_high.unwrap() > 1.0);
    }
}
