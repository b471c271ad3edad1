//! The same leak in browsers: one that has it, and the first that does not.

use super::plan::Context;
use super::story::{Browser, Step};
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::leak::{Judged, Limits, ProbePlan, ask};
use crate::measure::{Cell, Failure, Target};
use crate::runtime::{Runtime, Settings, Spec};

/// Asks the browser that `spec` means about the article's loop. One that no package carries for this
/// system, or that may not be fetched, is left out; whatever else goes wrong is a failure.
pub(super) async fn ask_browser(
    context: &Context<'_>,
    spec: &Spec,
    step: &'static str,
) -> Step<Browser> {
    context.progress.doing(step, &spec.to_string());
    let runtime = match context.resolver.have(spec, context.progress).await {
        Ok(runtime) => runtime,
        Err(error) => {
            let why = format!("{spec} is not to be had: {error}");
            let is_absence = error.is_absence(context.resolver.registry.is_offline());
            return if is_absence { Step::Skipped(why) } else { Step::Failed(why) };
        }
    };
    context.progress.doing(step, &runtime.id());
    let probed = probe_browser(context, &runtime).await;
    probed.map_err(|why| format!("{}: {why}", runtime.id())).into()
}

async fn probe_browser(context: &Context<'_>, runtime: &Runtime) -> Result<Browser, String> {
    let case = context.catalogue.find(INSTANCE_LOOP).map_err(|error| error.to_string())?;
    let variant =
        case.variant(GENERATOR).ok_or_else(|| format!("{INSTANCE_LOOP} has no {GENERATOR}"))?;
    let plan = ProbePlan {
        driver: &context.catalogue.driver(runtime.family.name),
        case: &case,
        variant,
        settings: Settings::NONE,
        budget: BUDGET,
        limits: Limits::OPS,
    };
    let probed = ask(runtime, &plan).await.map_err(|error| Failure::from(&error).detail)?;
    let target = Target::Ready(runtime.clone());
    let cell = Cell::of(&target, &case.name, GENERATOR, Settings::NONE, context.started_at);
    let (reason, elapsed) = (probed.finding.ground.reason().why, Some(probed.elapsed));
    Ok(Browser { judged: Judged::of(&cell, Ok(probed), elapsed), reason })
}
