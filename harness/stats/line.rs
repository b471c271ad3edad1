//! A straight line through the times of ops that differ in how often they do something: the slope is
//! what doing it once more costs, the intercept what is left without.
//!
//! Weighted least squares with weights 1 ÷ ȳ², as for errors that are proportional to the value: a
//! process that is 3 % slower is so at 1 await and at 64 (R. J. Carroll and D. Ruppert,
//! *Transformation and Weighting in Regression*, 1988, chapter 2). Without weights the longest op
//! alone would decide the intercept.
//!
//! The uncertainty comes from resampling whole blocks, each with one invocation of every length: they
//! were measured near in time and share what disturbed them (resampling cases: A. C. Davison and D. V.
//! Hinkley, *Bootstrap Methods and their Application*, 1997, section 6.2.4). A line through the means of
//! each resample gives a replicate of slope and intercept; the intervals are as everywhere, but on the
//! linear scale, since an intercept may be zero or less.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::bootstrap::Invocation;
use super::bootstrap::{REPLICATES, SEED, mean, ns_per_op};
use super::estimate::Estimate;
use super::interval::linear_bounds;

/// A line through the times of ops, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// What one more takes.
    pub slope: f64,
    /// Its 95 % interval; `None` with a single block.
    pub slope_interval: Option<Estimate>,
    /// What is left at zero.
    pub intercept: f64,
    /// Its 95 % interval; `None` with a single block.
    pub intercept_interval: Option<Estimate>,
    /// The farthest that a mean lies from the line, as a share of the mean: how far the line is from
    /// being one.
    pub misfit: f64,
}

/// The line through the mean times at `at`. Each block has one invocation for each of `at`.
///
/// `None` with fewer than two different places, without blocks, or if one is not whole.
pub fn line(at: &[f64], blocks: &[Vec<Invocation>]) -> Option<Line> {
    let times: Vec<Vec<f64>> = blocks
        .iter()
        .map(|block| {
            let times: Option<Vec<f64>> = block.iter().map(|one| ns_per_op(one)).collect();
            times.filter(|times| times.len() == at.len())
        })
        .collect::<Option<_>>()?;
    let count = times.len();
    let everything: Vec<usize> = (0..count).collect();
    let means = means(&times, &everything)?;
    let (intercept, slope) = fit(at, &means)?;
    let misses = at.iter().zip(&means).map(|(x, y)| (intercept + slope * x - y).abs() / y);
    let misfit = misses.fold(0.0, f64::max);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut drawn = vec![0; count];
    let (mut intercepts, mut slopes) = (Vec::new(), Vec::new());
    for _ in 0..REPLICATES {
        drawn.fill_with(|| random.random_range(0..count));
        let (a, b) = fit(at, &self::means(&times, &drawn)?)?;
        intercepts.push(a);
        slopes.push(b);
    }
    let interval = |value: f64, replicates: &[f64]| {
        let (low, high) = linear_bounds(value, replicates, count)?;
        Some(Estimate { value, low, high })
    };
    Some(Line {
        slope,
        slope_interval: interval(slope, &slopes),
        intercept,
        intercept_interval: interval(intercept, &intercepts),
        misfit,
    })
}

/// The mean time at each place over the drawn blocks; `None` if one is not positive.
fn means(times: &[Vec<f64>], drawn: &[usize]) -> Option<Vec<f64>> {
    let places = times.first()?.len();
    let means: Vec<f64> =
        (0..places).map(|at| mean(drawn.iter().map(|block| times[*block][at]))).collect();
    means.iter().all(|mean| mean.is_finite() && *mean > 0.0).then_some(means)
}

/// Intercept and slope by least squares with the weights 1 ÷ y²; `None` if all places are one.
fn fit(at: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let (mut w, mut wx, mut wy, mut wxx, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (x, y) in at.iter().zip(y) {
        let weight = 1.0 / (y * y);
        w += weight;
        wx += weight * x;
        wy += weight * y;
        wxx += weight * x * x;
        wxy += weight * x * y;
    }
    let determinant = w * wxx - wx * wx;
    let slope = (w * wxy - wx * wy) / determinant;
    // Of equal places only rounding is left.
    let differ = determinant > 1e-12 * w * wxx;
    (differ && slope.is_finite()).then(|| ((wy - slope * wx) / w, slope))
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::super::simulation::Noise;
    use super::*;
    use std::time::Duration;

    const AT: [f64; 4] = [1.0, 4.0, 16.0, 64.0];

    fn once(ns: f64) -> Invocation {
        vec![Sample { n: 1000, elapsed: Duration::from_nanos((ns * 1000.0).round() as u64) }]
    }

    fn block(times: [f64; 4]) -> Vec<Invocation> {
        times.map(once).to_vec()
    }

    /// SciPy: `curve_fit(lambda x, a, b: a + b * x, [1, 4, 16, 64], y, sigma=y)` with
    /// y = 120, 260, 890, 3300.
    #[test]
    fn the_line_is_that_of_scipy() {
        let (intercept, slope) = fit(&AT, &[120.0, 260.0, 890.0, 3300.0]).unwrap();
        assert!((intercept - 68.08763223).abs() < 1e-6, "{intercept}");
        assert!((slope - 50.28286998).abs() < 1e-6, "{slope}");
    }

    /// NumPy: the fits of all 27 draws of three blocks; their standard deviations times
    /// t.ppf(0.975, 2)·√1.5 are 4.61839648 (intercept) and 1.50828722 (slope).
    #[test]
    fn the_interval_is_students_with_the_spread_of_resampled_blocks() {
        let blocks = [
            block([118.0, 255.0, 880.0, 3250.0]),
            block([120.0, 262.0, 890.0, 3310.0]),
            block([123.0, 263.0, 899.0, 3340.0]),
        ];
        let line = line(&AT, &blocks).unwrap();
        assert!((line.slope - 50.2499321).abs() < 1e-5, "{line:?}");
        assert!((line.intercept - 68.40535244).abs() < 1e-5, "{line:?}");
        let half = |interval: Option<Estimate>| {
            let interval = interval.unwrap();
            (interval.high - interval.low) / 2.0
        };
        // Ten thousand draws know a standard deviation to within 1 %.
        assert!((half(line.slope_interval) / 1.50828722 - 1.0).abs() < 0.03, "{line:?}");
        assert!((half(line.intercept_interval) / 4.61839648 - 1.0).abs() < 0.03, "{line:?}");
    }

    #[test]
    fn a_perfect_line_is_found_and_one_that_bends_is_told() {
        let straight = vec![block([120.0, 270.0, 870.0, 3270.0]); 3];
        let line = super::line(&AT, &straight).unwrap();
        assert!((line.slope - 50.0).abs() < 1e-9 && (line.intercept - 70.0).abs() < 1e-9);
        assert!(line.misfit < 1e-9);
        let bent = super::line(&AT, &[block([120.0, 270.0, 870.0, 6540.0])]).unwrap();
        assert!(bent.misfit > 0.2, "{bent:?}");
        assert_eq!(bent.slope_interval, None, "a single block has no interval");
    }

    #[test]
    fn what_makes_no_line_gives_none() {
        assert_eq!(line(&[4.0, 4.0], &[vec![once(1.0), once(2.0)]]), None);
        assert_eq!(line(&AT, &[]), None);
        assert_eq!(line(&AT, &[vec![once(1.0)]]), None);
        assert_eq!(line(&[1.0], &[vec![once(1.0)]]), None);
        assert_eq!(line(&[1.0, 2.0], &[vec![once(1.0), Vec::new()]]), None);
    }

    /// Ten blocks of processes that differ by 3 % and share a drift of 5 %, 400 times: 93 to 97 % of
    /// the intervals hold the truth. The seed is fixed.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let mut noise = Noise::seeded(5);
        let (runs, slope, intercept) = (400, 50.0, 60.0);
        let (mut slopes, mut intercepts) = (0, 0);
        for _ in 0..runs {
            let blocks: Vec<Vec<Invocation>> = (0..10)
                .map(|_| {
                    let drift = 1.0 + 0.05 * noise.normal();
                    let level = |x: &f64| {
                        once((intercept + slope * x) * drift * (1.0 + 0.03 * noise.normal()))
                    };
                    AT.iter().map(level).collect()
                })
                .collect();
            let line = line(&AT, &blocks).unwrap();
            let holds = |interval: Option<Estimate>, truth: f64| {
                let interval = interval.unwrap();
                i32::from((interval.low..=interval.high).contains(&truth))
            };
            slopes += holds(line.slope_interval, slope);
            intercepts += holds(line.intercept_interval, intercept);
        }
        for (what, held) in [("slopes", slopes), ("intercepts", intercepts)] {
            let share = f64::from(held) / f64::from(runs);
            assert!((0.93..=0.97).contains(&share), "{what}: {share}");
        }
    }
}
