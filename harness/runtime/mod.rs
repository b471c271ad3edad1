//! What can be measured: which runtimes are here, which could be, and what a spec means.
//!
//! A family (Node.js, Chromium) is one file here and one under
//! `js-cases/driver/`; the rest of this module knows no family by name.

mod answers;
mod browser_probe;
mod chromium;
mod chromium_releases;
mod discovery;
mod families;
mod family;
mod found;
mod install;
mod locate;
mod managers;
mod node;
mod platform;
mod probe;
mod probe_error;
mod resolve;
mod settings;
mod spec;
mod supply;

use std::path::PathBuf;

use node_semver::Version;

pub use discovery::{Discovery, discover};
pub use families::FAMILIES;
pub use family::{Dialect, Family, Launch, Visit};
pub use found::{Found, Why};
pub use install::install;
pub use locate::{Environment, Origin};
pub use platform::Platform;
pub use probe::probe;
pub use probe_error::ProbeError;
pub use resolve::Resolver;
pub use settings::Settings;
pub use spec::{Spec, Want};
pub use supply::{PackageFile, Supply};

/// A runtime that is installed and has said what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Runtime {
    /// What kind of runtime it is.
    pub family: &'static Family,
    /// The version that the process itself reported.
    pub version: Version,
    /// The engine's version that the process itself reported.
    pub engine_version: String,
    /// The name of the long-term support line, if the process says that it belongs to one.
    pub lts: Option<String>,
    /// The binary, with links resolved.
    pub path: PathBuf,
    /// Where it was found: all the ways that lead to it.
    pub origins: Vec<Origin>,
}

impl Runtime {
    pub fn id(&self) -> String {
        format!("{}-{}", self.family.name, self.version)
    }
}
