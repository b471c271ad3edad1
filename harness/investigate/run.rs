//! Carries the steps out, one after the other, in the order in which a person would.
//!
//! One after the other, since two loads at a time would slow each other down. Each may fail without the
//! others: what it needs of an earlier one is then the reason why it is left out.

use std::fs;
use std::time::Instant;

use super::plan::{Context, Plan};
use super::service::{self, Loaded, Served};
use super::story::{Browser, Culprits, Heap, Load, Pictures, Step, Story, Subject, Took, Versions};
use super::{browsers, culprits, holder, versions};
use crate::bisect::Bisection;
use crate::heap::text::printable;
use crate::leak::Judged;
use crate::load::{LoadResult, ServiceCase};
use crate::measure::redact::redact;
use crate::process::hold_if_interrupted;
use crate::runtime::{Runtime, Spec};
use crate::show::format::{bytes, quantity};

/// The variants of the service: what leaks, and the cure.
const VARIANTS: [&str; 2] = ["generator", "async"];

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

/// What an investigation has found, and all that it was read from.
#[derive(Clone, Debug)]
pub struct Investigation {
    pub story: Story,
    /// What it is told from.
    pub evidence: Evidence,
}

#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The variant for ES2015 on the leaking version.
    pub growth: Option<LoadResult>,
    pub cure: Option<LoadResult>,
    /// Both on the fixed version.
    pub fixed: Vec<LoadResult>,
    /// The search for versions; it names no place.
    pub versions: Option<Bisection>,
    /// The series of the browsers.
    pub browsers: Vec<Judged>,
}

/// Investigates. Nothing is written but below the context's scratch folder.
pub async fn investigate(context: &Context<'_>, plan: &Plan, machine: &str) -> Investigation {
    let begin = Instant::now();
    let mut run = Run { context, plan, steps: Vec::new(), evidence: Evidence::default() };
    let service = service::service(context);
    let service = service.as_ref();
    // First of all, so that what the loads need is not fetched in between.
    let begin_of_runtimes = Instant::now();
    let leaking = run.runtime(&plan.leaking).await;
    let fixed_runtime = run.runtime(&plan.fixed).await;
    run.took(name::RUNTIMES, begin_of_runtimes);
    let growth = run.growth(service, &leaking).await;
    let heap = run.heap(&growth).await;
    let (own, app) = run.culprits().await;
    let versions = run.versions().await;
    let cure = run.cure(service, &leaking).await;
    let fixed = run.fixed(service, &fixed_runtime).await;
    let browsers = run.browsers().await;
    let story = Story {
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
    };
    Investigation { story, evidence: run.evidence }
}

/// The way of the two snapshots below the scratch folder.
const SNAPSHOTS: &str = "growth";

/// The service, or why there is none; and the same of a runtime.
type Needed<'a, T> = Result<&'a T, &'a String>;

struct Run<'a> {
    context: &'a Context<'a>,
    plan: &'a Plan,
    steps: Vec<Took>,
    evidence: Evidence,
}

impl Run<'_> {
    async fn runtime(&self, spec: &Spec) -> Result<Runtime, String> {
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

    /// Notes how a step ended. What an interrupt has broken off has not failed, and nothing follows it.
    async fn end<T>(
        &mut self,
        step: &'static str,
        begin: Instant,
        found: Step<T>,
        words: impl Fn(&T) -> String,
    ) -> Step<T> {
        hold_if_interrupted().await;
        self.took(step, begin);
        let (found, words) = match found {
            Step::Found(it) => {
                let words = words(&it);
                (Step::Found(it), words)
            }
            // What is told names no place on the user's machine.
            Step::Failed(why) => (Step::Failed(redact(&why)), format!("failed: {why}")),
            Step::Skipped(why) => (Step::Skipped(redact(&why)), format!("left out: {why}")),
        };
        self.context.progress.came_to(step, &words);
        found
    }

    async fn growth(
        &mut self,
        service: Needed<'_, ServiceCase>,
        runtime: &Result<Runtime, String>,
    ) -> Step<Load> {
        let begin = Instant::now();
        let snapshots = Some(self.context.scratch.join(SNAPSHOTS));
        let loaded = self.load(service, runtime, VARIANTS[0], snapshots, name::GROWTH).await;
        let (step, detailed) = parted(loaded);
        self.evidence.growth = detailed;
        self.end(name::GROWTH, begin, step, of_load).await
    }

    async fn load(
        &self,
        service: Needed<'_, ServiceCase>,
        runtime: &Result<Runtime, String>,
        variant: &str,
        snapshots: Option<std::path::PathBuf>,
        step: &'static str,
    ) -> Result<Loaded, String> {
        let service = service.map_err(Clone::clone)?;
        let runtime = runtime.as_ref().map_err(Clone::clone)?;
        let found = service.variants.iter().find(|known| known.name == variant);
        let found = found.ok_or_else(|| format!("the service has no variant \"{variant}\""))?;
        let served = Served { service, variant: found };
        service::loaded(self.context, self.plan, &served, runtime, snapshots, step).await
    }

    async fn heap(&mut self, growth: &Step<Load>) -> Step<Heap> {
        let begin = Instant::now();
        let paths = holder::paths(&self.context.scratch.join(SNAPSHOTS));
        let step = match growth.found() {
            None => Step::Skipped("there is no load whose snapshots could be compared".to_owned()),
            Some(load) => {
                self.context.progress.doing(name::HEAP, "comparing two snapshots");
                match holder::holders(&paths, load) {
                    Ok(heap) => Step::Found(heap),
                    Err(error) => Step::Failed(error.to_string()),
                }
            }
        };
        for path in paths {
            // Gone at the latest with the scratch folder.
            let _ = fs::remove_file(path);
        }
        self.end(name::HEAP, begin, step, of_heap).await
    }

    async fn culprits(&mut self) -> (Step<Culprits>, Step<Culprits>) {
        let begin = Instant::now();
        self.context.progress.doing(name::CULPRITS, "searching the service");
        let own = self.end(name::CULPRITS, begin, culprits::service(self.context), of_tree).await;
        let begin = Instant::now();
        let app = culprits::app(self.context, self.plan, name::CULPRITS).await;
        (own, self.end(name::CULPRITS, begin, app, of_tree).await)
    }

    async fn versions(&mut self) -> Step<Versions> {
        let begin = Instant::now();
        self.context.progress.doing(name::VERSIONS, "listing");
        let found = versions::search_versions(self.context, self.plan, name::VERSIONS).await;
        let step = match found {
            Err(why) => Step::Failed(why),
            Ok(bisection) => {
                let told = versions::tell(&bisection);
                self.evidence.versions = Some(bisection);
                Step::Found(told)
            }
        };
        self.end(name::VERSIONS, begin, step, |versions| versions.summary.clone()).await
    }

    async fn cure(
        &mut self,
        service: Needed<'_, ServiceCase>,
        runtime: &Result<Runtime, String>,
    ) -> Step<Load> {
        let begin = Instant::now();
        let loaded = self.load(service, runtime, VARIANTS[1], None, name::CURE).await;
        let (step, detailed) = parted(loaded);
        self.evidence.cure = detailed;
        self.end(name::CURE, begin, step, of_load).await
    }

    async fn fixed(
        &mut self,
        service: Needed<'_, ServiceCase>,
        runtime: &Result<Runtime, String>,
    ) -> Vec<Step<Load>> {
        let mut steps = Vec::new();
        for variant in VARIANTS {
            let begin = Instant::now();
            let loaded = self.load(service, runtime, variant, None, name::FIXED).await;
            let (step, detailed) = parted(loaded);
            self.evidence.fixed.extend(detailed);
            steps.push(self.end(name::FIXED, begin, step, of_load).await);
        }
        steps
    }

    async fn browsers(&mut self) -> Vec<Step<Browser>> {
        let mut steps = Vec::new();
        let Some(specs) = &self.plan.browsers else {
            return vec![Step::Skipped("--no-browser was given".to_owned())];
        };
        for spec in specs {
            let begin = Instant::now();
            self.context.progress.doing(name::BROWSERS, &spec.to_string());
            let (step, judged) = browsers::ask_browser(self.context, spec, name::BROWSERS).await;
            self.evidence.browsers.extend(judged);
            steps.push(self.end(name::BROWSERS, begin, step, of_browser).await);
        }
        steps
    }
}

fn parted(loaded: Result<Loaded, String>) -> (Step<Load>, Option<LoadResult>) {
    match loaded {
        Ok(Loaded { load, detailed }) => (Step::Found(load), Some(detailed)),
        Err(why) => (Step::Failed(why), None),
    }
}

/// What progress says of a load.
fn of_load(load: &Load) -> String {
    let Subject { runtime, version, variant, .. } = &load.subject;
    let kept = quantity(load.bytes_per_request);
    format!("{runtime}-{version} as {variant}: {}, {kept} bytes of heap a request", load.verdict)
}

fn of_heap(heap: &Heap) -> String {
    heap.suspects.first().map_or_else(
        || "no suspect".to_owned(),
        |suspect| {
            format!("{} keeps {} alive", printable(&suspect.name), bytes(suspect.retained_bytes))
        },
    )
}

fn of_tree(found: &Culprits) -> String {
    let sites: u64 = found.packages.iter().map(|package| package.call_sites).sum();
    let packages = found.packages.len();
    format!(
        "{}: {sites} call sites in {packages} of {} packages",
        found.folder, found.packages_seen
    )
}

fn of_browser(browser: &Browser) -> String {
    format!("{}-{}: {}", browser.subject.runtime, browser.subject.version, browser.verdict)
}
