//! One fresh process measuring one variant: an invocation.

use std::time::{Duration, Instant};

use super::cell::{Cell, fill};
use super::collection::{WEIGHED, WEIGHED_OPS, allocated_per_op, had_collection};
use super::effort::{Effort, ops_in};
use super::invocation_row::{Counted, conclude};
use crate::machine::Seen;
use crate::record::{InvocationRow, Kind, SampleRow};
use crate::runtime::Runtime;
use crate::session::{Deadlines, Session, SessionError, Workload};
use crate::stats::Sample;
use crate::units::Nanos;

/// The part of the warm-up that comes before the memory is read. The rest comes after: right after the
/// full collections that a reading takes, the first batches of the generator on 12.16.2 took up to twice
/// their later time. Why is not known: the young generation kept its size there (EVIDENCE.md).
const BEFORE_READING: f64 = 0.25;

/// Batches grow by this factor while they have no collection inside.
const LONGER: f64 = 1.25;

/// But not beyond this multiple of the planned length: a plan should take about as long as it says.
const LONGEST: f64 = 2.0;

/// A living invocation. Everything it measures becomes a sample, in order.
#[derive(Debug)]
pub struct LiveInvocation {
    cell: Cell,
    invocation: u32,
    session: Session,
    began: Instant,
    /// From the start until all processes beside it were warm.
    warm_up: Duration,
    /// The core that its main thread is bound to.
    core: Option<u32>,
    position: u32,
    /// Ops executed since memory was read before the batches.
    ops: u64,
    /// How long a batch should be.
    batch: Duration,
    /// Time of an op by the latest batches, in nanoseconds.
    pace: Pace,
    /// What an op allocates, in bytes.
    allocated_per_op: Option<f64>,
    /// Heap in use when it was last read, in bytes.
    heap: Option<u64>,
    /// Whether the latest batch had a collection inside, as far as that can be told.
    had_collection: Option<bool>,
    counted: Vec<Counted>,
    samples: Vec<SampleRow>,
}

/// The mean time of an op over the latest batches. The number of ops of a batch follows from it, and
/// not from the batch before alone: where slow and quick batches alternate, as collections make them,
/// each would get the number that the other should have, and the mean over all ops would be too high.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    ns: f64,
    ops: f64,
}

/// What a batch still weighs when the next one comes: about ten batches count.
const MEMORY: f64 = 0.9;

impl Pace {
    fn add(&mut self, batch: &Sample) {
        self.ns = MEMORY * self.ns + batch.elapsed.as_nanos() as f64;
        self.ops = MEMORY * self.ops + batch.n as f64;
    }

    /// `None` as long as nothing is known.
    fn ns_per_op(self) -> Option<f64> {
        (self.ops > 0.0).then(|| self.ns / self.ops)
    }
}

impl LiveInvocation {
    /// Starts the process and lets it execute its first op, which shows whether the runtime
    /// supports the variant.
    pub async fn start(
        cell: Cell,
        invocation: u32,
        runtime: &Runtime,
        workload: Workload<'_>,
        deadlines: Deadlines,
    ) -> Result<Self, SessionError> {
        let began = Instant::now();
        let session = Session::start(runtime, workload, deadlines).await?;
        let mut lane = Self {
            cell,
            invocation,
            session,
            began,
            warm_up: Duration::ZERO,
            core: None,
            position: 0,
            ops: 0,
            batch: Duration::ZERO,
            pace: Pace::default(),
            allocated_per_op: None,
            heap: None,
            had_collection: None,
            counted: Vec::new(),
            samples: Vec::new(),
        };
        lane.batch(1, Kind::Warmup).await?;
        lane.count_ticks().await?;
        Ok(lane)
    }

    /// The cell that this measures.
    pub const fn cell(&self) -> &Cell {
        &self.cell
    }

    /// The id of its process.
    pub fn pid(&self) -> Option<u32> {
        self.session.hello().and_then(|hello| hello.pid)
    }

    /// The time of one op by the latest batches, in nanoseconds; infinite before the warm-up.
    pub fn ns_per_op(&self) -> f64 {
        self.pace.ns_per_op().unwrap_or(f64::INFINITY)
    }

    /// The number of ops that takes about as long as a batch should.
    pub fn ops_per_batch(&self) -> u64 {
        self.ops_at(self.ns_per_op())
    }

    fn ops_at(&self, ns_per_op: f64) -> u64 {
        ops_in(self.batch.as_nanos() as f64, ns_per_op)
    }

    /// Executes ops until `effort.warm_up` is over, in batches that grow to the length that will
    /// count: at least 1,000 times the clock's smallest step, and long enough to have a collection
    /// inside. In between, reads the memory from which growth is counted.
    pub async fn warm_up(&mut self, effort: &Effort) -> Result<(), SessionError> {
        self.batch = effort.batch_by(self.timer_resolution_ns());
        let longest = self.batch.mul_f64(LONGEST);
        let before = effort.warm_up.mul_f64(BEFORE_READING);
        self.heat(before, self.batch).await?;
        self.read_memory(Kind::MemoryBefore).await?;
        self.weigh().await?;
        self.heat(effort.warm_up.saturating_sub(before), longest).await
    }

    /// Executes ops for `time`, in batches that double until they have their length. That grows, up
    /// to `longest`, as long as a batch has no collection inside.
    async fn heat(&mut self, time: Duration, longest: Duration) -> Result<(), SessionError> {
        self.pace = Pace::default();
        let mut passed = Duration::ZERO;
        let mut n = 1;
        loop {
            let batch = self.batch(n, Kind::Warmup).await?;
            passed += batch.elapsed;
            let is_over = passed >= time;
            // A cold op tells little of a warm one.
            if !is_over && n * 2 < self.ops_at(batch.ns_per_op()) {
                n *= 2;
                continue;
            }
            self.pace.add(&batch);
            if is_over {
                return Ok(());
            }
            if self.had_collection == Some(false) {
                self.batch = self.batch.mul_f64(LONGER).min(longest);
            }
            n = self.ops_per_batch();
        }
    }

    /// Measures what an op allocates. Only right after a full collection.
    async fn weigh(&mut self) -> Result<(), SessionError> {
        // The first reading without a collection is a cold one.
        let first = self.read_heap().await?;
        let idle = self.read_heap().await?;
        let n = ops_in(WEIGHED.as_nanos() as f64, self.ns_per_op()).max(WEIGHED_OPS);
        self.batch(n, Kind::Warmup).await?;
        let after = self.read_heap().await?;
        if let (Some(first), Some(idle), Some(after)) = (first, idle, after) {
            self.allocated_per_op = allocated_per_op([first, idle, after], n);
        }
        Ok(())
    }

    /// Executes a timed batch of `n` ops.
    pub async fn batch(&mut self, n: u64, kind: Kind) -> Result<Sample, SessionError> {
        let before = self.heap;
        let batch = self.session.run(n).await?;
        self.ops += n;
        let mut sample = self.next_sample(kind);
        sample.n = Some(n);
        sample.elapsed_ns = Some(Nanos::from(batch.elapsed).0);
        if let Some(allocated) = self.allocated_per_op {
            let after = self.read_heap().await?;
            sample.heap_used_bytes = after;
            self.had_collection = before
                .zip(after)
                .and_then(|(before, after)| had_collection(allocated, n, before, after));
        }
        if kind == Kind::Batch {
            self.pace.add(&batch);
            let (position, had_collection) = (sample.position, self.had_collection);
            self.counted.push(Counted { position, batch, had_collection });
        }
        self.samples.push(sample);
        Ok(batch)
    }

    fn can_collect(&self) -> bool {
        self.session.hello().is_some_and(|hello| hello.can_collect)
    }

    fn timer_resolution_ns(&self) -> u64 {
        self.session.hello().map_or(0, |hello| hello.timer_resolution_ns)
    }

    /// The heap in use as it is, where collections are under control.
    async fn read_heap(&mut self) -> Result<Option<u64>, SessionError> {
        if self.can_collect() {
            self.heap = self.session.memory(false).await?.heap_used_bytes;
        }
        Ok(self.heap)
    }

    /// Reads the memory after a full collection, where one can be forced.
    pub async fn read_memory(&mut self, kind: Kind) -> Result<(), SessionError> {
        if !self.can_collect() {
            return Ok(());
        }
        let reading = self.session.memory(true).await?;
        self.heap = reading.heap_used_bytes;
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

    /// Notes that the warm-up of all processes that run side by side is over.
    pub fn note_warm(&mut self) {
        self.warm_up = self.began.elapsed();
    }

    /// Notes that its main thread is bound to `core`.
    pub const fn note_core(&mut self, core: Option<u32>) {
        self.core = core;
    }

    /// Reads the memory a last time and ends the process. Answers its last samples and the row of
    /// the invocation, with what was `seen` since before its first counted batch.
    pub async fn finish(
        mut self,
        seen: &Seen,
    ) -> Result<(Vec<SampleRow>, InvocationRow), SessionError> {
        let mut row = self.cell.invocation(self.invocation);
        row.warm_up_ns = nanos(self.warm_up);
        row.batch_ns = nanos(self.batch);
        row.timer_resolution_ns = self.timer_resolution_ns();
        row.allocated_bytes_per_op = self.allocated_per_op;
        row.main_core = self.core;
        let usage = self.pid().and_then(|pid| seen.usages.get(&pid));
        conclude(&mut row, &self.counted, &seen.noise, usage);
        self.read_memory(Kind::MemoryAfter).await?;
        self.session.close().await;
        Ok((self.samples, row))
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
