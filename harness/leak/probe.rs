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

use super::forecast;
use super::reason::Reason;
use super::series::gained;
use super::stride::{
    STRIDE, is_full, is_slow_to_collect, is_too_long, is_too_short, longest, may_double,
};
use super::turn::{LONGEST_TURN, SHORTER, SHORTEST_TURN, held_per_op};
use super::verdict::{Ground, LeakFinding, Limits, judge};
use super::{Checkpoint, Held};
use crate::case::{Case, Variant};
use crate::measure::allocated_per_op;
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
const SOON: Duration = Duration::from_millis(700);
const SO_MANY: u64 = 1 << 24;

/// From so many ops on, or after so long, it is asked what retains the growth, in bytes at least
/// [`WORTH_ASKING`].
const ASKING_OPS: u64 = 1 << 18;
const ASKING_AFTER: Duration = Duration::from_millis(1000);

/// What must have been gained for the answer to be plain: the case's own code is freed as well.
const WORTH_ASKING: u64 = 1 << 20;

/// Asking starts the process again, which pays only if the horizon is farther away than this.
const WORTH_WAITING: Duration = Duration::from_millis(700);

/// Ops whose allocation is weighed, at most: all that they allocate has to fit into the smallest young generation.
const WEIGHED: u64 = 8;

/// Where a stride has at least so many ops, there will be enough of them.
const MANY_IN_STRIDE: u64 = 1 << 14;

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
    /// Bytes that an op holds until the loop that executes it returns to the event loop; `None` if that was not asked.
    pub turn: Option<f64>,
    /// What an op allocates, in bytes; `None` where ops are so quick that nobody needs to know.
    pub allocated: Option<f64>,
    /// The seconds of a budget that would decide, if the verdict is not sure and somebody knows.
    pub decides: Option<u64>,
}

impl Probed {
    /// Why the verdict is what it is, and what to do.
    pub fn reason(&self) -> Reason {
        self.finding.reason(self.decides)
    }
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
    let second = follow(runtime, &longer, first.holder, first.turn).await?;
    Ok(Probed { elapsed: started.elapsed(), ..second })
}

/// Probes one variant on one runtime.
pub async fn probe(runtime: &Runtime, plan: &ProbePlan<'_>) -> Result<Probed, SessionError> {
    follow(runtime, plan, None, None).await
}

/// The same where it is known already who holds what grows, or what is held within a turn.
async fn follow(
    runtime: &Runtime,
    plan: &ProbePlan<'_>,
    mut holder: Option<Holder>,
    mut turn: Option<f64>,
) -> Result<Probed, SessionError> {
    let started = Instant::now();
    loop {
        let mut run = Run::start(runtime, plan, started, turn).await?;
        let end = match run.followed(holder).await {
            // The budget ended within a batch: what was read until then is the answer.
            Err(error) if is_out_of_time(&error.problem, run.series.len(), plan.budget) => {
                End::Found(run.last_word(), None)
            }
            end => end?,
        };
        turn = run.turn;
        match end {
            End::Found(finding, asked) => {
                let decides = run.forecast(&finding);
                let Run { session, series, ops, allocated, .. } = run;
                session.close().await;
                let (holder, elapsed) = (asked.or(holder), started.elapsed());
                return Ok(Probed {
                    finding,
                    series,
                    ops,
                    elapsed,
                    holder,
                    turn,
                    allocated,
                    decides,
                });
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
    /// When this process was started.
    born: Instant,
    stride: u64,
    /// Whether the stride is as long as what it gains allows.
    is_full: bool,
    ops: u64,
    /// How long the ops took.
    elapsed: Nanos,
    series: Vec<Checkpoint>,
    /// What an op allocates, in bytes, where ops are so slow that it may be asked.
    allocated: Option<f64>,
    /// What an op holds until its turn ends.
    turn: Option<f64>,
}

impl<'a> Run<'a> {
    async fn start(
        runtime: &Runtime,
        plan: &'a ProbePlan<'a>,
        started: Instant,
        turn: Option<f64>,
    ) -> Result<Self, SessionError> {
        let born = Instant::now();
        let workload = Workload::of(plan.case, plan.variant, plan.driver, plan.settings);
        let session = Session::start(runtime, workload, Deadlines::default()).await?;
        Ok(Self {
            session,
            plan,
            started,
            born,
            stride: 1,
            is_full: false,
            ops: 0,
            elapsed: Nanos(0),
            series: Vec::new(),
            allocated: None,
            turn,
        })
    }

    /// Warms up, then executes ops until the verdict is sure or the budget spent.
    async fn followed(&mut self, known: Option<Holder>) -> Result<End, SessionError> {
        self.warm_up().await?;
        if self.turn.is_none() {
            self.turn = self.held_in_a_turn().await?;
        }
        // Of slow ops the warm-up is a large part, and its readings are the base that growth is judged by. Their strides
        // are shorter, which would be seen where they hold much until a collection.
        if self.stride < MANY_IN_STRIDE {
            self.allocated = self.weigh().await?;
        } else {
            self.series.clear();
        }
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
        self.read().await?;
        let mut held = self.last_held();
        loop {
            let elapsed = self.batch(self.stride).await?;
            let fits = STRIDE.as_nanos() / elapsed.as_nanos().max(1);
            self.read().await?;
            let now = self.last_held();
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

    /// What an op holds until the turn of the event loop ends that it is executed in.
    async fn held_in_a_turn(&mut self) -> Result<Option<f64>, SessionError> {
        let longer = self.stride.min(LONGEST_TURN);
        if longer < SHORTEST_TURN {
            return Ok(None);
        }
        let mut turns = [(longer / SHORTER, 0), (longer, 0)];
        for (ops, bytes) in &mut turns {
            self.session.limit(self.left());
            let reading = self.session.turn(*ops).await?;
            let Some(held) = Held::from(&reading).heap else { return Ok(None) };
            self.ops += *ops;
            let after = Held::from(&self.session.memory(true).await?).heap;
            *bytes = held.saturating_sub(after.unwrap_or(0));
        }
        Ok(Some(held_per_op(turns[0], turns[1])))
    }

    /// What an op allocates, in bytes: the most of two attempts, since a collection hides some of it.
    async fn weigh(&mut self) -> Result<Option<f64>, SessionError> {
        let n = (self.stride / 4).clamp(1, WEIGHED);
        let mut most = None;
        for _ in 0..2 {
            self.held().await?;
            let mut heap = [0; 3];
            for (at, bytes) in heap.iter_mut().enumerate() {
                if at == 2 {
                    self.session.limit(self.left());
                    self.batch(n).await?;
                }
                *bytes = self.session.memory(false).await?.heap_used_bytes.unwrap_or(0);
            }
            most = most.max(allocated_per_op(heap, n).map(|bytes| bytes as u64));
        }
        Ok(most.map(|bytes| bytes as f64))
    }

    /// What objects held at the last reading, in bytes.
    fn last_held(&self) -> u64 {
        self.series.last().map_or(0, |it| it.held.by_objects())
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
        let mut long = 0;
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
            let passed = self.started.elapsed();
            if is_sure(&finding, passed) {
                return Ok(End::Found(finding, None));
            }
            if known.is_none()
                && may_ask(&self.series, &finding, passed)
                && self.is_worth_asking(round)
            {
                return self.ask().await;
            }
            if self.started.elapsed() + round > self.plan.budget {
                return Ok(End::Found(self.last_word(), None));
            }
            // Once may be the machine.
            long = if is_too_long(elapsed) { long + 1 } else { 0 };
            if long > 1 && self.stride > 1 {
                self.stride /= 2;
                long = 0;
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
        let wall = self.born.elapsed().into();
        self.series.push(Checkpoint { ops, elapsed, wall, held: Held::from(&reading) });
        Ok(())
    }

    /// Whether to begin again with a stride twice as long.
    fn is_too_short(&self, elapsed: Duration) -> bool {
        let is_longest = self.stride >= longest(self.plan.case.shape);
        !self.is_full && !is_longest && is_too_short(&self.series, elapsed)
    }

    /// The verdict when there is no more time.
    fn last_word(&self) -> LeakFinding {
        judge(&self.series, &self.last_limits())
    }

    fn last_limits(&self) -> Limits {
        self.plan.limits.at_the_end(self.allocated)
    }

    /// The seconds of a budget that would decide what `finding` does not.
    fn forecast(&self, finding: &LeakFinding) -> Option<u64> {
        let before = self.born.duration_since(self.started);
        forecast::budget(&self.series, finding, &self.last_limits(), before)
    }

    fn is_worth_asking(&self, round: Duration) -> bool {
        let rounds = self.plan.limits.horizon_ops.saturating_sub(self.ops) / self.stride;
        round * u32::try_from(rounds).unwrap_or(u32::MAX) > WORTH_WAITING
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
        let before = self.last_held();
        let freed = before.saturating_sub(self.held().await?);
        if freed > gained / 2 {
            return Ok(End::Released);
        }
        let finding = judge(&self.series, &self.plan.limits.sooner(0));
        Ok(End::Found(finding, Some(Holder::Runtime)))
    }
}

/// Whether the probe ends with this finding, after so long.
pub(super) fn is_sure(finding: &LeakFinding, passed: Duration) -> bool {
    match finding.verdict {
        Verdict::Leaks => true,
        Verdict::Stable => finding.ops >= SO_MANY || passed > SOON,
        Verdict::Inconclusive => false,
    }
}

/// Whether it may be asked after so long who holds what grows.
pub(super) fn may_ask(series: &[Checkpoint], finding: &LeakFinding, passed: Duration) -> bool {
    let is_time = finding.ops >= ASKING_OPS || passed > ASKING_AFTER;
    finding.ground == Ground::StillGrowing && is_time && gained(series) >= WORTH_ASKING
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
