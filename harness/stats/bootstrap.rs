//! Hierarchical bootstrap: invocations are resampled first, the samples within them second.
//!
//! Source: A. C. Davison and D. V. Hinkley, *Bootstrap Methods and their Application* (1997),
//! section 3.8, and T. Kalibera and R. Jones, "Rigorous Benchmarking in Reasonable Time", ISMM
//! 2013, for invocations as the upper level. The ratio's interval is made from replicates of the
//! ratio itself, with the two sides of an invocation drawn together, since they ran side by side
//! and share what disturbed them.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Estimate;
use super::interval::bounds;
use crate::units::Nanos;

/// Replicates drawn: at 0.1 % from the end there are still ten beyond.
pub(super) const REPLICATES: usize = 10_000;

/// A fixed seed, so that the same samples always give the same interval.
pub(super) const SEED: u64 = 0x0061_7761_6974;

/// One timed batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Ops in the batch.
    pub n: u64,
    /// Time of the batch.
    pub elapsed: Nanos,
}

/// The samples of one fresh process; never empty where estimates are made.
pub type Invocation = Vec<Sample>;

/// Which side of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Above the line.
    Numerator,
    /// Below it.
    Denominator,
}

/// Time over ops, summed over batches: long batches count for what they are.
pub(super) fn ns_per_op(samples: impl Iterator<Item = Sample>) -> f64 {
    let (mut elapsed, mut n) = (0_u64, 0_u64);
    for sample in samples {
        elapsed += sample.elapsed.0;
        n += sample.n;
    }
    elapsed as f64 / n as f64
}

fn resampled(invocation: &Invocation, random: &mut Xoshiro256PlusPlus) -> f64 {
    let draws = (0..invocation.len()).map(|_| invocation[random.random_range(0..invocation.len())]);
    ns_per_op(draws)
}

pub(super) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// One replicate of the mean time of one op: invocations drawn first, samples second.
pub(super) fn resampled_mean(invocations: &[Invocation], random: &mut Xoshiro256PlusPlus) -> f64 {
    let count = invocations.len();
    mean((0..count).map(|_| {
        let chosen = random.random_range(0..count);
        resampled(&invocations[chosen], random)
    }))
}

/// One replicate of the ratio of mean times, the two sides of a pair drawn together.
pub(super) fn resampled_ratio(
    pairs: &[(Invocation, Invocation)],
    random: &mut Xoshiro256PlusPlus,
) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for _ in 0..pairs.len() {
        let pair = &pairs[random.random_range(0..pairs.len())];
        above += resampled(&pair.0, random);
        below += resampled(&pair.1, random);
    }
    above / below
}

/// The mean time of one op in nanoseconds, over invocations that count alike, with its interval.
///
/// `None` if there is no invocation or one is empty. With a single invocation the interval can't be
/// known: both bounds are then `None`.
#[must_use]
pub fn mean_ns_per_op(invocations: &[Invocation]) -> Option<(f64, Option<Estimate>)> {
    if invocations.is_empty() || invocations.iter().any(Vec::is_empty) {
        return None;
    }
    let value = mean(invocations.iter().map(|samples| ns_per_op(samples.iter().copied())));
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let replicates = (0..REPLICATES).map(|_| resampled_mean(invocations, &mut random)).collect();
    let estimate =
        bounds(replicates, invocations.len()).map(|(low, high)| Estimate { value, low, high });
    Some((value, estimate))
}

/// The ratio of the mean times of one op, numerator ÷ denominator, with its interval.
///
/// Each pair is one invocation of both sides, run side by side. `None` if there is no pair or a
/// side is empty; the interval is `None` with a single pair.
#[must_use]
pub fn paired_ratio(pairs: &[(Invocation, Invocation)]) -> Option<(f64, Option<Estimate>)> {
    if pairs.is_empty() || pairs.iter().any(|(above, below)| above.is_empty() || below.is_empty()) {
        return None;
    }
    let side =
        |side: Side| mean(pairs.iter().map(|pair| ns_per_op(of(pair, side).iter().copied())));
    let value = side(Side::Numerator) / side(Side::Denominator);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let replicates = (0..REPLICATES).map(|_| resampled_ratio(pairs, &mut random)).collect();
    let estimate = bounds(replicates, pairs.len()).map(|(low, high)| Estimate { value, low, high });
    Some((value, estimate))
}

const fn of(pair: &(Invocation, Invocation), side: Side) -> &Invocation {
    match side {
        Side::Numerator => &pair.0,
        Side::Denominator => &pair.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: u64, elapsed: u64) -> Sample {
        Sample { n, elapsed: Nanos(elapsed) }
    }

    #[test]
    fn invocations_count_alike_and_batches_by_their_ops() {
        // First process: (100 + 900) / (1 + 3) = 250; second: 350. Mean 300.
        let invocations = [vec![sample(1, 100), sample(3, 900)], vec![sample(10, 3500)]];
        let (value, estimate) = mean_ns_per_op(&invocations).unwrap();
        assert_eq!(value, 300.0);
        let estimate = estimate.unwrap();
        assert!(estimate.low < 300.0 && 300.0 < estimate.high);
    }

    #[test]
    fn the_same_samples_give_the_same_interval() {
        let invocations = [vec![sample(1, 100), sample(1, 120)], vec![sample(1, 130)]];
        assert_eq!(mean_ns_per_op(&invocations), mean_ns_per_op(&invocations));
    }

    #[test]
    fn a_ratio_of_steady_sides_is_certain() {
        let pairs: Vec<_> =
            (0..5).map(|_| (vec![sample(10, 1000); 4], vec![sample(10, 100); 4])).collect();
        let (value, estimate) = paired_ratio(&pairs).unwrap();
        let estimate = estimate.unwrap();
        assert_eq!((value, estimate.low, estimate.high), (10.0, 10.0, 10.0));
    }

    #[test]
    fn drift_that_hits_both_sides_leaves_the_ratio_alone() {
        let pairs: Vec<_> =
            (1..=8).map(|k| (vec![sample(1, 1000 * k); 3], vec![sample(1, 100 * k); 3])).collect();
        let (value, estimate) = paired_ratio(&pairs).unwrap();
        let estimate = estimate.unwrap();
        assert_eq!(value, 10.0);
        assert!(estimate.high - estimate.low < 1e-9);
    }

    #[test]
    fn nothing_gives_nothing_and_one_gives_no_interval() {
        assert_eq!(mean_ns_per_op(&[]), None);
        assert_eq!(mean_ns_per_op(&[vec![]]), None);
        assert_eq!(mean_ns_per_op(&[vec![sample(2, 10)]]), Some((5.0, None)));
        assert_eq!(paired_ratio(&[]), None);
    }

    /// Simulated processes of ten, with a spread between them three times that within them, as seen
    /// on real machines: of 300 stated 95 % intervals, 93 to 97 % hold the truth. The seed is fixed.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        use super::super::simulation::normal;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let runs = 300;
        let held = (0..runs)
            .filter(|_| {
                let invocations: Vec<Invocation> = (0..10)
                    .map(|_| {
                        let level = 1_000_000.0 + 30_000.0 * normal(&mut random);
                        (0..10)
                            .map(|_| sample(1000, (level + 10_000.0 * normal(&mut random)) as u64))
                            .collect()
                    })
                    .collect();
                let estimate = mean_ns_per_op(&invocations).unwrap().1.unwrap();
                (estimate.low..=estimate.high).contains(&1000.0)
            })
            .count();
        let share = held as f64 / f64::from(runs);
        assert!((0.93..=0.97).contains(&share), "{held} of {runs} intervals hold the truth");
    }
}
