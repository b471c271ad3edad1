//! Growth that comes in steps, as that of lists does.
//!
//! # The model
//!
//! What a leak holds after N ops lies between `c·N` and `g·c·N`: a list that is full is copied into
//! one `g` times as large, so that growth comes in steps, each at `g` times as many ops as the one
//! before. In V8 g is 1.5 for arrays (`JSObject::NewElementsCapacity`: old + old / 2 + 16) and for the
//! weak list behind the article's leak, and 2 for the hash tables of `Map`, `Set` and `WeakMap`
//! (`OrderedHashTable::EnsureGrowable`). Objects that are held one by one are the case g = 1.
//!
//! From that follows what a [`Trend`] says: growth *persists* if from N/4 to N it is at least
//! 0.75 times as many bytes per op as from N/16 to N/4 (1 if it is proportional to ops; what fills
//! up at random or goes with the square root gains half as many; a staircase is above and below as its steps
//! come), and some of it came lately: since 2N/3 a staircase with g = 1.5 has had a step. What filled up
//! before 2N/3 is flat there.
//!
//! Points are (ops, bytes), in the order of ops.

use super::estimate::Estimate;
use super::theil_sen::theil_sen;

/// Bytes per op since N/4, divided by those before: 1 where growth is proportional to ops, 0.5 where it
/// goes with the square root. This much must be seen.
const PROPORTION: f64 = 0.75;

/// The least part of the growth since N/4 that must have come since 2N/3.
const LATELY: f64 = 0.25;

/// A rise is a step of a list if it is so many times as steep as the usual one.
const STEP: f64 = 8.0;

/// At most so many points go into a slope, whose cost is quadratic.
const MOST_POINTS: usize = 64;

/// Neighbours on either side that go into a running median: what lasts for so many points or fewer is
/// a spike.
pub const REACH: usize = 2;

/// Whether growth goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The first point since N/16.
    pub base: usize,
    /// The first point since N/4.
    pub start: usize,
    /// Growth since N/4, in bytes.
    pub recent: f64,
    /// Whether it is in proportion to ops.
    pub persists: bool,
}

/// The trend of these points; `None` with fewer than `fewest` since N/4, or none before.
pub fn trend(points: &[(f64, f64)], fewest: usize) -> Option<Trend> {
    let end = points.last()?.0;
    let from = |share: f64| points.partition_point(|(ops, _)| *ops < end * share);
    let (last, start, base) = (points.len() - 1, from(0.25), from(1.0 / 16.0));
    if points.len() - start < fewest || base == start {
        return None;
    }
    let pace = |bytes: f64, a: usize, b: usize| bytes / (points[b].0 - points[a].0);
    let recent = points[last].1 - points[start].1;
    let before = without_falls(&points[base..=start]);
    let lately = points[last].1 - points[from(2.0 / 3.0)].1;
    let persists = recent > 0.0
        && pace(recent, start, last) >= PROPORTION * pace(before.max(0.0), base, start)
        && lately >= LATELY * recent;
    Some(Trend { base, start, recent, persists })
}

/// The points since that share of all ops, and the last one before it, so that no step falls between.
pub fn since(points: &[(f64, f64)], share: f64) -> &[(f64, f64)] {
    let end = points.last().map_or(0.0, |point| point.0);
    &points[points.partition_point(|(ops, _)| *ops < end * share).saturating_sub(1)..]
}

/// From each point to the next, in bytes.
pub fn steps(points: &[(f64, f64)]) -> impl Iterator<Item = f64> + '_ {
    points.windows(2).map(|pair| pair[1].1 - pair[0].1)
}

/// The growth over these points without the two largest falls: bytecode of functions that rest is
/// thrown away at some collection, and would hide as much growth.
pub fn without_falls(points: &[(f64, f64)]) -> f64 {
    let mut steps: Vec<f64> = steps(points).collect();
    steps.sort_by(f64::total_cmp);
    let falls = steps.iter().take(2).filter(|step| **step < 0.0).count();
    steps[falls..].iter().sum()
}

/// The points without the steps of a list: what grows between them. A list that doubles has its last step before 2N/3
/// half of the time, and what it holds grows on.
pub fn between_steps(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let pace = |pair: &[(f64, f64)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
    let mut rises: Vec<f64> = points.windows(2).map(pace).filter(|it| *it > 0.0).collect();
    rises.sort_by(f64::total_cmp);
    let usual = rises.get(rises.len() / 2).copied().unwrap_or(0.0);
    let mut removed = 0.0;
    let mut kept = points.to_vec();
    for (i, pair) in points.windows(2).enumerate() {
        if pace(pair) > STEP * usual {
            removed += pair[1].1 - pair[0].1;
        }
        kept[i + 1].1 -= removed;
    }
    kept
}

/// Each value replaced by the median of itself and its [`REACH`] neighbours on either side; at the ends, of
/// as many as there are on both sides. Keeps steps and drops spikes.
pub fn running_median(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let at = |i: usize| {
        let reach = i.min(points.len() - 1 - i).min(REACH);
        let mut near: Vec<f64> =
            points[i - reach..=i + reach].iter().map(|point| point.1).collect();
        near.sort_by(f64::total_cmp);
        (points[i].0, near[near.len() / 2])
    };
    (0..points.len()).map(at).collect()
}

/// The slope by Theil and Sen, of so many of the points as its cost allows.
pub fn slope(points: &[(f64, f64)]) -> Option<Estimate> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let thinned: Vec<_> = points.iter().rev().step_by(every).rev().copied().collect();
    theil_sen(&thinned)
}

/// The least and the most that one of the points from `start` on holds per op: at the foot and at the top of each
/// step, for a staircase has no slope. What was held before there were any ops is what the mean growth since the
/// point at `base` leaves of that. It is a range, not a confidence interval. `None` if no ops lie between.
pub fn paces(points: &[(f64, f64)], base: usize, start: usize) -> Option<(f64, f64)> {
    let (first, last) = (points[base], *points.last()?);
    let ops = last.0 - first.0;
    if ops <= 0.0 {
        return None;
    }
    let origin = first.1 - (last.1 - first.1) / ops * first.0;
    let paces = points[start..].iter().map(|(ops, bytes)| (bytes - origin) / ops);
    paces.fold(None, |range: Option<(f64, f64)>, pace| {
        let (low, high) = range.unwrap_or((pace, pace));
        Some((low.min(pace), high.max(pace)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(points: &[(f64, f64)]) -> Vec<f64> {
        points.iter().map(|point| point.1).collect()
    }

    fn numbered(values: &[f64]) -> Vec<(f64, f64)> {
        (1..).zip(values).map(|(i, value)| (f64::from(i), *value)).collect()
    }

    #[test]
    fn spikes_go_and_steps_stay() {
        let points = numbered(&[1.0, 1.0, 9.0, 1.0, 1.0, 5.0, 5.0, 5.0, 9.0, 9.0]);
        assert_eq!(
            values(&running_median(&points)),
            [1.0, 1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 5.0, 9.0, 9.0]
        );
        assert_eq!(running_median(&[]), []);
    }

    #[test]
    fn two_falls_are_not_deducted() {
        assert_eq!(without_falls(&[]), 0.0);
        // Rises of 4, 4 and 2, falls of 3, 2 and 1: the smallest one counts.
        let points = numbered(&[0.0, 4.0, 1.0, 5.0, 3.0, 5.0, 4.0]);
        assert_eq!(without_falls(&points), 9.0);
    }

    #[test]
    fn what_grows_between_steps_is_left() {
        // 2 at each point, and steps of 40 and 80.
        let points = numbered(&[2.0, 4.0, 46.0, 48.0, 50.0, 132.0, 134.0]);
        assert_eq!(values(&between_steps(&points)), [2.0, 4.0, 4.0, 6.0, 8.0, 8.0, 10.0]);
        assert_eq!(between_steps(&[]), []);
    }

    #[test]
    fn roots_logarithms_and_what_fills_up_do_not_persist() {
        let of = |held: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
            (1..=34).map(|i| f64::from(i) * 16_384.0).map(|ops| (ops, 2e6 + held(ops))).collect()
        };
        let persists = |held: &dyn Fn(f64) -> f64| trend(&of(held), 7).unwrap().persists;
        assert!(persists(&|n| 8.0 * n));
        for held in [
            |n: f64| 1000.0 * n.sqrt(),
            |n: f64| 1e6 * n.ln(),
            |n: f64| 8.0 * n.min(300_000.0),
            // Draws from 262,144 keys: how many different ones were seen.
            |n: f64| 8.0 * 262_144.0 * (1.0 - (-n / 262_144.0).exp()),
            |_: f64| 0.0,
            |n: f64| -2.0 * n,
        ] {
            assert!(!persists(&held), "{:?}", of(&held));
        }
    }

    #[test]
    fn few_points_have_no_trend() {
        assert_eq!(trend(&[], 7), None);
        let line = numbered(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(trend(&line[..7], 7), None);
        // N/4 is the second of them, so that seven remain; and one lies between N/16 and N/4.
        assert_eq!(trend(&line, 7).map(|it| (it.base, it.start)), Some((0, 1)));
    }

    #[test]
    fn a_staircase_has_a_foot_and_a_top() {
        // 5 bytes per op from the first to the last leave 1 before the first: 5.5 at a top, 3.67 at a foot, 5.25.
        let points = numbered(&[6.0, 12.0, 12.0, 21.0]);
        let (low, high) = paces(&points, 0, 1).unwrap();
        assert!((low - 11.0 / 3.0).abs() < 1e-12 && (high - 5.5).abs() < 1e-12, "{low} {high}");
        // A line is as steep everywhere.
        assert_eq!(paces(&numbered(&[7.0, 9.0, 11.0]), 0, 1), Some((2.0, 2.0)));
        assert_eq!(paces(&numbered(&[7.0]), 0, 0), None);
    }

    #[test]
    fn the_slope_of_many_points_is_that_of_some() {
        let line: Vec<_> = (0..1000).map(f64::from).map(|x| (x, 3.0 * x)).collect();
        assert_eq!(slope(&line).map(|it| it.value), Some(3.0));
        assert_eq!(slope(&[]), None);
    }
}
