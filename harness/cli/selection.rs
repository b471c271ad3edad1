//! From options to what they mean: runtimes that are installed by then, and cases.

use anyhow::Context;

use super::outcome::WrongUsage;
use super::{Common, ProgressBars};
use crate::case::{Case, Catalogue, read_suite};
use crate::measure::{Cell, Subject, Target};
use crate::runtime::{Environment, Found, ProbeError, Resolver, Settings, Spec, Why};

/// Installations that run side by side: each is mostly waiting for the network.
const AT_ONCE: usize = 4;

/// What the suite or the options ask for.
#[derive(Debug)]
pub struct Selection {
    /// The runtimes, each once.
    pub targets: Vec<Target>,
    /// The cases, each with the variants asked for.
    pub cases: Vec<Case>,
    /// Where the driver is.
    pub catalogue: Catalogue,
    /// Runtimes that could not be had: said already, and the exit status is 1.
    pub missing: usize,
}

/// The runtime id: `node-12.16.2`; of what is broken, as it stands in results.
pub fn id(found: &Found) -> String {
    match found {
        Found::Here(runtime) => runtime.id(),
        Found::ToFetch(family, version) => format!("{}-{version}", family.name),
        Found::Missing(Why::Broken { family, path, error }) => {
            Target::broken(family, path, error).id()
        }
        Found::Missing(why) => why.to_string(),
    }
}

/// The cases that the options or the suite name, with the variants asked for.
pub fn cases(common: &Common, catalogue: &Catalogue) -> anyhow::Result<Vec<Case>> {
    let suite = read_suite(&catalogue.suite_file())?;
    let names = if common.cases.is_empty() { &suite.cases } else { &common.cases };
    let mut cases: Vec<Case> = Vec::new();
    for name in names {
        for mut case in catalogue.find_all(name)? {
            if !common.variants.is_empty() {
                case.variants.retain(|variant| common.variants.contains(&variant.name));
            }
            match cases.iter().find(|known| known.name == case.name) {
                None => cases.push(case),
                Some(known) if known.variants == case.variants => {}
                Some(_) => {
                    let name = &case.name;
                    return Err(WrongUsage(format!(
                        "two cases are called \"{name}\": rename a folder"
                    ))
                    .into());
                }
            }
        }
    }
    for wanted in &common.variants {
        if !cases.iter().any(|case| case.variant(wanted).is_some()) {
            return Err(WrongUsage(format!("no case here has a variant \"{wanted}\"")).into());
        }
    }
    cases.retain(|case| !case.variants.is_empty());
    Ok(cases)
}

/// The specs that the options or the suite name.
pub fn specs(common: &Common, catalogue: &Catalogue) -> anyhow::Result<Vec<Spec>> {
    if !common.runtimes.is_empty() {
        common.check_engines(&common.runtimes)?;
        return Ok(common.runtimes.clone());
    }
    let file = catalogue.suite_file();
    let suite = read_suite(&file)?;
    let parse = |text: &String| text.parse().with_context(|| format!("in {}", file.display()));
    let specs: Vec<Spec> = suite.runtimes.iter().map(parse).collect::<anyhow::Result<_>>()?;
    common.check_engines(&specs)?;
    Ok(specs)
}

/// What there is of each spec, each runtime once, with nothing installed yet but what had to be started
/// to know. A broken binary is among them; any other spec that means nothing is said and counted, and leaves
/// the others alone.
pub async fn find(
    specs: &[Spec],
    resolver: &Resolver,
    bars: &ProgressBars,
) -> anyhow::Result<(Vec<Found>, usize)> {
    let mut all: Vec<Found> = Vec::new();
    let mut missing = 0;
    let mut said: Vec<String> = Vec::new();
    for spec in specs {
        let found = resolver.find(spec, bars).await;
        match &found {
            Found::Here(_) | Found::ToFetch(..) => {}
            Found::Missing(Why::Broken { path, error: ProbeError::Missing, .. }) => {
                let path = path.display();
                let words = format!("there is no file \"{path}\": give a binary's path");
                return Err(WrongUsage(words).into());
            }
            Found::Missing(Why::Broken { path, error, .. }) => {
                say!("note: \"{}\" is {} in the results: {error}", path.display(), id(&found));
            }
            Found::Missing(why) => {
                missing += 1;
                // A registry that does not answer is one error, however many specs ask for it.
                let words = why.to_string();
                if !said.contains(&words) {
                    say!("error: {words}");
                    said.push(words);
                }
                continue;
            }
        }
        match all.iter().find(|known| id(known) == id(&found)) {
            None => all.push(found),
            Some(known) if path(known) == path(&found) => {}
            Some(known) => {
                let id = id(known);
                return Err(WrongUsage(format!(
                    "two different binaries are {id}, and their results would mix: measure one at a time"
                ))
                .into());
            }
        }
    }
    Ok((all, missing))
}

fn path(found: &Found) -> Option<&std::path::Path> {
    match found {
        Found::Here(runtime) => Some(&runtime.path),
        Found::ToFetch(..) | Found::Missing(_) => None,
    }
}

/// Fetches what is not here, several at a time. What can't be had is said and counted.
pub async fn fetch(
    found: Vec<Found>,
    resolver: &Resolver,
    bars: &ProgressBars,
) -> (Vec<Target>, usize) {
    let gate = tokio::sync::Semaphore::new(AT_ONCE);
    let one = async |found: Found| -> anyhow::Result<Target> {
        match found {
            Found::Here(runtime) => Ok(Target::Ready(runtime)),
            Found::ToFetch(family, version) => {
                let _turn = gate.acquire().await?;
                Ok(Target::Ready(resolver.fetch(family, &version, bars).await?))
            }
            Found::Missing(Why::Broken { family, path, error }) => {
                Ok(Target::broken(family, &path, &error))
            }
            Found::Missing(why) => Err(why.into()),
        }
    };
    let outcomes = futures_util::future::join_all(found.into_iter().map(one)).await;
    let mut targets = Vec::new();
    let mut missing = 0;
    for outcome in outcomes {
        match outcome {
            Ok(target) => targets.push(target),
            Err(error) => {
                missing += 1;
                say!("error: {error:#}");
            }
        }
    }
    (targets, missing)
}

/// The runtimes that `specs` mean, fetched if need be, and how many could not be had.
pub async fn have(
    specs: &[Spec],
    resolver: &Resolver,
    bars: &ProgressBars,
) -> anyhow::Result<(Vec<Target>, usize)> {
    let (found, unknown) = find(specs, resolver, bars).await?;
    let (targets, failed) = fetch(found, resolver, bars).await;
    Ok((targets, unknown + failed))
}

/// Everything that `common` or the suite asks for, installed.
pub async fn select(common: &Common) -> anyhow::Result<Selection> {
    let catalogue = Catalogue::locate();
    let cases = cases(common, &catalogue)?;
    let specs = specs(common, &catalogue)?;
    let bars = ProgressBars::new(common.quiet);
    let resolver = Resolver::open(Environment::current(), common.offline).await;
    let (targets, missing) = have(&specs, &resolver, &bars).await?;
    if targets.is_empty() {
        anyhow::bail!("no runtime is left to measure");
    }
    Ok(Selection { targets, cases, catalogue, missing })
}

impl Selection {
    /// Every case on every runtime, as subjects of the run that began at `run`.
    pub fn subjects(&self, settings: &Settings, run: &str) -> Vec<Subject> {
        let pairs = self
            .targets
            .iter()
            .flat_map(|target| self.cases.iter().map(move |case| (target, case)));
        pairs.map(|(target, case)| subject(target, case, &self.catalogue, settings, run)).collect()
    }
}

/// This moment to the second, RFC 3339: what tells one run from another.
pub fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string()
}

/// One case on one runtime, as a subject of the run that began at `run`.
pub fn subject(
    target: &Target,
    case: &Case,
    catalogue: &Catalogue,
    settings: &Settings,
    run: &str,
) -> Subject {
    let cell =
        |variant: &crate::case::Variant| Cell::of(target, &case.name, &variant.name, settings, run);
    Subject {
        target: target.clone(),
        case: case.clone(),
        cells: case.variants.iter().map(cell).collect(),
        driver: catalogue.driver(target.family().name),
        settings: settings.clone(),
    }
}
