//! One fresh process measuring one variant: an invocation.

use std::time::Duration;

use super::cell::{Cell, fill};
use super::effort::Effort;
use crate::record::{Kind, SampleRow};
use crate::runtime::Runtime;
use crate::session::{Batch, Deadlines, Session, SessionError, Workload};

/// A living invocation. Everything it measures becomes a sample, in order.
#[derive(Debug)]
pub struct Lane {
    cell: Cell,
    invocation: u32,
    session: Session,
    position: u32,
    /// Ops executed since memory was read before the batches.
    ops: u64,
    ns_per_op: f64,
    samples: Vec<SampleRow>,
}

impl Lane {
    /// Starts the process and lets it execute its first op, which shows whether the runtime
    /// supports the variant.
    ///
    /// # Errors
    /// The process won't start, does not support the variant, or computes something wrong.
    pub async fn start(
        cell: Cell,
        invocation: u32,
        runtime: &Runtime,
        workload: Workload<'_>,
        deadlines: Deadlines,
    ) -> Result<Self, SessionError> {
        let session = Session::start(runtime, workload, deadlines).await?;
        let mut lane = Self {
            cell,
            invocation,
            session,
            position: 0,
            ops: 0,
            ns_per_op: f64::INFINITY,
            samples: Vec::new(),
        };
        lane.batch(1, Kind::Warmup).await?;
        lane.count_ticks().await?;
        Ok(lane)
    }

    /// The cell that this measures.
    #[must_use]
    pub const fn cell(&self) -> &Cell {
        &self.cell
    }

    /// The time of one op in the latest batch, in nanoseconds.
    #[must_use]
    pub const fn ns_per_op(&self) -> f64 {
        self.ns_per_op
    }

    /// Executes ops until `effort.warm_up` is over, in batches that grow to the length that will
    /// count; then reads the memory from which growth is counted.
    ///
    /// # Errors
    /// The session broke.
    pub async fn warm_up(&mut self, effort: &Effort) -> Result<(), SessionError> {
        let mut passed = Duration::ZERO;
        let mut n = 1;
        while passed < effort.warm_up {
            let batch = self.batch(n, Kind::Warmup).await?;
            passed += Duration::from(batch.elapsed);
            // Doubling until the length is right: a cold op tells little of a warm one.
            n = effort.ops_per_batch(batch.ns_per_op()).min(n * 2);
        }
        self.read_memory(Kind::MemoryBefore).await?;
        // A full collection leaves a process colder than it was.
        self.batch(n, Kind::Warmup).await?;
        Ok(())
    }

    /// Executes a timed batch of `n` ops.
    ///
    /// # Errors
    /// The session broke, or the check failed.
    pub async fn batch(&mut self, n: u64, kind: Kind) -> Result<Batch, SessionError> {
        let batch = self.session.run(n).await?;
        self.ns_per_op = batch.ns_per_op();
        self.ops += n;
        let mut sample = self.next_sample(kind);
        sample.n = Some(n);
        sample.elapsed_ns = Some(batch.elapsed.0);
        self.samples.push(sample);
        Ok(batch)
    }

    /// Reads the memory after a full collection, where one can be forced.
    ///
    /// # Errors
    /// The session broke.
    pub async fn read_memory(&mut self, kind: Kind) -> Result<(), SessionError> {
        if !self.session.hello().is_some_and(|hello| hello.can_collect) {
            return Ok(());
        }
        let reading = self.session.memory(true).await?;
        let mut sample = self.next_sample(kind);
        fill(&mut sample, &reading);
        match kind {
            Kind::MemoryBefore => self.ops = 0,
            _ => sample.n = Some(self.ops),
        }
        self.samples.push(sample);
        Ok(())
    }

    /// Counts the microtask ticks of an op, once.
    async fn count_ticks(&mut self) -> Result<(), SessionError> {
        let ticks = self.session.ticks().await?;
        let mut sample = self.next_sample(Kind::Ticks);
        sample.n = ticks;
        self.samples.push(sample);
        Ok(())
    }

    fn next_sample(&mut self, kind: Kind) -> SampleRow {
        let sample = self.cell.sample(self.invocation, self.position, kind);
        self.position += 1;
        sample
    }

    /// What was measured since the last call.
    pub fn take_samples(&mut self) -> Vec<SampleRow> {
        std::mem::take(&mut self.samples)
    }

    /// Reads the memory a last time and ends the process.
    ///
    /// # Errors
    /// The session broke.
    pub async fn finish(mut self) -> Result<Vec<SampleRow>, SessionError> {
        self.read_memory(Kind::MemoryAfter).await?;
        self.session.close().await;
        Ok(self.samples)
    }
}
