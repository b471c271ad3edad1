//! Statistics as pure functions of data. Each says where its formula comes from.
//!
//! The unit is the invocation, not the sample: two processes of the same runtime differ by more
//! than the samples of one process do.

#![warn(missing_docs)]

mod birge;
mod bootstrap;
mod changepoint;
#[cfg(test)]
mod coverage;
mod detectable;
mod evidence;
mod geometric;
mod holm;
mod interval;
mod line;
mod log_spread;
mod planning;
mod proportion;
mod quotient;
// Not part of the interface: tests of those who use these statistics draw from it too.
#[doc(hidden)]
pub mod simulation;
mod spikes;
pub mod staircase;
mod steady;
mod theil_sen;

pub use birge::Birge;
pub use bootstrap::{Invocation, Sample, mean_ns_per_op, paired_ratio};
pub use detectable::{POWER, detectable_ratio};
pub use evidence::Evidence;
pub use geometric::geometric_mean;
pub use holm::holm;
pub use line::{Line, line};
pub use log_spread::LogSpread;
pub use planning::{BatchLimits, Costs, Dimensions, VarianceComponents};
pub use proportion::proportion;
pub use quotient::{Certainty, Quotient, quotient};
pub use steady::{
    Class, MINIMUM_BATCHES, STEADY_BATCHES, Segment, Steadiness, TOLERANCE, Unclassified,
    steadiness,
};
pub use theil_sen::theil_sen;

use serde::{Deserialize, Serialize};

/// A value with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower bound of the interval.
    pub low: f64,
    /// Upper bound of the interval.
    pub high: f64,
}

impl Estimate {
    /// The estimate of `scale ÷ x` for an estimate of `x > 0`: ops/s out of ns/op, say.
    #[must_use]
    pub fn reciprocal(self, scale: f64) -> Self {
        Self { value: scale / self.value, low: scale / self.high, high: scale / self.low }
    }

    /// Half the interval's width divided by the value: the `±` of Benchmark.js.
    #[must_use]
    pub fn relative_margin(self) -> f64 {
        (self.high - self.low) / 2.0 / self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_swaps_the_bounds() {
        let ns = Estimate { value: 250.0, low: 200.0, high: 400.0 };
        let ops = ns.reciprocal(1e9);
        assert_eq!((ops.value, ops.low, ops.high), (4e6, 2.5e6, 5e6));
        assert!((ops.relative_margin() - 0.3125).abs() < 1e-12);
    }
}
