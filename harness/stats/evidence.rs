//! What is known of one positive figure: samples, an interval that somebody published, or the bare
//! value. The two sides of a comparison need not have the same.

use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

use rand::RngExt;

use super::bootstrap::{mean, ns_per_op, resampled_mean, resampled_ratio};
use super::{Invocation, LogSpread};

const NS_PER_SEC: f64 = 1e9;

/// A positive figure and what its uncertainty is known from.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    value: f64,
    spread: Option<LogSpread>,
    source: Source,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    /// Each invocation on its own.
    Invocations(Vec<Invocation>),
    /// Both sides of a ratio, invocation by invocation.
    Pairs(Vec<(Invocation, Invocation)>),
    /// No samples.
    Summary,
}

impl Evidence {
    /// Ops/s out of samples; `None` if there is no invocation or one is empty.
    #[must_use]
    pub fn of_rate(invocations: Vec<Invocation>) -> Option<Self> {
        if invocations.iter().any(Vec::is_empty) {
            return None;
        }
        let each: Vec<f64> = invocations.iter().map(time).collect();
        let ns = mean(each.iter().copied());
        let deviations: Vec<f64> = each.iter().map(|x| x / ns - 1.0).collect();
        let spread = LogSpread::of_deviations(&deviations);
        Self::new(NS_PER_SEC / ns, spread, Source::Invocations(invocations))
    }

    /// A ratio of times, first ÷ second, out of the samples of pairs that ran side by side; `None` if
    /// there is no pair or a side is empty.
    #[must_use]
    pub fn of_ratio(pairs: Vec<(Invocation, Invocation)>) -> Option<Self> {
        if pairs.iter().any(|(above, below)| above.is_empty() || below.is_empty()) {
            return None;
        }
        let above: Vec<f64> = pairs.iter().map(|(above, _)| time(above)).collect();
        let below: Vec<f64> = pairs.iter().map(|(_, below)| time(below)).collect();
        let (upper, lower) = (mean(above.iter().copied()), mean(below.iter().copied()));
        // What hit both sides of an invocation alike cancels.
        let deviations: Vec<f64> =
            above.iter().zip(&below).map(|(a, b)| a / upper - b / lower).collect();
        let spread = LogSpread::of_deviations(&deviations);
        Self::new(upper / lower, spread, Source::Pairs(pairs))
    }

    /// A value with the bounds of its 95 % interval. Of `invocations` the interval was made, if that is
    /// known; else it is taken for a normal one on the logarithmic scale. An interval that is none (a
    /// bound at or below zero, or no number) leaves the bare value. `None` unless the value is
    /// positive.
    #[must_use]
    pub fn of_interval(value: f64, low: f64, high: f64, invocations: Option<u32>) -> Option<Self> {
        let freedom = match invocations {
            Some(n) if n >= 2 => f64::from(n - 1),
            _ => f64::INFINITY,
        };
        Self::new(value, LogSpread::of_interval(low, high, freedom), Source::Summary)
    }

    /// A bare value; `None` unless it is positive.
    #[must_use]
    pub fn of_value(value: f64) -> Option<Self> {
        Self::new(value, None, Source::Summary)
    }

    /// The quotient of two figures known independently of each other, from their intervals.
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        let spread = self.spread.zip(other.spread).map(|(a, b)| LogSpread::sum(&[a, b]));
        Self::new(self.value / other.value, spread, Source::Summary)
    }

    fn new(value: f64, spread: Option<LogSpread>, source: Source) -> Option<Self> {
        (value.is_finite() && value > 0.0).then_some(Self { value, spread, source })
    }

    /// The figure.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// How uncertain it is; `None` if nobody knows.
    #[must_use]
    pub const fn spread(&self) -> Option<LogSpread> {
        self.spread
    }

    /// Whether there are samples to draw from.
    pub(super) const fn has_samples(&self) -> bool {
        !matches!(self.source, Source::Summary)
    }

    /// The variance that replicates have: (n − 1) ÷ n of the estimate's, where they are drawn from n
    /// invocations.
    pub(super) fn replicate_variance(&self) -> f64 {
        let Some(LogSpread { variance, freedom }) = self.spread else { return 0.0 };
        if self.has_samples() { variance * freedom / (freedom + 1.0) } else { variance }
    }

    /// One replicate: drawn from the samples, or from the normal distribution that the interval stands
    /// for.
    pub(super) fn replicate(&self, random: &mut Xoshiro256PlusPlus) -> f64 {
        match &self.source {
            Source::Invocations(invocations) => NS_PER_SEC / resampled_mean(invocations, random),
            Source::Pairs(pairs) => resampled_ratio(pairs, random),
            Source::Summary => {
                let error = self.spread.map_or(0.0, |spread| spread.variance.sqrt());
                // Never 0, whose quantile is infinite.
                let uniform = 1.0 - random.random::<f64>();
                let deviate = Normal::standard().inverse_cdf(uniform.min(1.0 - f64::EPSILON));
                self.value * (error * deviate).exp()
            }
        }
    }
}

fn time(samples: &Invocation) -> f64 {
    ns_per_op(samples.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;
    use crate::units::Nanos;

    fn once(elapsed: u64) -> Invocation {
        vec![Sample { n: 1, elapsed: Nanos(elapsed) }]
    }

    /// By hand: 90, 100 and 110 ns: 10⁷ ops/s, (10 ÷ 100)² ÷ 3.
    #[test]
    fn a_rate_is_the_reciprocal_of_the_mean_time() {
        let evidence = Evidence::of_rate(vec![once(90), once(100), once(110)]).unwrap();
        assert_eq!(evidence.value(), 1e7);
        assert!((evidence.spread().unwrap().variance - 0.01 / 3.0).abs() < 1e-12);
        // (n − 1) ÷ n of it.
        assert!((evidence.replicate_variance() - 0.02 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn what_hits_both_sides_alike_is_no_uncertainty_of_their_ratio() {
        let pairs = (1..=4).map(|k| (once(1000 * k), once(100 * k))).collect();
        let evidence = Evidence::of_ratio(pairs).unwrap();
        assert_eq!(evidence.value(), 10.0);
        assert!(evidence.spread().unwrap().variance < 1e-30);
    }

    #[test]
    fn nothing_gives_nothing_and_one_gives_no_spread() {
        assert_eq!(Evidence::of_rate(vec![]), None);
        assert_eq!(Evidence::of_rate(vec![vec![]]), None);
        assert_eq!(Evidence::of_ratio(vec![]), None);
        assert_eq!(Evidence::of_value(0.0), None);
        assert_eq!(Evidence::of_rate(vec![once(5)]).unwrap().spread(), None);
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
