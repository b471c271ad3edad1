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
    pub const DEFAULT: Self = Self {
        invocations: 10,
        warm_up: Duration::from_millis(200),
        batch: Duration::from_millis(20),
        batches: 20,
    };

    /// For publishing: the spread between processes is known well.
    pub const THOROUGH: Self = Self {
        invocations: 30,
        warm_up: Duration::from_millis(500),
        batch: Duration::from_millis(20),
        batches: 40,
    };

    /// A first look.
    pub const QUICK: Self = Self {
        invocations: 3,
        warm_up: Duration::from_millis(150),
        batch: Duration::from_millis(20),
        batches: 8,
    };

    /// The number of ops that takes about as long as a batch should, at `ns_per_op`.
    #[must_use]
    pub fn ops_per_batch(&self, ns_per_op: f64) -> u64 {
        ops_in(self.batch.as_nanos() as f64, ns_per_op)
    }
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
        assert_eq!(Effort::DEFAULT.ops_per_batch(200.0), 100_000);
        assert_eq!(Effort::DEFAULT.ops_per_batch(1e12), 1);
        assert_eq!(Effort::DEFAULT.ops_per_batch(0.0), 1 << 40);
    }
}
