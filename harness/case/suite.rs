//! Reads `js-cases/suite.toml`: what is measured when nothing else is asked for.

use std::path::Path;

use serde::Deserialize;

use super::{CaseError, read, toml_reason};

/// The default runtimes and cases.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    pub runtimes: Vec<String>,
    pub cases: Vec<String>,
}

/// Reads the suite from `path`.
pub fn read_suite(path: &Path) -> Result<Suite, CaseError> {
    let text = read(path)?;
    toml::from_str(&text).map_err(|error| CaseError::Manifest {
        path: path.to_owned(),
        reason: toml_reason(&text, &error),
    })
}
