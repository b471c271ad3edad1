//! Findings that are kept as one row, beside the series of readings that they were made from.
//!
//! A finding about a cell takes the place of an earlier one, and its series of the earlier series. The
//! series comes first: a row whose series is missing can't be checked, but not the other way round.

use super::error::RecordError;
use super::names::{CURVES, FOLDERS, LEAKS};
use super::rows::{Row, as_they_stand, put, read_all, read_if_there};
use super::{CurveRow, Keyed, LeakRow, MachineFolder, ReadingRow};

impl MachineFolder {
    /// Keeps a verdict and its series in place of earlier ones of the same cell.
    pub fn publish_leak(&self, row: &LeakRow, series: &[ReadingRow]) -> Result<(), RecordError> {
        self.keep(LEAKS, FOLDERS[0], row, series)
    }

    /// Keeps how a curve ended, and its readings, in place of earlier ones of the same cell.
    pub fn publish_curve(&self, row: &CurveRow, series: &[ReadingRow]) -> Result<(), RecordError> {
        self.keep(CURVES, FOLDERS[1], row, series)
    }

    /// Every verdict.
    pub fn leaks(&self) -> Result<Vec<LeakRow>, RecordError> {
        read_if_there(&self.path().join(LEAKS))
    }

    /// The readings that the verdicts were made from, file by file.
    pub fn leak_series(&self) -> Result<Vec<ReadingRow>, RecordError> {
        read_all(&self.path().join(FOLDERS[0]), &[])
    }

    /// Every curve's end.
    pub fn curves(&self) -> Result<Vec<CurveRow>, RecordError> {
        read_if_there(&self.path().join(CURVES))
    }

    /// The readings of the curves, file by file.
    pub fn curve_series(&self) -> Result<Vec<ReadingRow>, RecordError> {
        read_all(&self.path().join(FOLDERS[1]), &[])
    }

    fn keep<T: Row>(
        &self,
        file: &str,
        folder: &str,
        row: &Keyed<T>,
        series: &[ReadingRow],
    ) -> Result<(), RecordError> {
        let path = self.path().join(folder).join(row.key.file_name());
        put(&path, |known: &ReadingRow| known.key == row.key, series, as_they_stand)?;
        let is_same = |known: &Keyed<T>| known.key == row.key;
        put(&self.path().join(file), is_same, std::slice::from_ref(row), as_they_stand)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::key::Key;
    use crate::machine::Machine;
    use crate::record::{LeakFigures, ReadingFigures, Space, Verdict, find_machines};

    fn row(version: &str, verdict: Verdict) -> LeakRow {
        let row = LeakFigures {
            verdict: Some(verdict),
            reason: Some("grows, in proportion".to_owned()),
            space: Some(Space::Heap),
            bytes_per_op: Some(0.1 + 0.2),
            ops: Some(2_097_152),
            elapsed_s: Some(0.75),
            started_at: "2026-02-03T04:05:06Z".to_owned(),
            harness_version: "0.1.0".to_owned(),
            ..LeakFigures::default()
        };
        Keyed { key: Key::node("instance-loop", "generator", version), row }
    }

    fn reading(version: &str, ops: u64) -> ReadingRow {
        let row = ReadingFigures {
            ops,
            collected: true,
            heap_used_bytes: Some(0),
            ..ReadingFigures::default()
        };
        Keyed { key: Key::node("instance-loop", "generator", version), row }
    }

    fn folder(results: &Path) -> MachineFolder {
        let machine = Machine { title: "Test CPU".to_owned(), ..Machine::default() };
        MachineFolder::open(results, &machine).unwrap()
    }

    #[test]
    fn a_repeated_verdict_takes_the_place_of_the_earlier_one() {
        let results = tempfile::tempdir().unwrap();
        let folder = folder(results.path());
        folder
            .publish_leak(&row("12.15.0", Verdict::Inconclusive), &[reading("12.15.0", 1)])
            .unwrap();
        folder.publish_leak(&row("12.16.0", Verdict::Stable), &[reading("12.16.0", 3)]).unwrap();
        let again = [reading("12.15.0", 5), reading("12.15.0", 6)];
        folder.publish_leak(&row("12.15.0", Verdict::Leaks), &again).unwrap();
        assert_eq!(
            folder.leaks().unwrap(),
            [row("12.15.0", Verdict::Leaks), row("12.16.0", Verdict::Stable)]
        );
        let ops: Vec<u64> = folder.leak_series().unwrap().iter().map(|row| row.ops).collect();
        assert_eq!(ops, [5, 6, 3]);
        assert!(folder.curves().unwrap().is_empty());
    }

    #[test]
    fn verdicts_are_no_summaries() {
        let results = tempfile::tempdir().unwrap();
        let folder = folder(results.path());
        folder.publish_leak(&row("12.15.0", Verdict::Leaks), &[]).unwrap();
        assert!(folder.cells().unwrap().is_empty());
        assert_eq!(find_machines(results.path()).unwrap()[0].leaks().unwrap().len(), 1);
        assert!(folder.leak_series().unwrap().is_empty());
    }
}
