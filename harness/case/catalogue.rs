//! Finds cases by name in js-cases, or by folder anywhere.

use std::path::{Path, PathBuf};

use super::{Case, CaseError, read_cases};
use crate::key::family;

/// The folder js-cases: the driver, the suite and the built-in cases.
#[derive(Clone, Debug)]
pub struct Catalogue {
    root: PathBuf,
}

impl Catalogue {
    /// The folder that `AWAITBENCH_JS_CASES` names, or that of the clone this was built from.
    pub fn locate() -> Self {
        let root = std::env::var_os("AWAITBENCH_JS_CASES")
            .filter(|value| !value.is_empty())
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("js-cases"), PathBuf::from);
        Self { root }
    }

    /// The driver's file for a runtime family: `js-cases/driver/<family>.js`.
    pub fn driver(&self, family: &str) -> PathBuf {
        self.root.join("driver").join(format!("{family}.js"))
    }

    /// The folder of that name in js-cases, whatever it holds.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn suite_file(&self) -> PathBuf {
        self.root.join("suite.toml")
    }

    /// The names of the built-in cases, sorted.
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

    /// The cases that `wanted` names: a built-in one, one of its numbers of awaits alone
    /// (`await-k=16`), or the path of a folder with a `case.toml`.
    pub fn find_all(&self, wanted: &str) -> Result<Vec<Case>, CaseError> {
        let names = self.names()?;
        if let Some(cases) = self.in_folder(wanted, &names)? {
            return Ok(cases);
        }
        let unknown = |known| CaseError::Unknown { name: wanted.to_owned(), known };
        // A number of awaits may follow a name or a path.
        let Some((folder, number)) = family(wanted) else { return Err(unknown(names.join(", "))) };
        let Some(mut cases) = self.in_folder(folder, &names)? else {
            return Err(unknown(names.join(", ")));
        };
        let known = cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>().join(", ");
        cases.retain(|case| case.awaits == Some(number));
        if cases.is_empty() { Err(unknown(known)) } else { Ok(cases) }
    }

    /// The one case that `wanted` names.
    pub fn find(&self, wanted: &str) -> Result<Case, CaseError> {
        let mut cases = self.find_all(wanted)?;
        if cases.len() == 1 {
            return Ok(cases.remove(0));
        }
        let known = cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>().join(", ");
        Err(CaseError::Unknown { name: wanted.to_owned(), known })
    }

    /// The cases in a built-in folder or in one that is anywhere; `None` if there is no such folder.
    fn in_folder(&self, wanted: &str, names: &[String]) -> Result<Option<Vec<Case>>, CaseError> {
        if names.iter().any(|name| name == wanted) {
            return read_cases(&self.root.join(wanted)).map(Some);
        }
        let folder = Path::new(wanted);
        if !folder.is_dir() {
            return Ok(None);
        }
        let cases = read_cases(folder)?;
        let real = folder.canonicalize().ok();
        let name = real.as_deref().and_then(Path::file_name).unwrap_or_default();
        if names.iter().any(|built_in| name == built_in.as_str())
            && real != self.root.join(name).canonicalize().ok()
        {
            return Err(CaseError::Manifest {
                path: folder.join("case.toml"),
                reason: format!(
                    "\"{}\" is the name of a built-in case: rename the folder",
                    name.display()
                ),
            });
        }
        Ok(Some(cases))
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
            catalogue.find_all(&name).unwrap();
        }
    }

    #[test]
    fn a_case_with_awaits_is_named_as_a_whole_or_by_a_number() {
        let catalogue = Catalogue::locate();
        let names = |wanted: &str| -> Vec<String> {
            catalogue.find_all(wanted).unwrap().into_iter().map(|case| case.name).collect()
        };
        assert_eq!(names("await-k"), ["await-k=1", "await-k=4", "await-k=16", "await-k=64"]);
        assert_eq!(names("await-k=16"), ["await-k=16"]);
        let folder = catalogue.root.join("await-k");
        assert_eq!(names(&format!("{}=4", folder.display())), ["await-k=4"]);
        for wrong in ["await-k=5", "await-two=2", "nothing=4"] {
            assert!(catalogue.find_all(wrong).is_err(), "{wrong}");
        }
        let several = catalogue.find("await-k").unwrap_err().to_string();
        assert!(several.contains("await-k=64"), "{several}");
    }

    #[test]
    fn an_unknown_name_says_what_there_is() {
        let error = Catalogue::locate().find("await-too").unwrap_err().to_string();
        assert!(error.contains("\"await-too\"") && error.contains("await-two"), "{error}");
    }
}
