//! Whether a leak of a given rate is excluded, by the steps that it would have made.
//!
//! A list that is full is copied into one half as large again (`JSObject::NewElementsCapacity` in V8:
//! old + old / 2 + 16), so from a to N ops a leak of r bytes/op makes at least log(N/a) / log(1.5) steps,
//! rounded down; each is of r·a/2 bytes or more, and between two of them lie a/2 ops or more. What is
//! held one by one grows by r·(N − a) in steps too small to see.
//!
//! Code that gets compiled and bytecode that is thrown away move readings by some kilobytes now and
//! then, and a fall can hide a step that comes with it. But then the fall is seen, unless both are of
//! one size. So moves in either direction are counted, those within 0.45·a ops as one, for no two steps
//! are as near: where fewer were seen than a leak has steps, by [`SPARE`] at least, and what is left
//! over adds up to nothing, there is no such leak.

use super::growth::smoothed;

/// From N/reach on there are so many steps, for lists of a hundred elements and more, where the 16 make
/// the first steps a little longer than 1.5.
const WINDOWS: [(f64, usize); 3] = [(2.55, 2), (4.0, 3), (6.1, 4)];

/// Steps that may be hidden, each by a fall of its own size.
const SPARE: usize = 2;

/// What is smaller than this part of a step's least size is no move.
const NO_MOVE: f64 = 0.25;

/// Moves within this share of a are one.
const NEAR: f64 = 0.45;

/// A table that doubles (`Map`, `Set`, `WeakMap`) has one step from N/2.2 on, perhaps none from N/1.8 on.
/// A rise by more than this is taken for one, or for code if it is less, in bytes.
const DOUBLES_SINCE: f64 = 2.2;
const LARGEST_CODE: f64 = 16e3;

/// A window begins where the slowest leak that is looked for has stored a hundred elements.
const FEWEST_OPS: f64 = 100_000.0;

/// Steps are half of this many strides apart, or more: what rises at one reading and falls at the next
/// is dropped as a spike, and could be a step before a fall.
const APART: f64 = 4.0;

/// Whether these readings (ops, bytes), in the order of ops, exclude a leak of `rate` bytes an op.
pub(super) fn exclude(points: &[(f64, f64)], rate: f64) -> bool {
    let points = &smoothed(points, 1);
    let [.., (before, _), (end, _)] = points[..] else { return false };
    let stride = end - before;
    // The last reading before it, so that no step falls between.
    let since =
        |ops: f64| &points[points.partition_point(|point| point.0 < ops).saturating_sub(1)..];
    let doubling = since(end / DOUBLES_SINCE);
    if doubling.windows(2).any(|pair| pair[1].1 - pair[0].1 > LARGEST_CODE.max(rate * end)) {
        return false;
    }
    WINDOWS.iter().any(|(reach, steps)| {
        let start = end / reach;
        if start < FEWEST_OPS.max(APART * stride) || points[0].0 > start {
            return false;
        }
        let tolerated = NO_MOVE * rate * start / 2.0;
        let (moves, rest) = moves(since(start), tolerated, NEAR * start);
        moves + SPARE <= *steps && rest.abs() <= tolerated
    })
}

/// How many moves of more than `tolerated` bytes there are, those within `near` ops counted as one,
/// and the sum of all other changes.
fn moves(points: &[(f64, f64)], tolerated: f64, near: f64) -> (usize, f64) {
    let (mut count, mut rest, mut until) = (0, 0.0, f64::NEG_INFINITY);
    for pair in points.windows(2) {
        let change = pair[1].1 - pair[0].1;
        if pair[1].0 <= until {
            continue;
        }
        if change.abs() > tolerated {
            count += 1;
            until = pair[0].0 + near;
        } else {
            rest += change;
        }
    }
    (count, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 0.008;

    /// A reading at every 10,000 ops up to a million.
    fn series(held: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (1..=100).map(|i| (f64::from(i) * 1e4, 4e6 + held(f64::from(i) * 1e4))).collect()
    }

    fn from(ops: f64, bytes: f64) -> impl Fn(f64) -> f64 {
        move |n| if n >= ops { bytes } else { 0.0 }
    }

    #[test]
    fn moves_are_counted_and_near_ones_are_one() {
        let points = [(0.0, 0.0), (1.0, 9.0), (2.0, 1.0), (3.0, 2.0), (4.0, 2.0), (5.0, -8.0)];
        assert_eq!(moves(&points, 5.0, 0.5), (3, 1.0));
        // The fall at 2 belongs to the rise at 1.
        assert_eq!(moves(&points, 5.0, 2.0), (2, 1.0));
        assert_eq!(moves(&points[..1], 5.0, 2.0), (0, 0.0));
    }

    #[test]
    fn what_is_flat_excludes_a_leak_and_isolated_moves_do_not_matter() {
        assert!(exclude(&series(|_| 0.0), RATE));
        // One move since N/4 is one fewer than three steps of which one is hidden.
        assert!(exclude(&series(from(600_000.0, 9e3)), RATE));
        assert!(exclude(&series(from(600_000.0, -9e3)), RATE));
        let (first, second) = (from(300_000.0, 9e3), from(600_000.0, -5e3));
        assert!(exclude(&series(|n| first(n) + second(n)), RATE));
        let third = from(900_000.0, 3e3);
        assert!(!exclude(&series(|n| first(n) + second(n) + third(n)), RATE));
    }

    #[test]
    fn steps_drift_and_doubling_exclude_nothing() {
        // 8 bytes at every thousandth op: capacities 211, 332, 514, 787, 1196.
        let capacity = |n: f64| {
            let mut capacity = 0.0;
            while capacity < (n / 1000.0).floor() {
                capacity = (capacity * 1.5 + 16.0_f64).floor();
            }
            8.0 * capacity
        };
        assert!(!exclude(&series(capacity), RATE));
        assert!(!exclude(&series(|n| RATE * n), RATE));
        assert!(!exclude(&series(from(500_000.0, 20e3)), RATE));
        // One of its steps hidden by a fall as large: the move is not seen, the other one is.
        let hidden =
            |n: f64| capacity(n) - if n >= 788_000.0 { 8.0 * (1196.0 - 787.0) } else { 0.0 };
        assert!(!exclude(&series(hidden), RATE));
    }

    #[test]
    fn few_ops_exclude_nothing() {
        let few: Vec<_> = series(|_| 0.0).into_iter().take(20).collect();
        assert!(!exclude(&few, RATE));
        assert!(!exclude(&[], RATE));
    }
}
