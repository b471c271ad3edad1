//! How long a runtime is waited for.

use std::time::Duration;

/// How long each kind of request may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the start of the process to its hello. A cold start takes seconds on a slow disk.
    pub hello: Duration,
    /// A batch that is meant to take well under a second.
    pub run: Duration,
    pub memory: Duration,
    /// A heap snapshot: gigabytes take minutes.
    pub snapshot: Duration,
    /// From the request to exit until the process is gone by itself.
    pub exit: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(20),
            run: Duration::from_secs(60),
            memory: Duration::from_secs(30),
            snapshot: Duration::from_secs(600),
            exit: Duration::from_secs(2),
        }
    }
}
