//! What is investigated, and where.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Watch;
use crate::case::Catalogue;
use crate::runtime::{Resolution, Resolver, Runtime, Spec};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The version that leaks.
    pub leaking: Spec,
    /// One that does not.
    pub fixed: Spec,
    /// Requests a second.
    pub rate: f64,
    /// How long each load lasts.
    pub duration: Duration,
    /// The versions among which those that leak are looked for.
    pub versions: Spec,
    /// The tree that is searched; `None` for the app that comes along.
    pub app: Option<PathBuf>,
    /// The browsers; `None` if nobody wants to know.
    pub browsers: Option<Vec<Spec>>,
    /// What gives such a report again: the arguments after the program's name.
    pub arguments: Vec<String>,
}

/// What all steps use.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Where runtimes come from.
    pub resolver: &'a Resolver,
    /// Where the service, the case and the drivers are.
    pub catalogue: &'a Catalogue,
    /// Who is told.
    pub watch: &'a dyn Watch,
    /// Where snapshots and everything else that does not stay may be written.
    pub scratch: &'a Path,
    /// When it all began, RFC 3339.
    pub started_at: &'a str,
}

impl Field<'_> {
    /// The runtime that `spec` means, installed if need be.
    ///
    /// # Errors
    /// There is none, or it can't be had or started; in one sentence.
    pub(super) async fn runtime(&self, spec: &Spec) -> Result<Runtime, String> {
        let resolution = self.resolver.resolve(spec, self.watch).await;
        match resolution.map_err(|error| error.to_string())? {
            Resolution::Installed(runtime) => Ok(runtime),
            Resolution::Absent(family, version) => {
                let provided = self.resolver.provide(family, &version, self.watch).await;
                provided.map_err(|error| error.to_string())
            }
            Resolution::Broken(_, path, error) => Err(format!("\"{}\": {error}", path.display())),
        }
    }
}
