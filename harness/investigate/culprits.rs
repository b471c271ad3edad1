//! Who makes it: trees searched for async functions that were compiled to generators.

use std::path::Path;

use super::app;
use super::plan::{Context, Plan};
use super::story::{CodeFile, Culprits, Package, Step};
use crate::article::SERVICE;
use crate::scan::{PackageFinding, ScanError, cures, scan};

/// What is searched in the service's own folder.
pub(super) fn service(context: &Context<'_>) -> Step<Culprits> {
    told(found(&context.catalogue.folder(SERVICE), SERVICE))
}

/// What is searched in the app's tree: the user's, or the one that comes along.
pub(super) async fn app(context: &Context<'_>, plan: &Plan, step: &'static str) -> Step<Culprits> {
    if let Some(folder) = &plan.app {
        // Only its name: a report names no place on the user's machine.
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return told(found(folder, &name));
    }
    context.progress.doing(step, "fetching the packages of the sample app");
    match app::installed(context).await {
        Ok(folder) => told(found(&folder, app::NAME)),
        Err(app::Absent::Offline) => Step::Skipped(
            "the packages of the sample app are fetched through npm, and --offline forbids it; \
             --app DIR searches a tree of your own"
                .to_owned(),
        ),
        Err(app::Absent::Failed(why)) => Step::Failed(why),
    }
}

fn told(found: Result<Culprits, ScanError>) -> Step<Culprits> {
    match found {
        Ok(culprits) => Step::Found(culprits),
        Err(error) => Step::Failed(error.to_string()),
    }
}

fn found(folder: &Path, name: &str) -> Result<Culprits, ScanError> {
    let findings = scan(folder)?;
    Ok(Culprits {
        folder: name.to_owned(),
        packages_seen: findings.packages_seen,
        files_seen: findings.files_seen,
        skipped: findings.skipped.len() as u64,
        packages: findings.packages.iter().map(package).collect(),
    })
}

fn package(finding: &PackageFinding) -> Package {
    let file = |file: &crate::scan::FileFinding| CodeFile {
        path: file.path.clone(),
        call_sites: file.call_sites,
    };
    Package {
        name: finding.name.clone(),
        version: finding.version.clone(),
        files: finding.file_list.iter().map(file).collect(),
        call_sites: finding.call_sites,
        loaded_call_sites: finding.loaded_call_sites,
        leaking_call_sites: finding.leaking_call_sites,
        styles: finding.styles.iter().map(|style| style.word().to_owned()).collect(),
        needed_by: finding.dependents.iter().map(|dependent| dependent.name.clone()).collect(),
        cure: cures(finding).first().map(crate::scan::Cure::words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Catalogue;

    #[test]
    fn of_the_service_only_one_variant_is_made_of_generators() {
        let folder = Catalogue::locate().folder(SERVICE);
        let found = found(&folder, SERVICE).unwrap();
        assert_eq!((found.packages.len(), found.files_seen, found.skipped), (1, 2, 0));
        let files = &found.packages[0].files;
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].path, "generator.js");
        // Counted by hand in source.ts: its async functions and methods.
        let source = std::fs::read_to_string(folder.join("source.ts")).unwrap();
        let written = source.matches("async ").count() as u64;
        assert_eq!(files[0].call_sites, written);
        assert_eq!(found.packages[0].styles, ["typescript-awaiter"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_failure() {
        let step = told(found(Path::new("/nowhere/at/all"), "all"));
        assert!(step.is_failure(), "{step:?}");
    }
}
