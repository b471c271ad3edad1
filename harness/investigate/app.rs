//! An app whose packages ship async functions that were compiled to generators: what is searched when
//! the user names no tree.
//!
//! The service under load has no dependencies. The article's had, and found its culprits there. So
//! `js-cases/app` is a small app with versions of that time: three packages and all that they need, each
//! fixed by a lock file. npm fetches and checks them; no script of any is run.

use std::fs;
use std::path::PathBuf;

use super::plan::Context;
use super::step::Step;
use crate::npm::RegistryError;

pub(super) const NAME: &str = "sample-app";

/// Its folder in the catalogue.
const FOLDER: &str = "app";

/// The files that say what it consists of.
const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// Installs the app into the scratch folder; answers where it is, or how the step ends without it.
pub(super) async fn install<T>(context: &Context<'_>) -> Result<PathBuf, Step<T>> {
    let folder = context.scratch.join(NAME);
    let source = context.catalogue.folder(FOLDER);
    let copied = fs::create_dir_all(&folder).and_then(|()| {
        FILES
            .iter()
            .try_for_each(|name| fs::copy(source.join(name), folder.join(name)).map(|_length| ()))
    });
    copied.map_err(|error| Step::Failed(format!("the sample app can't be copied: {error}")))?;
    context.resolver.registry.install(NAME, &folder).await.map_err(|error| match error {
        RegistryError::Offline(_) => Step::Skipped(
            "the packages of the sample app are fetched through npm, and --offline forbids it; \
             --app DIR searches a tree of your own"
                .to_owned(),
        ),
        other => Step::Failed(other.to_string()),
    })?;
    Ok(folder)
}
