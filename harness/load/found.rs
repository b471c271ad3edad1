//! What a load has found.

use std::path::PathBuf;
use std::time::Duration;

use super::engine::Counts;
use super::latency::Latencies;
use super::series::{LoadPoint, Second};
use crate::units::Nanos;

/// The part of requests that a sustained rate answers in time.
pub(super) const IN_TIME: f64 = 0.99;

/// What a load has found.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// What has come of the requests.
    pub counts: Counts,
    /// From the start until the last request was turned to.
    pub sending: Duration,
    /// From when requests were due until their answers were read to the end.
    pub latencies: Latencies,
    /// From when they were sent: what a client sees that waits for each answer before it asks again.
    pub service: Latencies,
    /// From when they were due until this harness turned to them.
    pub lag: Latencies,
    /// What the first request that failed met.
    pub first_error: Option<String>,
    pub seconds: Vec<Second>,
    /// Requests that were finished before it.
    pub warmed_up: u64,
    /// Memory after forced collections: at the beginning, during the load, and at the end.
    pub checkpoints: Vec<LoadPoint>,
    /// The same after the load, while requests went on until the verdict was sure.
    pub further: Vec<LoadPoint>,
    /// The heap snapshots of the beginning and the end.
    pub snapshots: Vec<PathBuf>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    pub rate: f64,
    /// Whether the service sustained it.
    pub sustained: bool,
    pub p99: Option<Nanos>,
}

/// What was found under a load, of either kind.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Under a rate that was given.
    Given(Box<Load>),
    /// By looking for the highest.
    Found {
        /// The highest rate that was sustained; `None` if not even one a second was.
        rate: Option<f64>,
        /// The load at that rate.
        load: Box<Load>,
        /// All rates, in the order in which they were tried.
        probes: Vec<Probe>,
    },
}
