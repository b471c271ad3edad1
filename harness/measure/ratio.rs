//! The ratio of two variants out of what ran side by side: pure functions, like those of `summary`.

use super::RATIO_OF;
use super::between_runs::BetweenRuns;
use super::summary::counted;
use crate::record::{CellRow, RatioRow, SampleRow, Status};
use crate::stats::{Invocation, paired_ratio};

/// The ratio async ÷ generator in ops/s of every runtime and case that has both variants.
///
/// Measured cells have an interval, made from the invocations that ran side by side. Published
/// figures, which have no samples, have the ratio alone.
pub fn ratios(cells: &[CellRow], samples: &[SampleRow], between: &BetweenRuns) -> Vec<RatioRow> {
    let is_measured = |cell: &&CellRow| cell.status == Status::Ok && cell.key.variant == RATIO_OF.0;
    let numerators = cells.iter().filter(is_measured);
    numerators
        .filter_map(|numerator| {
            let denominator = denominator(numerator, cells)?;
            ratio(numerator, denominator, samples, between)
        })
        .collect()
}

/// The cell that the ratio of `above` has below the line: generator of the same case, runtime and settings, if it was measured.
pub fn denominator<'a>(above: &CellRow, cells: &'a [CellRow]) -> Option<&'a CellRow> {
    cells.iter().find(|cell| {
        cell.key.variant == RATIO_OF.1
            && cell.status == Status::Ok
            && cell.key.of_case() == above.key.of_case()
    })
}

/// The invocations of two variants that ran side by side, in times per op: `below`'s first. Time per
/// op is the reciprocal of ops/s, so that the quotient first ÷ second is `above`'s ops/s over
/// `below`'s. Variants of two different runs did not run side by side, whatever their numbers.
pub fn pairs(
    above: &CellRow,
    below: &CellRow,
    samples: &[SampleRow],
) -> Vec<(Invocation, Invocation)> {
    if above.started_at != below.started_at {
        return Vec::new();
    }
    let mut denominators = counted(below, samples);
    counted(above, samples)
        .into_iter()
        .filter_map(|(invocation, fast)| Some((denominators.remove(&invocation)?, fast)))
        .collect()
}

fn ratio(
    above: &CellRow,
    below: &CellRow,
    samples: &[SampleRow],
    between: &BetweenRuns,
) -> Option<RatioRow> {
    let pairs = pairs(above, below, samples);
    let widening = between.of_ratio(above).widening(pairs.len());
    let (ratio, interval) = match paired_ratio(&pairs) {
        Some((ratio, interval)) => (ratio, interval.map(|within| within.stretched(widening))),
        None => (above.ops_per_sec? / below.ops_per_sec?, None),
    };
    Some(RatioRow {
        key: above.key.of_case(),
        ratio,
        ratio_low: interval.map(|interval| interval.low),
        ratio_high: interval.map(|interval| interval.high),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::super::summary::summarize;
    use super::super::summary::tests::{batch, cell};
    use super::*;

    #[test]
    fn the_ratio_is_of_ops_per_second() {
        let (fast, slow) = (cell("async"), cell("generator"));
        let samples = [batch(&fast, 0, 10, 1000), batch(&slow, 0, 10, 9000)];
        let rows = [
            summarize(&slow, &samples, &[], None, &BetweenRuns::within_one()),
            summarize(&fast, &samples, &[], None, &BetweenRuns::within_one()),
        ];
        let ratios = ratios(&rows, &samples, &BetweenRuns::within_one());
        assert_eq!(ratios.len(), 1);
        assert_eq!((ratios[0].ratio, ratios[0].ratio_low), (9.0, None));
    }

    /// The article's own arithmetic: 4,567,163 ÷ 443,891 = 10.29.
    #[test]
    fn published_figures_have_a_ratio_without_interval() {
        let mut fast = cell("async").row(Status::Ok, "");
        fast.ops_per_sec = Some(4_567_163.0);
        let mut slow = cell("generator").row(Status::Ok, "");
        slow.ops_per_sec = Some(443_891.0);
        let ratios = ratios(&[fast, slow], &[], &BetweenRuns::within_one());
        assert!((ratios[0].ratio - 10.29).abs() < 0.005);
        assert_eq!(ratios[0].ratio_high, None);
    }

    #[test]
    fn what_ran_on_another_day_is_no_pair() {
        let (fast, mut slow) = (cell("async"), cell("generator"));
        slow.run = "t0".to_owned();
        let of = |cell: &Cell, invocation, elapsed| batch(cell, invocation, 10, elapsed);
        let samples =
            [of(&fast, 0, 1000), of(&fast, 1, 1100), of(&slow, 0, 9000), of(&slow, 1, 9900)];
        let rows = [
            summarize(&slow, &samples, &[], None, &BetweenRuns::within_one()),
            summarize(&fast, &samples, &[], None, &BetweenRuns::within_one()),
        ];
        let ratios = ratios(&rows, &samples, &BetweenRuns::within_one());
        assert!((ratios[0].ratio - 9.0).abs() < 1e-9);
        assert_eq!((ratios[0].ratio_low, ratios[0].ratio_high), (None, None));
    }

    #[test]
    fn an_unsupported_side_leaves_no_ratio() {
        let fast = cell("async").row(Status::Unsupported, "");
        let mut slow = cell("generator").row(Status::Ok, "");
        slow.ops_per_sec = Some(1.0);
        assert!(ratios(&[fast, slow], &[], &BetweenRuns::within_one()).is_empty());
    }
}
