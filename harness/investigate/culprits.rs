//! Who makes it: trees searched for async functions that were compiled to generators.

use std::ops::Deref;
use std::path::Path;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::app;
use super::plan::{Context, Plan};
use super::step::{Discovery, Step};
use crate::article::SERVICE;
use crate::scan::{Cure, Findings, PackageFinding, cures, scan};

/// What the search of a folder has found.
#[derive(Clone, Debug)]
pub struct Culprits {
    pub folder: String,
    pub findings: Findings,
}

impl Deref for Culprits {
    type Target = Findings;

    fn deref(&self) -> &Findings {
        &self.findings
    }
}

impl Culprits {
    pub fn call_sites(&self) -> u64 {
        self.packages.iter().map(|package| package.call_sites).sum()
    }
}

impl Discovery for Culprits {
    fn summary(&self) -> String {
        let (sites, packages) = (self.call_sites(), self.packages.len());
        format!(
            "{}: {sites} call sites in {packages} of {} packages",
            self.folder, self.packages_seen
        )
    }
}

impl Serialize for Culprits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("folder", &self.folder)?;
        fields.serialize_entry("packages_seen", &self.packages_seen)?;
        fields.serialize_entry("files_seen", &self.files_seen)?;
        fields.serialize_entry("skipped", &self.skipped.len())?;
        let packages: Vec<Package<'_>> = self.packages.iter().map(Package).collect();
        fields.serialize_entry("packages", &packages)?;
        fields.end()
    }
}

/// What is told of a package.
struct Package<'a>(&'a PackageFinding);

impl Serialize for Package<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct File<'a> {
            path: &'a str,
            call_sites: u64,
        }
        let Self(found) = *self;
        let files = found.file_list.iter();
        let files = files.map(|file| File { path: &file.path, call_sites: file.call_sites });
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("name", &found.name)?;
        fields.serialize_entry("version", &found.version)?;
        fields.serialize_entry("files", &files.collect::<Vec<_>>())?;
        fields.serialize_entry("call_sites", &found.call_sites)?;
        fields.serialize_entry("loaded_call_sites", &found.loaded_call_sites)?;
        fields.serialize_entry("leaking_call_sites", &found.leaking_call_sites)?;
        fields.serialize_entry("styles", &found.styles)?;
        fields.serialize_entry("needed_by", &needed_by(found))?;
        fields.serialize_entry("cure", &cure(found))?;
        fields.end()
    }
}

/// How it was compiled.
pub(super) fn styles(found: &PackageFinding, between: &str) -> String {
    found.styles.iter().map(|style| style.word()).collect::<Vec<_>>().join(between)
}

/// The packages that need it.
pub(super) fn needed_by(found: &PackageFinding) -> Vec<&str> {
    found.dependents.iter().map(|dependent| &*dependent.name).collect()
}

/// The easiest way to end the finding.
pub(super) fn cure(found: &PackageFinding) -> Option<String> {
    cures(found).first().map(Cure::words)
}

/// Searches the service's own folder.
pub(super) fn search_service(
    context: &Context<'_>,
    step: &'static str,
) -> Result<Culprits, String> {
    context.progress.doing(step, "searching the service");
    search(&context.catalogue.folder(SERVICE), SERVICE)
}

/// Searches the app's tree: the user's, or the one that comes along.
pub(super) async fn search_app(
    context: &Context<'_>,
    plan: &Plan,
    step: &'static str,
) -> Step<Culprits> {
    if let Some(folder) = &plan.app {
        // Only its name: a report names no place on the user's machine.
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return search(folder, &name).into();
    }
    context.progress.doing(step, "fetching the packages of the sample app");
    match app::install(context).await {
        Ok(folder) => search(&folder, app::NAME).into(),
        Err(end) => end,
    }
}

fn search(folder: &Path, name: &str) -> Result<Culprits, String> {
    let findings = scan(folder).map_err(|error| error.to_string())?;
    Ok(Culprits { folder: name.to_owned(), findings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Catalogue;
    use crate::scan::Style;

    #[test]
    fn of_the_service_only_one_variant_is_made_of_generators() {
        let folder = Catalogue::locate().folder(SERVICE);
        let found = search(&folder, SERVICE).unwrap();
        assert_eq!((found.packages.len(), found.files_seen, found.skipped.len()), (1, 2, 0));
        let files = &found.packages[0].file_list;
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].path, "generator.js");
        // Counted by hand in source.ts: its async functions and methods.
        let source = std::fs::read_to_string(folder.join("source.ts")).unwrap();
        let written = source.matches("async ").count() as u64;
        assert_eq!(files[0].call_sites, written);
        assert_eq!(found.packages[0].styles, [Style::TypescriptAwaiter]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_failure() {
        let why = search(Path::new("/nowhere/at/all"), "all").unwrap_err();
        assert!(why.contains("/nowhere/at/all"), "{why}");
    }
}
