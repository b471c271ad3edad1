//! How much load, and for how long.

use std::path::PathBuf;
use std::time::Duration;

/// The highest rate that can be asked for, in requests per second.
pub const MOST_PER_SECOND: u32 = 100_000;

/// The longest load. The article's service leaked for 36 hours; two days are enough.
pub const LONGEST: Duration = Duration::from_secs(48 * 3_600);

/// The most connections: with the service's side of each, well below the usual limit of 1,024 files
/// doubled by what the service itself opens.
pub const MOST_CONNECTIONS: u32 = 1_000;

/// What is asked of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadPlan {
    pub rate: f64,
    pub duration: Duration,
    /// How many connections may be open at once. A request that is due when all are busy waits for
    /// one, and the wait is part of its latency.
    pub connections: u32,
    /// How long after it was due a request is given up.
    pub timeout: Duration,
    /// Requests before anything counts, [`Self::BUSY_CONNECTIONS`] at a time.
    pub warm_up: u64,
    /// How often a full collection is forced during the load, to read what the service keeps. Each
    /// pauses it for some milliseconds.
    pub checkpoints: u32,
    /// How long, after the load, requests may go on until the verdict is sure. They count in nothing else.
    pub settling: Duration,
    /// Where to write heap snapshots, one after the warm-up and one at the end: what their paths begin
    /// with, up to `-before.heapsnapshot` and `-after.heapsnapshot`.
    pub snapshots: Option<PathBuf>,
    /// What `--rate max` calls sustained.
    pub bound: Bound,
}

impl LoadPlan {
    /// Connections of the warm-up, and of what follows the load: enough to keep the service busy.
    pub const BUSY_CONNECTIONS: u32 = 8;

    /// The longest that the warm-up takes, however few requests it has made by then.
    pub const LONGEST_WARM_UP: Duration = Duration::from_secs(20);
}

/// When a service is said to sustain a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// p99, from when requests are due, is at most this.
    pub p99: Duration,
    /// How long each rate is tried.
    pub probe: Duration,
}
