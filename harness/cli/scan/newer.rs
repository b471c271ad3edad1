//! Whether a newer release of a package is better: it is unpacked and looked into.

use std::collections::BTreeMap;

use node_semver::Version;

use crate::cli::{Common, block_on};
use crate::npm::Registry;
use crate::runtime::Environment;
use crate::scan::{Cure, Findings, PackageFinding, scan};

/// Newer releases by the name and version that they would replace.
type Newer = BTreeMap<(String, Option<String>), Cure>;

/// Looks into the newest release of each package found that is installed and not developed here.
/// What the registry does not have is said, and leaves the others alone.
pub(super) fn look(findings: &Findings, common: &Common) -> anyhow::Result<Newer> {
    let registry = Environment::current().registry(common.offline);
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
    let installed = package.version.as_deref().and_then(|text| Version::parse(text).ok());
    let folder = tempfile::tempdir()?;
    let newer = registry.unpack_newer(&package.name, installed.as_ref(), folder.path());
    let Some(version) = block_on(async { Ok(newer.await?) })? else { return Ok(None) };
    let found = scan(folder.path())?;
    let loaded = found.packages.iter().map(|package| package.loaded_call_sites).sum();
    Ok(Some(Cure::NewerRelease { version: version.to_string(), loaded_call_sites: loaded }))
}
