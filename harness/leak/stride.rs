//! How many ops are executed between two collections: rules as pure functions, which `probe.rs` follows.

use std::time::Duration;

use super::Checkpoint;
use super::series::gained;
use crate::case::Shape;

/// A stride takes about as long: the collection after it takes 5 to 15 ms.
pub(super) const STRIDE: Duration = Duration::from_millis(25);

/// The longest stride where ops are asynchronous: what a loop of microtasks keeps until its end has to
/// fit into the heap.
const LONGEST_STRIDE: u64 = 1 << 17;

/// The longest where an op ends at once: some nanoseconds each.
const LONGEST_SYNC_STRIDE: u64 = 1 << 26;

/// Within the first so many readings a stride may turn out to be too short: it was found with cold code,
/// or while the machine did something else.
const SETTLING: usize = 12;

/// A stride is long enough when it has gained so many bytes: a series is 10 strides at least.
const MUCH_IN_A_STRIDE: u64 = 4 << 20;

/// A stride may be doubled when the series has so many, so that an octave has enough readings.
const STRIDES_BEFORE_DOUBLING: u64 = 20;

/// And when the later half of its ops gained so many bytes.
const MUCH_IN_HALF: u64 = MUCH_IN_A_STRIDE;

/// The longest stride for ops of this shape, until collections take long.
pub(super) const fn longest(shape: Shape) -> u64 {
    match shape {
        Shape::Sync => LONGEST_SYNC_STRIDE,
        _ => LONGEST_STRIDE,
    }
}

/// Whether a stride that gained so many bytes is as long as it may be.
pub(super) const fn is_full(gained: u64) -> bool {
    gained >= MUCH_IN_A_STRIDE
}

/// Whether a stride that took `elapsed` turns out to be too short for this series.
pub(super) fn is_too_short(series: &[Checkpoint], elapsed: Duration) -> bool {
    let mean = gained(series) / (series.len() as u64).max(2);
    series.len() <= SETTLING && 2 * elapsed < STRIDE && mean < MUCH_IN_A_STRIDE / 2
}

/// Whether a stride that took `elapsed` is so long that half of it is enough: ops that walk what is held slow down, and
/// without readings nothing is decided.
pub(super) fn is_too_long(elapsed: Duration) -> bool {
    elapsed > 6 * STRIDE
}

/// Whether a round takes much longer than its ops, which took `elapsed`.
pub(super) fn is_slow_to_collect(round: Duration, elapsed: Duration) -> bool {
    round > 2 * elapsed && round > 2 * STRIDE
}

/// Whether there may be twice as many ops between collections from now on.
///
/// Only while the heap grows by much: else what the engine holds in proportion to the ops since the last
/// collection (the hash table of a `WeakMap` whose keys die, 16 bytes per op; the list of maps made from
/// a prototype) would look like a step of a list, since it becomes twice as long once.
pub(super) fn may_double(series: &[Checkpoint], stride: u64) -> bool {
    let ops = series.last().map_or(0, |reading| reading.ops);
    let half = series.partition_point(|reading| reading.ops < ops / 2);
    gained(&series[half..]) >= MUCH_IN_HALF && ops >= STRIDES_BEFORE_DOUBLING * stride
}

#[cfg(test)]
mod tests {
    use super::super::Held;
    use super::*;

    #[test]
    fn a_stride_is_too_short_only_in_the_beginning_and_where_little_is_gained() {
        let of = |count: u64, bytes: u64| -> Vec<Checkpoint> {
            let held = |i: u64| Held { heap: Some(bytes * i), ..Held::default() };
            (1..=count)
                .map(|i| Checkpoint { ops: i, held: held(i), ..Checkpoint::default() })
                .collect()
        };
        let (short, long) = (Duration::from_millis(12), Duration::from_millis(13));
        assert!(is_too_short(&of(12, 0), short));
        assert!(!is_too_short(&of(12, 0), long));
        assert!(!is_too_short(&of(13, 0), short));
        assert!(!is_too_short(&of(12, 4 << 20), short));
    }

    #[test]
    fn strides_double_only_while_much_grows() {
        let of = |bytes_per_op: u64| -> Vec<Checkpoint> {
            let held =
                |ops: u64| Held { heap: Some(4_000_000 + bytes_per_op * ops), ..Held::default() };
            let strides = (1..=24_u64).map(|i| i << 14);
            strides
                .map(|ops| Checkpoint { ops, held: held(ops), ..Checkpoint::default() })
                .collect()
        };
        // 300 bytes for each of 180,000 ops since the middle, or 32; or 16, or none.
        assert!(may_double(&of(300), 1 << 14));
        assert!(may_double(&of(32), 1 << 14));
        assert!(!may_double(&of(16), 1 << 14));
        assert!(!may_double(&of(0), 1 << 14));
        assert!(!may_double(&of(300), 1 << 15), "too few strides");
        assert!(!may_double(&[], 1));
    }
}
