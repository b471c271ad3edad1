//! One variant of the service under load.

use std::path::PathBuf;
use std::time::Duration;

use super::plan::{Context, Plan};
use super::story::Load;
use crate::article::{CONNECTIONS, SERVICE};
use crate::key::Key;
use crate::load::{
    self, Audience, Bound, Drive, LoadError, LoadEvent, LoadPlan, LoadResult, Outcome, ServiceCase,
    Start, carry_out, read_service, second_row,
};
use crate::measure::{Cell, Target};
use crate::progress::Progress;
use crate::record::SecondRow;
use crate::runtime::{Runtime, Settings};

/// Requests before anything counts. The verdict needs eight times as many: fewer make a shorter load
/// enough.
const WARM_UP: u64 = 2_000;

/// After so long a request is given up.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Readings of the heap under load, each after a forced collection.
const CHECKPOINTS: u32 = 20;

/// The longest that requests go on after the load until the verdict is sure.
const SETTLING: Duration = Duration::from_secs(15);

/// The service of the catalogue.
pub(super) fn service(context: &Context<'_>) -> Result<ServiceCase, String> {
    read_service(&context.catalogue.folder(SERVICE)).map_err(|error| error.to_string())
}

/// Puts a variant under the load of `plan`; with two heap snapshots if `snapshots` says what their paths
/// begin with.
pub(super) async fn run_load(
    context: &Context<'_>,
    plan: &Plan,
    service: &ServiceCase,
    runtime: &Runtime,
    name: &str,
    snapshots: Option<PathBuf>,
    step: &'static str,
) -> Result<Load, String> {
    let variant = service.variants.iter().find(|known| known.name == name);
    let variant = variant.ok_or_else(|| format!("the service has no variant \"{name}\""))?;
    let target = Target::Ready(runtime.clone());
    let cell = Cell::of(&target, &service.name, name, Settings::NONE, context.started_at);
    let load_plan = LoadPlan {
        rate: plan.rate,
        duration: plan.duration,
        connections: CONNECTIONS,
        timeout: TIMEOUT,
        warm_up: WARM_UP,
        checkpoints: CHECKPOINTS,
        settling: SETTLING,
        snapshots,
        // Only a search for the highest rate looks at it.
        bound: Bound { p99: TIMEOUT, probe: plan.duration },
    };
    let monitor = context.catalogue.driver("monitor").canonicalize();
    let monitor = monitor.map_err(|error| LoadError::Start(error).to_string())?;
    let start = Start::Variant {
        runtime: Box::new(runtime.clone()),
        file: variant.file.clone(),
        flags: Vec::new(),
        folder: context.scratch.to_owned(),
    };
    let drive = Drive {
        start: &start,
        monitor: &monitor,
        opening: None,
        case: Some(service),
        plan: &load_plan,
        is_max: false,
    };
    let mut seconds = Vec::new();
    let mut hear = |event: LoadEvent<'_>| {
        if let LoadEvent::Second(second) = event {
            seconds.push(second_row(&cell, plan.rate, second));
        }
    };
    let progress = OneVariant { step, cell: &cell, progress: context.progress };
    let audience = Audience { id: step, progress: &progress, hear: &mut hear };
    let outcome = carry_out(&drive, audience).await;
    let outcome = outcome.map_err(|error| format!("{} as {name}: {error}", runtime.id()))?;
    let (Outcome::Given(load) | Outcome::Found { load, .. }) = outcome;
    tell(&cell, &load_plan, &load, seconds)
}

/// What is told of a load; an error if it lacks what the report is about.
fn tell(
    cell: &Cell,
    plan: &LoadPlan,
    load: &load::Load,
    seconds: Vec<SecondRow>,
) -> Result<Load, String> {
    let row = load::row(cell, plan, Some(plan.rate), false, load);
    let reason = load::kept(load).reason;
    let needs = [
        (row.bytes_per_request.is_some() && row.verdict.is_some(), "reading of its heap"),
        (row.requests_per_sec.is_some(), "rate"),
        (row.p50_ns.is_some(), "answer"),
    ];
    if let Some((_, what)) = needs.iter().find(|(is_there, _)| !is_there) {
        let Key { runtime, version, variant, .. } = &cell.key;
        let why = if row.detail.is_empty() { reason.to_string() } else { row.detail.clone() };
        let why = if why.is_empty() { why } else { format!(": {why}") };
        return Err(format!("{runtime}-{version} as {variant} gave no {what}{why}"));
    }
    Ok(Load {
        result: LoadResult::of(row, load, seconds),
        duration_s: plan.duration.as_secs_f64(),
        warm_up_requests: load.warmed_up,
        first_failure: load.first_error.clone(),
        reason: reason.why,
    })
}

/// Says what goes on with one variant.
struct OneVariant<'a> {
    step: &'static str,
    cell: &'a Cell,
    progress: &'a dyn Progress,
}

impl Progress for OneVariant<'_> {
    fn doing(&self, _id: &str, what: &str) {
        let Key { runtime, version, variant, .. } = &self.cell.key;
        self.progress.doing(self.step, &format!("{runtime}-{version} as {variant}: {what}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::investigate::story::Step;
    use crate::leak::{Limits, judge};
    use crate::load::LoadPoint;
    use crate::record::{Space, Verdict};
    use crate::session::Reading;
    use crate::units::Nanos;

    /// Requests of the load, after 2,000 to warm up.
    const REQUESTS: u64 = 20_000;

    fn cell() -> Cell {
        Cell { key: Key::node("service", "generator", "12.15.0"), run: String::new() }
    }

    /// A load whose heap and external memory were so large after so many requests.
    fn load_of(requests: u64, held: impl Fn(f64) -> (f64, f64)) -> load::Load {
        let checkpoint = |requests: u64| {
            let (heap, external) = held(requests as f64);
            let reading = Reading {
                heap_used_bytes: Some(heap as u64),
                external_bytes: Some(external as u64),
                ..Reading::default()
            };
            LoadPoint { elapsed: Nanos(requests), requests, reading }
        };
        let checkpoints = (0..=20).map(|part| checkpoint(requests * part / 20)).collect();
        let mut load = load::Load { warmed_up: 2_000, checkpoints, ..load::Load::default() };
        load.counts.requests = requests;
        load.counts.answered = requests - 3;
        load.counts.non_2xx = 1;
        load.counts.timeouts = 2;
        load.sending = Duration::from_secs(20);
        load.first_error = Some("was answered with 500 by /home/alice/app.js".to_owned());
        for micros in 1..=requests {
            load.latencies.record(Duration::from_micros(micros));
        }
        load
    }

    fn tell_of(load: &load::Load) -> Result<Load, String> {
        let plan = LoadPlan {
            rate: 1_000.0,
            duration: TIMEOUT,
            connections: 1,
            timeout: TIMEOUT,
            warm_up: 2_000,
            checkpoints: 20,
            settling: Duration::ZERO,
            snapshots: None,
            bound: Bound { p99: TIMEOUT, probe: TIMEOUT },
        };
        tell(&cell(), &plan, load, Vec::new())
    }

    #[test]
    fn a_load_without_readings_says_what_is_missing() {
        let words = tell_of(&load::Load::default()).unwrap_err();
        assert_eq!(
            words,
            "node-12.15.0 as generator gave no reading of its heap: no collection could be forced"
        );
    }

    #[test]
    fn a_leak_into_the_heap_has_a_figure_for_a_day() {
        let mut step = Step::from(tell_of(&load_of(REQUESTS, |n| (4e6 + 160.0 * n, 1e6))));
        step.hide_places();
        let load = step.found().unwrap();
        assert_eq!((load.verdict, load.space), (Some(Verdict::Leaks), Some(Space::Heap)));
        assert_eq!((load.requests_failed(), load.warm_up_requests), (3, 2_000));
        assert_eq!(load.bytes_per_request, Some(160.0));
        // 160 bytes, 1,000 times a second, 86,400 seconds.
        assert_eq!(load.bytes_a_day(), Some(13_824_000_000.0));
        // A failure is no reason of the verdict, and names no place.
        assert_eq!(load.reason, "");
        assert_eq!(load.first_failure.as_deref(), Some("was answered with 500 by app.js"));
    }

    #[test]
    fn a_leak_outside_the_heap_says_so_and_has_none() {
        let load = tell_of(&load_of(REQUESTS, |n| (4e6, 1e6 + 160.0 * n))).unwrap();
        assert_eq!((load.verdict, load.space), (Some(Verdict::Leaks), Some(Space::External)));
        assert_eq!((load.bytes_per_request, load.bytes_a_day()), (Some(0.0), None));
        assert!(load.reason.contains("160 bytes/request"), "{}", load.reason);
    }

    #[test]
    fn what_does_not_leak_has_no_space() {
        let load = tell_of(&load_of(REQUESTS, |_| (4e6, 1e6))).unwrap();
        let found = (load.verdict, load.space, load.bytes_a_day(), &*load.reason);
        assert_eq!(found, (Some(Verdict::Stable), None, None, ""));
    }

    /// Their options are not those of an investigation.
    #[test]
    fn what_other_commands_advise_is_left_out() {
        let few = tell_of(&load_of(100, |n| (4e6 + 160.0 * n, 1e6))).unwrap();
        assert_eq!(few.verdict, Some(Verdict::Inconclusive));
        assert!(!few.reason.is_empty() && !few.reason.contains("--"), "{}", few.reason);
        let filling = tell_of(&load_of(14_200, |n| (4e6 + 160.0 * n, 1e6))).unwrap();
        assert_eq!(filling.verdict, Some(Verdict::Inconclusive));
        assert!(!filling.reason.is_empty() && !filling.reason.contains("--"), "{}", filling.reason);
        let reason = judge(&[], &Limits::OPS).ground.reason();
        assert!(reason.advice.is_some() && !reason.why.contains("--"), "{reason}");
    }
}
