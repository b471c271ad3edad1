//! How one space of a service has grown since a quarter of all its requests, and before.
//!
//! `stats/staircase.rs` has the model: a leak grows in proportion to requests, or in the steps of a list.
//!
//! Unlike a case of `awaitbench leak`, a service has thousands of ops and not millions, and each executes
//! much code. So the steps are few, and code that gets compiled late is as large as one of them. Hence the
//! largest rise never counts: what remains is at least two steps of a leak, and never one of code.

use crate::stats::Estimate;
use crate::stats::staircase::{self, Trend, paces, running_median, since, steps, without_falls};

/// A little before N/4 and N/2, so that a hash table has doubled twice and once since, wherever its steps
/// come.
const QUARTER: f64 = 0.22;
const HALF: f64 = 0.45;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    /// What was gained since N/4 without the largest rise and without the two largest falls, in bytes.
    pub(super) gained: f64,
    /// What was gained since N/2, no rise and no fall left out.
    pub(super) gained_in_octave: f64,
    /// The largest fall since then: as much growth could hide behind it. In bytes, not below 0.
    pub(super) largest_fall: f64,
    /// Whether it grew in proportion to requests.
    pub(super) persists: bool,
    /// Bytes per request.
    pub(super) rate: Estimate,
}

/// Looks at the readings (requests, bytes) of one space, in their order; `None` if they are too few.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let points = running_median(points);
    let trend = staircase::trend(&points, FEWEST)?;
    let (quarter, half) = (since(&points, QUARTER), since(&points, HALF));
    Some(Growth {
        gained: without_falls(quarter) - steps(quarter).fold(0.0, f64::max),
        gained_in_octave: steps(half).sum(),
        largest_fall: steps(half).fold(0.0, |fall, step| fall.max(-step)),
        persists: trend.persists,
        rate: rate(&points, &trend)?,
    })
}

/// The slope since N/4. Where growth persists, the interval also holds what each reading since
/// then holds per request.
fn rate(points: &[(f64, f64)], trend: &Trend) -> Option<Estimate> {
    let mut rate = staircase::slope(&points[trend.start..])?;
    if trend.persists {
        let (low, high) = paces(points, trend.base, trend.start)?;
        rate.low = rate.low.min(low);
        rate.high = rate.high.max(high);
    }
    Some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIDE: f64 = 1_000.0;

    fn series(count: u32, held: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (1..=count).map(|i| (f64::from(i) * STRIDE, 4e6 + held(f64::from(i) * STRIDE))).collect()
    }

    #[test]
    fn few_readings_say_nothing() {
        assert_eq!(growth(&[]), None);
        assert_eq!(growth(&series(9, |n| n)), None);
        assert!(growth(&series(12, |n| n)).is_some());
    }

    #[test]
    fn proportional_growth_persists_at_its_rate() {
        let found = growth(&series(32, |n| 100.0 * n)).unwrap();
        assert!(found.persists, "{found:?}");
        // From 7,000 requests on, one of 25 rises left out; and from 14,000 on, none. The median takes
        // nothing off a line.
        assert!((found.gained - 100.0 * 24.0 * STRIDE).abs() < 1.0, "{found:?}");
        assert!((found.gained_in_octave - 100.0 * 18.0 * STRIDE).abs() < 1.0, "{found:?}");
        assert!((found.rate.value - 100.0).abs() < 1e-9 && (found.rate.low - 100.0).abs() < 1e-9);
    }

    #[test]
    fn one_late_step_is_no_growth() {
        let found = growth(&series(32, |n| if n > 25_000.0 { 500e3 } else { 0.0 })).unwrap();
        assert!(found.gained.abs() < 1.0, "{found:?}");
    }

    #[test]
    fn falls_hide_no_growth() {
        let flushed = |n: f64| 100.0 * n - if n > 15_000.0 { 700e3 } else { 0.0 };
        let found = growth(&series(32, flushed)).unwrap();
        // All but what the running median makes of the fall: some rises beside it.
        assert!(found.gained > 100.0 * 18.0 * STRIDE, "{found:?}");
    }

    #[test]
    fn a_root_and_a_cache_do_not_persist() {
        assert!(!growth(&series(32, |n| 1000.0 * n.sqrt())).unwrap().persists);
        assert!(!growth(&series(32, |n| 8.0 * n.min(15_000.0))).unwrap().persists);
    }
}
