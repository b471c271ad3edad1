//! The spread of a ratio whose truth is 1, and what can be found in spite of it.

use serde::Serialize;

use super::{Round, Trial};
use crate::measure::Effort;
use crate::record::Keyed;
use crate::stats::{Invocation, VarianceComponents, detectable_ratio, paired_ratio};

/// How often an interval of 95 % may leave the truth out.
pub(super) const NOMINAL: f64 = 0.05;

/// How often a difference was claimed where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FalseClaims {
    /// Rounds whose interval left out 1.
    pub claims: u32,
    pub rounds: u32,
    /// The one over the other.
    pub share: f64,
    /// Lower bound of its 95 % interval.
    pub share_low: f64,
    pub share_high: f64,
}

impl FalseClaims {
    /// Whether there are more than intervals of 95 % may give, and not by chance.
    pub fn are_too_many(&self) -> bool {
        self.share_low > NOMINAL
    }
}

/// What the rounds of one variant say.
pub type Resolution = Keyed<ResolutionFigures>;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResolutionFigures {
    /// Rounds that have an interval.
    pub rounds: u32,
    pub invocations: u32,
    /// The ratio of the two names over all rounds; 1 is the truth.
    pub ratio: Option<f64>,
    /// Lower bound of its 95 % interval.
    pub ratio_low: Option<f64>,
    pub ratio_high: Option<f64>,
    /// Standard deviation of the logarithm of the ratio of two batches that took turns, within an
    /// invocation.
    pub deviation_within: Option<f64>,
    /// The same between invocations: what more batches do not lessen.
    pub deviation_between: Option<f64>,
    /// The smallest ratio that a run with --quick finds in 80 %.
    pub detectable_quick: Option<f64>,
    pub detectable_default: Option<f64>,
    pub detectable_thorough: Option<f64>,
    /// Rounds whose interval leaves out 1.
    pub false_claims: u32,
}

impl ResolutionFigures {
    pub(super) fn of(trial: &Trial) -> Resolution {
        let intervals: Vec<_> =
            trial.rounds.iter().filter_map(|round| paired_ratio(round)?.1).collect();
        let all: Round = trial.rounds.iter().flatten().cloned().collect();
        let pooled = paired_ratio(&all);
        let interval = pooled.and_then(|(_, interval)| interval);
        let pilot: Vec<Vec<f64>> = all.iter().map(|(a, b)| log_ratios(a, b)).collect();
        let components = VarianceComponents::of(&pilot);
        let detectable = |effort: Effort| {
            let components = components?;
            let batches = f64::from(effort.batches.max(1));
            let variance = components.between.max(0.0) + components.within / batches;
            detectable_ratio(variance.sqrt(), effort.invocations)
        };
        let is_false =
            |interval: &&crate::stats::Estimate| !(interval.low..=interval.high).contains(&1.0);
        let row = Self {
            rounds: intervals.len() as u32,
            invocations: all.len() as u32,
            ratio: pooled.map(|(ratio, _)| ratio),
            ratio_low: interval.map(|interval| interval.low),
            ratio_high: interval.map(|interval| interval.high),
            deviation_within: components.map(|of| of.within.sqrt()),
            deviation_between: components.map(|of| of.between.max(0.0).sqrt()),
            detectable_quick: detectable(Effort::QUICK),
            detectable_default: detectable(Effort::DEFAULT),
            detectable_thorough: detectable(Effort::THOROUGH),
            false_claims: intervals.iter().filter(is_false).count() as u32,
        };
        Keyed { key: trial.key.clone(), row }
    }

    /// Whether one of the two names has an advantage: the truth is twice as far away as the pooled
    /// interval reaches. An interval of 95 % leaves it out in one of twenty selfchecks by chance, one of
    /// twice the width in fewer than one of a thousand.
    pub(super) fn is_biased(&self) -> bool {
        let reach = self.ratio.zip(self.ratio_high).map(|(ratio, high)| (high / ratio).ln());
        let distance = self.ratio.map(|ratio| ratio.ln().abs());
        distance.zip(reach).is_some_and(|(distance, reach)| distance > 2.0 * reach)
    }
}

/// The logarithms of the ratios of batches that took turns.
fn log_ratios(a: &Invocation, b: &Invocation) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| (a.ns_per_op() / b.ns_per_op()).ln()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// Deviations 0.02 within and 0.01 between, on either side: √2 times as much in the ratio.
    #[test]
    fn the_spread_is_found_and_what_it_hides() {
        let row = ResolutionFigures::of(&sample::trial("async", 200, 0.02, 0.01, 3));
        let (within, between) = (row.deviation_within.unwrap(), row.deviation_between.unwrap());
        assert!((within / (0.02 * 2_f64.sqrt()) - 1.0).abs() < 0.1, "{within}");
        assert!((between / (0.01 * 2_f64.sqrt()) - 1.0).abs() < 0.1, "{between}");
        // By hand for six invocations of twenty batches: √(0.0002 + 0.0008 ÷ 20) ÷ √6 · 3.5139 (SciPy: the noncentral t).
        let wanted = ((0.0002_f64 + 0.0008 / 20.0) / 6.0).sqrt() * 3.5139;
        let found = row.detectable_default.unwrap().ln();
        assert!((found / wanted - 1.0).abs() < 0.15, "{found}, {wanted}");
        assert!(row.detectable_thorough < row.detectable_default);
        assert!(row.detectable_default < row.detectable_quick);
        assert!(!row.is_biased(), "{row:?}");
    }

    /// Twins whose batches all have the truth are told apart in about one of twenty rounds.
    #[test]
    fn equals_are_told_apart_as_rarely_as_stated() {
        let row = ResolutionFigures::of(&sample::trial("async", 300, 0.02, 0.01, 7));
        assert_eq!((row.rounds, row.invocations), (300, 900));
        assert!((5..=27).contains(&row.false_claims), "{}", row.false_claims);
    }

    #[test]
    fn an_advantage_of_a_name_is_seen() {
        assert!(ResolutionFigures::of(&sample::biased()).is_biased());
    }

    #[test]
    fn nothing_measured_says_nothing() {
        let empty = Trial { rounds: Vec::new(), ..sample::biased() };
        let row = ResolutionFigures::of(&empty);
        assert_eq!((row.rounds, row.ratio, row.detectable_quick), (0, None, None));
    }
}
