//! What a row of results is about: one variant of one case on one runtime.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::redact::redact;
use crate::record::{CellRow, InvocationRow, Kind, Role, SampleRow, Status};
use crate::runtime::{Family, ProbeError, Runtime, Settings};
use crate::session::{Reading, SessionError};

/// A runtime to measure, or the reason why it can't be.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// It works.
    Ready(Runtime),
    /// It does not even say what it is; it has a row of its own all the same.
    Broken {
        /// The family that it was taken for.
        family: &'static Family,
        /// What stands for the version: nobody knows it.
        label: String,
        /// Why.
        failure: Failure,
    },
}

impl Target {
    /// The target for a path that is no working runtime.
    ///
    /// Its label is made of a digest of the path: two broken binaries have two rows, the same one
    /// keeps its row, and no path is published.
    #[must_use]
    pub fn broken(family: &'static Family, path: &Path, error: &ProbeError) -> Self {
        let digest = Sha256::digest(path.to_string_lossy().as_bytes());
        let label = format!("unknown-{:02x}{:02x}", digest[0], digest[1]);
        let status = match error {
            ProbeError::Hang => Status::Timeout,
            _ => Status::Error,
        };
        let detail = redact(&error.to_string());
        Self::Broken { family, label, failure: Failure { status, detail } }
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> &'static Family {
        match self {
            Self::Ready(runtime) => runtime.family,
            Self::Broken { family, .. } => family,
        }
    }

    /// The version as it stands in records.
    #[must_use]
    pub fn version(&self) -> String {
        match self {
            Self::Ready(runtime) => runtime.version.to_string(),
            Self::Broken { label, .. } => label.clone(),
        }
    }

    /// The runtime id: `node-12.16.2`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.family().name, self.version())
    }
}

/// Why a cell has no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The word for it.
    pub status: Status,
    /// One line on it.
    pub detail: String,
}

impl From<&SessionError> for Failure {
    fn from(error: &SessionError) -> Self {
        Self { status: error.status(), detail: redact(&error.to_string()) }
    }
}

/// The keys that every row about one cell bears, and the run that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The case's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family's name.
    pub runtime: String,
    /// The runtime's version.
    pub version: String,
    /// The engine's version; empty if nobody knows.
    pub engine_version: String,
    /// What the user asked of the runtime, separated by spaces.
    pub flags: String,
    /// When the measuring of it began, RFC 3339.
    pub run: String,
}

impl Cell {
    /// The cell of `variant` of `case` on `target`.
    #[must_use]
    pub fn of(target: &Target, case: &str, variant: &str, settings: &Settings, run: &str) -> Self {
        let engine_version = match target {
            Target::Ready(runtime) => runtime.engine_version.clone(),
            Target::Broken { .. } => String::new(),
        };
        Self {
            case: case.to_owned(),
            variant: variant.to_owned(),
            runtime: target.family().name.to_owned(),
            version: target.version(),
            engine_version,
            flags: redact(&settings.words()),
            run: run.to_owned(),
        }
    }

    /// A sample of this cell with no figures in it yet.
    #[must_use]
    pub fn sample(&self, invocation: u32, position: u32, kind: Kind) -> SampleRow {
        SampleRow {
            case: self.case.clone(),
            variant: self.variant.clone(),
            runtime: self.runtime.clone(),
            version: self.version.clone(),
            engine_version: self.engine_version.clone(),
            flags: self.flags.clone(),
            run: self.run.clone(),
            invocation,
            position,
            kind,
            n: None,
            elapsed_ns: None,
            heap_used_bytes: None,
            heap_total_bytes: None,
            external_bytes: None,
            array_buffers_bytes: None,
            rss_bytes: None,
            peak_rss_bytes: None,
            semi_space_bytes: None,
        }
    }

    /// The row of an invocation of this cell with no figures in it yet.
    #[must_use]
    pub fn invocation(&self, invocation: u32) -> InvocationRow {
        InvocationRow {
            case: self.case.clone(),
            variant: self.variant.clone(),
            runtime: self.runtime.clone(),
            version: self.version.clone(),
            engine_version: self.engine_version.clone(),
            flags: self.flags.clone(),
            run: self.run.clone(),
            invocation,
            role: Role::Counted,
            disturbances: String::new(),
            steadiness: None,
            steady_from: None,
            batches: 0,
            ops: 0,
            wall_ns: 0,
            cpu_ns: None,
            warm_up_ns: 0,
            batch_ns: 0,
            timer_resolution_ns: 0,
            allocated_bytes_per_op: None,
            collected_batches: None,
            voluntary_switches: None,
            involuntary_switches: None,
            waited_ns: None,
            minor_faults: None,
            major_faults: None,
            cores_allowed: None,
            core_list: None,
            cores_online: None,
            stolen_share: None,
            others_share: None,
            load: None,
            lowest_khz: None,
            highest_khz: None,
            throttled: None,
            swapped_in_pages: None,
            swapped_out_pages: None,
        }
    }

    /// A summary of this cell with no figures in it yet.
    #[must_use]
    pub fn row(&self, status: Status, detail: &str) -> CellRow {
        CellRow {
            case: self.case.clone(),
            variant: self.variant.clone(),
            runtime: self.runtime.clone(),
            version: self.version.clone(),
            engine_version: self.engine_version.clone(),
            flags: self.flags.clone(),
            status,
            detail: detail.to_owned(),
            invocations: Some(0),
            samples: Some(0),
            ns_per_op: None,
            ns_per_op_low: None,
            ns_per_op_high: None,
            ops_per_sec: None,
            ops_per_sec_low: None,
            ops_per_sec_high: None,
            relative_margin: None,
            heap_before_bytes: None,
            heap_after_bytes: None,
            bytes_per_op: None,
            peak_rss_bytes: None,
            semi_space_bytes: None,
            ticks_per_op: None,
            cpu_ns_per_op: None,
            flat: None,
            warmup: None,
            slowdown: None,
            no_steady_state: None,
            disturbed: None,
            repeated: None,
            started_at: self.run.clone(),
            harness_version: crate::HARNESS_VERSION.to_owned(),
        }
    }

    /// What tells this cell from all others: runtime, version, case, variant, flags.
    #[must_use]
    pub fn key(&self) -> [&str; 5] {
        [&self.runtime, &self.version, &self.case, &self.variant, &self.flags]
    }

    /// Whether the row of an invocation belongs to this cell and this run of it.
    #[must_use]
    pub fn has_invoked(&self, row: &InvocationRow) -> bool {
        row.key() == self.key() && row.run == self.run
    }

    /// Whether a sample belongs to this cell and this run of it.
    #[must_use]
    pub fn owns(&self, sample: &SampleRow) -> bool {
        sample.key() == self.key() && sample.run == self.run
    }
}

/// Writes a reading of memory into a sample.
pub(super) const fn fill(sample: &mut SampleRow, reading: &Reading) {
    sample.heap_used_bytes = reading.heap_used_bytes;
    sample.heap_total_bytes = reading.heap_total_bytes;
    sample.external_bytes = reading.external_bytes;
    sample.array_buffers_bytes = reading.array_buffers_bytes;
    sample.rss_bytes = reading.rss_bytes;
    sample.peak_rss_bytes = reading.peak_rss_bytes;
    sample.semi_space_bytes = reading.semi_space_bytes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_binaries_are_told_apart_without_their_paths() {
        let family = Family::named("node").unwrap();
        let label = |path: &str| Target::broken(family, Path::new(path), &ProbeError::Hang).id();
        assert_eq!(label("/a/node"), label("/a/node"));
        assert_ne!(label("/a/node"), label("/b/node"));
        assert!(label("/a/node").starts_with("node-unknown-"));
    }
}
