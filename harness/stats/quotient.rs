//! The quotient of two figures that were measured independently: another machine, version or day.
//!
//! On the logarithmic scale the variances of the two sides add up; Student's t with Welch's degrees of
//! freedom makes the interval and the p-value, as it does for one mean (see the module `interval`).

use super::estimate::Estimate;
use super::evidence::Evidence;
use super::log_spread::LogSpread;

/// One figure over another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quotient {
    /// The quotient.
    pub value: f64,
    /// What is known beyond the value; `None` if a side is a bare value.
    pub certainty: Option<Certainty>,
}

/// How far a quotient can be relied on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certainty {
    /// The value with its 95 % interval.
    pub estimate: Estimate,
    /// The spread of the logarithm.
    pub spread: LogSpread,
    /// The probability of a quotient at least as far from 1 if the truth is 1: Welch's test on the
    /// logarithm of the means of invocations. It is for this comparison alone: see [`super::holm`].
    pub p: f64,
}

/// `above ÷ below`, with its interval and p-value as far as both sides have a spread.
pub fn quotient(above: &Evidence, below: &Evidence) -> Quotient {
    let value = above.value() / below.value();
    let spreads = above.spread().zip(below.spread());
    let certainty = spreads.and_then(|(a, b)| {
        let spread = LogSpread::sum(&[a, b]);
        let (low, high) = spread.bounds(value)?;
        let estimate = Estimate { value, low, high };
        Some(Certainty { estimate, spread, p: spread.p_value(value) })
    });
    Quotient { value, certainty }
}

#[cfg(test)]
mod tests {
    use super::super::simulation::invocations;
    use super::super::{Invocation, Sample};
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;
    use std::time::Duration;

    fn steady(elapsed: u64) -> Vec<Invocation> {
        vec![vec![Sample { n: 1, elapsed: Duration::from_nanos(elapsed) }; 3]; 5]
    }

    #[test]
    fn steady_sides_have_a_certain_quotient() {
        let slow = Evidence::of_rate(&steady(1000)).unwrap();
        let fast = Evidence::of_rate(&steady(100)).unwrap();
        let found = quotient(&fast, &slow);
        let certainty = found.certainty.unwrap();
        assert_eq!((found.value, certainty.estimate.low, certainty.p), (10.0, 10.0, 0.0));
    }

    /// The article's 12.16.2: 4,567,163 ± 1.96 % over 443,891 ± 4.12 %. In Python:
    /// `l = log((1 + m) / (1 - m)) / 2` for each, `exp(log(r) ± hypot(l1, l2))` = [9.8298, 10.7695].
    #[test]
    fn published_intervals_combine_on_the_logarithmic_scale() {
        let of = |value: f64, margin: f64| {
            Evidence::of_interval(value, value * (1.0 - margin), value * (1.0 + margin), None)
        };
        let found = quotient(&of(4_567_163.0, 0.0196).unwrap(), &of(443_891.0, 0.0412).unwrap());
        let estimate = found.certainty.unwrap().estimate;
        assert!((estimate.low - 9.829831).abs() < 1e-4, "{estimate:?}");
        assert!((estimate.high - 10.769469).abs() < 1e-4, "{estimate:?}");
    }

    /// With a published side and a steady measured one, the interval is the published one's.
    #[test]
    fn samples_and_published_intervals_compare() {
        let measured = Evidence::of_rate(&steady(100)).unwrap();
        let published = Evidence::of_interval(1e6, 0.96e6, 1e6 / 0.96, None).unwrap();
        let estimate = quotient(&measured, &published).certainty.unwrap().estimate;
        assert!((estimate.low - 9.6).abs() < 1e-9, "{estimate:?}");
        assert!((estimate.high - 10.0 / 0.96).abs() < 1e-9, "{estimate:?}");
    }

    #[test]
    fn a_bare_value_leaves_the_quotient_alone() {
        let measured = Evidence::of_rate(&steady(100)).unwrap();
        let found = quotient(&measured, &Evidence::of_value(5e6).unwrap());
        assert_eq!(found, Quotient { value: 2.0, certainty: None });
    }

    #[test]
    fn swapping_the_sides_turns_the_interval_over() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let a = Evidence::of_rate(&invocations(100.0, 8, 4, &mut random)).unwrap();
        let b = Evidence::of_rate(&invocations(120.0, 8, 4, &mut random)).unwrap();
        let (one, other) = (quotient(&a, &b), quotient(&b, &a));
        let (one, other) = (one.certainty.unwrap(), other.certainty.unwrap());
        assert!((one.p - other.p).abs() < 1e-12);
        assert!((one.estimate.low * other.estimate.high - 1.0).abs() < 1e-12);
    }

    /// Sides of 5 and 8 processes with the spread seen on real machines, 250 times: 93 to 97 % of the
    /// intervals hold the truth. The seed is fixed.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(17);
        let runs = 250;
        let held = (0..runs)
            .filter(|_| {
                let above = Evidence::of_rate(&invocations(100.0, 5, 3, &mut random)).unwrap();
                let below = Evidence::of_rate(&invocations(150.0, 8, 3, &mut random)).unwrap();
                let estimate = quotient(&above, &below).certainty.unwrap().estimate;
                (estimate.low..=estimate.high).contains(&1.5)
            })
            .count();
        let share = held as f64 / f64::from(runs);
        assert!((0.93..=0.97).contains(&share), "{held} of {runs} intervals hold the truth");
    }

    /// Equal sides, 3,000 times: the p-value is below 0.05 in 4 to 6 %.
    #[test]
    fn equals_are_told_apart_as_rarely_as_stated() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(23);
        let runs = 3000;
        let claimed = (0..runs)
            .filter(|_| {
                let mut side =
                    |n| Evidence::of_rate(&invocations(100.0, n, 3, &mut random)).unwrap();
                let (above, below) = (side(10), side(5));
                let spread = LogSpread::sum(&[above.spread().unwrap(), below.spread().unwrap()]);
                spread.p_value(above.value() / below.value()) < 0.05
            })
            .count();
        let share = claimed as f64 / f64::from(runs);
        assert!((0.04..=0.06).contains(&share), "{share}");
    }
}
