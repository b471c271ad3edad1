//! What the npm registry has, asked through the user's own `npm`, which knows the registry, the
//! proxy, the certificates and the cache.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use node_semver::Version;
use serde::Deserialize;
use tokio::process::Command;

use super::tarball::{self, Dist, TarballError};
use crate::process::{CaptureError, Captured, capture};

/// How long a list of versions is believed before the registry is asked again.
const FRESH: Duration = Duration::from_secs(3600);

/// A question takes a second; a slow proxy may need a while.
const VIEW_DEADLINE: Duration = Duration::from_secs(60);

/// A package is up to 60 MB.
const PACK_DEADLINE: Duration = Duration::from_secs(900);

/// `npm pack --json` lists every file of the package.
const LIMIT: u64 = 64 << 20;

/// Why the registry gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("{0} is not installed, and --offline forbids fetching it")]
    Offline(String),
    #[error("npm is not on PATH: install it, or use --offline with what is installed")]
    NoNpm,
    /// The registry does not have it.
    #[error("the registry has no {0}")]
    NotPublished(String),
    #[error("npm could not answer for {asked}: {reason}; --offline uses what is installed")]
    Npm {
        /// The package, with its version if one was asked for.
        asked: String,
        reason: String,
    },
}

/// Why a release was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Tarball(#[from] TarballError),
}

/// The registry behind the user's `npm`.
#[derive(Clone, Debug)]
pub struct Registry {
    npm: Option<PathBuf>,
    offline: bool,
    lists: PathBuf,
}

impl Registry {
    /// The registry behind the `npm` on `path`, a list of folders; lists of versions are kept below `cache`.
    pub fn new(path: Option<&OsStr>, cache: &Path, offline: bool) -> Self {
        let npm = path.and_then(|path| which::which_in("npm", Some(path), ".").ok());
        Self { npm, offline, lists: cache.join("registry") }
    }

    /// Whether nothing may be fetched.
    pub const fn is_offline(&self) -> bool {
        self.offline
    }

    /// The versions published of a package, ascending. A list is believed for an hour.
    pub async fn versions(&self, package: &str) -> Result<Vec<Version>, RegistryError> {
        let file = self.list(package);
        let fresh = |file: &Path| {
            let age = file.metadata().and_then(|meta| meta.modified()).ok()?.elapsed().ok()?;
            (self.offline || age < FRESH).then_some(())
        };
        if fresh(&file).is_some()
            && let Some(versions) = fs::read(&file).ok().and_then(|text| parse_versions(&text))
        {
            return Ok(versions);
        }
        let known = || fs::read(&file).ok().and_then(|text| parse_versions(&text));
        let answer = match (self.view(package, "versions").await, known()) {
            (Ok(answer), _) => answer,
            (Err(error), Some(versions)) => {
                tracing::warn!("using a list of versions that is over an hour old: {error}");
                return Ok(versions);
            }
            (Err(error), None) => return Err(error),
        };
        let versions = parse_versions(&answer).ok_or_else(|| RegistryError::Npm {
            asked: package.to_owned(),
            reason: "its answer is not a list of versions".to_owned(),
        })?;
        if let Err(error) = remember(&file, &answer) {
            tracing::warn!("can't keep the list of versions in {}: {error}", file.display());
        }
        Ok(versions)
    }

    /// What the tarball of one version must hash to.
    pub async fn dist(&self, package: &str, version: &Version) -> Result<Dist, RegistryError> {
        let asked = format!("{package}@{version}");
        let answer = self.view(&asked, "dist").await?;
        // npm prints nothing at all for a version that does not exist.
        serde_json::from_slice(&answer).map_err(|_| RegistryError::NotPublished(asked))
    }

    /// Fetches the tarball of one version into `folder`; runs no script of the package.
    pub async fn pack(
        &self,
        package: &str,
        version: &Version,
        folder: &Path,
    ) -> Result<PathBuf, RegistryError> {
        let asked = format!("{package}@{version}");
        let mut command = self.npm(&asked)?;
        command.args(["pack", &asked, "--json", "--ignore-scripts", "--pack-destination"]);
        command.arg(folder);
        finish(&asked, capture(command, PACK_DEADLINE, LIMIT).await)?;
        let tarball = fs::read_dir(folder)
            .ok()
            .and_then(|entries| {
                let mut paths = entries.flatten().map(|entry| entry.path());
                paths.find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
            })
            .ok_or_else(|| RegistryError::Npm { asked, reason: "it left no tarball".to_owned() })?;
        Ok(tarball)
    }

    /// Unpacks the newest release of a package below `folder`, if it is newer than `than`: verified, and no
    /// script of it is run. Answers its version.
    pub async fn unpack_newer(
        &self,
        package: &str,
        than: Option<&Version>,
        folder: &Path,
    ) -> Result<Option<Version>, UnpackError> {
        let newest = self.versions(package).await?.pop();
        let Some(version) = newest.filter(|newest| than.is_none_or(|than| than < newest)) else {
            return Ok(None);
        };
        let (dist, tarball) =
            tokio::try_join!(self.dist(package, &version), self.pack(package, &version, folder))?;
        let id = format!("{package}@{version}");
        tarball::verify(&id, &tarball, &dist)?;
        tarball::unpack(&id, &tarball, &folder.join("package"), |path| {
            Some(tarball::Place::same(path))
        })?;
        Ok(Some(version))
    }

    /// Installs what the lock file in `folder` fixes, each package checked against its hash; runs no script
    /// of any. `name` is what errors call it.
    pub async fn install(&self, name: &str, folder: &Path) -> Result<(), RegistryError> {
        let mut command = self.npm(name)?;
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        command.current_dir(folder);
        finish(name, capture(command, PACK_DEADLINE, LIMIT).await).map(|_captured| ())
    }

    /// Where the list of a package's versions is kept. A package with a scope has a slash in its name.
    fn list(&self, package: &str) -> PathBuf {
        self.lists.join(format!("{}.json", package.replace('/', "+")))
    }

    async fn view(&self, asked: &str, field: &str) -> Result<Vec<u8>, RegistryError> {
        let mut command = self.npm(asked)?;
        command.args(["view", asked, field, "--json"]);
        Ok(finish(asked, capture(command, VIEW_DEADLINE, LIMIT).await)?.stdout)
    }

    fn npm(&self, asked: &str) -> Result<Command, RegistryError> {
        if self.offline {
            return Err(RegistryError::Offline(asked.to_owned()));
        }
        let mut command = Command::new(self.npm.as_ref().ok_or(RegistryError::NoNpm)?);
        command.env("npm_config_update_notifier", "false");
        Ok(command)
    }
}

/// Turns an unsuccessful npm into an error with its own words.
fn finish(asked: &str, outcome: Result<Captured, CaptureError>) -> Result<Captured, RegistryError> {
    let failed = |reason: String| RegistryError::Npm { asked: asked.to_owned(), reason };
    let captured = outcome.map_err(|error| failed(error.to_string()))?;
    if captured.ending.success() {
        return Ok(captured);
    }
    let words = captured.stderr.last_lines(usize::MAX);
    if words.contains("E404") || words.contains("ETARGET") {
        return Err(RegistryError::NotPublished(asked.to_owned()));
    }
    if words.contains("ENOSPC") {
        let advice = "the disk is full; AWAITBENCH_CACHE_DIR names another place";
        return Err(failed(advice.to_owned()));
    }
    let ending = || format!("it {}: {}", captured.ending, captured.stderr.last_lines(1));
    Err(failed(complaint(&words).unwrap_or_else(ending)))
}

/// The line of npm's complaint that names the error, or else the first that says something in words.
fn complaint(words: &str) -> Option<String> {
    let lines: Vec<&str> = words
        .split(" | ")
        .filter_map(|line| {
            line.strip_prefix("npm error ").or_else(|| line.strip_prefix("npm ERR! "))
        })
        // Frames of the stack and fields of the error are indented.
        .filter(|line| line.contains(' ') && !line.starts_with(' '))
        .filter(|line| !line.starts_with("code ") && !line.starts_with("A complete log"))
        .collect();
    let naming = lines.iter().find(|line| line.contains("Error: "));
    naming.or(lines.first()).map(|line| (*line).to_owned())
}

/// One version is printed as a text, several as a list. Prereleases are left out: nobody who asks
/// for the newest release means one.
fn parse_versions(answer: &[u8]) -> Option<Vec<Version>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Answer {
        One(String),
        Many(Vec<String>),
    }
    let texts = match serde_json::from_slice(answer).ok()? {
        Answer::One(text) => vec![text],
        Answer::Many(texts) => texts,
    };
    let parsed = texts.iter().filter_map(|text| Version::parse(text).ok());
    let mut versions: Vec<Version> = parsed.filter(|version| !version.is_prerelease()).collect();
    versions.sort();
    // No package here has none: an empty list is a registry that does not answer.
    Some(versions).filter(|versions| !versions.is_empty())
}

fn remember(file: &Path, answer: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut fresh, answer)?;
    fresh.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_without_prereleases() {
        let versions = parse_versions(br#"["10.0.0", "9.11.2", "11.0.0-rc.1", "x"]"#).unwrap();
        assert_eq!(versions, [Version::from((9_u64, 11, 2)), Version::from((10_u64, 0, 0))]);
        assert_eq!(parse_versions(br#""1.2.3""#).unwrap().len(), 1);
        assert!(parse_versions(b"").is_none());
        assert!(parse_versions(b"{}").is_none());
        assert!(parse_versions(b"[]").is_none());
    }

    #[test]
    fn npm_is_quoted_without_its_preamble() {
        let words = "npm error code ENOTFOUND | npm error syscall getaddrinfo | npm error errno";
        assert_eq!(complaint(words).as_deref(), Some("syscall getaddrinfo"));
        assert_eq!(complaint("npm error code E500"), None);
        let refused = "npm error code ECONNREFUSED | npm error syscall connect | npm error FetchError: \
                       request failed | npm error     at onSocketNT (node:x:1:2) | npm error }";
        assert_eq!(complaint(refused).as_deref(), Some("FetchError: request failed"));
    }
}
