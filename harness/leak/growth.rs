//! How one space has grown over the last two doublings of the number of ops, and before them.
//!
//! `stats/staircase.rs` has the model: a leak grows in proportion to ops, or in the steps of a list. The series
//! is smoothed by a running median, which keeps steps and drops spikes. From that follow the figures that
//! [`Growth`] answers, where `N` is the count at the end:
//!
//! - *persists*: growth since N/4 is in proportion to ops.
//! - *gained*: what came since N/4. Bytecode of functions that rest is thrown away at some collection, and
//!   would hide as much growth: so the two largest falls are not deducted.
//! - *besides the jump*: the same from a little before N/4 on, without what came in [`JUMP`] readings in a
//!   row, where most came. A list of the engine's own may once become twice as large, since one
//!   collection was late. But a leak of r bytes/op whose list grows by g ≤ 2 has two steps or more in two
//!   doublings, of which the smaller one is r·N/5 or more.
//!
//! How many bytes are too many to be code, and how few are nothing, is for `verdict.rs` to say: what an
//! engine moves by itself is an amount of bytes, and not one of bytes per op.

use crate::stats::Estimate;
use crate::stats::staircase::{
    self, REACH, Trend, paces, running_median, since, steps, without_falls,
};

/// Where the window of [`Growth::besides_jump`] begins: early enough that a list that doubles has had two
/// steps in it.
const BEFORE_QUARTER: f64 = 0.22;

/// So many readings see one jump, smoothed as they are.
const JUMP: usize = 3;

/// Readings without which no jump is told from growth: two steps of a list are a third of all ops apart.
const FEWEST_AROUND_JUMP: usize = 6 * JUMP;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 7;

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
    /// Bytes per op.
    pub(super) rate: Estimate,
}

/// Looks at the readings (ops, bytes) of one space, in the order of ops; `None` if they are too few.
///
/// The last [`REACH`] readings only decide what the ones before them are: whether they themselves are a spike is not
/// known yet.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let mut points = running_median(points);
    points.truncate(points.len().saturating_sub(REACH));
    let trend = staircase::trend(&points, FEWEST)?;
    let window = &points[trend.start..];
    let gained = without_falls(window);
    let wide = since(&points, BEFORE_QUARTER);
    let rises = wide.windows(JUMP + 1).map(|run| run[JUMP].1 - run[0].1);
    let jump = if wide.len() < FEWEST_AROUND_JUMP { 0.0 } else { rises.fold(0.0, f64::max) };
    Some(Growth {
        ops: points.last()?.0,
        recent: trend.recent,
        gained,
        besides_jump: without_falls(wide) - jump,
        jump,
        largest_fall: steps(window).fold(0.0, |fall, step| fall.max(-step)),
        persists: trend.persists,
        rate: rate(&points, &trend, gained)?,
    })
}

/// The slope since N/4 by Theil and Sen. Where growth persists, its interval is what each reading since
/// then holds per op. Where it does not, the interval also holds all that was gained since N/4, and zero.
fn rate(points: &[(f64, f64)], trend: &Trend, gained: f64) -> Option<Estimate> {
    let window = &points[trend.start..];
    let mut rate = staircase::slope(window)?;
    if trend.persists {
        let (low, high) = paces(points, trend.base, trend.start)?;
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
    fn a_root_and_a_cache_do_not_persist() {
        assert!(!growth(&series(34, |n| 1000.0 * n.sqrt())).unwrap().persists);
        assert!(!growth(&series(34, |n| 8.0 * n.min(300_000.0))).unwrap().persists);
    }
}
