//! One row of the raw data: a timed batch, a warm-up batch or a reading of memory.

use serde::{Deserialize, Serialize};

use super::Keyed;

/// What a row of the samples file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A batch run before the process was warm: kept, never counted.
    Warmup,
    /// A timed batch that counts.
    #[default]
    Batch,
    /// A row of an invocation that was broken off, and measured again by `--resume`: kept, never
    /// counted.
    Abandoned,
    /// The microtask ticks of one op, in `n`.
    Ticks,
    /// A batch before the steady state of its process began: kept, never counted. Files say `batch`,
    /// and the row of the invocation says from where on.
    Settling,
    /// A row of an invocation that was disturbed and repeated: kept, never counted. In files only the
    /// row of the invocation says so.
    Disturbed,
    /// Memory after a forced collection, before the first counted batch.
    MemoryBefore,
    /// Memory after a forced collection, after the last counted batch.
    MemoryAfter,
}

pub type SampleRow = Keyed<SampleFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleFigures {
    /// The `started_at` of the summary row that this sample belongs to.
    pub run: String,
    /// Which fresh process, from 0; the variants of a case with the same number ran side by side.
    pub invocation: u32,
    /// Position within the invocation, from 0.
    pub position: u32,
    pub kind: Kind,
    /// Ops in the batch; for `memory_after`, ops executed since `memory_before`; for `ticks`, the ticks.
    pub n: Option<u64>,
    /// Time of the batch in nanoseconds.
    pub elapsed_ns: Option<u64>,
    /// V8 heap in use, bytes; of a batch, when it had ended, without a collection.
    pub heap_used_bytes: Option<u64>,
    /// V8 heap reserved, bytes.
    pub heap_total_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it, bytes.
    pub external_bytes: Option<u64>,
    /// Array buffers, bytes; part of external where the runtime says so.
    pub array_buffers_bytes: Option<u64>,
    /// Resident set at that moment, bytes.
    pub rss_bytes: Option<u64>,
    /// Peak resident set of this process so far, bytes.
    pub peak_rss_bytes: Option<u64>,
    /// What a semi-space of V8's young generation had grown to before the collection, bytes.
    pub semi_space_bytes: Option<u64>,
}
