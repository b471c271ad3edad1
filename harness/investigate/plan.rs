//! What is investigated, and where.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::case::Catalogue;
use crate::progress::Progress;
use crate::runtime::{Resolver, Spec};

#[derive(Clone, Debug)]
pub struct Plan {
    pub leaking: Spec,
    pub fixed: Spec,
    pub rate: f64,
    /// How long each load lasts.
    pub duration: Duration,
    /// The versions among which those that leak are looked for.
    pub versions: Spec,
    /// The tree that is searched; `None` for the app that comes along.
    pub app: Option<PathBuf>,
    /// The browsers; `None` if nobody wants to know.
    pub browsers: Option<Vec<Spec>>,
    /// What gives such a report again: the arguments after the program's name, not quoted.
    pub arguments: Vec<String>,
}

#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub resolver: &'a Resolver,
    /// Where the service, the case and the drivers are.
    pub catalogue: &'a Catalogue,
    pub progress: &'a dyn Progress,
    /// Where snapshots and everything else that does not stay may be written.
    pub scratch: &'a Path,
    /// When it all began, RFC 3339.
    pub started_at: &'a str,
}
