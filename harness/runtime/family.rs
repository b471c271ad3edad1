//! What distinguishes one runtime family from another, as data.

use std::ffi::OsString;
use std::path::Path;

use tokio::process::Command;

use super::managers::Manager;
use super::platform::Platform;

/// The families there are.
pub static FAMILIES: &[&Family] = &[&super::node::NODE];

/// One runtime family.
#[derive(Debug)]
pub struct Family {
    /// The word in specs, ids and records: `node`.
    pub name: &'static str,
    /// The engine inside: `v8`.
    pub engine: &'static str,
    /// The program's name on PATH, without the suffix that Windows adds.
    pub program: &'static str,
    /// Arguments that make the program print one JSON object that says what it is: `version`,
    /// `engine_version`, `path` and, where it applies, `lts`.
    pub probe: &'static [&'static str],
    /// The version managers that keep this family.
    pub managers: &'static [Manager],
    /// The npm package that carries the binary for a platform.
    pub package: fn(&Platform) -> Option<Package>,
    /// The first release of each long-term support line that is known, as (major, minor).
    pub first_lts: &'static [(u64, u64)],
    /// What the names of variables begin with that change how the program behaves: left over from
    /// other work, they would change what is measured, unseen.
    pub variables: &'static str,
    /// The program's arguments for a session.
    pub launch: fn(&Launch<'_>) -> Vec<OsString>,
}

/// Families are the same if they have the same name.
impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Family {}

/// An npm package that carries a runtime's binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name; its versions are the runtime's.
    pub name: String,
    /// The binary inside, relative to the package's root.
    pub binary: &'static str,
}

/// What a session is started with.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// The driver's file.
    pub driver: &'a Path,
    /// The variant's file.
    pub variant: &'a Path,
    /// The word for the case's shape.
    pub shape: &'a str,
    /// The user's flags for the runtime.
    pub flags: &'a [String],
}

impl Family {
    /// A command that starts `binary` without the variables that would change its behaviour.
    #[must_use]
    pub fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(self.variables) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The family of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.name == name).copied()
    }
}
