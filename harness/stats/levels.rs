//! A heap that flips between levels, and what it holds beneath.
//!
//! A table that finalizers prune is full at one collection and empty at the next one: the readings flip between two
//! levels, some hundred kilobytes apart, for as long as the process lives. What grows lifts the lower level as well.
//! So a series that flips is judged by its floor: the lowest that was read lately. That the upper level does not rise is
//! seen apart.

use super::staircase::steps;

/// A fall that is larger than this is none of noise, in bytes. A leak falls seldom.
const LEAST_FLIP: f64 = (64 << 10) as f64;

/// So many falls since N/4 are flips: bytecode that is thrown away is one or two.
const FEWEST_FALLS: usize = 4;

/// The upper level is compared in so many parts of the window since N/4.
const PARTS: usize = 4;

/// Readings in the window, at the least.
const FEWEST: usize = 40;

/// The floor is the lowest of so many readings, or of an eighth of the window: it sees both levels then.
const LOOKS_BACK: usize = 10;

/// Of the floor every so many readings are enough.
const EVERY: usize = 4;

/// What lies beneath the flips.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// The lowest that was read lately, but for one reading.
    pub floor: Vec<(f64, f64)>,
    /// By how much the upper level has risen, in bytes.
    pub rise: f64,
}

/// The levels of these readings (ops, bytes), in the order of ops; `None` if they do not flip.
pub fn levels(points: &[(f64, f64)]) -> Option<Levels> {
    let end = points.last()?.0;
    let window = &points[points.partition_point(|(ops, _)| *ops < end / 4.0)..];
    let falls = steps(window).filter(|step| *step <= -LEAST_FLIP).count();
    if window.len() < FEWEST || falls < FEWEST_FALLS {
        return None;
    }
    // The last part comes first.
    let parts = window.rchunks_exact(window.len() / PARTS).take(PARTS);
    let highs: Vec<f64> = parts.map(|part| sorted(part)[part.len() - 2]).collect();
    let before = highs[1..].iter().fold(f64::NEG_INFINITY, |high, it| high.max(*it));
    let length = LOOKS_BACK.max(window.len() / 8);
    let floor = (0..points.len()).rev().step_by(EVERY).map(|i| {
        let recent = sorted(&points[(i + 1).saturating_sub(length)..=i]);
        (points[i].0, recent[1.min(recent.len() - 1)])
    });
    let mut floor: Vec<(f64, f64)> = floor.collect();
    floor.reverse();
    Some(Levels { floor, rise: (highs[0] - before).max(0.0) })
}

fn sorted(points: &[(f64, f64)]) -> Vec<f64> {
    let mut values: Vec<f64> = points.iter().map(|point| point.1).collect();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings every 4,096 ops that hold `held(i)`, and 700 kB more at some of them.
    fn flipping(count: u32, held: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let flips = |i: u32| if (i / 3 + i / 7).is_multiple_of(2) { 700e3 } else { 0.0 };
        (1..=count).map(|i| (f64::from(i) * 4096.0, 3e6 + flips(i) + held(f64::from(i)))).collect()
    }

    #[test]
    fn levels_that_stay_have_an_even_floor() {
        let found = levels(&flipping(60, |_| 0.0)).unwrap();
        assert_eq!(found.rise, 0.0);
        assert!(found.floor[8..].iter().all(|point| point.1 == 3e6), "{found:?}");
    }

    #[test]
    fn what_grows_beneath_the_flips_is_seen() {
        let found = levels(&flipping(200, |i| 300.0 * i)).unwrap();
        let (first, last) = (found.floor[12], found.floor[found.floor.len() - 1]);
        let rate = (last.1 - first.1) / (last.0 - first.0) * 4096.0;
        assert!((rate - 300.0).abs() < 30.0, "{rate}");
        assert!(found.rise > 5e3, "{found:?}");
    }

    #[test]
    fn what_does_not_flip_has_no_levels() {
        assert_eq!(levels(&flipping(50, |_| 0.0)), None, "too few");
        let of = |held: fn(u32) -> f64| -> Vec<(f64, f64)> {
            (1..=200).map(|i| (f64::from(i) * 4096.0, held(i))).collect()
        };
        assert_eq!(levels(&of(|i| 8.0 * 4096.0 * f64::from(i))), None, "a leak");
        assert_eq!(levels(&of(|i| if i > 100 { 3e6 } else { 4e6 })), None, "one fall");
        assert_eq!(levels(&of(|i| 3e6 + f64::from(i % 2) * 30e3)), None, "noise");
    }
}
