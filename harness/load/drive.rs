//! One load on one living service: warm-up, the load itself, and the end; or one rate after the other.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::time::sleep;

use super::audience::{Audience, LoadEvent};
use super::busy::{snapshot, wait_until_sure, warm_up};
use super::command::Start;
use super::engine::Engine;
use super::error::LoadError;
use super::found::{IN_TIME, Load, Outcome, Probe};
use super::hold::Hold;
use super::latency::Latencies;
use super::manifest::ServiceCase;
use super::plan::{Bound, LoadPlan, MOST_PER_SECOND};
use super::series::LoadPoint;
use super::service::Service;
use super::sustain::Search;
use super::target::{Requests, Target};
use crate::units::Nanos;

/// Between two rates that are tried: the service gets its breath back.
const BREATH: Duration = Duration::from_millis(500);

/// What is put under load, and how.
#[derive(Clone, Copy, Debug)]
pub struct Drive<'a> {
    pub start: &'a Start,
    pub monitor: &'a Path,
    /// How long the service may take to open its port.
    pub opening: Option<Duration>,
    /// `None`: whatever the address says.
    pub case: Option<&'a ServiceCase>,
    pub plan: &'a LoadPlan,
    /// Whether to look for the highest rate.
    pub is_max: bool,
}

/// One load, from the start of its service to its end.
pub async fn carry_out(
    drive: &Drive<'_>,
    mut audience: Audience<'_>,
) -> Result<Outcome, LoadError> {
    audience.begins("starting");
    let mut service = Service::start(drive.start, drive.monitor, drive.opening).await?;
    (audience.hear)(LoadEvent::Started(&service));
    let requests = match drive.case {
        Some(case) => case.requests(service.url()),
        None => Requests::of_url(service.url()),
    };
    let requests = requests.map_err(|words| LoadError::Start(io::Error::other(words)))?;
    let outcome = if drive.is_max {
        sustained(&mut service, requests, drive.plan, &mut audience).await?
    } else {
        let load = under_load(&mut service, requests, drive.plan, &mut audience).await?;
        Outcome::Given(Box::new(load))
    };
    service.close().await;
    Ok(outcome)
}

/// Puts `service` under the load of `plan`, at its rate.
async fn under_load(
    service: &mut Service,
    requests: Requests,
    plan: &LoadPlan,
    audience: &mut Audience<'_>,
) -> Result<Load, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    let warmed_up = warm_up(service, &mut engine, plan, audience).await?;
    let mut load = Load { warmed_up, ..Load::default() };
    let collects = plan.checkpoints > 0 && service.can_collect();
    // Before the snapshot, as after the load: it collects so often that bytecode in use is thrown away too.
    if collects {
        let reading = service.memory().await?;
        load.checkpoints.push(LoadPoint { elapsed: Nanos(0), requests: 0, reading });
    }
    snapshot(service, plan, "before", &mut load, audience).await?;
    audience.begins("under load");
    engine.begin_anew(Duration::MAX);
    let checkpoints = if collects { plan.checkpoints } else { 0 };
    let mut hold = Hold::new(plan.rate, plan.duration, checkpoints);
    hold.run(service, &mut engine, audience).await?;
    hold.give(&engine, &mut load);
    if collects {
        let reading = service.memory().await?;
        let elapsed = hold.elapsed().into();
        load.checkpoints.push(LoadPoint { elapsed, requests: load.counts.finished(), reading });
    }
    snapshot(service, plan, "after", &mut load, audience).await?;
    // The load is over: what a service does that dies only now is no reason to forget it.
    if let Err(error) = wait_until_sure(service, &mut engine, plan, &mut load, audience).await {
        tracing::warn!("no more requests after the load: {error}");
    }
    Ok(load)
}

/// Looks for the highest rate that `service` sustains: 99 % of the requests are answered with 2xx
/// within the bound, none meets an error, and this harness itself is not late.
async fn sustained(
    service: &mut Service,
    requests: Requests,
    plan: &LoadPlan,
    audience: &mut Audience<'_>,
) -> Result<Outcome, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    warm_up(service, &mut engine, plan, audience).await?;
    let Bound { p99: bound, probe } = plan.bound;
    let mut search = Search::new(f64::from(MOST_PER_SECOND));
    let mut best = Load::default();
    let mut probes = Vec::new();
    while let Some(rate) = search.next() {
        audience.begins(&format!("{rate} requests/s"));
        engine.begin_anew(bound);
        let mut hold = Hold::new(rate, probe, 0);
        hold.give_up_when_hopeless();
        hold.run(service, &mut engine, audience).await?;
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
