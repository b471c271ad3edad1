//! Whether ops take longer the more is held.
//!
//! An op that walks or copies all that the ops before it left takes a time in proportion to their number:
//! V8 6.2 copies the list of reactions of a promise that is not settled each time one is added
//! (`PerformPromiseThen`), so that a race against it costs 0.2 ms after 40,000 of them. A program like this
//! can't be followed until a cache of a million entries would be full. But nobody has filled such a cache with
//! it either: it would take more than [`TOO_LONG`].

use std::time::Duration;

use super::Checkpoint;
use crate::stats::staircase::slope;

/// To fill a cache this long is not what one would expect of any program.
const TOO_LONG: Duration = Duration::from_secs(3600);

/// Ops at the end take so many times as long as those in the beginning, or longer: they would take four
/// times as long over two doublings, which is what growth is judged by.
const SLOWER: f64 = 2.0;

/// The part of that which the slope has to explain.
const EXPLAINED: f64 = 0.5;

/// The part of it that has to come in either half: a machine that gets busy is a step.
const IN_EACH_HALF: f64 = 0.25;

/// Strides that are compared: at either end, and in the middle.
const AROUND: usize = 3;

const FEWEST: usize = 3 * AROUND;

/// By how many nanoseconds each op of this series took longer for each op before it, if that is in proportion to
/// their number, and so much that `ops` of them would take more than an hour: with b nanoseconds, b·ops²/2. `b` is
/// the lower end of the 95 % interval of Theil's and Sen's slope.
///
/// Time of the ops includes collections that the engine makes within them.
pub(super) fn slowdown(series: &[Checkpoint], ops: u64) -> Option<f64> {
    let costs: Vec<(f64, f64)> = series
        .windows(2)
        .filter_map(|pair| {
            let ops = pair[1].ops.checked_sub(pair[0].ops).filter(|ops| *ops > 0)? as f64;
            let elapsed = pair[1].elapsed.0.checked_sub(pair[0].elapsed.0)? as f64;
            Some((f64::midpoint(pair[0].ops as f64, pair[1].ops as f64), elapsed / ops))
        })
        .collect();
    if costs.len() < FEWEST {
        return None;
    }
    // In the middle of the ops: strides become shorter where ops slow down.
    let end = costs.len() - AROUND;
    let centre = f64::midpoint(costs[0].0, costs[costs.len() - 1].0);
    let middle = costs.partition_point(|cost| cost.0 < centre).saturating_sub(AROUND / 2).min(end);
    let [first, half, last] = [0, middle, end].map(|from| {
        let around = &costs[from..from + AROUND];
        (around[AROUND / 2].0, median(around))
    });
    let rise = last.1 - first.1;
    let is_straight =
        [half.1 - first.1, last.1 - half.1].iter().all(|it| *it >= IN_EACH_HALF * rise);
    let is_large = |slope: f64| {
        slope * (last.0 - first.0) >= EXPLAINED * rise
            && slope * (ops as f64).powi(2) / 2.0 >= TOO_LONG.as_nanos() as f64
    };
    if last.1 < SLOWER * first.1 || !is_straight {
        return None;
    }
    slope(&costs).map(|slope| slope.low).filter(|it| is_large(*it))
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

    const MANY: u64 = 3 << 19;

    fn slows_down(series: &[Checkpoint], ops: u64) -> bool {
        slowdown(series, ops).is_some()
    }

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
        let copying = |ops: f64| 2_000.0 + 5.0 * ops;
        assert!(slows_down(&series(4096, 10, copying), MANY));
        assert!(!slows_down(&series(4096, 9, copying), MANY), "too few strides");
        // 5 ns for each op before: a million and a half of them take 1.7 hours, and a million 0.7.
        assert!(!slows_down(&series(4096, 10, copying), 1 << 20));
    }

    /// What was seen of an `AsyncLocalStorage` per op on 22.23.5: strides became shorter, and its table moved at 5,500 ops.
    #[test]
    fn strides_that_become_shorter_move_no_middle() {
        let cost =
            |ops: f64| if ops < 5_500.0 { 400.0 * ops } else { 3.6e6 + 300.0 * (ops - 5_500.0) };
        let (mut ops, mut elapsed) = (0, 0.0);
        let point = |_| {
            let stride = if ops < 2_048 {
                128
            } else if ops < 5_500 {
                64
            } else {
                16
            };
            elapsed += stride as f64 * cost(ops as f64);
            ops += stride;
            Checkpoint { ops, elapsed: Nanos(elapsed as u64), ..Checkpoint::default() }
        };
        let series: Vec<Checkpoint> = (0..190).map(point).collect();
        assert!(slows_down(&series, MANY), "{:?}", series.last());
    }

    #[test]
    fn ops_of_constant_cost_do_not() {
        assert!(!slows_down(&[], MANY));
        assert!(!slows_down(&series(4096, 40, |_| 300_000.0), MANY));
        // Misses of the processor's caches: 100 ns more at a million entries.
        assert!(!slows_down(&series(1 << 17, 12, |ops| 60.0 + ops / 1e4), MANY));
        // With the square root of what is held.
        assert!(!slows_down(&series(4096, 40, |ops| 1_000.0 * (1.0 + ops).sqrt()), MANY));
    }

    #[test]
    fn a_cache_that_fills_within_minutes_is_none() {
        // 1 ns for each entry before: a search from the beginning of an array.
        assert!(!slows_down(&series(1024, 40, |ops| 50.0 + ops), MANY));
    }

    #[test]
    fn a_machine_that_gets_busy_does_not_count() {
        let mut noise = Noise::seeded(7);
        for (op, stride, count) in [(500.0, 8192, 12), (1e5, 128, 300), (2.5e5, 128, 300)] {
            let end = (stride * count) as f64;
            for tenth in 0..10 {
                // Two and a half times as slow from there on, until the end.
                let busy = end * f64::from(tenth) / 10.0;
                let found = series(stride, count, |ops| {
                    let times = if ops >= busy { 2.5 } else { 1.0 };
                    op * times * (1.0 + 0.03 * noise.normal())
                });
                assert!(!slows_down(&found, MANY), "ops of {op} ns, busy from {busy} on");
            }
        }
    }
}
