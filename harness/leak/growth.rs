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
use crate::stats::levels::levels;
use crate::stats::staircase::{
    self, REACH, Trend, between_steps, paces, running_median, since, steps, without_falls,
};

/// Where the window of [`Growth::besides_jump`] begins: early enough that a list that doubles has had two
/// steps in it.
const BEFORE_QUARTER: f64 = 0.22;

/// So many readings see one jump, smoothed as they are.
const JUMP: usize = 3;

/// Readings without which no jump is told from growth: two steps of a list are a third of all ops apart.
const FEWEST_AROUND_JUMP: usize = 6 * JUMP;

/// Where a little more than the last doubling begins. A list that grows by g ≤ 2 has had a step in it.
const BEFORE_HALF: f64 = 0.45;

/// Growth has stopped if so small a part of it came since then, and if it came to so many bytes that a step of a list would not
/// hide among them.
const STOPPED: f64 = 1.0 / 64.0;
const LEAST_STOPPED: f64 = (512 << 10) as f64;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 7;

/// So many readings are enough for that.
pub(super) const ENOUGH: u64 = 18;

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
    /// Ops since N/4.
    pub(super) ops_in_window: f64,
    /// Whether it grew in proportion to ops.
    pub(super) persists: bool,
    /// Bytes per op.
    pub(super) rate: Estimate,
}

impl Growth {
    /// How much it moved since N/4, in bytes.
    pub(super) const fn moved(&self) -> f64 {
        self.gained.max(self.largest_fall)
    }

    /// The growth that is excluded, in bytes an op.
    pub(super) fn excluded(&self) -> f64 {
        self.rate.high.max(self.moved() / self.ops_in_window)
    }
}

/// Looks at the readings (ops, bytes) of one space, in the order of ops; `None` if they are too few.
///
/// The last [`REACH`] readings only decide what the ones before them are: whether they themselves are a spike is not
/// known yet.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let levels = levels(points);
    let rise = levels.as_ref().map_or(0.0, |levels| levels.rise);
    let mut points = running_median(levels.as_ref().map_or(points, |levels| &levels.floor));
    points.truncate(points.len().saturating_sub(REACH));
    let mut trend = staircase::trend(&points, FEWEST)?;
    if !trend.persists
        && let Some(between) = staircase::trend(&between_steps(&points), FEWEST)
        && between.persists
    {
        // The steps are its own where most of it comes between them.
        let is_most = between.recent >= trend.recent / 2.0;
        let recent = if is_most { trend.recent } else { between.recent };
        trend = Trend { persists: true, recent, ..trend };
    }
    let late = since(&points, BEFORE_HALF);
    let has_stopped = has_stopped(&points, late);
    let window = if has_stopped { late } else { &points[trend.start..] };
    let gained = without_falls(window) + rise;
    let wide = if has_stopped { late } else { since(&points, BEFORE_QUARTER) };
    let rises = wide.windows(JUMP + 1).map(|run| run[JUMP].1 - run[0].1);
    let jump = if wide.len() < FEWEST_AROUND_JUMP { 0.0 } else { rises.fold(0.0, f64::max) };
    Some(Growth {
        ops: points.last()?.0,
        recent: trend.recent,
        gained,
        besides_jump: without_falls(wide) - jump,
        jump,
        largest_fall: steps(window).fold(0.0, |fall, step| fall.max(-step)),
        ops_in_window: points.last()?.0 - window.first()?.0,
        persists: trend.persists && !has_stopped,
        rate: rate(&points, &trend, window, gained)?,
    })
}

/// Whether growth has stopped: all came before the last doubling.
fn has_stopped(points: &[(f64, f64)], late: &[(f64, f64)]) -> bool {
    let before = late[0].1 - points[0].1;
    let fall = steps(late).fold(0.0, |fall: f64, step| fall.max(-step));
    late.len() >= FEWEST
        && before >= LEAST_STOPPED
        && without_falls(late).max(fall) <= STOPPED * before
}

/// What a few readings say: the mean, and the least and the most that was gained between two of them.
pub(super) fn rough(points: &[(f64, f64)]) -> Option<Estimate> {
    let slope = |from: (f64, f64), to: (f64, f64)| {
        (to.0 > from.0).then(|| (to.1 - from.1) / (to.0 - from.0))
    };
    let value = slope(*points.first()?, *points.last()?)?;
    let slopes = points.windows(2).filter_map(|pair| slope(pair[0], pair[1]));
    let (low, high) =
        slopes.fold((value, value), |(low, high), it| (f64::min(low, it), f64::max(high, it)));
    Some(Estimate { value, low, high })
}

/// The slope since N/4 by Theil and Sen. Where growth persists, its interval is what each reading since
/// then holds per op. Where it does not, the interval also holds all that was gained since N/4, and zero.
fn rate(
    points: &[(f64, f64)],
    trend: &Trend,
    window: &[(f64, f64)],
    gained: f64,
) -> Option<Estimate> {
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
    fn a_table_that_doubles_hides_no_growth_between_its_steps() {
        // 4 bytes an op, and a table of 24 more that doubles at 262,144: at every moment until it doubles again.
        let held = |n: f64| 4.0 * n + 24.0 * 2_f64.powf(n.log2().floor());
        for count in 17..31 {
            let found = growth(&series(count + REACH as u32, held)).unwrap();
            assert!(found.persists, "{count}: {found:?}");
        }
    }

    #[test]
    fn what_has_stopped_is_judged_by_the_last_doubling() {
        // A cache of 200,000 entries: at 400,000 ops it was being filled since N/4, and at 540,000 as well.
        let cache = |n: f64| 50.0 * n.min(200_000.0);
        let (early, found) =
            (growth(&series(25, cache)).unwrap(), growth(&series(35, cache)).unwrap());
        assert!(early.gained > 4e6 && found.gained == 0.0 && found.rate.high == 0.0, "{found:?}");
        // A list that doubles never stops for so long.
        let list = |n: f64| 8.0 * 2_f64.powf(n.log2().ceil());
        assert!((20..90).all(|count| growth(&series(count, list)).unwrap().gained > 1e5));
    }

    #[test]
    fn two_readings_have_a_rate() {
        let rate = rough(&[(10.0, 100.0), (20.0, 140.0), (40.0, 160.0)]).unwrap();
        assert_eq!((rate.value, rate.low, rate.high), (2.0, 1.0, 4.0));
        assert_eq!(rough(&[(10.0, 100.0)]), None);
    }

    #[test]
    fn a_root_and_a_cache_do_not_persist() {
        assert!(!growth(&series(34, |n| 1000.0 * n.sqrt())).unwrap().persists);
        assert!(!growth(&series(34, |n| 8.0 * n.min(300_000.0))).unwrap().persists);
    }
}
