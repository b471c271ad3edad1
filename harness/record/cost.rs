//! What one await costs, out of cases that differ only in how many awaits an op has.

use serde::Serialize;

use crate::key::Key;

/// The cost of one await of one variant on one runtime, with 95 % intervals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostRow {
    /// The case is without the number of awaits: `await-k`.
    #[serde(flatten, serialize_with = "Key::without_engine")]
    pub key: Key,
    /// What an op takes longer for each await more, in nanoseconds.
    pub ns_per_await: f64,
    /// Lower bound; `None` with a single invocation.
    pub ns_per_await_low: Option<f64>,
    /// Upper bound; `None` with a single invocation.
    pub ns_per_await_high: Option<f64>,
    /// What is left of an op without awaits: the call, and the harness's own cost. In nanoseconds; it may
    /// be below zero where it is small.
    pub ns_per_call: f64,
    pub ns_per_call_low: Option<f64>,
    pub ns_per_call_high: Option<f64>,
    /// Microtask ticks of one await: exact. `None` if the counts make no whole number for each.
    pub ticks_per_await: Option<u64>,
    /// How far a mean lies from the line at most, as a share of the mean.
    pub misfit: f64,
}
