//! Carries the steps out, one after the other, in the order in which a person would.
//!
//! One after the other, since two loads at a time would slow each other down. Each may fail without the
//! others: what it needs of an earlier one is then the reason why it is left out.

use std::path::PathBuf;
use std::time::Instant;

use super::plan::{Context, Plan};
use super::service::{run_load, service};
use super::step::Discovery;
use super::story::{Browser, Load, Pictures, Step, Story, Took};
use super::{browsers, culprits, heap_step, versions};
use crate::article::{ASYNC, GENERATOR};
use crate::load::ServiceCase;
use crate::process::hold_if_interrupted;
use crate::runtime::{Runtime, Spec};

/// The names of the steps, as progress and the list of what they took say them.
mod name {
    pub(super) const RUNTIMES: &str = "runtimes";
    pub(super) const GROWTH: &str = "growth";
    pub(super) const HEAP: &str = "heap";
    pub(super) const CULPRITS: &str = "culprits";
    pub(super) const VERSIONS: &str = "versions";
    pub(super) const CURE: &str = "cure";
    pub(super) const FIXED: &str = "fixed";
    pub(super) const BROWSERS: &str = "browsers";
}

/// Investigates. Nothing is written but below the context's scratch folder, and what is found names no place on the
/// user's machine.
pub async fn investigate(context: &Context<'_>, plan: &Plan, machine: &str) -> Story {
    let begin = Instant::now();
    let mut run = Run { context, plan, service: service(context), steps: Vec::new() };
    // First of all, so that what the loads need is not fetched in between.
    let leaking = run.runtime(&plan.leaking).await;
    let other = run.runtime(&plan.fixed).await;
    run.took(name::RUNTIMES, begin);
    let snapshots = Some(context.scratch.join("growth"));
    let mut growth = run.load(name::GROWTH, &leaking, GENERATOR, snapshots).await;
    let compared = async { heap_step::compare(context, &mut growth, name::HEAP) };
    let heap = run.step(name::HEAP, compared).await;
    let searched = async { culprits::search_service(context, name::CULPRITS) };
    let own = run.step(name::CULPRITS, searched).await;
    let searched = culprits::search_app(context, plan, name::CULPRITS);
    let app = run.step(name::CULPRITS, searched).await;
    let searched = versions::search_versions(context, plan, name::VERSIONS);
    let versions = run.step(name::VERSIONS, searched).await;
    let cure = run.load(name::CURE, &leaking, ASYNC, None).await;
    let mut fixed = Vec::new();
    for variant in [GENERATOR, ASYNC] {
        fixed.push(run.load(name::FIXED, &other, variant, None).await);
    }
    let browsers = run.browsers().await;
    Story {
        started_at: context.started_at.to_owned(),
        elapsed_s: begin.elapsed().as_secs_f64(),
        steps: run.steps,
        machine: machine.to_owned(),
        arguments: plan.arguments.clone(),
        growth,
        heap,
        service: own,
        app,
        app_is_sample: plan.app.is_none(),
        versions,
        cure,
        fixed,
        browsers,
        pictures: Pictures::default(),
        files: Vec::new(),
    }
}

/// What a load needs, or why it is not there.
type Needed<T> = Result<T, String>;

struct Run<'a> {
    context: &'a Context<'a>,
    plan: &'a Plan,
    service: Needed<ServiceCase>,
    steps: Vec<Took>,
}

impl Run<'_> {
    async fn runtime(&self, spec: &Spec) -> Needed<Runtime> {
        let found = self.context.resolver.have(spec, self.context.progress).await;
        hold_if_interrupted().await;
        found.map_err(|error| error.to_string())
    }

    /// Notes how long a step took, or a part of it.
    fn took(&mut self, step: &'static str, begin: Instant) {
        let elapsed_s = begin.elapsed().as_secs_f64();
        match self.steps.last_mut().filter(|took| took.step == step) {
            Some(took) => took.elapsed_s += elapsed_s,
            None => self.steps.push(Took { step, elapsed_s }),
        }
    }

    /// Carries a step out. What an interrupt has broken off has not failed, and nothing follows it.
    async fn step<T: Discovery>(
        &mut self,
        step: &'static str,
        work: impl Future<Output = impl Into<Step<T>>>,
    ) -> Step<T> {
        let begin = Instant::now();
        let mut found: Step<T> = work.await.into();
        hold_if_interrupted().await;
        self.took(step, begin);
        self.context.progress.came_to(step, &found.hide_places());
        found
    }

    async fn load(
        &mut self,
        step: &'static str,
        runtime: &Needed<Runtime>,
        variant: &str,
        snapshots: Option<PathBuf>,
    ) -> Step<Load> {
        let (context, plan, service) = (self.context, self.plan, self.service.clone());
        let work = async {
            let runtime = runtime.clone()?;
            run_load(context, plan, &service?, &runtime, variant, snapshots, step).await
        };
        self.step(step, work).await
    }

    async fn browsers(&mut self) -> Vec<Step<Browser>> {
        let (context, plan) = (self.context, self.plan);
        let Some(specs) = &plan.browsers else {
            return vec![Step::Skipped("--no-browser was given".to_owned())];
        };
        let mut steps = Vec::new();
        for spec in specs {
            let asked = browsers::ask_browser(context, spec, name::BROWSERS);
            steps.push(self.step(name::BROWSERS, asked).await);
        }
        steps
    }
}
