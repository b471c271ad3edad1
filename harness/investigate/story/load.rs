//! What a variant of the service did under load.

use serde::Serialize;

use crate::key::family_name;
use crate::measure::Cell;
use crate::record::{Space, Verdict};
use crate::stats::Estimate;

/// What was executed, and by what: the keys of every row of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The case, or the service.
    pub case: String,
    /// `generator` (compiled to ES2015) or `async` (to ES2017).
    pub variant: String,
    pub runtime: String,
    /// As the process itself reported.
    pub version: String,
    pub engine_version: String,
    /// Flags of the runtime: none, since an investigation is of runtimes as they come.
    pub flags: String,
}

impl Subject {
    pub(in crate::investigate) fn of(cell: &Cell) -> Self {
        Self {
            case: cell.key.case.clone(),
            variant: cell.key.variant.clone(),
            runtime: cell.key.runtime.clone(),
            version: cell.key.version.clone(),
            engine_version: cell.key.engine_version.clone(),
            flags: cell.key.flags.clone(),
        }
    }

    pub fn name(&self) -> String {
        format!("{} {}", family_name(&self.runtime), self.version)
    }
}

/// A variant of the service under load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// What was executed, and by what.
    #[serde(flatten)]
    pub subject: Subject,
    /// Requests a second that were asked for.
    pub rate: f64,
    /// Requests a second that were sent.
    pub requests_per_sec: f64,
    /// How long, in seconds.
    pub duration_s: f64,
    /// Requests that came before it and count in nothing.
    pub warm_up_requests: u64,
    pub requests: u64,
    /// Those that got no answer, or not the right one.
    pub requests_failed: u64,
    /// What the first of them met, if that is known.
    pub first_failure: Option<String>,
    /// Heap in use after a forced collection, before the load.
    pub heap_before_bytes: u64,
    pub heap_after_bytes: u64,
    /// Bytes that the heap gained for each request.
    pub bytes_per_request: f64,
    pub bytes_per_request_low: f64,
    pub bytes_per_request_high: f64,
    /// What that would be in a day at the rate that was asked for; only where it is the heap that leaks.
    pub bytes_a_day: Option<f64>,
    /// The largest resident set of a second, if the system tells it.
    pub peak_rss_bytes: Option<u64>,
    /// Half of the answers were as quick.
    pub p50_ns: u64,
    /// 99 % of the answers were as quick.
    pub p99_ns: u64,
    /// 99.9 % of the answers were as quick.
    pub p999_ns: u64,
    /// Whether it keeps something for every request.
    pub verdict: Verdict,
    /// Where it keeps that; only of what leaks.
    pub space: Option<Space>,
    /// Why, where the verdict alone does not say it; else empty.
    pub reason: String,
    /// Requests after the load, so that the verdict gets sure; they count in nothing else.
    pub further_requests: u64,
}

impl Load {
    /// Whether it keeps something for every request.
    pub fn leaks(&self) -> bool {
        self.verdict == Verdict::Leaks
    }

    /// Whether it keeps that in the heap, which is what is counted and what snapshots show.
    pub fn leaks_heap(&self) -> bool {
        self.space == Some(Space::Heap)
    }

    /// Bytes that the heap gained for each request.
    pub const fn kept(&self) -> Estimate {
        Estimate {
            value: self.bytes_per_request,
            low: self.bytes_per_request_low,
            high: self.bytes_per_request_high,
        }
    }
}
