//! What distinguishes one runtime family from another, as data.

use std::ffi::OsString;
use std::path::Path;

use node_semver::Version;
use tokio::process::Command;

use super::managers::Manager;
use super::platform::Platform;
use super::supply::Supply;

#[derive(Debug)]
pub struct Family {
    /// The word in specs, ids and records: `node`.
    pub name: &'static str,
    pub engine: &'static str,
    /// The program's names on PATH, without the suffix that Windows adds; the first is the usual one.
    pub programs: &'static [&'static str],
    /// How it is talked to.
    pub dialect: Dialect,
    /// The version managers that keep this family, and other places where it is found.
    pub managers: &'static [Manager],
    /// Where the binaries for a platform come from.
    pub supply: fn(&Platform) -> Option<Supply>,
    /// The first release of each long-term support line that is known, as (major, minor); empty if
    /// the family has no such thing.
    pub first_lts: &'static [(u64, u64)],
    /// What the names of variables begin with that change how the program behaves: left over from
    /// other work, they would change what is measured, unseen.
    pub variables: &'static str,
}

/// How the harness talks to the programs of a family.
#[derive(Debug)]
pub enum Dialect {
    /// JSON lines on the standard streams.
    Lines {
        /// Arguments that make the program print one JSON object that says what it is: `version`,
        /// `engine_version`, `path` and, where it applies, `lts`.
        probe: &'static [&'static str],
        /// The program's arguments for a session.
        launch: fn(&Launch<'_>) -> Vec<OsString>,
    },
    /// The DevTools protocol, which also tells what the program is.
    DevTools {
        /// The program's arguments for a session.
        launch: fn(&Visit<'_>) -> Vec<OsString>,
    },
}

/// Families are the same if they have the same name.
impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Family {}

/// What a session over the standard streams is started with.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    pub driver: &'a Path,
    pub variant: &'a Path,
    /// The word for the case's shape.
    pub shape: &'a str,
    /// The user's flags for the runtime.
    pub flags: &'a [String],
}

/// What a session over the DevTools protocol is started with.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// The folder that the browser has for itself.
    pub profile: &'a Path,
    /// The browser's version; `None` when it is started to be asked.
    pub version: Option<&'a Version>,
    /// The user's flags for the runtime.
    pub flags: &'a [String],
}

impl Family {
    /// The program's usual name on PATH.
    pub fn program(&self) -> &'static str {
        self.programs[0]
    }

    /// A command that starts `binary` without the variables that would change its behaviour.
    pub fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(self.variables) {
                command.env_remove(name);
            }
        }
        command
    }
}
