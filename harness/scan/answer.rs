//! Findings together with what was asked about them.

use std::collections::BTreeMap;

use node_semver::Version;

use super::affected::Effect;
use super::cure::{Cure, cures};
use super::price::Price;
use super::report::{Findings, PackageFinding};

/// A runtime that was asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The family.
    pub runtime: String,
    /// The version.
    pub version: Version,
    /// What a call costs more on it, where results say so.
    pub price: Option<Price>,
}

impl Target {
    /// What one package does on this runtime: by the call sites that Node.js loads, or by all of them
    /// where it loads none.
    #[must_use]
    pub fn effect(&self, package: &PackageFinding) -> Effect {
        let leaking = if package.loaded_call_sites > 0 {
            package.loaded_leaking_call_sites
        } else {
            package.leaking_call_sites
        };
        Effect::on(&self.runtime, &self.version, leaking > 0)
    }
}

/// What is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The folder as it was given.
    pub folder: String,
    /// What was found.
    pub findings: Findings,
    /// The runtimes asked about.
    pub targets: Vec<Target>,
    /// Newer releases that were looked into, by package name and version.
    pub newer: BTreeMap<(String, Option<String>), Cure>,
}

impl Answer {
    /// What can be done about a package, the easiest first.
    #[must_use]
    pub fn cures(&self, package: &PackageFinding) -> Vec<Cure> {
        let mut all = cures(package);
        if let Some(newer) = self.newer.get(&(package.name.clone(), package.version.clone())) {
            all.insert(0, newer.clone());
        }
        all
    }
}
