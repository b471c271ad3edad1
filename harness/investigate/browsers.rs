//! The same leak in browsers: one that has it, and the first that does not.

use super::plan::Context;
use super::story::{Browser, Step, Subject};
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::leak::{Judged, Limits, ProbePlan, Probed, ask};
use crate::measure::{Cell, Failure, Target};
use crate::runtime::{Runtime, Settings, Spec};

/// Asks the browser that `spec` means about the article's loop. One that no package carries for this
/// system, or that may not be fetched, is left out; whatever else goes wrong is a failure.
pub(super) async fn ask_browser(
    context: &Context<'_>,
    spec: &Spec,
    step: &'static str,
) -> (Step<Browser>, Option<Judged>) {
    let runtime = match context.resolver.have(spec, context.progress).await {
        Ok(runtime) => runtime,
        Err(error) => {
            let why = format!("{spec} is not to be had: {error}");
            let is_absence = error.is_absence(context.resolver.registry.is_offline());
            return (if is_absence { Step::Skipped(why) } else { Step::Failed(why) }, None);
        }
    };
    context.progress.doing(step, &runtime.id());
    match probe_browser(context, &runtime).await {
        Ok((browser, judged)) => (Step::Found(browser), Some(judged)),
        Err(why) => (Step::Failed(format!("{}: {why}", runtime.id())), None),
    }
}

async fn probe_browser(
    context: &Context<'_>,
    runtime: &Runtime,
) -> Result<(Browser, Judged), String> {
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
    let browser = told(&cell, &probed);
    let elapsed = Some(probed.elapsed);
    Ok((browser, Judged::of(&cell, Ok(probed), elapsed)))
}

fn told(cell: &Cell, probed: &Probed) -> Browser {
    let finding = probed.finding;
    let rate = finding.bytes_per_op;
    Browser {
        subject: Subject::of(cell),
        ops: probed.ops,
        elapsed_s: probed.elapsed.as_secs_f64(),
        bytes_per_op: rate.map(|rate| rate.value),
        bytes_per_op_low: rate.map(|rate| rate.low),
        bytes_per_op_high: rate.map(|rate| rate.high),
        verdict: finding.verdict,
        space: finding.space,
        reason: finding.ground.reason().why,
    }
}
