//! Who makes it: trees searched for async functions that were compiled to generators.

use std::path::Path;

use super::app;
use super::plan::{Context, Plan};
use super::story::{Culprits, Step};
use crate::article::SERVICE;
use crate::scan::scan;

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
