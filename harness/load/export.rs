//! Loads for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::found::{Load, Probe};
use super::page::page;
use super::plan::LoadPlan;
use super::row::{row, second_row};
use crate::measure::Cell;
use crate::record::{LoadRow, SecondRow};
use crate::show::{Answer, Page, ShowError, csv};

/// A load with all that was read during it.
#[derive(Clone, Debug, Serialize)]
pub struct LoadResult {
    #[serde(flatten)]
    pub row: LoadRow,
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

impl LoadResult {
    /// A row of which nothing else is known.
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

    /// A load at the rate of `plan`, with what was read during it.
    pub fn of(cell: &Cell, plan: &LoadPlan, load: &Load) -> Self {
        let second = |second| second_row(cell, plan.rate, second);
        Self {
            seconds: load.seconds.iter().map(second).collect(),
            checkpoints: load.checkpoints.iter().map(Into::into).collect(),
            further: load.further.iter().map(Into::into).collect(),
            snapshots: load.snapshots.clone(),
            ..Self::bare(row(cell, plan, Some(plan.rate), false, load))
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
    pub heap_used_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it.
    pub external_bytes: Option<u64>,
    pub rss_bytes: Option<u64>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProbeRow {
    pub rate: f64,
    /// Whether the service sustained it.
    pub sustained: bool,
    pub p99_ns: Option<u64>,
}

impl From<&super::LoadPoint> for CheckpointRow {
    fn from(checkpoint: &super::LoadPoint) -> Self {
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

/// Loads with the same plan, which people are told.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Loads<'a> {
    #[serde(skip)]
    pub title: &'a str,
    #[serde(skip)]
    pub plan: Option<&'a LoadPlan>,
    pub loads: &'a [LoadResult],
}

impl Answer for Loads<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/load/1"
    }

    fn pages(&self) -> Vec<Page> {
        let rows: Vec<&LoadRow> = self.loads.iter().map(|load| &load.row).collect();
        vec![page(self.title, self.plan, &rows)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        csv(self.loads.iter().map(|load| load.row.columns()))
    }

    fn json(&self) -> impl Serialize {
        self
    }
}
