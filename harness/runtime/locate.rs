//! Where to look: the environment as a value, so that looking can be tested.

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use directories::{BaseDirs, ProjectDirs};

use super::platform::Platform;
use crate::npm::Registry;

/// Overrides where installed runtimes are kept.
const CACHE_VARIABLE: &str = "AWAITBENCH_CACHE_DIR";

/// How a runtime was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    Cache,
    Path,
    /// Kept by the version manager of that name.
    Manager(&'static str),
    /// Given by the user as a path.
    Given,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cache => "awaitbench",
            Self::Path => "PATH",
            Self::Manager(name) => name,
            Self::Given => "given",
        })
    }
}

/// What discovery knows of the surroundings.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: HashMap<OsString, OsString>,
    home: Option<PathBuf>,
    cache: PathBuf,
}

impl Environment {
    /// The environment of this process.
    pub fn current() -> Self {
        let cache = env::var_os(CACHE_VARIABLE).filter(|value| !value.is_empty()).map_or_else(
            || {
                ProjectDirs::from("", "", "awaitbench").map_or_else(
                    || env::temp_dir().join("awaitbench-cache"),
                    |dirs| dirs.cache_dir().to_owned(),
                )
            },
            PathBuf::from,
        );
        let home = BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        Self { variables: env::vars_os().collect(), home, cache }
    }

    /// An environment of just these variables, with `home` and `cache` as given.
    pub fn of(variables: &[(&str, &OsStr)], home: Option<PathBuf>, cache: PathBuf) -> Self {
        let variables =
            variables.iter().map(|(name, value)| (name.into(), OsString::from(value))).collect();
        Self { variables, home, cache }
    }

    /// The value of a variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }

    pub fn home(&self) -> Option<&PathBuf> {
        self.home.as_ref()
    }

    /// Our own cache: `runtimes/` and `registry/` lie in it.
    pub const fn cache(&self) -> &PathBuf {
        &self.cache
    }

    /// The registry as seen from here.
    pub fn registry(&self, offline: bool) -> Registry {
        Registry::new(self.variable("PATH"), &self.cache, offline)
    }

    /// The folder of installed runtimes for a platform.
    pub fn runtimes(&self, platform: &Platform) -> PathBuf {
        self.cache.join("runtimes").join(platform.to_string())
    }
}
