//! One variant of the service under load.

use std::path::PathBuf;
use std::time::Duration;

use super::load::{Load, tell};
use super::plan::{Context, Plan};
use super::step::Within;
use crate::article::{CONNECTIONS, SERVICE};
use crate::load::{
    Audience, Bound, Drive, LoadError, LoadPlan, Outcome, ServiceCase, Start, carry_out,
    read_service,
};
use crate::measure::{Cell, Target};
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
    let words = |_: &str, what: &str| format!("{} as {name}: {what}", runtime.id());
    let progress = &Within { step, words, progress: context.progress };
    let audience = Audience { id: step, progress, hear: &mut |_| {} };
    let outcome = carry_out(&drive, audience).await;
    let outcome = outcome.map_err(|error| format!("{} as {name}: {error}", runtime.id()))?;
    let (Outcome::Given(load) | Outcome::Found { load, .. }) = outcome;
    tell(&cell, &load_plan, &load)
}
