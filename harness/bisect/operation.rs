//! The whole of a search: which versions there are, asking them, and what it came to.

use std::time::Instant;

use node_semver::Version;

use super::Bisection;
use super::finding::{Answer, VersionAnswer};
use super::hunt::hunt;
use super::lines::{Line, lines};
use super::plan::BisectPlan;
use super::prober::Prober;
use crate::case::Catalogue;
use crate::progress::Progress;
use crate::runtime::{Found, Origin, Resolver, Runtime, Spec, Want, Why};

/// Why there was no search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The registry can't be asked, or has nothing in a range.
    #[error(transparent)]
    Why(#[from] Why),
    /// Offline, and nothing was installed for it.
    #[error("nothing of {} is installed{}, and --offline forbids fetching it: leave --offline out", listed(.specs), but(.system))]
    NoneInstalled {
        specs: Vec<Spec>,
        /// What the system has of it by itself.
        system: Vec<String>,
    },
}

fn listed(specs: &[Spec]) -> String {
    specs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn but(system: &[String]) -> String {
    if system.is_empty() {
        return String::new();
    }
    format!(" but the system's own {}", system.join(", "))
}

/// Asks the versions of `plan` until every boundary is found.
pub async fn search(
    plan: &BisectPlan,
    resolver: &Resolver,
    catalogue: &Catalogue,
    progress: &dyn Progress,
) -> Result<Bisection, SearchError> {
    let begin = Instant::now();
    let wanted = wanted(&plan.specs, resolver).await?;
    let is_offline = resolver.registry.is_offline();
    if is_offline {
        check(plan, resolver)?;
    }
    let absent = |line: &Line, version: &Version| {
        let is_absent = is_offline && !resolver.has(line.family, version);
        is_absent.then(|| {
            let detail = "not installed, and --offline forbids fetching it".to_owned();
            VersionAnswer { probes: 0, ..VersionAnswer::of(Answer::Missing, detail, None) }
        })
    };
    let prober = Prober { resolver, catalogue, plan, progress };
    let outcome = hunt(&wanted, &prober, plan.rules, absent).await;
    Ok(Bisection {
        question: plan.question,
        case: plan.case.name.clone(),
        variants: plan.case.variants.iter().map(|variant| variant.name.clone()).collect(),
        flags: plan.settings.words(),
        outcome,
        elapsed: begin.elapsed(),
    })
}

/// Whether anything was installed to be asked. That the system has some version of its own by chance
/// says nothing of a range.
fn check(plan: &BisectPlan, resolver: &Resolver) -> Result<(), SearchError> {
    let specs = &plan.specs;
    let is_wanted = |runtime: &&Runtime| {
        specs.iter().any(|spec| spec.family == runtime.family && spec.admits(&runtime.version))
    };
    let is_meant = |runtime: &Runtime| {
        let is_installed = runtime.origins.iter().any(|origin| *origin != Origin::Path);
        let is_named =
            |spec: &Spec| matches!(&spec.want, Want::Exact(it) if *it == runtime.version);
        is_installed || specs.iter().any(is_named)
    };
    let found: Vec<&Runtime> = resolver.discovery.runtimes.iter().filter(is_wanted).collect();
    if found.iter().any(|runtime| is_meant(runtime)) {
        return Ok(());
    }
    let system = found.iter().map(|runtime| runtime.id()).collect();
    Err(SearchError::NoneInstalled { specs: specs.clone(), system })
}

/// The lines of every version that a spec admits.
async fn wanted(specs: &[Spec], resolver: &Resolver) -> Result<Vec<Line>, Why> {
    let mut found: Vec<Line> = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        let family = spec.family;
        if specs[..index].iter().any(|earlier| earlier.family == family) {
            continue;
        }
        let mut versions = resolver.listed(family).await?;
        versions.retain(|version| {
            specs.iter().any(|spec| spec.family == family && spec.admits(version))
        });
        if versions.is_empty()
            // Says what is near.
            && let Found::Missing(why) = resolver.find(spec, &()).await
        {
            return Err(why);
        }
        found.extend(lines(family, &versions));
    }
    Ok(found)
}
