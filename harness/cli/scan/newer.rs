//! Whether a newer release of a package is better: it is fetched, unpacked and looked into.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use anyhow::Context;
use flate2::read::GzDecoder;
use node_semver::Version;

use crate::cli::{Common, block_on};
use crate::runtime::{Environment, Registry};
use crate::scan::{Cure, Findings, PackageFinding, scan};

/// Newer releases by the name and version that they would replace.
type Newer = BTreeMap<(String, Option<String>), Cure>;

/// Looks into the newest release of each package found that is installed and not developed here.
/// What the registry does not have is said, and leaves the others alone.
pub(super) fn look(findings: &Findings, common: &Common) -> anyhow::Result<Newer> {
    let registry = Registry::new(&Environment::current(), common.offline);
    let mut newer = Newer::new();
    for package in findings.packages.iter().filter(|package| !package.own) {
        let key = (package.name.clone(), package.version.clone());
        if newer.contains_key(&key) {
            continue;
        }
        if !common.quiet {
            say!("looking into the newest {}", package.name);
        }
        match newest(package, &registry) {
            Ok(Some(cure)) => {
                newer.insert(key, cure);
            }
            Ok(None) => {}
            Err(error) => say!("note: no newer release of {}: {error:#}", package.name),
        }
    }
    Ok(newer)
}

fn newest(package: &PackageFinding, registry: &Registry) -> anyhow::Result<Option<Cure>> {
    let versions = block_on(async { Ok(registry.versions(&package.name).await?) })?;
    let installed = package.version.as_deref().and_then(|text| Version::parse(text).ok());
    let Some(version) = versions.into_iter().next_back() else { return Ok(None) };
    if installed.is_some_and(|installed| installed >= version) {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let tarball =
        block_on(async { Ok(registry.pack(&package.name, &version, folder.path()).await?) })?;
    let stage = folder.path().join("stage");
    // `unpack` writes nothing outside of its folder.
    tar::Archive::new(GzDecoder::new(BufReader::new(File::open(&tarball)?)))
        .unpack(&stage)
        .with_context(|| format!("the tarball of {}@{version} can't be unpacked", package.name))?;
    let found = scan(&stage)?;
    let loaded = found.packages.iter().map(|package| package.loaded_call_sites).sum();
    Ok(Some(Cure::NewerRelease { version: version.to_string(), loaded_call_sites: loaded }))
}
