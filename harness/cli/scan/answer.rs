//! Findings together with what was asked about them.

use std::collections::BTreeMap;

use node_semver::Version;

use super::price::Price;
use crate::scan::{Cure, Effect, Findings, PackageFinding, cures};

/// A runtime that was asked about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    /// The family.
    pub(super) runtime: String,
    /// The version.
    pub(super) version: Version,
    /// What a call costs more on it, where results say so.
    pub(super) price: Option<Price>,
}

impl Target {
    /// What one package does on this runtime: by the call sites that Node.js loads, or by all of them
    /// where it loads none.
    pub(super) fn effect(&self, package: &PackageFinding) -> Effect {
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
pub(super) struct Answer {
    /// The folder as it was given.
    pub(super) folder: String,
    /// What was found.
    pub(super) findings: Findings,
    /// The runtimes asked about.
    pub(super) targets: Vec<Target>,
    /// Newer releases that were looked into, by package name and version.
    pub(super) newer: BTreeMap<(String, Option<String>), Cure>,
    /// Whether people see every file.
    pub(super) files: bool,
}

impl Answer {
    /// What can be done about a package, the easiest first.
    pub(super) fn cures(&self, package: &PackageFinding) -> Vec<Cure> {
        let mut all = cures(package);
        if let Some(newer) = self.newer.get(&(package.name.clone(), package.version.clone())) {
            all.insert(0, newer.clone());
        }
        all
    }
}
