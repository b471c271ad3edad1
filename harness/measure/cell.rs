//! What a row of results is about: one variant of one case on one runtime.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::redact::redact;
use crate::key::Key;
use crate::record::{
    CellFigures, CellRow, InvocationFigures, InvocationRow, Keyed, Kind, SampleFigures, SampleRow,
    Status,
};
use crate::runtime::{Family, ProbeError, Runtime, Settings};
use crate::session::{Reading, SessionError};

/// A runtime to measure, or the reason why it can't be.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Ready(Runtime),
    /// It does not even say what it is; it has a row of its own all the same.
    Broken {
        /// The family that it was taken for.
        family: &'static Family,
        /// What stands for the version: nobody knows it.
        label: String,
        failure: Failure,
    },
}

impl Target {
    /// The target for a path that is no working runtime.
    ///
    /// Its label is made of a digest of the path: two broken binaries have two rows, the same one
    /// keeps its row, and no path is published.
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

    pub const fn family(&self) -> &'static Family {
        match self {
            Self::Ready(runtime) => runtime.family,
            Self::Broken { family, .. } => family,
        }
    }

    /// The version as it stands in records.
    pub fn version(&self) -> String {
        match self {
            Self::Ready(runtime) => runtime.version.to_string(),
            Self::Broken { label, .. } => label.clone(),
        }
    }

    /// Who a row about `variant` of `case` on this target is about.
    pub fn key(&self, case: &str, variant: &str, settings: &Settings) -> Key {
        let engine_version = match self {
            Self::Ready(runtime) => runtime.engine_version.clone(),
            Self::Broken { .. } => String::new(),
        };
        Key {
            case: case.to_owned(),
            variant: variant.to_owned(),
            runtime: self.family().name.to_owned(),
            version: self.version(),
            engine_version,
            flags: redact(&settings.words()),
        }
    }

    pub fn id(&self) -> String {
        format!("{}-{}", self.family().name, self.version())
    }
}

/// Why a cell has no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: Status,
    pub detail: String,
}

impl Failure {
    /// What is said when `cell` failed so.
    pub fn of(&self, cell: &Cell) -> String {
        let Key { case, runtime, version, variant, .. } = &cell.key;
        format!("{case}/{runtime}-{version}/{variant}: {}: {}", self.status, self.detail)
    }
}

impl From<&SessionError> for Failure {
    fn from(error: &SessionError) -> Self {
        Self { status: error.status(), detail: redact(&error.to_string()) }
    }
}

/// A cell that is being measured, and the run that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub key: Key,
    /// When the measuring of it began, RFC 3339.
    pub run: String,
}

impl Cell {
    /// The cell of `variant` of `case` on `target`.
    pub fn of(target: &Target, case: &str, variant: &str, settings: &Settings, run: &str) -> Self {
        Self { key: target.key(case, variant, settings), run: run.to_owned() }
    }

    /// What progress calls it: `node-12.15.0 instance-loop generator`.
    pub fn name(&self) -> String {
        let Key { case, variant, runtime, version, .. } = &self.key;
        format!("{runtime}-{version} {case} {variant}")
    }

    /// A row about this cell.
    pub fn keyed<T>(&self, row: T) -> Keyed<T> {
        Keyed { key: self.key.clone(), row }
    }

    /// A sample of this cell with no figures in it yet.
    pub fn sample(&self, invocation: u32, position: u32, kind: Kind) -> SampleRow {
        let run = self.run.clone();
        self.keyed(SampleFigures { run, invocation, position, kind, ..SampleFigures::default() })
    }

    /// The row of an invocation of this cell with no figures in it yet.
    pub fn invocation(&self, invocation: u32) -> InvocationRow {
        let run = self.run.clone();
        self.keyed(InvocationFigures { run, invocation, ..InvocationFigures::default() })
    }

    /// A summary of this cell with no figures in it yet.
    pub fn row(&self, status: Status, detail: &str) -> CellRow {
        self.keyed(CellFigures {
            status,
            detail: detail.to_owned(),
            invocations: Some(0),
            samples: Some(0),
            started_at: self.run.clone(),
            harness_version: crate::HARNESS_VERSION.to_owned(),
            ..CellFigures::default()
        })
    }

    /// Whether the row of an invocation belongs to this cell and this run of it.
    pub fn has_invoked(&self, row: &InvocationRow) -> bool {
        row.key == self.key && row.run == self.run
    }

    /// Whether a sample belongs to this cell and this run of it.
    pub fn owns(&self, sample: &SampleRow) -> bool {
        sample.key == self.key && sample.run == self.run
    }
}

/// Writes a reading of memory into a sample.
pub(super) fn fill(sample: &mut SampleRow, reading: &Reading) {
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
