//! Rows about leaks: verdicts, memory curves, and the readings that both were made from.

use serde::{Deserialize, Serialize};

use super::{Holder, Keyed, Space, Status, Verdict};

/// One row of `results/<machine>/leaks.csv`: the verdict on one variant of one case on one runtime.
pub type LeakRow = Keyed<LeakFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeakFigures {
    /// How the probe ended; no verdict unless `ok`.
    pub status: Status,
    /// One line on why the status is not `ok`.
    pub detail: String,
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    /// What the verdict is about.
    pub space: Option<Space>,
    /// What retains the growth, where that was asked.
    pub held_by: Option<Holder>,
    /// Growth in that space over the last two doublings of the number of ops, bytes per op.
    pub bytes_per_op: Option<f64>,
    pub bytes_per_op_low: Option<f64>,
    pub bytes_per_op_high: Option<f64>,
    /// Bytes that an op holds until the loop that executes it returns to the event loop; 0 if too little to tell.
    pub turn_bytes_per_op: Option<f64>,
    /// Ops executed in the process that the series is of.
    pub ops: Option<u64>,
    /// How long the probe took, seconds, the start of every process included.
    pub elapsed_s: Option<f64>,
    /// When the run that made it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that made it.
    pub harness_version: String,
}

/// One row of `results/<machine>/curves.csv`: how a memory curve ended.
pub type CurveRow = Keyed<CurveFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CurveFigures {
    /// How it ended: `ok` only if all ops were executed.
    pub status: Status,
    /// One line on why the status is not `ok`.
    pub detail: String,
    /// Whether it ended because the heap was full.
    pub out_of_memory: bool,
    /// Ops that had been executed at the last reading.
    pub ops: Option<u64>,
    /// Their time, seconds, without what lies between batches.
    pub elapsed_s: Option<f64>,
    /// Heap in use at the last reading, as it was, bytes.
    pub heap_end_bytes: Option<u64>,
    /// Heap in use at the end after a forced collection, bytes.
    pub heap_collected_bytes: Option<u64>,
    /// When the run that made it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that made it.
    pub harness_version: String,
}

/// One row of `results/<machine>/leaks/<runtime>-<version>.csv` or of `curves/`: what was held after
/// so many ops.
pub type ReadingRow = Keyed<ReadingFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingFigures {
    /// The `started_at` of the row that was made of it.
    pub run: String,
    /// Ops that the process had executed.
    pub ops: u64,
    /// Whether a collection was forced before.
    pub collected: bool,
    /// Time of the ops so far, nanoseconds; without forced collections.
    pub elapsed_ns: Option<u64>,
    /// Heap in use, bytes.
    pub heap_used_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it, bytes.
    pub external_bytes: Option<u64>,
    /// Array buffers, bytes.
    pub array_buffers_bytes: Option<u64>,
    /// Resident set without the reserved heap and without external memory, bytes.
    pub resident_bytes: Option<u64>,
}
