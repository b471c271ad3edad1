//! Bootstrap over invocations: the mean time of an op, and the ratio of two, with their intervals.
//!
//! Invocations are resampled, each with all of its samples. The spread within an invocation is not lost
//! by that: it is part of the spread between the means. Resampling the samples within a drawn
//! invocation as well would count it twice (A. C. Davison and D. V. Hinkley, *Bootstrap Methods and their
//! Application*, 1997, section 3.8: below the first level, resample without replacement), and the
//! intervals would hold the truth more often than they say wherever batches vary much.
//!
//! The ratio's interval is made from replicates of the ratio itself, with the two sides of an invocation
//! drawn together, since they ran side by side and share what disturbed them.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::estimate::Estimate;
use super::interval::bounds;
use std::time::Duration;

/// Replicates drawn: the standard error is then known to within 1 %.
pub(super) const REPLICATES: usize = 10_000;

/// A fixed seed, so that the same samples always give the same interval.
pub(super) const SEED: u64 = 0x0061_7761_6974;

/// One timed batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Ops in the batch.
    pub n: u64,
    /// Wall time of all of them together.
    pub elapsed: Duration,
}

impl Sample {
    /// The mean over the batch, in nanoseconds.
    pub fn ns_per_op(&self) -> f64 {
        self.elapsed.as_nanos() as f64 / self.n as f64
    }
}

/// The samples of one fresh process; never empty where estimates are made.
pub type Invocation = Vec<Sample>;

/// The mean time of one op in nanoseconds, over invocations that count alike, with its interval.
///
/// `None` if there is no invocation or one is empty. With a single invocation the interval can't be
/// known: it is `None` then.
pub fn mean_ns_per_op(invocations: &[Invocation]) -> Option<(f64, Option<Estimate>)> {
    let times: Vec<f64> = invocations.iter().map(|one| ns_per_op(one)).collect::<Option<_>>()?;
    let everything: Vec<usize> = (0..times.len()).collect();
    with_interval(times.len(), &everything, |drawn| mean(drawn.iter().map(|at| times[*at])))
}

/// The ratio of the mean times of one op, numerator ÷ denominator, with its interval.
///
/// Each pair is one invocation of both sides, run side by side. `None` if there is no pair or a
/// side is empty; the interval is `None` with a single pair.
pub fn paired_ratio(pairs: &[(Invocation, Invocation)]) -> Option<(f64, Option<Estimate>)> {
    let times: Vec<(f64, f64)> = pairs
        .iter()
        .map(|(above, below)| Some((ns_per_op(above)?, ns_per_op(below)?)))
        .collect::<Option<_>>()?;
    let everything: Vec<usize> = (0..times.len()).collect();
    with_interval(times.len(), &everything, |drawn| {
        mean(drawn.iter().map(|at| times[*at].0)) / mean(drawn.iter().map(|at| times[*at].1))
    })
}

/// Time over ops, summed over batches: long batches count for what they are. `None` without ops.
pub(super) fn ns_per_op(samples: &[Sample]) -> Option<f64> {
    // As floats: a file may hold numbers that add up to more than fits into an integer.
    let elapsed: f64 = samples.iter().map(|sample| sample.elapsed.as_nanos() as f64).sum();
    let n: f64 = samples.iter().map(|sample| sample.n as f64).sum();
    (n > 0.0).then(|| elapsed / n)
}

pub(super) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// The statistic of everything, with the interval that its replicates over `count` draws give.
fn with_interval(
    count: usize,
    everything: &[usize],
    statistic: impl Fn(&[usize]) -> f64,
) -> Option<(f64, Option<Estimate>)> {
    if count == 0 {
        return None;
    }
    let value = statistic(everything);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut drawn = vec![0; count];
    let replicates: Vec<f64> = (0..REPLICATES)
        .map(|_| {
            drawn.fill_with(|| random.random_range(0..count));
            statistic(&drawn)
        })
        .collect();
    let interval = bounds(value, &replicates, count);
    Some((value, interval.map(|(low, high)| Estimate { value, low, high })))
}

#[cfg(test)]
mod tests {
    use super::super::simulation::normal;
    use super::*;

    fn sample(n: u64, elapsed: u64) -> Sample {
        Sample { n, elapsed: Duration::from_nanos(elapsed) }
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

    /// SciPy: `exp(t.interval(0.95, 4, loc=mean(x), scale=sem(x)))` for x = ln of 98 to 102 is 98.046
    /// to 101.973, around their geometric mean 99.990, where this is around 100.
    #[test]
    fn the_interval_is_that_of_student_where_that_is_right() {
        let invocations: Vec<Invocation> = (98..=102).map(|ns| vec![sample(1, ns)]).collect();
        let estimate = mean_ns_per_op(&invocations).unwrap().1.unwrap();
        assert!((estimate.low - 98.046 * 100.0 / 99.990).abs() < 0.03, "{estimate:?}");
        assert!((estimate.high - 101.973 * 100.0 / 99.990).abs() < 0.03, "{estimate:?}");
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
        assert_eq!(value, 10.0);
        assert!(estimate.high - estimate.low < 1e-9, "{estimate:?}");
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

    /// The share of 600 simulated sets of processes whose 95 % intervals hold the truth: of the mean,
    /// and of the ratio of two sides that share a drift. The seed is fixed.
    fn coverage(processes: u32, batches: u32, between: f64, within: f64) -> (f64, f64) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let (runs, truth, ratio) = (600, 1000.0, 10.0);
        let (mut means, mut ratios) = (0, 0);
        for _ in 0..runs {
            let mut process = |scale: f64, drift: f64| -> Invocation {
                let level = 1.0 + between * normal(&mut random);
                (0..batches)
                    .map(|_| {
                        let noise = 1.0 + within * normal(&mut random);
                        sample(1000, (1000.0 * truth * scale * level * noise * drift) as u64)
                    })
                    .collect()
            };
            let pairs: Vec<(Invocation, Invocation)> = (0..processes)
                .map(|k| {
                    let drift = 0.95 + 0.05 * f64::from(k % 3);
                    (process(ratio, drift), process(1.0, drift))
                })
                .collect();
            let alone: Vec<Invocation> = (0..processes).map(|_| process(1.0, 1.0)).collect();
            let holds = |found: Option<(f64, Option<Estimate>)>, truth: f64| {
                let estimate = found.unwrap().1.unwrap();
                u32::from((estimate.low..=estimate.high).contains(&truth))
            };
            means += holds(mean_ns_per_op(&alone), truth);
            ratios += holds(paired_ratio(&pairs), ratio);
        }
        (f64::from(means) / f64::from(runs), f64::from(ratios) / f64::from(runs))
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        for (processes, batches, between, within) in [
            (10, 20, 0.03, 0.01),
            (10, 20, 0.01, 0.10),
            (10, 8, 0.03, 0.10),
            (5, 8, 0.03, 0.05),
            (3, 8, 0.03, 0.05),
            (2, 8, 0.03, 0.05),
        ] {
            let (mean, ratio) = coverage(processes, batches, between, within);
            let case = format!("{processes} processes, {between} between, {within} within");
            assert!((0.93..=0.97).contains(&mean), "{case}: the mean's hold {mean}");
            assert!((0.93..=0.97).contains(&ratio), "{case}: the ratio's hold {ratio}");
        }
    }
}
