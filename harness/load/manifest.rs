//! Reads `service.toml`: a service that can be put under load, in variants that do the same.
//!
//! It is not a case: nothing calls its ops, and no driver runs it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::target::{Requests, Url};
use crate::case::{CaseError, Variant};

const FILE: &str = "service.toml";

/// The most requests that may differ.
const MOST_DISTINCT: u32 = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    title: String,
    #[serde(default)]
    about: String,
    #[allow(dead_code)]
    source: Option<String>,
    variants: Vec<String>,
    requests: RequestsTable,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestsTable {
    path: String,
    #[serde(default = "one")]
    distinct: u32,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
}

const fn one() -> u32 {
    1
}

/// A service with its variants and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCase {
    pub name: String,
    /// A few words for headings.
    pub title: String,
    pub about: String,
    /// In the order of the manifest.
    pub variants: Vec<Variant>,
    requests: RequestsTable,
}

impl ServiceCase {
    /// The requests, for a service at `url`.
    pub fn requests(&self, url: &Url) -> Result<Requests, String> {
        let headers: Vec<(String, String)> = self.requests.headers.clone().into_iter().collect();
        Requests::numbered(url, &self.requests.path, self.requests.distinct, &headers)
    }
}

/// Reads the service in `folder`.
pub fn read_service(folder: &Path) -> Result<ServiceCase, CaseError> {
    let path = folder.join(FILE);
    let wrong = |reason: String| CaseError::Manifest { path: path.clone(), reason };
    let text = std::fs::read_to_string(&path)
        .map_err(|source| CaseError::Read { path: path.clone(), source })?;
    let manifest: Manifest =
        toml::from_str(&text).map_err(|error| wrong(error.message().replace('\n', " ")))?;
    let folder = folder
        .canonicalize()
        .map_err(|source| CaseError::Read { path: folder.to_owned(), source })?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let distinct = manifest.requests.distinct;
    if !(1..=MOST_DISTINCT).contains(&distinct) {
        return Err(wrong(format!("`distinct` is {distinct}, not from 1 to {MOST_DISTINCT}")));
    }
    let variant = |name: String| {
        let file: PathBuf = folder.join(format!("{name}.js"));
        if !file.is_file() {
            return Err(wrong(format!("variant \"{name}\" has no file \"{}\"", file.display())));
        }
        Ok(Variant { name, file, ..Variant::default() })
    };
    let variants: Vec<Variant> =
        manifest.variants.into_iter().map(variant).collect::<Result<_, _>>()?;
    if variants.is_empty() {
        return Err(wrong("`variants` is empty: name at least one".to_owned()));
    }
    let case = ServiceCase {
        name,
        title: manifest.title,
        about: manifest.about,
        variants,
        requests: manifest.requests,
    };
    case.requests(&Url::of_port(1)).map_err(wrong)?;
    Ok(case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Catalogue;

    #[test]
    fn the_service_in_the_catalogue_is_one_and_no_case() {
        let catalogue = Catalogue::locate();
        let folder = catalogue.folder("service");
        let service = read_service(&folder).unwrap();
        let names: Vec<&str> = service.variants.iter().map(|variant| &*variant.name).collect();
        assert_eq!((&*service.name, names), ("service", vec!["generator", "async"]));
        assert!(!catalogue.names().unwrap().contains(&"service".to_owned()));
    }

    #[test]
    fn each_mistake_is_named() {
        let good = "title = \"t\"\nvariants = [\"a\"]\nrequests = { path = \"/\" }\n";
        for (manifest, words) in [
            (good.to_owned(), ""),
            (good.replace("\"a\"", "\"b\""), "variant \"b\" has no file"),
            (good.replace("\"a\"", ""), "`variants` is empty"),
            (good.replace("\"/\"", "\"/\", distinct = 0"), "`distinct` is 0"),
            (
                good.replace("\"/\"", "\"/\", headers = { \"a b\" = \"\" }"),
                "not the name of a header",
            ),
            (good.replace("title", "titel"), "unknown field `titel`"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("a.js"), "").unwrap();
            std::fs::write(folder.path().join(FILE), &manifest).unwrap();
            match read_service(folder.path()) {
                Ok(_) => assert_eq!(words, "", "{manifest}"),
                Err(error) => {
                    assert!(!words.is_empty() && error.to_string().contains(words), "{error}");
                }
            }
        }
    }
}
