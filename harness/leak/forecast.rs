//! What budget would decide, from what was read so far.
//!
//! A verdict waits for a number of ops: until no cache would be still filling, until growth that is small is excluded, or
//! until a jump lies so far back that growth would have shown itself since. The time for that many comes from the process's own
//! pace. Collections take longer the more is held, and some ops as well: so the time is a power of the number of ops,
//! whose exponent is that of the last doubling.

use std::time::Duration;

use super::Checkpoint;
use super::growth::{ENOUGH, growth};
use super::slowing::slowdown;
use super::verdict::{Ground, Horizon, LeakFinding, Limits, points, slow_horizon};

/// The forecast is given so much more time: an exponent from two readings errs.
const SPARE: f64 = 1.5;

/// A jump no longer counts when so many times as many ops were executed.
const FORGOTTEN: f64 = 4.7;

/// Whoever needs longer than this is not told a figure: nobody waits for a day.
const LONGEST: f64 = 86_400.0;

/// The seconds of a budget that would decide about this series, which `limits` did not; `None` if nobody knows. Before the
/// process was started, `before` had passed.
pub(super) fn budget(
    series: &[Checkpoint],
    finding: &LeakFinding,
    limits: &Limits,
    before: Duration,
) -> Option<u64> {
    let ops = needed(series, finding, limits)?;
    let seconds = (time_for(series, ops)? + before.as_secs_f64()) * SPARE;
    (seconds <= LONGEST).then(|| rounded(seconds))
}

/// Up to a number that one remembers.
fn rounded(seconds: f64) -> u64 {
    let unit = if seconds > 100.0 {
        20.0
    } else if seconds > 20.0 {
        5.0
    } else {
        1.0
    };
    ((seconds / unit).ceil() * unit) as u64
}

/// How many ops it takes.
fn needed(series: &[Checkpoint], finding: &LeakFinding, limits: &Limits) -> Option<f64> {
    let now = series.last()?.ops as f64;
    let horizon = |ops: f64| {
        let pace = finding.bytes_per_op?;
        let horizon = Horizon::of(finding.space, pace, ops, finding.gained, limits);
        let slow = slowdown(series, limits.horizon_ops).map_or(f64::INFINITY, slow_horizon);
        Some(horizon.plain.min(horizon.steady).min(slow))
    };
    let many = limits.fewest_ops as f64;
    let points = points(series, finding.space);
    let Some(growth) = growth(&points) else {
        let readings = series.len() as u64;
        let few = now / readings as f64 * ENOUGH.max(readings + 1) as f64;
        let grows = finding.gained >= limits.plain_growth;
        return Some(few.max(if grows { horizon(now)? } else { many }));
    };
    let small = limits.small_rate.map(|small| now * growth.excluded() / small);
    match finding.ground {
        // The last readings are not settled.
        Ground::StillGrowing => Some(horizon(growth.ops)? + (now - growth.ops)),
        Ground::TooFew => Some(small.map_or(many, |small| small.max(now).min(many))),
        Ground::Unsettled if growth.persists => {
            let shown = now * (limits.plain_growth as f64 / growth.recent).max(1.0);
            Some(shown.max(horizon(growth.ops)?))
        }
        Ground::Unsettled => {
            let quiet = limits.quiet as f64 / 4.0;
            let last = points.windows(2).rev().find(|pair| (pair[1].1 - pair[0].1).abs() > quiet);
            let forgotten = last.map(|pair| (pair[1].0 * FORGOTTEN).max(many));
            let least = forgotten.into_iter().chain(small).fold(f64::INFINITY, f64::min);
            least.is_finite().then_some(least.max(now))
        }
        Ground::Proportional | Ground::Steady | Ground::Slowing | Ground::Flat => None,
    }
}

/// Seconds that the process takes for so many ops.
fn time_for(series: &[Checkpoint], ops: f64) -> Option<f64> {
    let last = series.last()?;
    let (now, seconds) = (last.ops as f64, last.wall.0 as f64 / 1e9);
    let half = series.iter().find(|reading| reading.ops as f64 >= now / 2.0)?;
    let (then, earlier) = (half.ops as f64, half.wall.0 as f64 / 1e9);
    let exponent = if now > then && earlier > 0.0 && seconds > earlier {
        ((seconds / earlier).ln() / (now / then).ln()).clamp(1.0, 2.0)
    } else {
        1.0
    };
    Some(seconds * (ops / now).max(1.0).powf(exponent))
}
#[cfg(test)]
mod tests {
    use super::super::Held;
    use super::super::verdict::judge;
    use super::*;
    use crate::units::Nanos;

    /// Strides of `stride` ops, after each of which so many bytes are held and so many seconds have passed.
    fn series(
        stride: u64,
        count: u64,
        held: impl Fn(f64) -> f64,
        seconds: impl Fn(f64) -> f64,
    ) -> Vec<Checkpoint> {
        let point = |ops: u64| {
            let wall = Nanos((seconds(ops as f64) * 1e9) as u64);
            let held = Held { heap: Some((4e6 + held(ops as f64)) as u64), ..Held::default() };
            Checkpoint { ops, wall, held, ..Checkpoint::default() }
        };
        (1..=count).map(|i| point(i * stride)).collect()
    }

    fn named(series: &[Checkpoint], allocated: Option<f64>) -> Option<u64> {
        let limits = Limits::OPS.at_the_end(allocated);
        budget(series, &judge(series, &limits), &limits, Duration::ZERO)
    }

    #[test]
    fn a_list_needs_the_horizon() {
        let list = |ops: f64| 20.0 * ops + 8.0 * 1.5_f64.powf(ops.log(1.5).ceil());
        // 320,000 ops in 8 s: 1,572,864 and two strides more are 40 s, or 209 s where the time goes with the square.
        assert_eq!(named(&series(10_000, 32, list, |ops| ops / 40e3), None), Some(60));
        assert_eq!(named(&series(10_000, 32, list, |ops| ops * ops / 12.8e9), None), Some(300));
    }

    #[test]
    fn slow_ops_need_as_many_as_make_what_is_excluded_small() {
        // 8,192 bytes in 1,168 settled ops since N/4: 7.01 bytes an op, while 1/128 of 440 are 3.44. 3,264 ops are 20.4 s.
        let noise = |ops: f64| if ops > 1200.0 { 8192.0 } else { 0.0 };
        let found = series(16, 100, noise, |ops| ops / 160.0);
        assert_eq!(named(&found, Some(440.0)), Some(35));
        assert_eq!(named(&found, None), Some(320), "32,768 ops");
    }

    #[test]
    fn a_few_readings_that_grow_need_the_horizon() {
        assert_eq!(named(&series(4096, 4, |ops| 600.0 * ops, |ops| ops / 4096.0), None), Some(75));
        assert_eq!(named(&[], None), None);
    }
}
