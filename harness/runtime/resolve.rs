//! Which runtime a spec means, given what is installed and what the registry has.

use std::path::{Path, PathBuf};

use node_semver::Version;

use super::discovery::on_path;
use super::found::{Found, Why};
use super::install::install;
use super::probe::probe;
use super::{
    Discovery, Environment, Family, Origin, Platform, Runtime, Spec, Supply, Want, discover,
};
use crate::npm::Registry;
use crate::progress::Progress;

/// Resolves specs and provides what they mean.
#[derive(Debug)]
pub struct Resolver {
    /// Where runtimes are kept and looked for.
    pub environment: Environment,
    pub registry: Registry,
    pub discovery: Discovery,
    platform: Platform,
    may_install: bool,
}

impl Resolver {
    /// Looks at what is on this machine.
    pub async fn open(environment: Environment, offline: bool) -> Self {
        let registry = environment.registry(offline);
        let discovery = discover(&environment).await;
        let platform = Platform::current();
        Self { environment, registry, discovery, platform, may_install: true }
    }

    /// The same, but nothing is installed in order to know what a spec means: `lts` is then of the
    /// lines that are known to be supported or installed.
    pub fn only_looking(self) -> Self {
        Self { may_install: false, ..self }
    }

    /// Looks for the runtime that `spec` means. Nothing is fetched, but what has to be started to know.
    pub async fn find(&self, spec: &Spec, progress: &dyn Progress) -> Found {
        self.look(spec, progress).await.unwrap_or_else(Found::Missing)
    }

    /// The runtime that `spec` means, fetched if need be.
    pub async fn have(&self, spec: &Spec, progress: &dyn Progress) -> Result<Runtime, Why> {
        match self.find(spec, progress).await {
            Found::Here(runtime) => Ok(runtime),
            Found::ToFetch(family, version) => self.fetch(family, &version, progress).await,
            Found::Missing(why) => Err(why),
        }
    }

    /// Fetches a version, or finds that it is here already.
    pub async fn fetch(
        &self,
        family: &'static Family,
        version: &Version,
        progress: &dyn Progress,
    ) -> Result<Runtime, Why> {
        install(family, version, &self.platform, &self.environment, &self.registry, progress).await
    }

    async fn look(&self, spec: &Spec, progress: &dyn Progress) -> Result<Found, Why> {
        let family = spec.family;
        match &spec.want {
            Want::Path(path) => start(family, path, Origin::Given).await,
            Want::System => {
                let binary = self.system(family).ok_or(Why::NoSystem(family.name))?;
                start(family, &binary, Origin::Path).await
            }
            Want::Lts if family.first_lts.is_empty() => Err(Why::NoLts(family.name)),
            Want::Exact(version) if self.installed(family, version).is_some() => {
                Ok(self.pick(family, version.clone()))
            }
            _ => {
                let available = self.available(family).await?;
                let version = match &spec.want {
                    Want::Lts => self.newest_lts(family, &available, progress).await?,
                    _ => available.iter().rev().find(|version| spec.admits(version)).cloned(),
                };
                version.map(|version| self.pick(family, version)).ok_or_else(|| Why::NoMatch {
                    spec: spec.to_string(),
                    near: near(spec, &available),
                })
            }
        }
    }

    /// Versions that can be had, ascending: offline those that are installed, else the registry's.
    pub async fn available(&self, family: &'static Family) -> Result<Vec<Version>, Why> {
        if self.registry.is_offline() {
            let of_family = |runtime: &&Runtime| runtime.family == family;
            let installed = self.discovery.runtimes.iter().filter(of_family);
            return Ok(installed.map(|runtime| runtime.version.clone()).collect());
        }
        self.published(family).await
    }

    /// The registry's versions, ascending; offline those of the list that was fetched last.
    async fn published(&self, family: &'static Family) -> Result<Vec<Version>, Why> {
        let supply = (family.supply)(&self.platform).ok_or_else(|| Why::NoPackage {
            family: family.name,
            platform: self.platform.to_string(),
        })?;
        match supply {
            Supply::Package(package) => Ok(self.registry.versions(&package.name).await?),
            Supply::Releases(releases) => {
                Ok(releases.iter().map(|release| release.version.into()).collect())
            }
        }
    }

    /// Versions that there are, ascending: the registry's, and those that are installed. Offline the
    /// registry's list is the one that was fetched last; without one there are only those installed.
    pub async fn listed(&self, family: &'static Family) -> Result<Vec<Version>, Why> {
        let mut versions = match self.published(family).await {
            Err(_) if self.registry.is_offline() => Vec::new(),
            published => published?,
        };
        let of_family = |runtime: &&Runtime| runtime.family == family;
        let installed = self.discovery.runtimes.iter().filter(of_family);
        versions.extend(installed.map(|runtime| runtime.version.clone()));
        versions.sort();
        versions.dedup();
        Ok(versions)
    }

    /// Whether a version is here.
    pub fn has(&self, family: &'static Family, version: &Version) -> bool {
        self.installed(family, version).is_some()
    }

    /// Our own copy of a version if there is one, since it is the project's release binary; else
    /// any other.
    fn installed(&self, family: &'static Family, version: &Version) -> Option<&Runtime> {
        let same = |runtime: &&Runtime| runtime.family == family && runtime.version == *version;
        let ours = |runtime: &&Runtime| runtime.origins.contains(&Origin::Cache);
        let all = || self.discovery.runtimes.iter().filter(same);
        all().find(ours).or_else(|| all().next())
    }

    fn pick(&self, family: &'static Family, version: Version) -> Found {
        match self.installed(family, &version) {
            Some(runtime) => Found::Here(runtime.clone()),
            None => Found::ToFetch(family, version),
        }
    }

    fn system(&self, family: &'static Family) -> Option<PathBuf> {
        let elsewhere = || {
            let mut places = family.managers.iter().filter(|place| place.is_system);
            places.find_map(|place| place.binaries(&self.environment).into_iter().next())
        };
        on_path(family, &self.environment).into_iter().next().or_else(elsewhere)
    }

    /// The newest long-term support release. A line newer than those known is asked: its newest
    /// release is started, and installed for that if need be.
    async fn newest_lts(
        &self,
        family: &'static Family,
        available: &[Version],
        progress: &dyn Progress,
    ) -> Result<Option<Version>, Why> {
        let last_known = family.first_lts.iter().map(|(major, _)| *major).max().unwrap_or(0);
        for version in newest_of_lines_after(available, last_known) {
            let lts = match self.installed(family, &version) {
                Some(runtime) => runtime.lts.is_some(),
                None if !self.may_install || self.registry.is_offline() => false,
                None => self.fetch(family, &version, progress).await?.lts.is_some(),
            };
            if lts {
                return Ok(Some(version));
            }
        }
        Ok(available.iter().rev().find(|version| is_known_lts(family, version)).cloned())
    }
}

/// Starts a binary that was named.
async fn start(family: &'static Family, path: &Path, origin: Origin) -> Result<Found, Why> {
    let broken = |error| Why::Broken { family, path: path.to_owned(), error };
    probe(family, path, origin).await.map(Found::Here).map_err(broken)
}

/// The newest release of each line after `last_known` that may be long-term support, newest first.
/// Of the lines up to 26 only the even ones ever are.
fn newest_of_lines_after(available: &[Version], last_known: u64) -> Vec<Version> {
    /// The last line of the old schedule, in which odd lines were never supported for long.
    const LAST_OF_OLD_SCHEDULE: u64 = 26;
    let mut newest: Vec<Version> = Vec::new();
    for version in available.iter().rev() {
        let may_be = version.major % 2 == 0 || version.major > LAST_OF_OLD_SCHEDULE;
        let seen = newest.iter().any(|known| known.major == version.major);
        if version.major > last_known && may_be && !seen {
            newest.push(version.clone());
        }
    }
    newest
}

fn is_known_lts(family: &Family, version: &Version) -> bool {
    family.first_lts.iter().any(|(major, minor)| version.major == *major && version.minor >= *minor)
}

/// What exists near a spec that matches nothing: the neighbours of an exact version, the newest of
/// the same line, else the ends of what there is.
fn near(spec: &Spec, available: &[Version]) -> String {
    let (Some(oldest), Some(newest)) = (available.first(), available.last()) else {
        return "; nothing is installed, and --offline forbids fetching".to_owned();
    };
    let Want::Exact(wanted) = &spec.want else {
        return format!(": there is {oldest} to {newest}");
    };
    let below = available.iter().rev().find(|version| *version < wanted);
    let above = available.iter().find(|version| *version > wanted);
    let same_line = |version: &&Version| version.major == wanted.major;
    let last_of_line = available.iter().rev().find(same_line);
    let mut names: Vec<String> = Vec::new();
    for version in [below, above, last_of_line].into_iter().flatten() {
        let name = format!("{}@{version}", spec.family.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!(": near are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::node::NODE;

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().map(|text| Version::parse(text).unwrap()).collect()
    }

    #[test]
    fn what_is_near_is_said() {
        let available = versions(&["8.17.0", "12.15.0", "12.16.0", "12.22.12", "14.0.0"]);
        let near = |spec: &str| near(&spec.parse().unwrap(), &available);
        assert_eq!(near("node@12.15.9"), ": near are node@12.15.0, node@12.16.0, node@12.22.12");
        assert_eq!(near("node@12.99.0"), ": near are node@12.22.12, node@14.0.0");
        assert_eq!(near("node@99"), ": there is 8.17.0 to 14.0.0");
    }

    #[test]
    fn support_begins_within_a_line() {
        let known = |text: &str| is_known_lts(&NODE, &Version::parse(text).unwrap());
        assert!(known("24.11.0") && known("24.21.0") && known("8.9.0"));
        assert!(!known("24.10.0") && !known("23.11.0") && !known("26.10.0"));
    }

    #[test]
    fn only_newer_lines_that_may_be_supported_are_asked() {
        let available = versions(&["24.1.0", "25.9.0", "26.0.0", "26.10.0", "27.0.0", "27.1.0"]);
        assert_eq!(newest_of_lines_after(&available, 24), versions(&["27.1.0", "26.10.0"]));
    }
}
