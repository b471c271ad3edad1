//! How uncertain the logarithm of a positive figure is.
//!
//! Ratios are compared on a logarithmic scale: there "twice as fast" and "half as fast" are equally
//! far from "the same", and the variances of the two sides of a quotient simply add up.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::interval::{LARGE_FREEDOM, critical};

/// The variance of the logarithm of an estimate, and how well that variance itself is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogSpread {
    /// Variance of the estimate's natural logarithm: nearly the square of its relative error.
    pub variance: f64,
    /// Degrees of freedom of that variance; infinite where it is taken as known.
    pub freedom: f64,
}

impl LogSpread {
    /// From the relative deviations of invocations: `d` is 0 on average, and the estimate's relative
    /// error is their mean. Source: the delta method, which for a mean gives (s ÷ x̄)² ÷ n.
    /// `None` with fewer than two, whose spread nobody knows.
    pub(super) fn of_deviations(deviations: &[f64]) -> Option<Self> {
        let n = deviations.len() as f64;
        let squares: f64 = deviations.iter().map(|d| d * d).sum();
        (deviations.len() >= 2)
            .then(|| Self { variance: squares / (n * (n - 1.0)), freedom: n - 1.0 })
    }

    /// Back from the bounds of a 95 % interval, `0 < low ≤ high`, that was made with this many
    /// degrees of freedom.
    pub(super) fn of_interval(low: f64, high: f64, freedom: f64) -> Option<Self> {
        let is_interval = low > 0.0 && high.is_finite() && low <= high;
        let error = (high / low).ln() / 2.0 / critical(freedom)?;
        is_interval.then_some(Self { variance: error * error, freedom })
    }

    /// The spread of a product or quotient of independent estimates. The degrees of freedom are those
    /// of B. L. Welch, "The generalization of 'Student's' problem when several different population
    /// variances are involved", Biometrika 34 (1947).
    pub fn sum(spreads: &[Self]) -> Self {
        let variance: f64 = spreads.iter().map(|spread| spread.variance).sum();
        let uncertainty: f64 =
            spreads.iter().map(|spread| spread.variance * spread.variance / spread.freedom).sum();
        // Without any variance, the fewest degrees of freedom are the careful choice.
        let freedom = if uncertainty > 0.0 {
            variance * variance / uncertainty
        } else if variance > 0.0 {
            f64::INFINITY
        } else {
            spreads.iter().map(|spread| spread.freedom).fold(f64::INFINITY, f64::min)
        };
        Self { variance, freedom }
    }

    /// The spread of the estimate raised to `power`: 1 ÷ k for a geometric mean of k.
    pub fn raised(self, power: f64) -> Self {
        Self { variance: self.variance * power * power, ..self }
    }

    /// The bounds of the 95 % interval of an estimate with this spread; `None` if they are not finite.
    pub fn bounds(self, value: f64) -> Option<(f64, f64)> {
        let factor = (self.variance.sqrt() * critical(self.freedom)?).exp();
        (factor.is_finite() && value.is_finite()).then_some((value / factor, value * factor))
    }

    /// The two-sided probability of an estimate at least as far from 1 as `value` where the truth
    /// is 1: Student's t on the logarithm, with Welch's degrees of freedom.
    pub fn p_value(self, value: f64) -> f64 {
        let distance = value.ln().abs();
        if distance == 0.0 {
            return 1.0;
        }
        if self.variance == 0.0 {
            return 0.0;
        }
        let t = distance / self.variance.sqrt();
        let tail = match StudentsT::new(0.0, 1.0, self.freedom) {
            Ok(student) if self.freedom <= LARGE_FREEDOM => student.cdf(-t),
            _ => Normal::standard().cdf(-t),
        };
        (2.0 * tail).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-7 * right.abs()
    }

    /// By hand: x = 90, 100, 110: s² = 100, (10 ÷ 100)² ÷ 3.
    #[test]
    fn the_spread_of_a_mean_is_its_relative_error_squared() {
        let spread = LogSpread::of_deviations(&[-0.1, 0.0, 0.1]).unwrap();
        assert!(near(spread.variance, 0.01 / 3.0), "{spread:?}");
        assert_eq!(spread.freedom, 2.0);
        assert_eq!(LogSpread::of_deviations(&[0.0]), None);
    }

    /// SciPy: ttest_ind_from_stats(mean, √(v₁ n₁), n₁, 0, √(v₂ n₂), n₂, equal_var=False) with
    /// v = 0.0004, 0.0001; n = 10, 5; mean = ln 1.06: t = 2.6058648, p and ν as below.
    #[test]
    fn freedom_and_probability_are_welchs() {
        let spread = LogSpread::sum(&[
            LogSpread { variance: 0.0004, freedom: 9.0 },
            LogSpread { variance: 0.0001, freedom: 4.0 },
        ]);
        assert!(near(spread.variance, 0.0005));
        assert!(near(spread.freedom, 12.328767123), "{spread:?}");
        assert!(near(spread.p_value(1.06), 0.022553007240), "{}", spread.p_value(1.06));
        assert!(near(spread.p_value(1.0 / 1.06), 0.022553007240));
    }

    #[test]
    fn a_known_variance_leaves_all_freedom_to_the_other() {
        let known = LogSpread { variance: 0.0003, freedom: f64::INFINITY };
        let spread = LogSpread::sum(&[known, known]);
        assert_eq!(spread.freedom, f64::INFINITY);
        let steady = LogSpread { variance: 0.0, freedom: 4.0 };
        assert_eq!(LogSpread::sum(&[steady, LogSpread { freedom: 9.0, ..steady }]).freedom, 4.0);
    }

    /// 2 Φ(−1.959964) = 0.05.
    #[test]
    fn an_interval_gives_back_its_spread() {
        let spread = LogSpread::of_interval(1.0, 1.21, f64::INFINITY).unwrap();
        let (low, high) = spread.bounds(1.1).unwrap();
        assert!(near(low, 1.0) && near(high, 1.21), "{low} {high}");
        assert!(near(spread.p_value(1.1), 0.05), "{}", spread.p_value(1.1));
        assert_eq!(LogSpread::of_interval(-1.0, 1.0, f64::INFINITY), None);
        assert_eq!(LogSpread::of_interval(2.0, 1.0, f64::INFINITY), None);
    }

    #[test]
    fn without_variance_any_difference_is_certain() {
        let steady = LogSpread { variance: 0.0, freedom: 4.0 };
        assert_eq!((steady.p_value(1.0), steady.p_value(1.01)), (1.0, 0.0));
        assert_eq!(steady.bounds(2.0), Some((2.0, 2.0)));
    }
}
