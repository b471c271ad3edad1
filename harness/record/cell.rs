//! One row of the published summary: what was found for one variant of one case on one runtime.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Keyed;
use crate::key::Key;

/// How the measuring of a cell ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Measured, and every sample passed its check.
    #[default]
    Ok,
    /// A sample's check was not what the case expects: its time means nothing.
    Check,
    /// The runtime crashed, broke the protocol, or would not start.
    Error,
    /// The runtime did not answer in time.
    Timeout,
    /// The runtime can't parse this variant: a result, not a failure.
    Unsupported,
}

impl Status {
    /// The word used in the `status` column.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Check => "check",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Unsupported => "unsupported",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One row of `results/<machine>/<runtime>-<version>.csv`.
///
/// Bounds named `_low` and `_high` are those of the 95 % confidence interval.
pub type CellRow = Keyed<CellFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellFigures {
    pub status: Status,
    /// One line on why the status is not `ok`.
    pub detail: String,
    /// Fresh processes measured; `None` for published figures that do not say.
    pub invocations: Option<u32>,
    /// Timed batches counted, over all invocations; `None` as above.
    pub samples: Option<u32>,
    /// Mean time of one op, in nanoseconds.
    pub ns_per_op: Option<f64>,
    pub ns_per_op_low: Option<f64>,
    pub ns_per_op_high: Option<f64>,
    pub ops_per_sec: Option<f64>,
    pub ops_per_sec_low: Option<f64>,
    pub ops_per_sec_high: Option<f64>,
    /// Half the width of the interval of `ops_per_sec`, divided by `ops_per_sec`.
    pub relative_margin: Option<f64>,
    /// Heap used after a forced collection, before the timed batches: mean over invocations.
    pub heap_before_bytes: Option<u64>,
    /// Heap used after a forced collection, after the timed batches: mean over invocations.
    pub heap_after_bytes: Option<u64>,
    /// Growth of the collected heap divided by the ops between the two readings.
    pub bytes_per_op: Option<f64>,
    /// Peak resident set of the process alone: the largest over the invocations.
    pub peak_rss_bytes: Option<u64>,
    /// What a semi-space of V8's young generation grew to: the largest over the invocations.
    pub semi_space_bytes: Option<u64>,
    /// Microtask ticks of one op, from its call to the moment that the next one could start: exact.
    /// `None` if it waits for more than promises, or if two invocations do not agree.
    pub ticks_per_op: Option<u64>,
    /// CPU time of an op, all threads of the process together, in nanoseconds.
    pub cpu_ns_per_op: Option<f64>,
    /// Invocations that were steady from their first batch. This and the next three count the
    /// invocations that could be classified.
    pub flat: Option<u32>,
    /// Invocations that became faster, then steady.
    pub warmup: Option<u32>,
    /// Invocations that had been faster, then became steady.
    pub slowdown: Option<u32>,
    /// Invocations whose last part still changed: all their batches count.
    pub no_steady_state: Option<u32>,
    /// Invocations that something on the machine disturbed.
    pub disturbed: Option<u32>,
    /// Those of them that another took the place of, and which count in nothing.
    pub repeated: Option<u32>,
    /// When the measuring of this cell began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that measured it.
    pub harness_version: String,
}

/// The ratio async ÷ generator in ops/s of one case on one runtime, with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RatioRow {
    #[serde(flatten, serialize_with = "Key::without_engine")]
    pub key: Key,
    /// Async ops/s divided by generator ops/s.
    pub ratio: f64,
    /// Lower bound; `None` for published figures, which have no samples to make it from.
    pub ratio_low: Option<f64>,
    /// Upper bound; `None` for published figures.
    pub ratio_high: Option<f64>,
}
