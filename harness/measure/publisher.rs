//! Puts what is measured on disk as it comes, and the summary of each cell when it is done.

use std::collections::{BTreeMap, BTreeSet};

use super::between_runs::BetweenRuns;
use super::cell::{Cell, Failure};
use super::ratio::ratios;
use super::summary::summarize;
use crate::key::Key;
use crate::record::{
    CellRow, InvocationRow, Kind, MachineFolder, RecordError, Role, SampleRow, Status, settle,
};

/// Keeps this run's samples and failures, and writes both to one machine's folder.
#[derive(Debug)]
pub struct Publisher {
    folder: MachineFolder,
    samples: BTreeMap<Key, Vec<SampleRow>>,
    invocations: BTreeMap<Key, Vec<InvocationRow>>,
    failures: BTreeMap<Key, Failure>,
    between: BetweenRuns,
    published: Vec<CellRow>,
    /// Invocations behind the summaries that earlier runs left.
    earlier: BTreeMap<Key, u32>,
}

impl Publisher {
    /// Publishes to `folder`.
    pub fn to(folder: MachineFolder) -> Result<Self, RecordError> {
        let counts = |row: CellRow| (row.key.clone(), row.invocations.unwrap_or(0));
        let earlier = folder.cells()?.into_iter().map(counts).collect();
        // A file that can't be read is found now, and not after hours of measuring.
        folder.samples()?;
        let between = BetweenRuns::of(folder.between_runs()?, &folder.machine()?);
        Ok(Self {
            folder,
            samples: BTreeMap::new(),
            invocations: BTreeMap::new(),
            failures: BTreeMap::new(),
            between,
            published: Vec::new(),
            earlier,
        })
    }

    pub const fn folder(&self) -> &MachineFolder {
        &self.folder
    }

    /// What is known of how much whole runs differ here.
    pub const fn between(&self) -> &BetweenRuns {
        &self.between
    }

    /// Whether `cell` has failed: it is not worth another process.
    pub fn has_failed(&self, cell: &Cell) -> bool {
        self.failures.contains_key(&cell.key)
    }

    /// Whether there is anything to say about `cell`: a batch that counts, or a failure.
    pub fn has_measured(&self, cell: &Cell) -> bool {
        let counts = |sample: &SampleRow| sample.kind == Kind::Batch;
        self.samples.get(&cell.key).is_some_and(|samples| samples.iter().any(counts))
            || self.has_failed(cell)
    }

    /// Adds samples, which may be of several cells of one runtime; they are on disk when this
    /// returns.
    pub fn add(&mut self, cells: &[Cell], samples: Vec<SampleRow>) -> Result<(), RecordError> {
        self.folder.append(&samples)?;
        self.keep(cells, samples);
        Ok(())
    }

    /// Takes samples into account that are on disk already.
    pub(super) fn keep(&mut self, cells: &[Cell], samples: Vec<SampleRow>) {
        for sample in samples {
            if let Some(cell) = cells.iter().find(|cell| cell.owns(&sample)) {
                self.samples.entry(cell.key.clone()).or_default().push(sample);
            }
        }
    }

    /// Adds the rows of invocations that have ended, of one runtime; they are on disk when this
    /// returns. From then on these invocations count, as far as their rows say so.
    pub fn conclude(
        &mut self,
        cells: &[Cell],
        invocations: Vec<InvocationRow>,
    ) -> Result<(), RecordError> {
        self.folder.conclude(&invocations)?;
        self.keep_invocations(cells, invocations);
        Ok(())
    }

    /// Takes rows into account that are on disk already.
    pub(super) fn keep_invocations(&mut self, cells: &[Cell], invocations: Vec<InvocationRow>) {
        for row in invocations {
            let Some(cell) = cells.iter().find(|cell| cell.has_invoked(&row)) else { continue };
            if let Some(samples) = self.samples.get_mut(&cell.key) {
                settle(samples, std::slice::from_ref(&row));
            }
            self.invocations.entry(cell.key.clone()).or_default().push(row);
        }
    }

    /// The rows of `cell`'s invocations.
    pub(super) fn rows(&self, cell: &Cell) -> &[InvocationRow] {
        self.invocations.get(&cell.key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn samples_of(&self, cell: &Cell) -> &[SampleRow] {
        self.samples.get(&cell.key).map_or(&[], Vec::as_slice)
    }

    /// How many invocations of any of `cells` have this role.
    pub(super) fn count(&self, cells: &[Cell], role: Role) -> u32 {
        let rows = cells.iter().flat_map(|cell| self.rows(cell));
        let numbers: BTreeSet<u32> =
            rows.filter(|row| row.role == role).map(|row| row.invocation).collect();
        numbers.len() as u32
    }

    /// How precise `cells`, the variants of one case on one runtime, are by now: the relative margin
    /// of their ratio, or the widest of ops/s where there is no ratio. `None` if nothing is known.
    pub(super) fn margin(&self, cells: &[Cell]) -> Option<f64> {
        let own: Vec<CellRow> = self
            .published
            .iter()
            .filter(|row| cells.iter().any(|cell| cell.key == row.key))
            .cloned()
            .collect();
        let samples: Vec<SampleRow> =
            cells.iter().flat_map(|cell| self.samples_of(cell)).cloned().collect();
        match ratios(&own, &samples, &self.between).first() {
            Some(row) => Some((row.ratio_high? - row.ratio_low?) / 2.0 / row.ratio),
            None => own.iter().filter_map(|row| row.relative_margin).reduce(f64::max),
        }
    }

    /// Notes that a cell failed. The first failure is the one that counts.
    pub fn fail(&mut self, cell: &Cell, failure: Failure) {
        self.failures.entry(cell.key.clone()).or_insert(failure);
    }

    /// Writes the summary of `cell` as it stands now. Until the cell is finished, an earlier run's
    /// summary with more invocations behind it stands.
    pub fn publish(&mut self, cell: &Cell, finished: bool) -> Result<(), RecordError> {
        let failure = self.failures.get(&cell.key);
        let row = summarize(cell, self.samples_of(cell), self.rows(cell), failure, &self.between);
        let earlier = self.earlier.get(&cell.key).copied().unwrap_or(0);
        // What was broken off before it measured anything is no reason to forget an earlier result.
        let says_something = failure.is_some() || row.samples.is_some_and(|samples| samples > 0);
        if says_something
            && (finished || failure.is_some() || row.invocations.unwrap_or(0) > earlier)
        {
            self.folder.publish(&row)?;
        }
        match self.published.iter_mut().find(|known| cell.key == known.key) {
            Some(known) => *known = row,
            None => self.published.push(row),
        }
        Ok(())
    }

    /// Whether any cell failed in another way than by being unsupported, which is a result.
    pub fn has_failures(&self) -> bool {
        let is_sound = |row: &CellRow| matches!(row.status, Status::Ok | Status::Unsupported);
        !self.published.iter().all(is_sound)
    }

    /// The summaries made by this run.
    pub fn published(&self) -> &[CellRow] {
        &self.published
    }

    /// The row of every invocation of this run.
    pub fn invocations(&self) -> Vec<InvocationRow> {
        self.invocations.values().flatten().cloned().collect()
    }

    /// Every sample of this run.
    pub fn samples(&self) -> Vec<SampleRow> {
        self.samples.values().flatten().cloned().collect()
    }
}
