//! How one space has grown over the last two doublings of the number of ops, and before them.
//!
//! # The model
//!
//! What a leak holds after N ops lies between `c·N` and `g·c·N`: a list that is full is copied into
//! one `g` times as large, so that growth comes in steps, each at `g` times as many ops as the one
//! before. In V8 g is 1.5 for arrays (`JSObject::NewElementsCapacity`: old + old / 2 + 16) and for the
//! weak list behind the article's leak, and 2 for the hash tables of `Map`, `Set` and `WeakMap`
//! (`OrderedHashTable::EnsureGrowable`). Objects that are held one by one are the case g = 1.
//!
//! From that follow the figures that [`Growth`] answers, where `N` is the count at the end, and the
//! series was first smoothed by a running median, which keeps steps and drops spikes:
//!
//! - *persists*: from N/4 to N it gained at least [`PROPORTION`] times as many bytes an op as from N/16
//!   to N/4 (1 if growth is proportional; what fills up at random or goes with the square root gains
//!   half as many; a staircase is above and below as its steps come), and some of it lately: since
//!   2N/3 a staircase with g = 1.5 has had a step. What filled up before 2N/3 is flat there.
//!   [`LATE_CODE`] is deducted first, and growth that code might explain needs more readings.
//!
//! That nothing grows is another question: `steps.rs`.

use crate::stats::{Estimate, theil_sen};

/// Bytes an op since N/4, divided by those before: 1 where growth is proportional to ops, 0.5 where it
/// goes with the square root. This much must be seen.
const PROPORTION: f64 = 0.75;

/// The least part of the growth since N/4 that must have come since 2N/3.
const LATELY: f64 = 0.25;

/// Code that may have been compiled since N/4, in bytes: it is never what makes growth proportional.
const LATE_CODE: f64 = 36e3;

/// Growth since N/4 of less than this might be code. Compilation becomes rare with every reading, so
/// it takes [`MANY`] of them to tell.
const PLAIN: f64 = 256e3;
const MANY: usize = 36;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 8;

/// At most so many points go into the slope, whose cost is quadratic.
const MOST_POINTS: usize = 64;

/// What one space did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    /// Growth since N/4, in bytes.
    pub(super) recent: f64,
    /// Whether it grew in proportion to ops.
    pub(super) persists: bool,
}

/// Where the windows of a series begin: the first readings from N/16 and from N/4 on; `None` if those
/// since then are too few.
fn windows(points: &[(f64, f64)]) -> Option<(usize, usize)> {
    let end = points.last()?.0;
    let from = |share: f64| points.partition_point(|(ops, _)| *ops < end * share);
    let (base, start) = (from(1.0 / 16.0), from(0.25));
    (points.len() - start >= FEWEST && base < start).then_some((base, start))
}

/// Looks at the smoothed readings (ops, bytes) of one space, in the order of ops; `None` if they are
/// too few.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let (base, start) = windows(points)?;
    let last = points.len() - 1;
    let since_two_thirds = points.partition_point(|(ops, _)| *ops < points[last].0 * 2.0 / 3.0);
    let pace = |bytes: f64, a: usize, b: usize| bytes / (points[b].0 - points[a].0);
    let recent = points[last].1 - points[start].1;
    let before = gained(&points[base..=start]);
    let lately = points[last].1 - points[since_two_thirds].1;
    let persists = recent > 0.0
        && (recent >= PLAIN || points.len() - start >= MANY)
        && pace(recent - LATE_CODE, start, last) >= PROPORTION * pace(before.max(0.0), base, start)
        && lately >= LATELY * recent;
    Some(Growth { recent, persists })
}

/// The growth over these readings without the two largest falls: bytecode of functions that rest is
/// thrown away at some collection, and would hide as much growth.
fn gained(points: &[(f64, f64)]) -> f64 {
    let mut steps: Vec<f64> = points.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    steps.sort_by(f64::total_cmp);
    let falls = steps.iter().take(2).filter(|step| **step < 0.0).count();
    steps[falls..].iter().sum()
}

/// Each value replaced by the median of itself and its `reach` neighbours on either side, 2 at most; at
/// the ends, of as many as there are on both sides.
pub(super) fn smoothed(points: &[(f64, f64)], reach: usize) -> Vec<(f64, f64)> {
    let at = |i: usize| {
        let reach = i.min(points.len() - 1 - i).min(reach).min(2);
        let mut near = [0.0; 5];
        let near = &mut near[..=2 * reach];
        for (value, point) in near.iter_mut().zip(&points[i - reach..]) {
            *value = point.1;
        }
        near.sort_unstable_by(f64::total_cmp);
        (points[i].0, near[reach])
    };
    (0..points.len()).map(at).collect()
}

/// Bytes an op: the slope since N/4 of smoothed readings; `None` if they are too few. Where growth
/// persists, the interval also holds what was gained since N/16, divided by the ops since, at every
/// reading since N/4: at the top and at the foot of each step.
pub(super) fn rate(points: &[(f64, f64)], persists: bool) -> Option<Estimate> {
    let (base, start) = windows(points)?;
    let window = &points[start..];
    let every = window.len().div_ceil(MOST_POINTS);
    let thinned: Vec<_> = window.iter().rev().step_by(every).rev().copied().collect();
    let mut rate = theil_sen(&thinned)?;
    if persists {
        for (ops, bytes) in window.iter().filter(|(ops, _)| *ops > points[base].0) {
            let mean = (bytes - points[base].1) / (ops - points[base].0);
            rate.low = rate.low.min(mean);
            rate.high = rate.high.max(mean);
        }
    }
    Some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIDE: f64 = 16_384.0;

    fn series(count: u32, held: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (1..=count).map(|i| (f64::from(i) * STRIDE, 2e6 + held(f64::from(i) * STRIDE))).collect()
    }

    #[test]
    fn spikes_go_and_steps_stay() {
        let points: Vec<_> =
            [1.0, 1.0, 9.0, 1.0, 1.0, 5.0, 5.0, 5.0].iter().map(|y| (0.0, *y)).collect();
        let values: Vec<f64> = smoothed(&points, 2).iter().map(|point| point.1).collect();
        assert_eq!(values, [1.0, 1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn few_readings_say_nothing() {
        assert_eq!(growth(&[]), None);
        assert_eq!(growth(&series(9, |n| n)), None);
        assert!(growth(&series(12, |n| n)).is_some());
    }

    #[test]
    fn proportional_growth_persists_at_its_rate() {
        let points = series(32, |n| 8.0 * n);
        let (found, rate) = (growth(&points).unwrap(), rate(&points, true).unwrap());
        assert!(found.persists, "{found:?}");
        // From 8 × 16,384 to 32 × 16,384 ops, 8 bytes each; the median takes nothing off a line.
        assert!((found.recent - 8.0 * 24.0 * STRIDE).abs() < 1.0, "{found:?}");
        assert!((rate.value - 8.0).abs() < 1e-9 && (rate.low - 8.0).abs() < 1e-9, "{rate:?}");
    }

    #[test]
    fn what_code_may_explain_does_not_persist() {
        // 45 kB since N/4 in proportion to ops: 9 kB remain, or of many more ops nearly all of it.
        let slow = |n: f64| 45e3 * n / (48.0 * STRIDE);
        assert!(!growth(&series(64, slow)).unwrap().persists);
        assert!(growth(&series(1000, slow)).unwrap().persists);
        // 240 kB, but at few readings, each of which may have brought code.
        let plain = |n: f64| 240e3 * n / (30.0 * STRIDE);
        assert!(!growth(&series(40, plain)).unwrap().persists);
        let plain = |n: f64| 240e3 * n / (48.0 * STRIDE);
        assert!(growth(&series(64, plain)).unwrap().persists);
    }

    #[test]
    fn roots_logarithms_and_what_fills_up_do_not_persist() {
        for held in [
            |n: f64| 1000.0 * n.sqrt(),
            |n: f64| 1e6 * n.ln(),
            |n: f64| 8.0 * n.min(300_000.0),
            // Draws from 262,144 keys: how many different ones were seen.
            |n: f64| 8.0 * 262_144.0 * (1.0 - (-n / 262_144.0).exp()),
            |_: f64| 0.0,
            |n: f64| -2.0 * n,
        ] {
            let found = growth(&series(32, held)).unwrap();
            assert!(!found.persists, "{found:?}");
        }
    }
}
