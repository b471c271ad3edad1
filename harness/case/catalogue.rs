//! Finds cases by name in js-cases, or by folder anywhere.

use std::path::{Path, PathBuf};

use super::{Case, CaseError, read_case};

/// The folder js-cases: the driver, the suite and the built-in cases.
#[derive(Clone, Debug)]
pub struct Catalogue {
    root: PathBuf,
}

impl Catalogue {
    /// The folder that `AWAITBENCH_JS_CASES` names, or that of the clone this was built from.
    #[must_use]
    pub fn locate() -> Self {
        let root = std::env::var_os("AWAITBENCH_JS_CASES")
            .filter(|value| !value.is_empty())
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("js-cases"), PathBuf::from);
        Self { root }
    }

    /// The driver's file for a runtime family: `js-cases/driver/<family>.js`.
    #[must_use]
    pub fn driver(&self, family: &str) -> PathBuf {
        self.root.join("driver").join(format!("{family}.js"))
    }

    /// `js-cases/suite.toml`.
    #[must_use]
    pub fn suite_file(&self) -> PathBuf {
        self.root.join("suite.toml")
    }

    /// The names of the built-in cases, sorted.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn names(&self) -> Result<Vec<String>, CaseError> {
        let failed = |source| CaseError::Read { path: self.root.clone(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.root).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.path().join("case.toml").is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The case that `wanted` names: a built-in one, or the path of a folder with a `case.toml`.
    ///
    /// # Errors
    /// There is none, or its manifest is wrong.
    pub fn find(&self, wanted: &str) -> Result<Case, CaseError> {
        let names = self.names()?;
        if names.iter().any(|name| name == wanted) {
            return read_case(&self.root.join(wanted));
        }
        let folder = Path::new(wanted);
        if folder.is_dir() {
            let case = read_case(folder)?;
            if names.contains(&case.name)
                && folder.canonicalize().ok() != self.root.join(&case.name).canonicalize().ok()
            {
                return Err(CaseError::Manifest {
                    path: folder.join("case.toml"),
                    reason: format!(
                        "\"{}\" is the name of a built-in case: rename the folder",
                        case.name
                    ),
                });
            }
            return Ok(case);
        }
        Err(CaseError::Unknown { name: wanted.to_owned(), known: names.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_cases_are_all_valid() {
        let catalogue = Catalogue::locate();
        let names = catalogue.names().unwrap();
        assert!(names.contains(&"await-two".to_owned()));
        for name in names {
            catalogue.find(&name).unwrap();
        }
    }

    #[test]
    fn an_unknown_name_says_what_there_is() {
        let error = Catalogue::locate().find("await-too").unwrap_err().to_string();
        assert!(error.contains("\"await-too\"") && error.contains("await-two"), "{error}");
    }
}
