//! Results made by hand for the tests of comparisons.

use super::Subject;
use crate::key::Key;
use crate::machine::Machine;
use crate::measure::{BetweenRuns, Cell};
use crate::record::{CellRow, Kind, SampleRow, Status};
use crate::report::Matrix;

const RUN: &str = "2026-02-03T04:05:06Z";

/// What six processes gave on a machine, one row `(version, variant, ns per op)` of await-two each:
/// the processes differ by ±0.5 %, their four batches not at all.
pub(super) fn results(folder: &str, rows: &[(&str, &str, f64)]) -> Subject {
    let mut cells = Vec::new();
    let mut samples = Vec::new();
    for (version, variant, ns) in rows {
        let cell = cell(version, variant, 1e9 / ns);
        for invocation in 0..6 {
            let elapsed = 1000.0 * ns * [0.995, 1.0, 1.005, 1.0, 0.996, 1.004][invocation as usize];
            samples.extend((0..4).map(|position| sample(&cell, invocation, position, elapsed)));
        }
        cells.push(cell);
    }
    let machine = Machine {
        title: format!("machine {folder}"),
        cpu_model: Some(format!("CPU {folder}")),
        kernel: Some("6.1".to_owned()),
        ..Machine::default()
    };
    let matrix = Matrix {
        folder: folder.to_owned(),
        machine,
        cells,
        ratios: Vec::new(),
        costs: Vec::new(),
        between: BetweenRuns::within_one(),
        warnings: Vec::new(),
    };
    Subject { matrix, samples, only: None }
}

/// A part of the article's table: only 12.16.2 has margins.
pub(super) fn article() -> Subject {
    let rows = [
        ("11.15.0", "generator", 424_073.0, None),
        ("11.15.0", "async", 680_795.0, None),
        ("12.16.2", "generator", 443_891.0, Some(0.0412)),
        ("12.16.2", "async", 4_567_163.0, Some(0.0196)),
    ];
    let cells = rows.map(|(version, variant, ops, margin)| {
        cell(version, variant, ops).with(|row| {
            row.relative_margin = margin;
            row.invocations = None;
            row.samples = None;
            row.started_at = String::new();
            row.harness_version = String::new();
        })
    });
    let machine = Machine {
        title: "MacBook Pro 13-inch 2017".to_owned(),
        published: Some("the article's own figures, 2020".to_owned()),
        ..Machine::default()
    };
    let matrix = Matrix {
        folder: "article".to_owned(),
        machine,
        cells: cells.into(),
        ratios: Vec::new(),
        costs: Vec::new(),
        between: BetweenRuns::within_one(),
        warnings: Vec::new(),
    };
    Subject { matrix, samples: Vec::new(), only: None }
}

fn cell(version: &str, variant: &str, ops: f64) -> CellRow {
    key(variant, version).row(Status::Ok, "").with(|row| {
        row.invocations = Some(6);
        row.samples = Some(24);
        row.ns_per_op = Some(1e9 / ops);
        row.ops_per_sec = Some(ops);
        row.harness_version = "0.1.0".to_owned();
    })
}

fn key(variant: &str, version: &str) -> Cell {
    Cell { key: Key::node("await-two", variant, version), run: RUN.to_owned() }
}

fn sample(cell: &CellRow, invocation: u32, position: u32, elapsed: f64) -> SampleRow {
    key(&cell.key.variant, &cell.key.version).sample(invocation, position, Kind::Batch).with(
        |row| {
            row.n = Some(1000);
            row.elapsed_ns = Some(elapsed as u64);
        },
    )
}
