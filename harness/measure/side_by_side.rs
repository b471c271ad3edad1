//! One invocation of every variant of a case, living side by side and taking turns.

use futures_util::future::join_all;

use super::cell::{Cell, Failure};
use super::effort::{Effort, ops_in};
use super::live_invocation::LiveInvocation;
use crate::case::Case;
use crate::machine::Seen;
use crate::process::share_core;
use crate::record::{InvocationRow, Kind, SampleRow};
use crate::runtime::{Runtime, Settings};
use crate::session::{Deadlines, SessionError, Workload};
use crate::stats::Sample;

/// What all invocations of one case on one runtime have in common.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    pub runtime: &'a Runtime,
    pub case: &'a Case,
    pub driver: &'a std::path::Path,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
    pub effort: Effort,
    /// How long each request may take.
    pub deadlines: Deadlines,
}

/// The living processes of one invocation, one a variant.
#[derive(Debug)]
pub struct SideBySide {
    lanes: Vec<LiveInvocation>,
    failures: Vec<(Cell, Failure)>,
    samples: Vec<SampleRow>,
    effort: Effort,
    turn: usize,
}

/// What is left of invocations that have ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The samples that were not taken yet.
    pub samples: Vec<SampleRow>,
    /// The rows of those that went well.
    pub invocations: Vec<InvocationRow>,
    pub failures: Vec<(Cell, Failure)>,
}

/// Starts one process; `None` if the case has no such variant.
fn start(
    setting: Setting<'_>,
    cell: &Cell,
    invocation: u32,
) -> Option<impl Future<Output = (Cell, Result<LiveInvocation, SessionError>)>> {
    let variant = setting.case.variant(&cell.key.variant)?;
    let workload = Workload::of(setting.case, variant, setting.driver, setting.settings);
    let cell = cell.clone();
    Some(async move {
        let (runtime, deadlines) = (setting.runtime, setting.deadlines);
        let started =
            LiveInvocation::start(cell.clone(), invocation, runtime, workload, deadlines).await;
        (cell, started)
    })
}

impl SideBySide {
    /// Starts a fresh process for each of `cells` and warms all of them up, as many at a time as there
    /// are cores: nothing counts yet. Then their main threads share one core, another one in each
    /// invocation: what slows one of the machine's cores down, such as a neighbour on the same physical
    /// core, slows all variants alike. A variant that fails is noted and leaves the others alone.
    pub async fn start(setting: Setting<'_>, cells: &[Cell], invocation: u32) -> Self {
        let mut side_by_side = Self {
            lanes: Vec::new(),
            failures: Vec::new(),
            samples: Vec::new(),
            effort: setting.effort,
            turn: 0,
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for group in cells.chunks(cores) {
            let starting = group.iter().filter_map(|cell| start(setting, cell, invocation));
            for (cell, started) in join_all(starting).await {
                match started {
                    Ok(lane) => side_by_side.lanes.push(lane),
                    Err(error) => side_by_side.failures.push((cell, Failure::from(&error))),
                }
            }
        }
        let mut lost = Vec::new();
        for (number, group) in side_by_side.lanes.chunks_mut(cores).enumerate() {
            let heating = group.iter_mut().map(|lane| lane.warm_up(&setting.effort));
            let outcomes = join_all(heating).await.into_iter().enumerate();
            lost.extend(outcomes.filter_map(|(index, outcome)| {
                outcome.err().map(|error| (number * cores + index, error))
            }));
        }
        side_by_side.lose_all(lost);
        let pids: Vec<u32> = side_by_side.pids().collect();
        let core = share_core(&pids, invocation);
        side_by_side.lanes.iter_mut().for_each(|lane| lane.note_core(core));
        side_by_side.lanes.iter_mut().for_each(LiveInvocation::note_warm);
        side_by_side
    }

    /// The processes that are alive.
    pub fn pids(&self) -> impl Iterator<Item = u32> {
        self.lanes.iter().filter_map(LiveInvocation::pid)
    }

    /// Every variant executes one batch of the planned length. Who begins changes each time.
    pub async fn take_turn(&mut self) {
        let order = self.order();
        let mut lost = Vec::new();
        for index in order {
            let lane = &mut self.lanes[index];
            let n = lane.ops_per_batch();
            if let Err(error) = lane.batch(n, Kind::Batch).await {
                lost.push((index, error));
            }
        }
        self.lose_all(lost);
    }

    /// `variant` executes exactly `n` ops, and every other variant as many as take about as long,
    /// so that each batch has a neighbour in time to be compared with. A batch that is much shorter
    /// than the plan says counts as warm-up: the caller is still finding out how many ops to ask for.
    ///
    /// `None` if `variant` failed, now or before.
    pub async fn timed(&mut self, variant: &str, n: u64) -> Option<Sample> {
        /// A batch counts from this part of the planned length on.
        const LONG_ENOUGH: f64 = 0.25;
        let lead = self.position(variant)?;
        let length = self.lanes[lead].ns_per_op() * n as f64;
        let counts = length >= self.effort.batch.as_nanos() as f64 * LONG_ENOUGH;
        let kind = if counts { Kind::Batch } else { Kind::Warmup };
        let mut answer = None;
        let mut lost = Vec::new();
        for index in self.order() {
            let lane = &mut self.lanes[index];
            let n = if index == lead { n } else { ops_in(length, lane.ns_per_op()) };
            match lane.batch(n, kind).await {
                Ok(batch) if index == lead => answer = Some(batch),
                Ok(_) => {}
                Err(error) => lost.push((index, error)),
            }
        }
        self.lose_all(lost);
        answer
    }

    /// Reads the memory a last time and ends every process, given what was `seen` since before the
    /// first batch.
    pub async fn finish(mut self, seen: &Seen) -> Ended {
        let mut ended = Ended::default();
        let mut finishing = Vec::new();
        for mut lane in self.lanes {
            self.samples.extend(lane.take_samples());
            finishing.push(async move { (lane.cell().clone(), lane.finish(seen).await) });
        }
        for (cell, finished) in join_all(finishing).await {
            match finished {
                Ok((samples, row)) => {
                    self.samples.extend(samples);
                    ended.invocations.push(row);
                }
                Err(error) => self.failures.push((cell, Failure::from(&error))),
            }
        }
        Ended { samples: self.samples, failures: self.failures, ..ended }
    }

    /// What was measured since the last call.
    pub fn take_samples(&mut self) -> Vec<SampleRow> {
        for lane in &mut self.lanes {
            self.samples.extend(lane.take_samples());
        }
        std::mem::take(&mut self.samples)
    }

    /// The indices of all lanes, alternately forwards and backwards, so that none always comes first.
    fn order(&mut self) -> Vec<usize> {
        self.turn += 1;
        let forwards = 0..self.lanes.len();
        if self.turn.is_multiple_of(2) { forwards.rev().collect() } else { forwards.collect() }
    }

    pub fn has(&self, variant: &str) -> bool {
        self.position(variant).is_some()
    }

    fn position(&self, variant: &str) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.cell().key.variant == variant)
    }

    fn lose_all(&mut self, mut lost: Vec<(usize, SessionError)>) {
        lost.sort_by_key(|(index, _)| std::cmp::Reverse(*index));
        for (index, error) in lost {
            self.lose(index, &error);
        }
    }

    /// Keeps what a lane measured before it failed.
    fn lose(&mut self, index: usize, error: &SessionError) {
        let mut lane = self.lanes.remove(index);
        self.samples.extend(lane.take_samples());
        self.failures.push((lane.cell().clone(), Failure::from(error)));
    }
}
