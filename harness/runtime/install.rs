//! Installs a runtime from the npm registry: fetched beside, verified, started once, and only then
//! given its name by one rename. Whatever fails half-way was never a runtime.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use node_semver::Version;

use super::found::Why;
use super::probe::probe;
use super::{Environment, Family, Origin, PackageFile, Platform, Runtime};
use crate::npm::{Place, Registry, RegistryError, unpack, verify};
use crate::process::Scratch;
use crate::progress::{Progress, Stage};

/// Installs one version, or finds that it is installed already. Two processes that install the same
/// version do not disturb each other: the first to finish wins, and both use what it made.
pub async fn install(
    family: &'static Family,
    version: &Version,
    platform: &Platform,
    environment: &Environment,
    registry: &Registry,
    progress: &dyn Progress,
) -> Result<Runtime, Why> {
    let job = Job { family, version, platform, environment, registry, progress };
    let outcome = job.run().await;
    progress.at(&job.id(), if outcome.is_ok() { Stage::Done } else { Stage::Failed });
    outcome
}

/// The binaries that were installed here, in a fixed order.
pub(super) fn binaries(
    family: &'static Family,
    platform: &Platform,
    environment: &Environment,
) -> Vec<PathBuf> {
    let Some(supply) = (family.supply)(platform) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(environment.runtimes(platform)) else { return Vec::new() };
    let prefix = format!("{}-", family.name);
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path().join(supply.binary()))
        .collect();
    found.sort();
    found
}

struct Job<'a> {
    family: &'static Family,
    version: &'a Version,
    platform: &'a Platform,
    environment: &'a Environment,
    registry: &'a Registry,
    progress: &'a dyn Progress,
}

impl Job<'_> {
    fn id(&self) -> String {
        format!("{}-{}", self.family.name, self.version)
    }

    async fn run(&self) -> Result<Runtime, Why> {
        let id = self.id();
        let supply = (self.family.supply)(self.platform).ok_or_else(|| Why::NoPackage {
            family: self.family.name,
            platform: self.platform.to_string(),
        })?;
        let package_file = supply
            .package_file(self.version)
            .ok_or_else(|| RegistryError::NotPublished(id.clone()))?;
        let shelf = self.environment.runtimes(self.platform);
        let home = shelf.join(&id);
        if home.join(package_file.binary).exists()
            && let Ok(runtime) = self.start(&home.join(package_file.binary)).await
        {
            return Ok(runtime);
        }
        let scratch = Scratch::inside(&shelf).map_err(disk(&shelf))?;
        if home.exists() {
            // It was a runtime once, and does not start any more.
            fs::rename(&home, scratch.path().join("broken")).map_err(disk(&home))?;
        }
        self.progress.at(&id, Stage::Fetching);
        let (dist, tarball) = tokio::try_join!(
            self.registry.dist(&package_file.package, &package_file.version),
            self.registry.pack(&package_file.package, &package_file.version, scratch.path()),
        )?;
        self.progress.at(&id, Stage::Verifying);
        verify(&id, &tarball, &dist)?;
        self.progress.at(&id, Stage::Unpacking);
        let stage = scratch.path().join("stage");
        if unpack(&id, &tarball, &stage, |path| place(&package_file, path))? == 0 {
            return Err(Why::NoBinary { id, binary: package_file.file });
        }
        self.progress.at(&id, Stage::Starting);
        self.start(&stage.join(package_file.binary)).await?;
        if let Err(source) = fs::rename(&stage, &home)
            && !home.join(package_file.binary).exists()
        {
            return Err(Why::Disk { path: home, source });
        }
        self.start(&home.join(package_file.binary)).await
    }

    /// Starts the binary and believes it only if it is the version asked for.
    async fn start(&self, binary: &Path) -> Result<Runtime, Why> {
        let id = self.id();
        match probe(self.family, binary, Origin::Cache).await {
            Ok(runtime) if runtime.version == *self.version => Ok(runtime),
            Ok(runtime) => Err(Why::WrongVersion { id, found: runtime.version.to_string() }),
            Err(error) => Err(Why::Unusable { id, error }),
        }
    }
}

/// Of the whole package, only the binary is taken out.
fn place(package_file: &PackageFile, path: &Path) -> Option<Place> {
    let binary = || Place {
        path: package_file.binary.into(),
        is_brotli: package_file.is_brotli,
        is_executable: true,
        is_last: true,
    };
    (path == Path::new(package_file.file)).then(binary)
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> Why {
    let path = path.to_owned();
    move |source| Why::Disk { path, source }
}
