//! The same leak in browsers: one that has it, and the first that does not.

use super::plan::Field;
use super::service::without_advice;
use super::story::{Browser, Step, Subject};
use super::versions::{BUDGET, CASE, VARIANT};
use crate::leak::{Judged, Limits, Plan, Probed, Verdict, probe};
use crate::measure::{Cell, Failure, Target};
use crate::runtime::{Runtime, Settings, Spec};

/// Asks the browser that `spec` means about the article's loop. One that no package carries for this
/// system, or that may not be fetched, is left out; whatever else goes wrong is a failure.
pub(super) async fn asked(
    field: &Field<'_>,
    spec: &Spec,
    step: &'static str,
) -> (Step<Browser>, Option<Judged>) {
    let runtime = match field.resolver.have(spec, field.watch).await {
        Ok(runtime) => runtime,
        Err(error) => {
            let why = format!("{spec} is not to be had: {error}");
            let is_absence = error.is_absence(field.resolver.registry.is_offline());
            return (if is_absence { Step::Skipped(why) } else { Step::Failed(why) }, None);
        }
    };
    field.watch.at_work(step, &runtime.id());
    match probed(field, &runtime).await {
        Ok((browser, judged)) => (Step::Found(browser), Some(judged)),
        Err(why) => (Step::Failed(format!("{}: {why}", runtime.id())), None),
    }
}

async fn probed(field: &Field<'_>, runtime: &Runtime) -> Result<(Browser, Judged), String> {
    let case = field.catalogue.find(CASE).map_err(|error| error.to_string())?;
    let variant = case.variant(VARIANT).ok_or_else(|| format!("{CASE} has no {VARIANT}"))?;
    let plan = Plan {
        driver: &field.catalogue.driver(runtime.family.name),
        case: &case,
        variant,
        settings: Settings::NONE,
        budget: BUDGET,
        limits: Limits::OPS,
    };
    let words = |error: &crate::session::SessionError| Failure::from(error).detail;
    let mut probed = probe(runtime, &plan).await.map_err(|error| words(&error))?;
    if probed.finding.verdict == Verdict::Inconclusive {
        // Noise, or a slow machine: as the search for versions does.
        let longer = Plan { budget: BUDGET * 2, ..plan };
        probed = probe(runtime, &longer).await.map_err(|error| words(&error))?;
    }
    let target = Target::Ready(runtime.clone());
    let cell = Cell::of(&target, &case.name, VARIANT, Settings::NONE, field.started_at);
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
        reason: without_advice(&finding.reason.to_string()).to_owned(),
    }
}
