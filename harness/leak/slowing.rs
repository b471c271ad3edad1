//! Whether ops take longer the more is held.
//!
//! An op that walks or copies all that the ops before it left takes a time in proportion to their number:
//! V8 6.2 copies the list of reactions of a promise that is not settled each time one is added
//! (`PerformPromiseThen`), so that a race against it costs 0.2 ms after 40,000 of them. A program like this
//! can't be followed until a cache of a million entries would be full: that would take hours. But for the
//! same reason it has no such cache.

use super::Checkpoint;
use crate::stats::theil_sen;

/// What an op takes longer for each op before it, in nanoseconds, at the least: to copy eight bytes from
/// memory takes half of one to one. Ops in caches of a million entries are some 100 ns slower than in
/// small ones, which is a thousand times less for each.
const NANOS_PER_OP: f64 = 0.2;

/// Ops at the end take so many times as long as those in the beginning, at the least. A cell is followed
/// over a fourfold number of ops.
const SLOWER: f64 = 2.0;

/// Strides that are compared at either end.
const AROUND: usize = 3;

/// Fewer strides say nothing.
const FEWEST: usize = 3 * AROUND;

/// Whether each op of this series took longer than those before, in proportion to their number: by the
/// lower end of the 95 % interval of Theil's and Sen's slope, so that a machine that was busy for a while
/// does not count.
pub(super) fn slows_down(series: &[Checkpoint]) -> bool {
    let costs: Vec<(f64, f64)> = series
        .windows(2)
        .filter_map(|pair| {
            let ops = pair[1].ops.checked_sub(pair[0].ops).filter(|ops| *ops > 0)? as f64;
            let elapsed = pair[1].elapsed.0.checked_sub(pair[0].elapsed.0)? as f64;
            Some((f64::midpoint(pair[0].ops as f64, pair[1].ops as f64), elapsed / ops))
        })
        .collect();
    if costs.len() < FEWEST {
        return false;
    }
    let (first, last) = (&costs[..AROUND], &costs[costs.len() - AROUND..]);
    median(last) >= SLOWER * median(first)
        && theil_sen(&costs).is_some_and(|slope| slope.low >= NANOS_PER_OP)
}

fn median(costs: &[(f64, f64)]) -> f64 {
    let mut values: Vec<f64> = costs.iter().map(|cost| cost.1).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::simulation::Noise;
    use crate::units::Nanos;

    /// A series whose op after `ops` others takes `nanos(ops)`.
    fn series(stride: u64, count: u64, mut nanos: impl FnMut(f64) -> f64) -> Vec<Checkpoint> {
        let mut elapsed = 0.0;
        (1..=count)
            .map(|i| {
                elapsed += stride as f64 * nanos(((i - 1) * stride) as f64);
                let elapsed = Nanos(elapsed as u64);
                Checkpoint { ops: i * stride, elapsed, ..Checkpoint::default() }
            })
            .collect()
    }

    #[test]
    fn ops_that_copy_what_is_held_slow_down() {
        // What was seen of `Promise.race` on 8.17.0.
        assert!(slows_down(&series(4096, 10, |ops| 2_000.0 + 5.0 * ops)));
        assert!(!slows_down(&series(4096, 9, |ops| 2_000.0 + 5.0 * ops)), "too few strides");
    }

    #[test]
    fn ops_of_constant_cost_do_not() {
        assert!(!slows_down(&[]));
        assert!(!slows_down(&series(4096, 40, |_| 300_000.0)));
        // Misses of the processor's caches: 100 ns more at a million entries.
        assert!(!slows_down(&series(1 << 17, 12, |ops| 60.0 + ops / 1e4)));
    }

    #[test]
    fn a_machine_that_gets_busy_does_not_count() {
        let mut noise = Noise::seeded(7);
        for at in 0..12_u32 {
            // Ten times as slow from some stride on, until the end: of an op of 0.5 µs.
            let busy = f64::from(at) * 8192.0;
            let found = series(8192, 12, |ops| {
                let times = if ops >= busy { 10.0 } else { 1.0 };
                500.0 * times * (1.0 + 0.1 * noise.normal().abs())
            });
            assert!(!slows_down(&found), "busy from {busy} ops on");
        }
    }
}
