//! Does memory that survives collection grow with the number of ops?
//!
//! [`judge`] is the verdict: a function of a series of readings, told what it may conclude by
//! [`Limits`]. [`probe`] makes such a series from a living process, and stops as soon as the verdict
//! is sure. `LEAK.md` says what a verdict means and when it is wrong.

pub mod bisect;
mod growth;
mod probe;
mod series;
mod steps;
mod verdict;

pub use probe::{Holder, Plan, Probed, probe};
pub use series::{Checkpoint, Held, Space};
pub use verdict::{Finding, Limits, Reason, Verdict, judge};
