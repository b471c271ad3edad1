//! Makes a series from a living process, and stops as soon as the verdict is sure.
//!
//! Ops are executed in strides of equal length, and after each the driver returns to the event loop and
//! collects twice. Equal, because memory is also held in proportion to the ops since the last
//! collection: V8 lists every map that is made from a prototype and cleans the list when it collects, so
//! that twelve-fold strides would show the list of a version that does not leak growing twelve-fold.
//! Returned to the event loop, because a loop of microtasks keeps its promises until it does.
//!
//! Before the first reading the driver and the engine are warmed up by requests that cost nothing: else
//! their own compiled code is what grows, by some kilobytes at every reading.

use std::path::Path;
use std::time::{Duration, Instant};

use super::series::gained;
use super::stride::{STRIDE, is_full, is_slow_to_collect, is_too_short, longest, may_double};
use super::verdict::{Ground, LeakFinding, Limits, judge};
use super::{Checkpoint, Held};
use crate::case::{Case, Variant};
use crate::record::{Holder, Verdict};
use crate::runtime::{Runtime, Settings};
use crate::session::{Deadlines, Problem, Session, SessionError, Workload};
use crate::units::Nanos;

/// Pairs of requests that warm the driver up.
const WARM_UP_PAIRS: u32 = 120;

/// No longer than this, if an op is slow.
const WARM_UP: Duration = Duration::from_millis(150);

/// A series that is flat may end after this, the start of the process included, or with so many ops
/// that nothing is left to be found.
const SOON: Duration = Duration::from_millis(1000);
const SO_MANY: u64 = 1 << 24;

/// From so many ops on, or after so long, it is asked what retains the growth, in bytes at least
/// [`WORTH_ASKING`].
const ASKING_OPS: u64 = 1 << 18;
const ASKING_AFTER: Duration = Duration::from_millis(1000);

/// What must have been gained for the answer to be plain: the case's own code is freed as well.
const WORTH_ASKING: u64 = 1 << 20;

/// Asking starts the process again, which pays only if the horizon is farther away than this.
const WORTH_WAITING: Duration = Duration::from_millis(700);

/// What is to be probed.
#[derive(Clone, Copy, Debug)]
pub struct ProbePlan<'a> {
    pub driver: &'a Path,
    pub case: &'a Case,
    pub variant: &'a Variant,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
    /// The longest that it may take, the start of the process included.
    pub budget: Duration,
    /// What may be concluded from how much.
    pub limits: Limits,
}

#[derive(Clone, Debug)]
pub struct Probed {
    pub finding: LeakFinding,
    /// The readings that it was decided from.
    pub series: Vec<Checkpoint>,
    /// Ops executed in the process that the series is of.
    pub ops: u64,
    /// How long it took, the start of every process included.
    pub elapsed: Duration,
    /// Who holds what grew, if that was asked.
    pub holder: Option<Holder>,
}

/// Probes one variant on one runtime. What is inconclusive is probed once more with twice the time: that is
/// noise, or a slow version.
pub async fn ask(runtime: &Runtime, plan: &ProbePlan<'_>) -> Result<Probed, SessionError> {
    let started = Instant::now();
    let first = probe(runtime, plan).await?;
    if first.finding.verdict != Verdict::Inconclusive {
        return Ok(first);
    }
    let longer = ProbePlan { budget: plan.budget * 2, ..*plan };
    Ok(Probed { elapsed: started.elapsed(), ..probe(runtime, &longer).await? })
}

/// Probes one variant on one runtime.
pub async fn probe(runtime: &Runtime, plan: &ProbePlan<'_>) -> Result<Probed, SessionError> {
    let started = Instant::now();
    let mut holder = None;
    loop {
        let mut run = Run::start(runtime, plan, started).await?;
        let end = match run.followed(holder).await {
            // The budget ended within a batch: what was read until then is the answer.
            Err(error) if is_out_of_time(&error.problem, run.series.len(), plan.budget) => {
                End::Found(run.last_word(), None)
            }
            end => end?,
        };
        match end {
            End::Found(finding, asked) => {
                let Run { session, series, ops, .. } = run;
                session.close().await;
                let holder = asked.or(holder);
                return Ok(Probed { finding, series, ops, elapsed: started.elapsed(), holder });
            }
            // What the case holds is gone with it: once more, and as long as it takes.
            End::Released => {
                run.session.close().await;
                holder = Some(Holder::Case);
            }
            End::CannotRelease => holder = Some(Holder::Case),
        }
    }
}

/// How the run of one process ended.
enum End {
    Found(LeakFinding, Option<Holder>),
    Released,
    CannotRelease,
}

/// One process and what was read from it.
struct Run<'a> {
    session: Session,
    plan: &'a ProbePlan<'a>,
    started: Instant,
    stride: u64,
    /// Whether the stride is as long as what it gains allows.
    is_full: bool,
    ops: u64,
    /// How long the ops took.
    elapsed: Nanos,
    series: Vec<Checkpoint>,
}

impl<'a> Run<'a> {
    async fn start(
        runtime: &Runtime,
        plan: &'a ProbePlan<'a>,
        started: Instant,
    ) -> Result<Self, SessionError> {
        let workload = Workload::of(plan.case, plan.variant, plan.driver, plan.settings);
        let session = Session::start(runtime, workload, Deadlines::default()).await?;
        Ok(Self {
            session,
            plan,
            started,
            stride: 1,
            is_full: false,
            ops: 0,
            elapsed: Nanos(0),
            series: Vec::new(),
        })
    }

    /// Warms up, then executes ops until the verdict is sure or the budget spent.
    async fn followed(&mut self, known: Option<Holder>) -> Result<End, SessionError> {
        self.warm_up().await?;
        self.judged(known).await
    }

    /// What is left of the budget, and never nothing.
    fn left(&self) -> Duration {
        self.plan.budget.saturating_sub(self.started.elapsed()).max(Duration::from_millis(1))
    }

    /// Warms the driver up, and finds the stride.
    async fn warm_up(&mut self) -> Result<(), SessionError> {
        let start = Instant::now();
        self.session.limit(self.left());
        for _ in 0..WARM_UP_PAIRS {
            self.batch(1).await?;
            self.session.memory(false).await?;
            if start.elapsed() > WARM_UP {
                break;
            }
        }
        let longest = longest(self.plan.case.shape);
        let mut held = self.held().await?;
        loop {
            let elapsed = self.batch(self.stride).await?;
            let fits = STRIDE.as_nanos() / elapsed.as_nanos().max(1);
            let now = self.held().await?;
            self.is_full = is_full(now.saturating_sub(held));
            held = now;
            if fits < 2 || self.is_full || self.stride >= longest {
                return Ok(());
            }
            // Not by more than 8 at once: cold code is slow, and the estimate with it.
            let factor = if fits >= 8 {
                8
            } else if fits >= 4 {
                4
            } else {
                2
            };
            self.stride = (self.stride * factor).min(longest);
        }
    }

    /// What objects hold after a collection, in bytes.
    async fn held(&mut self) -> Result<u64, SessionError> {
        Ok(Held::from(&self.session.memory(true).await?).by_objects())
    }

    async fn batch(&mut self, n: u64) -> Result<Duration, SessionError> {
        let batch = self.session.run(n).await?;
        self.ops += n;
        self.elapsed = Nanos(self.elapsed.0.saturating_add(Nanos::from(batch.elapsed).0));
        Ok(batch.elapsed)
    }

    /// Strides and readings until the verdict is sure or the budget spent. `known` says whether it has
    /// been asked already what retains the growth.
    async fn judged(&mut self, known: Option<Holder>) -> Result<End, SessionError> {
        loop {
            let start = Instant::now();
            self.session.limit(self.left());
            let elapsed = self.batch(self.stride).await?;
            self.read().await?;
            if self.is_too_short(elapsed) {
                self.stride *= 2;
                self.series.clear();
                continue;
            }
            let round = start.elapsed();
            let finding = judge(&self.series, &self.plan.limits);
            let growing = finding.ground == Ground::StillGrowing;
            if self.is_sure(&finding) {
                return Ok(End::Found(finding, None));
            }
            if known.is_none() && growing && self.is_worth_asking(round) {
                return self.ask().await;
            }
            if self.started.elapsed() + round > self.plan.budget {
                return Ok(End::Found(self.last_word(), None));
            }
            if is_slow_to_collect(round, elapsed)
                && self.stride < longest(self.plan.case.shape) * 8
                && may_double(&self.series, self.stride)
            {
                self.stride *= 2;
            }
        }
    }

    async fn read(&mut self) -> Result<(), SessionError> {
        let reading = self.session.memory(true).await?;
        let (ops, elapsed) = (self.ops, self.elapsed);
        self.series.push(Checkpoint { ops, elapsed, held: Held::from(&reading) });
        Ok(())
    }

    fn is_sure(&self, finding: &LeakFinding) -> bool {
        match finding.verdict {
            Verdict::Leaks => true,
            Verdict::Stable => self.ops >= SO_MANY || self.started.elapsed() > SOON,
            Verdict::Inconclusive => false,
        }
    }

    /// Whether to begin again with a stride twice as long.
    fn is_too_short(&self, elapsed: Duration) -> bool {
        let is_longest = self.stride >= longest(self.plan.case.shape);
        !self.is_full && !is_longest && is_too_short(&self.series, elapsed)
    }

    /// The verdict when there is no more time.
    fn last_word(&self) -> LeakFinding {
        judge(&self.series, &self.plan.limits.at_the_end())
    }

    fn is_worth_asking(&self, round: Duration) -> bool {
        let rounds = self.plan.limits.horizon_ops.saturating_sub(self.ops) / self.stride;
        let wait = round * u32::try_from(rounds).unwrap_or(u32::MAX);
        let is_time = self.ops >= ASKING_OPS || self.started.elapsed() > ASKING_AFTER;
        is_time && self.gained() >= WORTH_ASKING && wait > WORTH_WAITING
    }

    fn gained(&self) -> u64 {
        gained(&self.series)
    }

    /// Releases the case. If what grew stays, no variable of the case holds it, a cache least of all.
    async fn ask(&mut self) -> Result<End, SessionError> {
        match self.session.release().await {
            Ok(()) => {}
            Err(error) if can_not_release(&error) => return Ok(End::CannotRelease),
            Err(error) => return Err(error),
        }
        let gained = self.gained();
        let before = self.series.last().map_or(0, |it| it.held.by_objects());
        let freed = before.saturating_sub(self.held().await?);
        if freed > gained / 2 {
            return Ok(End::Released);
        }
        let finding = judge(&self.series, &self.plan.limits.sooner(0));
        Ok(End::Found(finding, Some(Holder::Runtime)))
    }
}

/// Whether a batch was given up because the budget was over, and not because an op hangs: other ops were
/// executed before, in this process or in one in which the case was released.
fn is_out_of_time(problem: &Problem, readings: usize, budget: Duration) -> bool {
    match problem {
        Problem::Hang { request: "run", after } => readings > 0 || *after < budget / 2,
        _ => false,
    }
}

/// Whether the driver does not know the request, or the runtime can't do it.
fn can_not_release(error: &SessionError) -> bool {
    matches!(error.problem, Problem::Unsupported(_) | Problem::Reported(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_budget_is_no_hang() {
        let budget = Duration::from_secs(10);
        let hang = |request, ms| Problem::Hang { request, after: Duration::from_millis(ms) };
        // The first batch of a process that has the whole budget.
        assert!(!is_out_of_time(&hang("run", 9_900), 0, budget));
        // A later one, and one of a second process that has a millisecond left.
        assert!(is_out_of_time(&hang("run", 9_900), 1, budget));
        assert!(is_out_of_time(&hang("run", 1), 0, budget));
        assert!(!is_out_of_time(&hang("memory", 1), 5, budget));
        assert!(!is_out_of_time(&Problem::Garbage("x".to_owned()), 5, budget));
    }
}
