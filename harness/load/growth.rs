//! How one space of a service has grown since a quarter of all its requests, and before.
//!
//! A leak of r bytes a request holds between `r·N` and `g·r·N` after N requests: a list that is full is
//! copied into one `g` times as large, so that it grows in steps, each at `g` times as many requests as the
//! one before. V8's lists and arrays grow by half, its hash tables double, and objects that are held one by
//! one are the case g = 1.
//!
//! Unlike a case of `awaitbench leak`, a service has thousands of ops and not millions, and each executes
//! much code. So the steps are few, and code that gets compiled late is as large as one of them. Hence the
//! largest rise never counts: what remains is at least two steps of a leak, and never one of code.

use crate::stats::{Estimate, theil_sen};

/// Bytes a request since N/4, divided by those before: 1 where growth is proportional to requests, 0.5
/// where it goes with the square root. This much must be seen.
const PROPORTION: f64 = 0.75;

/// The least part of the growth since N/4 that must have come since 2N/3: a list that grows by half has
/// had a step by then, and what filled up before is flat.
const LATELY: f64 = 0.25;

/// A little before N/4 and N/2, so that a hash table has doubled twice and once since, wherever its steps
/// come.
const QUARTER: f64 = 0.22;
const HALF: f64 = 0.45;

/// Readings since N/4 without which nothing is said.
const FEWEST: usize = 8;

/// At most so many points go into the slope, whose cost is quadratic.
const MOST_POINTS: usize = 64;

/// What one space did.
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
    /// Bytes a request.
    pub(super) rate: Estimate,
}

/// Looks at the readings (requests, bytes) of one space, in their order; `None` if they are too few.
pub(super) fn growth(points: &[(f64, f64)]) -> Option<Growth> {
    let points = smoothed(points);
    let end = points.last()?.0;
    let from = |share: f64| points.partition_point(|(requests, _)| *requests < end * share);
    let (last, start, base) = (points.len() - 1, from(0.25), from(1.0 / 16.0));
    if points.len() - start < FEWEST || base == start {
        return None;
    }
    let pace = |bytes: f64, a: usize, b: usize| bytes / (points[b].0 - points[a].0);
    let recent = points[last].1 - points[start].1;
    let before = without_falls(&points[base..=start]);
    let lately = points[last].1 - points[from(2.0 / 3.0)].1;
    let persists = recent > 0.0
        && pace(recent, start, last) >= PROPORTION * pace(before.max(0.0), base, start)
        && lately >= LATELY * recent;
    // The last reading before it, so that no step falls between.
    let since = |share: f64| &points[from(share).saturating_sub(1)..];
    let (quarter, half) = (since(QUARTER), since(HALF));
    Some(Growth {
        gained: without_falls(quarter) - steps(quarter).fold(0.0, f64::max),
        gained_in_octave: steps(half).sum(),
        largest_fall: steps(half).fold(0.0, |fall, step| fall.max(-step)),
        persists,
        rate: rate(&points, base, start, persists)?,
    })
}

fn steps(points: &[(f64, f64)]) -> impl Iterator<Item = f64> + '_ {
    points.windows(2).map(|pair| pair[1].1 - pair[0].1)
}

/// The growth over these readings without the two largest falls: bytecode of functions that rest is
/// thrown away at some collection, and would hide as much growth.
fn without_falls(points: &[(f64, f64)]) -> f64 {
    let mut steps: Vec<f64> = steps(points).collect();
    steps.sort_by(f64::total_cmp);
    let falls = steps.iter().take(2).filter(|step| **step < 0.0).count();
    steps[falls..].iter().sum()
}

/// Each value replaced by the median of itself and its two neighbours on either side; at the ends, of
/// as many as there are on both sides. Keeps steps and drops spikes.
fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let at = |i: usize| {
        let reach = i.min(points.len() - 1 - i).min(2);
        let mut near: Vec<f64> =
            points[i - reach..=i + reach].iter().map(|point| point.1).collect();
        near.sort_by(f64::total_cmp);
        (points[i].0, near[near.len() / 2])
    };
    (0..points.len()).map(at).collect()
}

/// The slope since N/4. Where growth persists, the interval also holds what was gained since N/16,
/// divided by the requests since, at every reading since N/4: at the top and at the foot of each step.
fn rate(points: &[(f64, f64)], base: usize, start: usize, persists: bool) -> Option<Estimate> {
    let window = &points[start..];
    let every = window.len().div_ceil(MOST_POINTS);
    let thinned: Vec<_> = window.iter().rev().step_by(every).rev().copied().collect();
    let mut rate = theil_sen(&thinned)?;
    if persists {
        for (requests, bytes) in window.iter().filter(|point| point.0 > points[base].0) {
            let mean = (bytes - points[base].1) / (requests - points[base].0);
            rate.low = rate.low.min(mean);
            rate.high = rate.high.max(mean);
        }
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
    fn spikes_go_and_steps_stay() {
        let points: Vec<_> =
            [1.0, 1.0, 9.0, 1.0, 1.0, 5.0, 5.0, 5.0].iter().map(|y| (0.0, *y)).collect();
        let values: Vec<f64> = smoothed(&points).iter().map(|point| point.1).collect();
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
    fn roots_logarithms_and_what_fills_up_do_not_persist() {
        for held in [
            |n: f64| 1_000.0 * n.sqrt(),
            |n: f64| 1e6 * n.ln(),
            |n: f64| 8.0 * n.min(15_000.0),
            // Draws from 16,384 keys: how many different ones were seen.
            |n: f64| 8.0 * 16_384.0 * (1.0 - (-n / 16_384.0).exp()),
            |_: f64| 0.0,
            |n: f64| -2.0 * n,
        ] {
            let found = growth(&series(32, held)).unwrap();
            assert!(!found.persists, "{found:?}");
        }
    }
}
