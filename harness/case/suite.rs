//! Reads `js-cases/suite.toml`: what is measured when nothing else is asked for.

use std::path::Path;

use serde::Deserialize;

use super::{CaseError, read, toml_reason};

/// The default runtimes and cases.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Specs, such as `node@12.16.2`.
    pub runtimes: Vec<String>,
    /// Names of cases.
    pub cases: Vec<String>,
}

/// Reads the suite from `path`.
///
/// # Errors
/// The file can't be read, or says something else than the two lists.
pub fn read_suite(path: &Path) -> Result<Suite, CaseError> {
    let text = read(path)?;
    toml::from_str(&text).map_err(|error| CaseError::Manifest {
        path: path.to_owned(),
        reason: toml_reason(&text, &error),
    })
}
