//! What is read of a service while it is under load.

use crate::session::Reading;
use crate::units::Nanos;

/// One second, or what was the last part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Second {
    /// From the start of the load to the end of this.
    pub elapsed: Nanos,
    /// Requests that were due in it.
    pub requests: u64,
    /// Answers with a status of 2xx that came in it.
    pub answered: u64,
    pub non_2xx: u64,
    /// Requests that met an error instead.
    pub errors: u64,
    /// Requests that were given up.
    pub timeouts: u64,
    /// The median of the latencies of the answers in it.
    pub p50: Option<Nanos>,
    pub p99: Option<Nanos>,
    pub max: Option<Nanos>,
    /// Memory at the end of it, without a forced collection.
    pub reading: Reading,
    /// How late the service's event loop was on average.
    pub delay_mean: Option<Nanos>,
    /// How late at most.
    pub delay_max: Option<Nanos>,
    /// Collections in it, forced ones too.
    pub collections: Option<u64>,
    pub pauses: Option<Nanos>,
    pub longest_pause: Option<Nanos>,
}

/// A reading of memory after a forced collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadPoint {
    /// From the start of the load.
    pub elapsed: Nanos,
    /// Requests that the service had finished with by then: answers of any status.
    pub requests: u64,
    pub reading: Reading,
}
