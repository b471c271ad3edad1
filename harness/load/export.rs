//! Loads for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::run::{Load, Probe};
use crate::record::{LoadRow, SecondRow};
use crate::report::ExportError;

/// The first field of the JSON.
pub const SCHEMA: &str = "awaitbench/load/1";

/// A load with all that was read during it.
#[derive(Clone, Debug, Serialize)]
pub struct Detailed {
    /// The summary.
    #[serde(flatten)]
    pub row: LoadRow,
    /// Each second.
    pub seconds: Vec<SecondRow>,
    /// After forced collections: requests so far, and heap in use.
    pub checkpoints: Vec<CheckpointRow>,
    /// The same after the load, while requests went on until the verdict was sure.
    pub further: Vec<CheckpointRow>,
    /// The rates that `--rate max` tried.
    pub probes: Vec<ProbeRow>,
    /// Heap snapshots: of the beginning and of the end.
    pub snapshots: Vec<std::path::PathBuf>,
}

impl Detailed {
    /// A row of which nothing else is known.
    #[must_use]
    pub fn bare(row: LoadRow) -> Self {
        Self {
            row,
            seconds: Vec::new(),
            checkpoints: Vec::new(),
            further: Vec::new(),
            probes: Vec::new(),
            snapshots: Vec::new(),
        }
    }

    /// The row of a load at a given rate, with what was read during it.
    #[must_use]
    pub fn of(row: LoadRow, load: &Load, seconds: Vec<SecondRow>) -> Self {
        Self {
            seconds,
            checkpoints: load.checkpoints.iter().map(Into::into).collect(),
            further: load.further.iter().map(Into::into).collect(),
            snapshots: load.snapshots.clone(),
            ..Self::bare(row)
        }
    }
}

/// A reading after a forced collection.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CheckpointRow {
    /// From the start of the load.
    pub elapsed_ns: u64,
    /// Requests that were finished by then, those of the warm-up not counted.
    pub requests: u64,
    /// Heap in use.
    pub heap_used_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it.
    pub external_bytes: Option<u64>,
    /// Resident set.
    pub rss_bytes: Option<u64>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProbeRow {
    /// Requests a second.
    pub rate: f64,
    /// Whether the service sustained it.
    pub sustained: bool,
    /// Its p99.
    pub p99_ns: Option<u64>,
}

impl From<&super::Checkpoint> for CheckpointRow {
    fn from(checkpoint: &super::Checkpoint) -> Self {
        Self {
            elapsed_ns: checkpoint.elapsed.0,
            requests: checkpoint.requests,
            heap_used_bytes: checkpoint.reading.heap_used_bytes,
            external_bytes: checkpoint.reading.external_bytes,
            rss_bytes: checkpoint.reading.rss_bytes,
        }
    }
}

impl From<&Probe> for ProbeRow {
    fn from(probe: &Probe) -> Self {
        let p99_ns = probe.p99.map(|p99| p99.0);
        Self { rate: probe.rate, sustained: probe.sustained, p99_ns }
    }
}

/// The summaries as CSV with a header. What is missing is an empty field.
///
/// # Errors
/// A row can't be written, which none is known to cause.
pub fn csv(loads: &[Detailed]) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for load in loads {
        writer.serialize(load.row.columns())?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    loads: &'a [Detailed],
}

/// All of it as JSON.
///
/// # Errors
/// A value can't be written, which none is known to cause.
pub fn json(loads: &[Detailed]) -> Result<serde_json::Value, ExportError> {
    Ok(serde_json::to_value(Document { schema: SCHEMA, loads })?)
}
