//! What is kept and shown of a probe: its verdict as a row, and the series that it was decided from.

use std::path::PathBuf;
use std::time::Duration;

use super::{Held, Probed};
use crate::measure::{Cell, Failure};
use crate::record::{LeakFigures, LeakRow, ReadingFigures, ReadingRow, Space, Status, Verdict};
use crate::units::Nanos;

/// One cell's verdict, or how the probe failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub row: LeakRow,
    /// The series, in the order of ops; empty if the probe failed.
    pub series: Vec<ReadingRow>,
    /// Heap snapshots from before and after growth, if they were asked for and could be taken.
    pub snapshots: Option<[PathBuf; 2]>,
}

impl Judged {
    /// What a probe of `cell` came to, after `elapsed`; `None` if nothing was started.
    pub fn of(cell: &Cell, outcome: Result<Probed, Failure>, elapsed: Option<Duration>) -> Self {
        let mut row = cell.keyed(LeakFigures {
            elapsed_s: elapsed.map(|elapsed| elapsed.as_secs_f64()),
            started_at: cell.run.clone(),
            harness_version: crate::HARNESS_VERSION.to_owned(),
            ..LeakFigures::default()
        });
        let probed = match outcome {
            Ok(probed) => probed,
            Err(failure) => {
                (row.status, row.detail) = (failure.status, failure.detail);
                return Self { row, series: Vec::new(), snapshots: None };
            }
        };
        let finding = probed.finding;
        row.verdict = Some(finding.verdict);
        row.reason = Some(probed.reason().to_string());
        row.space = Some(finding.space);
        row.held_by = probed.holder;
        row.bytes_per_op = finding.bytes_per_op.map(|rate| rate.value);
        row.bytes_per_op_low = finding.bytes_per_op.map(|rate| rate.low);
        row.bytes_per_op_high = finding.bytes_per_op.map(|rate| rate.high);
        row.turn_bytes_per_op = probed.turn;
        row.ops = Some(probed.ops);
        let readings = probed.series.iter();
        let series =
            readings.map(|point| reading(cell, point.ops, true, Some(point.elapsed), &point.held));
        Self { row, series: series.collect(), snapshots: None }
    }

    /// Whether memory grows with every op.
    pub fn leaks(&self) -> bool {
        self.row.verdict == Some(Verdict::Leaks)
    }

    /// Whether the probe failed. A variant that the runtime can't parse is a result.
    pub fn has_failed(&self) -> bool {
        !matches!(self.row.status, Status::Ok | Status::Unsupported)
    }

    /// The bytes that the verdict is about, in the order of ops.
    pub fn held(&self) -> Vec<u64> {
        let space = self.row.space.unwrap_or(Space::Heap);
        self.series.iter().filter_map(|row| held_in(row, space)).collect()
    }
}

/// What a reading says of one space, in bytes.
pub(super) fn held_in(row: &ReadingRow, space: Space) -> Option<u64> {
    match space {
        Space::Heap => row.heap_used_bytes,
        Space::External => row.external_bytes,
        Space::ArrayBuffers => row.array_buffers_bytes,
        Space::Resident => row.resident_bytes,
    }
}

/// A reading as a row of `cell`'s series.
pub(super) fn reading(
    cell: &Cell,
    ops: u64,
    collected: bool,
    elapsed: Option<Nanos>,
    held: &Held,
) -> ReadingRow {
    cell.keyed(ReadingFigures {
        run: cell.run.clone(),
        ops,
        collected,
        elapsed_ns: elapsed.map(|elapsed| elapsed.0),
        heap_used_bytes: held.heap,
        external_bytes: held.external,
        array_buffers_bytes: held.array_buffers,
        resident_bytes: held.resident,
    })
}
