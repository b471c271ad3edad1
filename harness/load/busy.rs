//! Requests by a closed loop, before and after the load: to warm a service up, and to see more of what it
//! keeps than a load shows that is short or has a low rate.

use std::time::{Duration, Instant};

use super::audience::Audience;
use super::engine::Engine;
use super::error::LoadError;
use super::found::Load;
use super::plan::LoadPlan;
use super::series::LoadPoint;
use super::service::{Service, ServiceEvent};
use super::verdict::is_sure;
use crate::units::Nanos;

/// During the warm-up, so many times two full collections are forced. V8 throws the bytecode away of functions
/// that have not run for about six of them: what only the start of a service needed would be thrown away
/// during the load otherwise, some hundred kilobytes, and hide as much of what it keeps.
const AGEING: u64 = 8;

/// After the load there is a reading each time that this part of all requests so far has come anew: a
/// doubling has about 16.
const READINGS: u64 = 16;

/// But not after fewer requests: a forced collection takes as long as dozens of them.
const FEWEST_BETWEEN: u64 = 100;

/// Keeps the service busy until it has finished the requests of the warm-up, or time is over. Answers how
/// many were finished.
pub(super) async fn warm_up(
    service: &mut Service,
    engine: &mut Engine,
    plan: &LoadPlan,
    audience: &mut Audience<'_>,
) -> Result<u64, LoadError> {
    audience.begins("warming up");
    let until = Instant::now() + LoadPlan::LONGEST_WARM_UP;
    let collects = plan.checkpoints > 0 && service.can_collect();
    for part in 1..=AGEING {
        let most = plan.warm_up * part / AGEING;
        keep_busy(service, engine, most, until, "during the warm-up").await?;
        if collects && most > 0 && Instant::now() < until {
            service.memory().await?;
        }
        // One that the snapshot after the warm-up overwrites. It leaves the inspector behind, and throws all
        // bytecode away: both move the heap by some ten kilobytes, which no reading should be off by.
        if part == AGEING / 2 {
            snapshot(service, plan, "before", &mut Load::default(), audience).await?;
        }
    }
    let tally = &engine.tally;
    if plan.warm_up > 0 && tally.counts.answered == 0 {
        let asked = tally.counts.requests;
        let first = tally.first_error.clone().unwrap_or_else(|| "all were given up".to_owned());
        return Err(LoadError::Mute { asked, first });
    }
    Ok(tally.counts.finished())
}

/// Goes on with requests until the verdict on `load` is sure, or time is over. Where no collection can be
/// forced there is none to wait for.
pub(super) async fn wait_until_sure(
    service: &mut Service,
    engine: &mut Engine,
    plan: &LoadPlan,
    load: &mut Load,
    audience: &mut Audience<'_>,
) -> Result<(), LoadError> {
    if plan.settling.is_zero() || is_sure(load) {
        return Ok(());
    }
    audience.begins("settling");
    let start = Instant::now();
    let until = start + plan.settling;
    let before = load.counts.finished();
    let elapsed = load.checkpoints.last().map_or(0, |last| last.elapsed.0);
    engine.begin_anew(Duration::MAX);
    while !is_sure(load) && Instant::now() < until {
        let so_far = engine.tally.counts.finished();
        let stride = (load.warmed_up + before + so_far) / READINGS;
        let most = so_far + stride.max(FEWEST_BETWEEN);
        keep_busy(service, engine, most, until, "after the load").await?;
        let reading = service.memory().await?;
        let mut at = Nanos::from(start.elapsed());
        at.0 += elapsed;
        let requests = before + engine.tally.counts.finished();
        load.further.push(LoadPoint { elapsed: at, requests, reading });
    }
    Ok(())
}

/// Has [`LoadPlan::BUSY_CONNECTIONS`] requests under way until `most` were made since the engine began anew,
/// or until a time. All are finished when this returns.
async fn keep_busy(
    service: &mut Service,
    engine: &mut Engine,
    most: u64,
    until: Instant,
    when: &str,
) -> Result<(), LoadError> {
    let more = |engine: &Engine| engine.tally.counts.requests < most && Instant::now() < until;
    for _ in 0..LoadPlan::BUSY_CONNECTIONS {
        if more(engine) {
            engine.request(Instant::now());
        }
    }
    while engine.outstanding() > 0 {
        tokio::select! {
            finished = engine.finished() => {
                engine.take(finished);
                if more(engine) {
                    engine.request(Instant::now());
                }
            }
            happening = service.happens() => {
                if let ServiceEvent::Ended(ending) = happening {
                    return Err(service.ended(ending, when).await);
                }
            }
        }
    }
    Ok(())
}

/// Takes a heap snapshot, if any are wanted, and notes its path in `load`.
pub(super) async fn snapshot(
    service: &mut Service,
    plan: &LoadPlan,
    name: &str,
    load: &mut Load,
    audience: &mut Audience<'_>,
) -> Result<(), LoadError> {
    let Some(prefix) = &plan.snapshots else { return Ok(()) };
    audience.begins("taking a heap snapshot");
    let stem = prefix.file_name().unwrap_or_default().to_string_lossy();
    let path = prefix.with_file_name(format!("{stem}-{name}.heapsnapshot"));
    service.snapshot(&path).await?;
    load.snapshots.push(path);
    Ok(())
}
