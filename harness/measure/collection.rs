//! Whether a batch had a garbage collection inside: by arithmetic on the heap, which any engine tells.
//!
//! What an op allocates is measured over some ops right after a full collection, where nothing else
//! happens to the heap. A batch of n ops allocates n times as much. If the heap has not grown by that
//! much, the rest was collected.

use std::time::Duration;

/// How long the ops run whose allocation is measured: far shorter than what fills the smallest young
/// generation (1 MiB in V8).
pub(super) const WEIGHED: Duration = Duration::from_micros(100);

/// But at least so many of them, so that what a reply of the driver allocates is little beside it.
pub(super) const WEIGHED_OPS: u64 = 100;

/// A batch that allocates less than this needs no collection: the smallest young generation of V8.
const NEEDS_NONE: f64 = 1024.0 * 1024.0;

/// The part of what a batch allocated that must be gone: what one collection of the young generation
/// frees is of the order of what a batch allocates, and the estimate of the latter errs by a tenth.
const LEAST_FREED: f64 = 0.25;

/// What one op allocates, in bytes: out of the heap in use at a reading, at the next one, and after
/// `n` ops at a third. A reading allocates, too, and counts in both differences. `None` if the heap
/// shrank: it was collected.
pub fn allocated_per_op(readings: [u64; 3], n: u64) -> Option<f64> {
    let [first, idle, after] = readings.map(|bytes| bytes as f64);
    let by_ops = (after - idle) - (idle - first);
    (n > 0 && by_ops >= 0.0).then(|| by_ops / n as f64)
}

/// Whether a batch of `n` ops had a collection inside; `None` if it allocates too little to need one.
pub(super) fn had_collection(
    allocated_per_op: f64,
    n: u64,
    before: u64,
    after: u64,
) -> Option<bool> {
    let allocated = allocated_per_op * n as f64;
    let freed = before as f64 + allocated - after as f64;
    (allocated >= NEEDS_NONE).then_some(freed > LEAST_FREED * allocated)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 3 kB of a reading, then 143 kB, of which 3 kB are a reading's: 140 kB in 100 ops.
    #[test]
    fn allocation_by_hand() {
        assert_eq!(allocated_per_op([2_000_000, 2_003_000, 2_146_000], 100), Some(1400.0));
        assert_eq!(allocated_per_op([2_000_000, 2_003_000, 2_006_000], 100), Some(0.0));
        assert_eq!(allocated_per_op([2_000_000, 2_003_000, 2_000_500], 100), None);
        assert_eq!(allocated_per_op([1, 2, 3], 0), None);
    }

    /// 10,000 ops of 1,400 bytes are 14 MB.
    #[test]
    fn what_is_allocated_and_not_there_was_collected() {
        let of = |before, after| had_collection(1400.0, 10_000, before, after);
        assert_eq!(of(2_000_000, 16_000_000), Some(false));
        assert_eq!(of(2_000_000, 15_000_000), Some(false), "an estimate errs");
        assert_eq!(of(9_000_000, 8_000_000), Some(true));
        assert_eq!(of(20_000_000, 2_000_000), Some(true));
        assert_eq!(had_collection(0.02, 20_000_000, 2_000_000, 2_000_000), None);
    }
}
