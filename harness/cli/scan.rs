//! `awaitbench scan DIR`: down-levelled async in node_modules.

mod answer;
mod export;
mod newer;
mod page;
mod price;
#[cfg(test)]
mod sample;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use answer::{Answer, Target};
use clap::Args;
use node_semver::Version;
use price::{Price, price};

use super::outcome::WrongUsage;
use super::print::print;
use super::{Common, ProgressBars, block_on};
use crate::machine::fingerprint;
use crate::record::find_machines;
use crate::runtime::{Environment, Found, Resolver, Spec, Want, Why};
use crate::scan::{Findings, scan};

/// Finds packages that ship async functions compiled to generators, and says what to do.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// A project's folder, its node_modules, or one package
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Exit with status 1 if anything is found
    #[arg(long)]
    check: bool,
    /// Fetch the newest release of each package found, through npm, and look into that too
    #[arg(long)]
    suggest: bool,
    /// List every file in the table as well
    #[arg(long)]
    files: bool,
}

impl Scan {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        if self.suggest && common.offline {
            let words =
                "--suggest asks the registry, and --offline forbids it: leave out one of them";
            return Err(WrongUsage(words.to_owned()).into());
        }
        let targets = targets(common)?;
        let findings = scan(&self.folder)?;
        if !common.quiet {
            say_skips(&findings);
        }
        let newer = if self.suggest { newer::look(&findings, common)? } else { BTreeMap::new() };
        let found = !findings.packages.is_empty();
        let folder = self.folder.display().to_string();
        let answer = Answer { folder, findings, targets, newer, files: self.files };
        print(&answer, common.format)?;
        Ok(if self.check && found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Skips that are named one by one; JSON has them all.
const NAMED_SKIPS: usize = 10;

fn say_skips(findings: &Findings) {
    for skip in findings.skipped.iter().take(NAMED_SKIPS) {
        say!("note: skipped \"{}\": {}", skip.path, skip.reason);
    }
    if findings.skipped.len() > NAMED_SKIPS {
        let more = findings.skipped.len() - NAMED_SKIPS;
        say!("note: skipped {more} more; --format json lists them");
    }
}

/// The versions asked about, with what a call costs on them. Nothing is installed or started but
/// what a spec names by itself.
fn targets(common: &Common) -> anyhow::Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::new();
    for spec in &common.runtimes {
        let version = version_of(spec, common)?;
        let runtime = spec.family.name.to_owned();
        if targets.iter().any(|known| known.runtime == runtime && known.version == version) {
            continue;
        }
        let price = price_of(&common.out, &runtime, &version)?;
        targets.push(Target { runtime, version, price });
    }
    Ok(targets)
}

fn version_of(spec: &Spec, common: &Common) -> anyhow::Result<Version> {
    if let Want::Exact(version) = &spec.want {
        return Ok(version.clone());
    }
    let bars = ProgressBars::new(common.quiet);
    let found = block_on(async {
        let resolver = Resolver::open(Environment::current(), common.offline).await.only_looking();
        Ok(resolver.find(spec, &bars).await)
    })?;
    match found {
        Found::Here(runtime) => Ok(runtime.version),
        Found::ToFetch(_, version) => Ok(version),
        Found::Missing(Why::Broken { path, error, .. }) => {
            anyhow::bail!("\"{}\" does not say its version: {error}", path.display())
        }
        Found::Missing(why) => Err(why.into()),
    }
}

/// What results say, those of this machine before those of others, and published ones last.
fn price_of(results: &Path, runtime: &str, version: &Version) -> anyhow::Result<Option<Price>> {
    let Ok(mut machines) = find_machines(results) else { return Ok(None) };
    let own = fingerprint().folder_name();
    let mut prices = Vec::new();
    for folder in machines.drain(..) {
        if let Some(price) = price(&folder.name(), &folder.cells()?, runtime, &version.to_string())
        {
            let rank = (folder.name() != own, folder.machine()?.published.is_some());
            prices.push((rank, price));
        }
    }
    prices.sort_by_key(|(rank, _)| *rank);
    Ok(prices.into_iter().next().map(|(_, price)| price))
}
