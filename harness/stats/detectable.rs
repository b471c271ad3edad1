//! The smallest difference that a measurement of some size finds: what a machine can resolve.
//!
//! A difference is found if the 95 % interval of a mean logarithmic ratio over invocations leaves out
//! zero. If the truth is δ standard errors away, Student's statistic has the noncentral t distribution,
//! and the *minimum detectable effect* is the δ with which that happens in 80 % of all measurements (H. S.
//! Bloom, "Minimum Detectable Effects: A Simple Way to Report the Statistical Power of Experimental
//! Designs", Evaluation Review 19, 1995; J. Cohen, *Statistical Power Analysis for the Behavioral
//! Sciences*, 1988, for the 80 %). Bloom's sum of two quantiles of t is 5 % too small for three
//! invocations, so that the power itself is computed here.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::ln_gamma;

use super::interval::critical;

/// How often a difference of that size is to be found.
pub const POWER: f64 = 0.8;

/// The smallest ratio above 1 that `invocations` find with [`POWER`], if the logarithm of one
/// invocation's ratio has the standard deviation `deviation`. `None` with fewer than two, or if the
/// deviation is not a number.
pub fn detectable_ratio(deviation: f64, invocations: u32) -> Option<f64> {
    if invocations < 2 || !(deviation.is_finite() && deviation >= 0.0) {
        return None;
    }
    let error = deviation / f64::from(invocations).sqrt();
    Some((detectable_errors(f64::from(invocations - 1))? * error).exp())
}

/// How many standard errors the truth must be away, by bisection: power grows with the distance.
fn detectable_errors(freedom: f64) -> Option<f64> {
    let bound = critical(freedom)?;
    // With one degree of freedom the answer is 16.3, and with more it is less.
    let (mut low, mut high) = (0.0, 32.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if power(middle, bound, freedom) < POWER {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

/// The probability of |T| > `bound` for Student's statistic whose truth is `distance` standard errors
/// from zero: (Z + distance) ÷ (X ÷ √ν) with Z normal and X of the chi distribution, integrated over X by
/// the midpoint rule.
fn power(distance: f64, bound: f64, freedom: f64) -> f64 {
    const STEPS: u32 = 2000;
    /// The chi distribution lies within this distance of √ν, but for less than 1e-12.
    const REACH: f64 = 7.5;
    let normal = Normal::standard();
    let from = (freedom.sqrt() - REACH).max(0.0);
    let step = (freedom.sqrt() + REACH - from) / f64::from(STEPS);
    let constant = (freedom / 2.0 - 1.0) * std::f64::consts::LN_2 + ln_gamma(freedom / 2.0);
    (0..STEPS)
        .map(|i| {
            let x = from + (f64::from(i) + 0.5) * step;
            let density = ((freedom - 1.0) * x.ln() - x * x / 2.0 - constant).exp();
            let limit = bound * x / freedom.sqrt();
            let beyond = normal.cdf(distance - limit) + normal.cdf(-distance - limit);
            density * beyond * step
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy: the `d` where `quad` of `chi.pdf(x, n - 1)` times the normal's tails beyond c·x ÷ √(n − 1)
    /// is 0.8, c = t.ppf(0.975, n - 1). From n = 3 on `nct` says the same.
    #[test]
    fn distances_are_those_of_the_noncentral_t() {
        for (invocations, wanted) in [
            (2, 16.33400886992137),
            (3, 5.653489266197126),
            (5, 3.7610595538250187),
            (10, 3.149632886450617),
            (30, 2.898742846324862),
            (100, 2.8291263278138645),
        ] {
            let found = detectable_errors(f64::from(invocations - 1)).unwrap();
            assert!((found / wanted - 1.0).abs() < 1e-4, "{invocations}: {found}");
        }
    }

    /// By hand: 0.02 ÷ √10 · 3.149633 = 0.0199200; e to that.
    #[test]
    fn a_ratio_is_the_distance_on_the_logarithmic_scale() {
        let ratio = detectable_ratio(0.02, 10).unwrap();
        assert!((ratio - 1.020120).abs() < 1e-5, "{ratio}");
        assert_eq!(detectable_ratio(0.0, 10), Some(1.0));
        assert_eq!(detectable_ratio(0.02, 1), None);
        assert_eq!(detectable_ratio(f64::NAN, 10), None);
    }
}
