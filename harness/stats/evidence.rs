//! What is known of one positive figure: samples, an interval that somebody published, or the bare
//! value. The two sides of a comparison need not have the same.

use super::birge::Birge;
use super::bootstrap::Invocation;
use super::bootstrap::{mean, ns_per_op};
use super::log_spread::LogSpread;

const NS_PER_SEC: f64 = 1e9;

/// A positive figure and what its uncertainty is known from.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    value: f64,
    spread: Option<LogSpread>,
}

impl Evidence {
    /// Ops/s out of samples; `None` if there is no invocation or one is empty.
    pub fn of_rate(invocations: &[Invocation]) -> Option<Self> {
        let each: Vec<f64> = invocations.iter().map(|one| ns_per_op(one)).collect::<Option<_>>()?;
        let ns = mean(each.iter().copied());
        let deviations: Vec<f64> = each.iter().map(|x| x / ns - 1.0).collect();
        Self::new(NS_PER_SEC / ns, LogSpread::of_deviations(&deviations))
    }

    /// A ratio of times, first ÷ second, out of the samples of pairs that ran side by side; `None` if
    /// there is no pair or a side is empty.
    pub fn of_ratio(pairs: &[(Invocation, Invocation)]) -> Option<Self> {
        let each: Vec<(f64, f64)> = pairs
            .iter()
            .map(|(above, below)| Some((ns_per_op(above)?, ns_per_op(below)?)))
            .collect::<Option<_>>()?;
        let upper = mean(each.iter().map(|(above, _)| *above));
        let lower = mean(each.iter().map(|(_, below)| *below));
        // What hit both sides of an invocation alike cancels.
        let deviations: Vec<f64> = each.iter().map(|(a, b)| a / upper - b / lower).collect();
        Self::new(upper / lower, LogSpread::of_deviations(&deviations))
    }

    /// A value with the bounds of its 95 % interval. Of `invocations` the interval was made, if that is
    /// known; else it is taken for a normal one on the logarithmic scale. An interval that is none (a
    /// bound at or below zero, or no number) leaves the bare value. `None` unless the value is
    /// positive.
    pub fn of_interval(value: f64, low: f64, high: f64, invocations: Option<u32>) -> Option<Self> {
        let freedom = match invocations {
            Some(n) if n >= 2 => f64::from(n - 1),
            _ => f64::INFINITY,
        };
        Self::new(value, LogSpread::of_interval(low, high, freedom))
    }

    /// A bare value; `None` unless it is positive.
    pub fn of_value(value: f64) -> Option<Self> {
        Self::new(value, None)
    }

    /// The quotient of two figures known independently of each other, from their intervals.
    pub fn over(&self, other: &Self) -> Option<Self> {
        let spread = self.spread.zip(other.spread).map(|(a, b)| LogSpread::sum(&[a, b]));
        Self::new(self.value / other.value, spread)
    }

    /// The same figure for comparing with what another run gave: runs differ more than the invocations of one say.
    pub fn scaled(self, by: Birge) -> Self {
        Self { spread: self.spread.map(|spread| spread.scaled(by)), ..self }
    }

    fn new(value: f64, spread: Option<LogSpread>) -> Option<Self> {
        (value.is_finite() && value > 0.0).then_some(Self { value, spread })
    }

    /// The figure.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// How uncertain it is; `None` if nobody knows.
    pub const fn spread(&self) -> Option<LogSpread> {
        self.spread
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;
    use std::time::Duration;

    fn once(elapsed: u64) -> Invocation {
        vec![Sample { n: 1, elapsed: Duration::from_nanos(elapsed) }]
    }

    /// By hand: 90, 100 and 110 ns: 10⁷ ops/s, (10 ÷ 100)² ÷ 3.
    #[test]
    fn a_rate_is_the_reciprocal_of_the_mean_time() {
        let evidence = Evidence::of_rate(&[once(90), once(100), once(110)]).unwrap();
        assert_eq!(evidence.value(), 1e7);
        assert!((evidence.spread().unwrap().variance - 0.01 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_hits_both_sides_alike_is_no_uncertainty_of_their_ratio() {
        let pairs: Vec<_> = (1..=4).map(|k| (once(1000 * k), once(100 * k))).collect();
        let evidence = Evidence::of_ratio(&pairs).unwrap();
        assert_eq!(evidence.value(), 10.0);
        assert!(evidence.spread().unwrap().variance < 1e-30);
    }

    #[test]
    fn nothing_gives_nothing_and_one_gives_no_spread() {
        assert_eq!(Evidence::of_rate(&[]), None);
        assert_eq!(Evidence::of_rate(&[vec![]]), None);
        assert_eq!(Evidence::of_ratio(&[]), None);
        assert_eq!(Evidence::of_value(0.0), None);
        assert_eq!(Evidence::of_rate(&[once(5)]).unwrap().spread(), None);
        assert_eq!(Evidence::of_interval(5.0, -1.0, 11.0, None).unwrap().spread(), None);
    }

    /// The intervals' logarithms: (ln 1.21) ÷ 2 ÷ 1.96 each; variances add up.
    #[test]
    fn a_quotient_of_published_figures_adds_their_variances() {
        let one = Evidence::of_interval(1.1, 1.0, 1.21, None).unwrap();
        let quotient = one.over(&one).unwrap();
        assert_eq!(quotient.value(), 1.0);
        let single = one.spread().unwrap().variance;
        assert!((quotient.spread().unwrap().variance - 2.0 * single).abs() < 1e-15);
        assert_eq!(one.over(&Evidence::of_value(2.0).unwrap()).unwrap().spread(), None);
    }
}
