//! How much is measured: what decides between quick and precise.

use std::time::Duration;

/// How long and how often a cell is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Fresh processes for each variant.
    pub invocations: u32,
    /// How long a fresh process runs before anything counts.
    pub warm_up: Duration,
    /// How long one batch takes, about: long enough to contain collections of young objects, short
    /// enough that the variants alternate many times a second.
    pub batch: Duration,
    /// Batches that count, in each process.
    pub batches: u32,
}

impl Effort {
    /// What `awaitbench run` does by itself.
    ///
    /// Processes live this long because V8 changes its pace late: on 12.16.2 the async form of `await-two` falls from
    /// 88 to 67 ns after a second of its own, and that of `instance-loop` after 1.6 (EVIDENCE.md, "How long a process has to live").
    pub const DEFAULT: Self = Self {
        invocations: 6,
        warm_up: Duration::from_millis(1400),
        batch: Duration::from_millis(20),
        batches: 20,
    };

    /// For publishing: the spread between processes is known well.
    pub const THOROUGH: Self = Self {
        invocations: 30,
        warm_up: Duration::from_millis(2000),
        batch: Duration::from_millis(20),
        batches: 40,
    };

    /// A first look: too few batches to tell whether a steady state was reached.
    pub const QUICK: Self = Self {
        invocations: 3,
        warm_up: Duration::from_millis(250),
        batch: Duration::from_millis(20),
        batches: 8,
    };

    /// How long a batch is to be, by a clock with this smallest step: reading it twice then adds an
    /// error of no more than one in a thousand. A tenth more than that, since no batch lasts just as long as planned.
    pub fn batch_by(&self, timer_resolution_ns: u64) -> Duration {
        let shortest = shortest_batch(timer_resolution_ns);
        self.batch.max(shortest.saturating_add(shortest / 10))
    }
}

/// Times the smallest step of the clock that a batch lasts at least.
const RESOLUTIONS: u64 = 1000;

/// The shortest batch that a clock with this smallest step can time.
pub(super) fn shortest_batch(timer_resolution_ns: u64) -> Duration {
    Duration::from_nanos(timer_resolution_ns.saturating_mul(RESOLUTIONS))
}

/// The number of ops that takes about `ns`, at least one.
pub(super) fn ops_in(ns: f64, ns_per_op: f64) -> u64 {
    // A float that is too large, or not a number because nothing took any time, saturates.
    ((ns / ns_per_op).round() as u64).clamp(1, 1 << 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_at_least_one_op() {
        assert_eq!(ops_in(20e6, 200.0), 100_000);
        assert_eq!(ops_in(20e6, 1e12), 1);
        assert_eq!(ops_in(20e6, 0.0), 1 << 40);
        assert_eq!(ops_in(20e6, f64::INFINITY), 1);
    }

    #[test]
    fn a_coarse_clock_makes_batches_long() {
        assert_eq!(Effort::DEFAULT.batch_by(140), Duration::from_millis(20));
        assert_eq!(Effort::DEFAULT.batch_by(100_000), Duration::from_millis(110));
        assert!(Effort::DEFAULT.batch_by(u64::MAX) > Duration::from_secs(1_000_000));
    }
}
