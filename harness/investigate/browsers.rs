//! The same leak in browsers: one that has it, and the first that does not.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use super::plan::Context;
use super::step::{Discovery, Step};
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::key::Key;
use crate::leak::{Judged, Limits, ProbePlan, ask};
use crate::measure::{Cell, Failure, Target};
use crate::record::{LeakFigures, LeakRow, Space, Verdict};
use crate::runtime::{Runtime, Settings, Spec};
use crate::stats::Estimate;

/// A browser with the same leak, or without it.
#[derive(Clone, Debug, Serialize)]
pub struct Browser {
    #[serde(flatten, serialize_with = "serialize_browser")]
    pub judged: Judged,
    /// The row's reason has advice for another command.
    pub reason: String,
}

impl Deref for Browser {
    type Target = LeakRow;

    fn deref(&self) -> &LeakRow {
        &self.judged.row
    }
}

impl Browser {
    /// Bytes that an op left behind.
    pub fn kept(&self) -> Option<Estimate> {
        Estimate::of(self.bytes_per_op, self.bytes_per_op_low, self.bytes_per_op_high)
    }
}

impl Discovery for Browser {
    fn summary(&self) -> String {
        let Key { runtime, version, .. } = &self.key;
        format!("{runtime}-{version}: {}", self.verdict.map_or("no verdict", Verdict::word))
    }
}

fn serialize_browser<S: Serializer>(judged: &Judged, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Told<'a>(#[serde(with = "ToldOfBrowser")] &'a LeakFigures);
    judged.row.as_told(Told(&judged.row)).serialize(serializer)
}

/// The figures of a browser that `story.json` has.
#[derive(Serialize)]
#[serde(remote = "LeakFigures")]
struct ToldOfBrowser {
    ops: Option<u64>,
    elapsed_s: Option<f64>,
    bytes_per_op: Option<f64>,
    bytes_per_op_low: Option<f64>,
    bytes_per_op_high: Option<f64>,
    verdict: Option<Verdict>,
    space: Option<Space>,
}

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
    let (reason, elapsed) = (probed.reason().why, Some(probed.elapsed));
    Ok(Browser { judged: Judged::of(&cell, Ok(probed), elapsed), reason })
}
