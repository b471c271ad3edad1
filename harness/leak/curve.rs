//! The article's curve: many ops in one process, the heap read at every tenth of them as it is.
//!
//! No collection is forced before the end, so this shows what a service shows: a sawtooth, and whether
//! its feet rise. A process whose heap is full has a curve like any other, with the readings up to then.

use std::path::Path;
use std::time::{Duration, Instant};

use super::Held;
use super::judged::reading;
use crate::case::{Case, Variant};
use crate::measure::{Cell, Failure};
use crate::record::{CurveFigures, CurveRow, ReadingRow, Status};
use crate::runtime::{Runtime, Settings};
use crate::session::{Deadlines, Session, SessionError, Workload};
use crate::units::Nanos;

/// Batches: the article's loop of 10,000,000 read its heap at every 1,000,000.
const BATCHES: u64 = 10;

/// What is to be traced.
#[derive(Clone, Copy, Debug)]
pub struct CurvePlan<'a> {
    pub driver: &'a Path,
    pub case: &'a Case,
    pub variant: &'a Variant,
    /// What the user asked of the runtime, a limit of its heap included.
    pub settings: &'a Settings,
    /// Ops in all; at least ten.
    pub ops: u64,
    /// The longest that it may take.
    pub budget: Duration,
}

/// A curve, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub row: CurveRow,
    /// The heap before the first batch and after each; last, after a forced collection.
    pub readings: Vec<ReadingRow>,
}

impl Curve {
    /// The curve of a runtime that won't start.
    pub fn failed(cell: &Cell, failure: Failure) -> Self {
        let row = CurveFigures {
            status: failure.status,
            detail: failure.detail,
            started_at: cell.run.clone(),
            harness_version: crate::HARNESS_VERSION.to_owned(),
            ..CurveFigures::default()
        };
        Self { row: cell.keyed(row), readings: Vec::new() }
    }

    /// Whether it failed. A full heap is a result, and so is a variant that the runtime can't parse.
    pub fn has_failed(&self) -> bool {
        !self.row.out_of_memory && !matches!(self.row.status, Status::Ok | Status::Unsupported)
    }

    /// Heap in use without forced collections, in the order of ops, in bytes.
    pub fn heap(&self) -> Vec<u64> {
        let plain = self.readings.iter().filter(|row| !row.collected);
        plain.filter_map(|row| row.heap_used_bytes).collect()
    }
}

/// Traces one variant on one runtime. Whatever goes wrong is part of the answer.
pub async fn trace(runtime: &Runtime, cell: &Cell, plan: &CurvePlan<'_>) -> Curve {
    let mut tracer =
        Tracer { cell, plan, started: Instant::now(), elapsed: 0, readings: Vec::new() };
    let outcome = tracer.follow(runtime).await;
    let readings = tracer.readings;
    let last = readings.iter().rev().find(|row| !row.collected);
    let mut row = CurveFigures {
        ops: last.map(|row| row.ops),
        elapsed_s: last.and_then(|row| row.elapsed_ns).map(|ns| ns as f64 / 1e9),
        heap_end_bytes: last.and_then(|row| row.heap_used_bytes),
        heap_collected_bytes: readings
            .iter()
            .find(|row| row.collected)
            .and_then(|row| row.heap_used_bytes),
        started_at: cell.run.clone(),
        harness_version: crate::HARNESS_VERSION.to_owned(),
        ..CurveFigures::default()
    };
    if let Err(error) = outcome {
        let failure = Failure::from(&error);
        row.out_of_memory = is_out_of_memory(&error.stderr);
        (row.status, row.detail) = (failure.status, failure.detail);
    }
    Curve { row: cell.keyed(row), readings }
}

struct Tracer<'a> {
    cell: &'a Cell,
    plan: &'a CurvePlan<'a>,
    started: Instant,
    /// Time of the ops, in nanoseconds.
    elapsed: u64,
    readings: Vec<ReadingRow>,
}

impl Tracer<'_> {
    async fn follow(&mut self, runtime: &Runtime) -> Result<(), SessionError> {
        let plan = self.plan;
        let workload = Workload::of(plan.case, plan.variant, plan.driver, plan.settings);
        let mut session = Session::start(runtime, workload, Deadlines::default()).await?;
        self.read(&mut session, 0, false).await?;
        let mut done = 0;
        for batch in 1..=BATCHES {
            let n = plan.ops * batch / BATCHES - done;
            session.limit(self.left());
            self.elapsed += Nanos::from(session.run(n).await?.elapsed).0;
            done += n;
            self.read(&mut session, done, false).await?;
        }
        self.read(&mut session, done, true).await?;
        session.close().await;
        Ok(())
    }

    /// What is left of the budget, and never nothing.
    fn left(&self) -> Duration {
        self.plan.budget.saturating_sub(self.started.elapsed()).max(Duration::from_millis(1))
    }

    async fn read(
        &mut self,
        session: &mut Session,
        ops: u64,
        collect: bool,
    ) -> Result<(), SessionError> {
        let held = Held::from(&session.memory(collect).await?);
        self.readings.push(reading(self.cell, ops, collect, Some(Nanos(self.elapsed)), &held));
        Ok(())
    }
}

/// Whether a process said that its heap was full before it ended: V8 writes `Allocation failed -
/// JavaScript heap out of memory`, newer versions `Reached heap limit` before it.
fn is_out_of_memory(stderr: &str) -> bool {
    let words = stderr.to_lowercase();
    words.contains("out of memory") || words.contains("allocation failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_heap_is_told_from_other_ends() {
        let v8 = "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - \
                  JavaScript heap out of memory";
        assert!(is_out_of_memory(v8));
        assert!(!is_out_of_memory("TypeError: x is not a function"));
        assert!(!is_out_of_memory(""));
    }
}
