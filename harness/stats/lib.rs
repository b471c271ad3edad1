//! Statistics as pure functions of data. Each says where its formula comes from.
//!
//! The unit is the invocation, not the sample: two processes of the same runtime differ by more
//! than the samples of one process do.
//!
//! ```
//! use std::time::Duration;
//!
//! use awaitbench_stats::{Sample, mean_ns_per_op};
//!
//! // Three processes that ran 1,000 ops in 200, 210 and 220 µs.
//! let invocations = [200, 210, 220]
//!     .map(|micros| vec![Sample { n: 1_000, elapsed: Duration::from_micros(micros) }]);
//! let (mean, interval) = mean_ns_per_op(&invocations).expect("each process has a sample");
//! assert_eq!(mean, 210.0);
//! let interval = interval.expect("there is more than one process");
//! assert!(interval.low < mean && mean < interval.high);
//! ```

#![warn(missing_docs)]

mod birge;
mod bootstrap;
mod changepoint;
#[cfg(test)]
mod coverage;
mod detectable;
mod estimate;
mod evidence;
mod geometric;
mod holm;
mod interval;
pub mod levels;
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
pub use estimate::Estimate;
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
