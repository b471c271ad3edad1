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
//! series is first smoothed by a running median, which keeps steps and drops spikes:
//!
//! - *persists*: from N/4 to N it gained at least [`PROPORTION`] times as many bytes an op as from N/16
//!   to N/4 (1 if growth is proportional; what fills up at random or goes with the square root gains
//!   half as many; a staircase is above and below as its steps come), and some of it lately: since
//!   2N/3 a staircase with g = 1.5 has had a step. What filled up before 2N/3 is flat there.
//! - *gained*: what came since N/4. Bytecode of functions that rest is thrown away at some collection, and
//!   would hide as much growth: so the two largest falls are not deducted.
//! - *besides the jump*: the same from a little before N/4 on, without what came in [`JUMP`] readings in a
//!   row, where most came. A list of the engine's own may once become twice as large, since one
//!   collection was late. But a leak of r bytes/op whose list grows by g ≤ 2 has two steps or more in two
//!   doublings, of which the smaller one is r·N/5 or more.
//!
//! How many bytes are too many to be code, and how few are nothing, is for `verdict.rs` to say: what an
//! engine moves by itself is an amount of bytes, and not one of bytes an op.

use crate::stats::{Estimate, theil_sen};

/// Bytes an op since N/4, divided by those before: 1 where growth is proportional to ops, 0.5 where it
/// goes with the square root. This much must be seen.
const PROPORTION: f64 = 0.75;

/// The least part of the growth since N/4 that must have come since 2N/3.
const LATELY: f64 = 0.25;

/// Where the window of [`Growth::besides_jump`] begins: early enough that a list that doubles has had two
/// steps in it.
const BEFORE_QUARTER: f64 = 0.22;

/// So many readings see one jump, smoothed as they are.
const JUMP: usize = 3;

/// Readings without which no jump is told from growth: two steps of a list are a third of all ops apart.
const FEWEST_AROUND_JUMP: usize = 6 * JUMP;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 7;

/// At most so many points go into the slope, whose cost is quadratic.
const MOST_POINTS: usize = 64;

/// What one space did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    /// N: the ops at the end, of readings that are known to be no spike.
    pub(super) ops: f64,
    /// Growth since N/4, in bytes.
    pub(super) recent: f64,
    /// The same without its two largest falls.
    pub(super) gained: f64,
    /// The same since a little earlier, and without the largest jump.
    pub(super) besides_jump: f64,
    /// The largest jump, in bytes.
    pub(super) jump: f64,
    /// The largest fall since N/4, in bytes: a step may hide in it.
    pub(super) largest_fall: f64,
    /// Whether it grew in proportion to ops.
    pub(super) persists: bool,
    /// Bytes an op.
    pub(super) rate: Estimate,
}

/// Looks at the readings (ops, bytes) of one space, in the order of ops; `None` if they are too few.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let points = smoothed(points);
    let end = points.last()?.0;
    let from = |share: f64| points.partition_point(|(ops, _)| *ops < end * share);
    let (last, start, base) = (points.len() - 1, from(0.25), from(1.0 / 16.0));
    if points.len() - start < FEWEST || base == start {
        return None;
    }
    let pace = |bytes: f64, a: usize, b: usize| bytes / (points[b].0 - points[a].0);
    let recent = points[last].1 - points[start].1;
    let before = gained(&points[base..=start]);
    let lately = points[last].1 - points[from(2.0 / 3.0)].1;
    let persists = recent > 0.0
        && pace(recent, start, last) >= PROPORTION * pace(before.max(0.0), base, start)
        && lately >= LATELY * recent;
    let gained = gained(&points[start..]);
    let falls = points[start..].windows(2).map(|pair| pair[0].1 - pair[1].1);
    let wide = &points[from(BEFORE_QUARTER).saturating_sub(1)..];
    let rises = wide.windows(JUMP + 1).map(|run| run[JUMP].1 - run[0].1);
    let jump = if wide.len() < FEWEST_AROUND_JUMP { 0.0 } else { rises.fold(0.0, f64::max) };
    Some(Growth {
        ops: end,
        recent,
        gained,
        besides_jump: self::gained(wide) - jump,
        jump,
        largest_fall: falls.fold(0.0, f64::max),
        persists,
        rate: rate(&points, base, start, persists, gained)?,
    })
}

/// The growth over these readings without the two largest falls: bytecode of functions that rest is
/// thrown away at some collection, and would hide as much growth.
fn gained(points: &[(f64, f64)]) -> f64 {
    let mut steps: Vec<f64> = points.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    steps.sort_by(f64::total_cmp);
    let falls = steps.iter().take(2).filter(|step| **step < 0.0).count();
    steps[falls..].iter().sum()
}

/// Neighbours on either side that go into a running median: what lasts for so many readings or fewer is
/// a spike.
const REACH: usize = 2;

/// Each value replaced by the median of itself and its neighbours, at the beginning of as many as there
/// are on both sides. The last [`REACH`] readings have no value of their own: whether they are a spike is
/// not known yet.
fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let at = |i: usize| {
        let reach = i.min(REACH);
        let mut near: Vec<f64> =
            points[i - reach..=i + reach].iter().map(|point| point.1).collect();
        near.sort_by(f64::total_cmp);
        (points[i].0, near[near.len() / 2])
    };
    (0..points.len().saturating_sub(REACH)).map(at).collect()
}

/// The slope since N/4 by Theil and Sen. Where growth persists, its interval is what was gained since
/// N/16, divided by the ops since, at every reading since N/4: at the top and at the foot of each step,
/// for a staircase has no slope. Where it does not, the interval also holds all that was gained since N/4,
/// and zero.
fn rate(
    points: &[(f64, f64)],
    base: usize,
    start: usize,
    persists: bool,
    gained: f64,
) -> Option<Estimate> {
    let window = &points[start..];
    let every = window.len().div_ceil(MOST_POINTS);
    let thinned: Vec<_> = window.iter().rev().step_by(every).rev().copied().collect();
    let mut rate = theil_sen(&thinned)?;
    if persists {
        let origin = points[base];
        let since = window.iter().filter(|(ops, _)| *ops > origin.0);
        let means = since.map(|(ops, bytes)| (bytes - origin.1) / (ops - origin.0));
        let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| {
            (low.min(mean), high.max(mean))
        });
        rate = Estimate { value: rate.value.clamp(low, high), low, high };
    } else {
        let mean = gained / (window.last()?.0 - window.first()?.0);
        rate.low = rate.low.min(mean).min(0.0);
        rate.high = rate.high.max(mean).max(0.0);
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
            [1.0, 1.0, 9.0, 1.0, 1.0, 5.0, 5.0, 5.0, 9.0, 9.0].iter().map(|y| (0.0, *y)).collect();
        let values: Vec<f64> = smoothed(&points).iter().map(|point| point.1).collect();
        assert_eq!(values, [1.0, 1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn few_readings_say_nothing() {
        assert_eq!(growth(&[]), None);
        assert_eq!(growth(&series(9, |n| n)), None);
        assert!(growth(&series(11, |n| n)).is_some());
    }

    #[test]
    fn proportional_growth_persists_at_its_rate() {
        let found = growth(&series(34, |n| 8.0 * n)).unwrap();
        assert!(found.persists, "{found:?}");
        // From 8 × 16,384 to 32 × 16,384 ops, 8 bytes each; the median takes nothing off a line.
        assert!((found.recent - 8.0 * 24.0 * STRIDE).abs() < 1.0, "{found:?}");
        assert!((found.rate.value - 8.0).abs() < 1e-9 && (found.rate.low - 8.0).abs() < 1e-9);
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
            let found = growth(&series(34, held)).unwrap();
            assert!(!found.persists, "{found:?}");
        }
    }
}
