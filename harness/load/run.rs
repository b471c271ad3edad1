//! One load on one living service: warm-up, the load itself, and the end; or one rate after the other.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

use super::busy::{settle, warm_up};
use super::engine::{Counts, Engine};
use super::error::LoadError;
use super::hold::Hold;
use super::latency::Latencies;
use super::plan::{Bound, MOST_PER_SECOND, Plan};
use super::series::{Checkpoint, Second};
use super::service::Service;
use super::sustain::Search;
use super::target::{Requests, Target};
use crate::units::Nanos;

/// The part of requests that a sustained rate answers in time.
pub(super) const IN_TIME: f64 = 0.99;

/// Between two rates that are tried: the service gets its breath back.
const BREATH: Duration = Duration::from_millis(500);

/// Is told of what goes on.
pub trait Observer {
    /// A part of the work begins.
    fn begins(&mut self, _what: &str) {}
    /// A second is over.
    fn second(&mut self, _second: &Second) {}
}

/// What a load has found.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// What has come of the requests.
    pub counts: Counts,
    /// From the start until the last request was turned to.
    pub sending: Duration,
    /// From when requests were due until their answers were read to the end.
    pub latencies: Latencies,
    /// From when they were sent: what a client sees that waits for each answer before it asks again.
    pub service: Latencies,
    /// From when they were due until this harness turned to them.
    pub lag: Latencies,
    /// What the first request that failed met.
    pub first_error: Option<String>,
    /// Each second.
    pub seconds: Vec<Second>,
    /// Requests that were finished before it.
    pub warmed_up: u64,
    /// Memory after forced collections: at the beginning, during the load, and at the end.
    pub checkpoints: Vec<Checkpoint>,
    /// The same after the load, while requests went on until the verdict was sure.
    pub further: Vec<Checkpoint>,
    /// The heap snapshots of the beginning and the end.
    pub snapshots: Vec<PathBuf>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// Requests a second.
    pub rate: f64,
    /// Whether the service sustained it.
    pub sustained: bool,
    /// Its p99.
    pub p99: Option<Nanos>,
}

/// What was found under a load, of either kind.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Under a rate that was given.
    Given(Box<Load>),
    /// By looking for the highest.
    Found {
        /// The highest rate that was sustained; `None` if not even one a second was.
        rate: Option<f64>,
        /// The load at that rate.
        load: Box<Load>,
        /// All rates, in the order in which they were tried.
        probes: Vec<Probe>,
    },
}

/// Puts `service` under the load of `plan`, at its rate.
///
/// # Errors
/// The service ends, answers nothing at all while it is warmed up, or its monitor fails.
pub async fn under_load(
    service: &mut Service,
    requests: Requests,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Load, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    let warmed_up = warm_up(service, &mut engine, plan, observer).await?;
    let mut load = Load { warmed_up, ..Load::default() };
    let collects = plan.checkpoints > 0 && service.can_collect();
    // Before the snapshot, as after the load: it collects so often that bytecode in use is thrown away too.
    if collects {
        let reading = service.memory().await?;
        load.checkpoints.push(Checkpoint { elapsed: Nanos(0), requests: 0, reading });
    }
    snapshot(service, plan, "before", &mut load, observer).await?;
    observer.begins("under load");
    engine.begin_anew(Duration::MAX);
    let checkpoints = if collects { plan.checkpoints } else { 0 };
    let mut hold = Hold::new(plan.rate, plan.duration, checkpoints);
    hold.run(service, &mut engine, observer).await?;
    hold.give(&engine, &mut load);
    if collects {
        let reading = service.memory().await?;
        let elapsed = nanos(hold.elapsed());
        load.checkpoints.push(Checkpoint { elapsed, requests: load.counts.finished(), reading });
    }
    snapshot(service, plan, "after", &mut load, observer).await?;
    // The load is over: what a service does that dies only now is no reason to forget it.
    if let Err(error) = settle(service, &mut engine, plan, &mut load, observer).await {
        tracing::warn!("no more requests after the load: {error}");
    }
    Ok(load)
}

/// Looks for the highest rate that `service` sustains: 99 % of the requests are answered with 2xx
/// within the bound, none meets an error, and this harness itself is not late.
///
/// # Errors
/// As for [`under_load`].
pub async fn sustained(
    service: &mut Service,
    requests: Requests,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Outcome, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    warm_up(service, &mut engine, plan, observer).await?;
    let Bound { p99: bound, probe } = plan.bound;
    let mut search = Search::new(f64::from(MOST_PER_SECOND));
    let mut best = Load::default();
    let mut probes = Vec::new();
    while let Some(rate) = search.next() {
        observer.begins(&format!("{rate} requests/s"));
        engine.begin_anew(bound);
        let mut hold = Hold::new(rate, probe, 0);
        hold.give_up_when_hopeless();
        hold.run(service, &mut engine, observer).await?;
        let mut load = Load::default();
        hold.give(&engine, &mut load);
        let sustained = !hold.gave_up() && is_sustained(&load, bound);
        probes.push(Probe { rate, sustained, p99: load.latencies.at(IN_TIME) });
        search.note(rate, sustained);
        if sustained && search.sustained() == Some(rate) {
            best = load;
        }
        sleep(BREATH).await;
    }
    Ok(Outcome::Found { rate: search.sustained(), load: Box::new(best), probes })
}

fn is_sustained(load: &Load, bound: Duration) -> bool {
    let counts = load.counts;
    let in_time = |latencies: &Latencies| {
        latencies.at(IN_TIME).is_some_and(|p99| Duration::from(p99) <= bound)
    };
    let all_well = counts.non_2xx + counts.errors + counts.timeouts == 0;
    all_well && in_time(&load.latencies) && in_time(&load.lag)
}

/// Takes a heap snapshot, if any are wanted, and notes its path in `load`.
pub(super) async fn snapshot(
    service: &mut Service,
    plan: &Plan,
    name: &str,
    load: &mut Load,
    observer: &mut dyn Observer,
) -> Result<(), LoadError> {
    let Some(prefix) = &plan.snapshots else { return Ok(()) };
    observer.begins("taking a heap snapshot");
    let stem = prefix.file_name().unwrap_or_default().to_string_lossy();
    let path = prefix.with_file_name(format!("{stem}-{name}.heapsnapshot"));
    service.snapshot(&path).await?;
    load.snapshots.push(path);
    Ok(())
}

pub(super) fn nanos(duration: Duration) -> Nanos {
    Nanos(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}
