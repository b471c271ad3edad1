//! Rows about leaks: verdicts, memory curves, and the readings that both were made from.
//!
//! Verdict, space and holder are words here: a record depends on nothing that is above it.

use serde::{Deserialize, Serialize};

use super::Status;

/// One row of `results/<machine>/leaks.csv`: the verdict on one variant of one case on one runtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakRow {
    /// The case's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family.
    pub runtime: String,
    /// The runtime's version.
    pub version: String,
    /// The engine's version; empty if it never said.
    pub engine_version: String,
    /// What the user asked of the runtime, separated by spaces.
    pub flags: String,
    /// How the probe ended; no verdict unless `ok`.
    pub status: Status,
    /// One line on why the status is not `ok`.
    pub detail: String,
    /// `leaks`, `stable` or `inconclusive`.
    pub verdict: Option<String>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The space that the verdict is about: `heap`, `external`, `array_buffers` or `resident`.
    pub space: Option<String>,
    /// Who holds what grew, where that was asked: `case` or `runtime`.
    pub held_by: Option<String>,
    /// Growth in that space over the last two doublings of the number of ops, bytes an op.
    pub bytes_per_op: Option<f64>,
    /// Its lower bound.
    pub bytes_per_op_low: Option<f64>,
    /// Its upper bound.
    pub bytes_per_op_high: Option<f64>,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveRow {
    /// The case's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family.
    pub runtime: String,
    /// The runtime's version.
    pub version: String,
    /// The engine's version; empty if it never said.
    pub engine_version: String,
    /// What the user asked of the runtime, separated by spaces; a limit of the heap is among it.
    pub flags: String,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingRow {
    /// The case's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family.
    pub runtime: String,
    /// The runtime's version.
    pub version: String,
    /// The engine's version.
    pub engine_version: String,
    /// What the user asked of the runtime, separated by spaces.
    pub flags: String,
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

macro_rules! has_key {
    ($($row:ty),*) => {$(
        impl $row {
            /// The cell that it is about: runtime, version, case, variant, flags.
            #[must_use]
            pub fn key(&self) -> [&str; 5] {
                [&self.runtime, &self.version, &self.case, &self.variant, &self.flags]
            }
        }
    )*};
}

has_key!(LeakRow, CurveRow, ReadingRow);
