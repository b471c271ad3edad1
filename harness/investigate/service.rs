//! One build of the service under load.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::plan::{Field, Plan};
use super::story::{Load, Subject};
use crate::case::Variant;
use crate::load::{
    Bound, Detailed, LoadError, Observer, Plan as LoadPlan, Second, Service, ServiceCase, Start,
    read_service, row, second_row, under_load,
};
use crate::measure::{Cell, Target};
use crate::record::{LoadRow, SecondRow};
use crate::runtime::{Runtime, Settings};
use crate::stats::Estimate;

/// The service of the catalogue.
pub(super) const SERVICE: &str = "service";

/// Requests before anything counts. The verdict needs eight times as many: fewer make a shorter load
/// enough.
const WARM_UP: u64 = 2_000;

/// Connections that may be open at once: as `awaitbench load` has it.
const CONNECTIONS: u32 = 256;

/// After so long a request is given up.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Readings of the heap under load, each after a forced collection.
const CHECKPOINTS: u32 = 20;

/// The longest that requests go on after the load until the verdict is sure.
const SETTLING: Duration = Duration::from_secs(15);

/// Seconds a day.
const A_DAY: f64 = 86_400.0;

/// What one load came to.
pub(super) struct Loaded {
    /// What is told.
    pub(super) load: Load,
    /// All that was read.
    pub(super) detailed: Detailed,
}

/// The service, and one of its builds.
pub(super) struct Build<'a> {
    /// The service.
    pub(super) service: &'a ServiceCase,
    /// The build.
    pub(super) variant: &'a Variant,
}

/// The service of the catalogue.
///
/// # Errors
/// It is not there, or its manifest is wrong.
pub(super) fn service(field: &Field<'_>) -> Result<ServiceCase, String> {
    read_service(&field.catalogue.folder(SERVICE)).map_err(|error| error.to_string())
}

/// Puts a build under the load of `plan`; with two heap snapshots if `snapshots` says what their paths
/// begin with.
///
/// # Errors
/// The service can't be started or ends, or nothing can be read; in one sentence.
pub(super) async fn loaded(
    field: &Field<'_>,
    plan: &Plan,
    build: &Build<'_>,
    runtime: &Runtime,
    snapshots: Option<PathBuf>,
    step: &'static str,
) -> Result<Loaded, String> {
    let name = &build.variant.name;
    let target = Target::Ready(runtime.clone());
    let cell = Cell::of(&target, &build.service.name, name, Settings::NONE, field.started_at);
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
    let mut seconds = Seconds { step, cell: &cell, field, rate: plan.rate, rows: Vec::new() };
    let outcome = driven(field, build, runtime, &load_plan, &mut seconds).await;
    let load = outcome.map_err(|error| format!("{} as {name}: {error}", runtime.id()))?;
    let detailed = Detailed {
        row: row(&cell, &load_plan, Some(plan.rate), false, &load),
        checkpoints: load.checkpoints.iter().map(Into::into).collect(),
        further: load.further.iter().map(Into::into).collect(),
        // They do not stay.
        snapshots: Vec::new(),
        seconds: seconds.rows,
        probes: Vec::new(),
    };
    let load = told(&detailed.row, plan, load.warmed_up)?;
    Ok(Loaded { load, detailed })
}

async fn driven(
    field: &Field<'_>,
    build: &Build<'_>,
    runtime: &Runtime,
    plan: &LoadPlan,
    seconds: &mut Seconds<'_>,
) -> Result<crate::load::Load, LoadError> {
    let monitor = field.catalogue.driver("monitor").canonicalize().map_err(LoadError::Start)?;
    let start = Start::Variant {
        runtime: Box::new(runtime.clone()),
        file: build.variant.file.clone(),
        flags: Vec::new(),
        folder: field.scratch.to_owned(),
    };
    seconds.begins("starting");
    let mut service = Service::start(&start, &monitor, None).await?;
    let requests = build.service.requests(service.url());
    let requests = requests.map_err(|words| LoadError::Start(io::Error::other(words)))?;
    let load = under_load(&mut service, requests, plan, seconds).await?;
    service.close().await;
    Ok(load)
}

/// What is told of a row.
fn told(row: &LoadRow, plan: &Plan, warm_up_requests: u64) -> Result<Load, String> {
    let rate = row.bytes_per_request.zip(row.bytes_per_request_low.zip(row.bytes_per_request_high));
    let missing = |what: &str| {
        let reason =
            if row.detail.is_empty() { String::new() } else { format!(": {}", row.detail) };
        format!("{}-{} as {} gave no {what}{reason}", row.runtime, row.version, row.variant)
    };
    let (value, (low, high)) = rate.ok_or_else(|| missing("reading of its heap"))?;
    let latency = |nanos: Option<u64>| nanos.ok_or_else(|| missing("answer"));
    let heap = |bytes: Option<u64>| bytes.ok_or_else(|| missing("reading of its heap"));
    let failures = [row.non_2xx, row.errors, row.timeouts];
    Ok(Load {
        subject: Subject {
            runtime: row.runtime.clone(),
            version: row.version.clone(),
            engine_version: row.engine_version.clone(),
        },
        variant: row.variant.clone(),
        rate: plan.rate,
        requests_per_sec: row.requests_per_sec.ok_or_else(|| missing("rate"))?,
        duration_s: plan.duration.as_secs_f64(),
        warm_up_requests,
        requests: row.requests.unwrap_or(0),
        failed: failures.into_iter().flatten().sum(),
        heap_before_bytes: heap(row.heap_before_bytes)?,
        heap_after_bytes: heap(row.heap_after_bytes)?,
        bytes_per_request: Estimate { value, low, high },
        bytes_a_day: (row.verdict == "leaks").then(|| (value * plan.rate * A_DAY).max(0.0)),
        peak_rss_bytes: row.peak_rss_bytes,
        p50_ns: latency(row.p50_ns)?,
        p99_ns: latency(row.p99_ns)?,
        p999_ns: latency(row.p999_ns)?,
        verdict: row.verdict.clone(),
        reason: row.detail.clone(),
        further_requests: row.further_requests.unwrap_or(0),
    })
}

/// Keeps each second, and says what goes on.
struct Seconds<'a> {
    step: &'static str,
    cell: &'a Cell,
    field: &'a Field<'a>,
    rate: f64,
    rows: Vec<SecondRow>,
}

impl Observer for Seconds<'_> {
    fn begins(&mut self, what: &str) {
        let Cell { runtime, version, variant, .. } = self.cell;
        self.field.watch.at_work(self.step, &format!("{runtime}-{version} as {variant}: {what}"));
    }

    fn second(&mut self, second: &Second) {
        self.rows.push(second_row(self.cell, self.rate, second));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::investigate::sample;
    use crate::load::failed;

    #[test]
    fn a_row_without_readings_says_what_is_missing() {
        let cell = Cell {
            case: "service".to_owned(),
            variant: "generator".to_owned(),
            runtime: "node".to_owned(),
            version: "12.15.0".to_owned(),
            engine_version: String::new(),
            flags: String::new(),
            run: String::new(),
        };
        let plan = sample::plan();
        let load_plan = LoadPlan {
            rate: 1.0,
            duration: TIMEOUT,
            connections: 1,
            timeout: TIMEOUT,
            warm_up: 0,
            checkpoints: 0,
            settling: Duration::ZERO,
            snapshots: None,
            bound: Bound { p99: TIMEOUT, probe: TIMEOUT },
        };
        let error = LoadError::Monitor("is gone".to_owned());
        let bare = failed(&cell, &load_plan, Some(1.0), false, &error);
        let words = told(&bare, &plan, 0).unwrap_err();
        assert_eq!(
            words,
            "node-12.15.0 as generator gave no reading of its heap: the monitor in the service is gone"
        );
        let read = LoadRow {
            bytes_per_request: Some(160.0),
            bytes_per_request_low: Some(140.0),
            bytes_per_request_high: Some(200.0),
            heap_before_bytes: Some(4_000_000),
            heap_after_bytes: Some(7_200_000),
            requests: Some(20_000),
            requests_per_sec: Some(1_000.0),
            non_2xx: Some(1),
            timeouts: Some(2),
            p50_ns: Some(700_000),
            p99_ns: Some(3_000_000),
            p999_ns: Some(9_000_000),
            verdict: "leaks".to_owned(),
            ..bare
        };
        let load = told(&read, &plan, 2_000).unwrap();
        assert_eq!((load.failed, load.warm_up_requests), (3, 2_000));
        // 160 bytes, 1,000 times a second, 86,400 seconds.
        assert_eq!(load.bytes_a_day, Some(13_824_000_000.0));
        let stable = LoadRow { verdict: "stable".to_owned(), ..read };
        assert_eq!(told(&stable, &plan, 0).unwrap().bytes_a_day, None);
    }
}
