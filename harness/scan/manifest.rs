//! What a `package.json` says, as far as it can be understood: a wrong field is an absent one.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The fields of a `package.json` that matter here.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Manifest {
    name: Option<Value>,
    version: Option<Value>,
    main: Option<Value>,
    module: Option<Value>,
    browser: Option<Value>,
    bin: Option<Value>,
    exports: Option<Exports>,
    imports: Option<Exports>,
    dependencies: Option<Value>,
    #[serde(rename = "optionalDependencies")]
    optional: Option<Value>,
    #[serde(rename = "peerDependencies")]
    peer: Option<Value>,
    #[serde(rename = "devDependencies")]
    development: Option<Value>,
}

impl Manifest {
    /// Reads the text of a `package.json`.
    pub(super) fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        serde_json::from_slice(text)
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_ref()?.as_str().filter(|name| !name.is_empty())
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_ref()?.as_str()
    }

    pub(super) fn main(&self) -> Option<&str> {
        self.main.as_ref()?.as_str()
    }

    pub(super) fn module(&self) -> Option<&str> {
        self.module.as_ref()?.as_str()
    }

    /// The file for browsers, or what replaces `main` in them.
    pub(super) fn browser(&self) -> Option<&str> {
        match self.browser.as_ref()? {
            Value::String(file) => Some(file),
            Value::Object(replaced) => {
                let main = plain(self.main()?);
                let is_main = |key: &&String| plain(key) == main;
                replaced.keys().find(is_main).and_then(|key| replaced[key].as_str())
            }
            _ => None,
        }
    }

    /// The files of the programs that it installs.
    pub(super) fn programs(&self) -> Vec<&str> {
        match &self.bin {
            Some(Value::String(file)) => vec![file],
            Some(Value::Object(files)) => files.values().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn exports(&self) -> Option<&Exports> {
        self.exports.as_ref().filter(|exports| **exports != Exports::Nothing)
    }

    /// The file that a name such as `#lib` stands for within the package, for one set of conditions.
    pub(super) fn imported(&self, name: &str, conditions: &[&str]) -> Option<String> {
        let Exports::When(entries) = self.imports.as_ref()? else { return None };
        let fits = |key: &str| match key.split_once('*') {
            None => (key == name).then(String::new),
            Some((before, after)) => {
                Some(name.strip_prefix(before)?.strip_suffix(after)?.to_owned())
            }
        };
        let (star, target) = entries.iter().find_map(|(key, target)| Some((fits(key)?, target)))?;
        let file = chosen(target, conditions)?.replace('*', &star);
        Some(file.strip_prefix("./")?.to_owned())
    }

    /// The names of the packages that it needs; those for development only if it is being developed.
    pub(super) fn needs(&self, developed: bool) -> impl Iterator<Item = &str> {
        let development = self.development.as_ref().filter(|_| developed);
        [self.dependencies.as_ref(), self.optional.as_ref(), self.peer.as_ref(), development]
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(|names| names.keys().map(String::as_str))
    }
}

/// A file as a package names it, without what may be left out.
fn plain(file: &str) -> &str {
    let file = file.strip_prefix("./").unwrap_or(file);
    file.strip_suffix(".js").unwrap_or(file)
}

/// What `exports` says, in the order of the file: the first condition that holds counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exports {
    File(String),
    Any(Vec<Self>),
    When(Vec<(String, Self)>),
    Nothing,
}

impl<'de> Deserialize<'de> for Exports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InOrder)
    }
}

/// Keeps the order, which `serde_json::Value` does not.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Exports;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E>(self, file: &str) -> Result<Exports, E> {
        Ok(Exports::File(file.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Exports, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Exports::Any(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Exports, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            all.push(entry);
        }
        Ok(Exports::When(all))
    }

    fn visit_unit<E>(self) -> Result<Exports, E> {
        Ok(Exports::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Exports, E> {
        Ok(Exports::Nothing)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Exports, E> {
        Ok(Exports::Nothing)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Exports, E> {
        Ok(Exports::Nothing)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Exports, E> {
        Ok(Exports::Nothing)
    }
}

/// The entry of `exports` for one set of conditions: subpath (`.`, `./lib/*`) → target.
pub(super) fn exported(exports: &Exports, conditions: &[&str]) -> BTreeMap<String, String> {
    let subpaths = match exports {
        Exports::When(entries) if entries.iter().any(|(key, _)| key.starts_with('.')) => entries,
        whole => {
            let target = chosen(whole, conditions);
            return target.map(|file| (".".to_owned(), file.to_owned())).into_iter().collect();
        }
    };
    let target = |(subpath, target): &(String, Exports)| {
        Some((subpath.clone(), chosen(target, conditions)?.to_owned()))
    };
    subpaths.iter().filter_map(target).collect()
}

/// The first target whose condition holds.
fn chosen<'v>(target: &'v Exports, conditions: &[&str]) -> Option<&'v str> {
    match target {
        Exports::File(file) => Some(file),
        Exports::Any(files) => files.iter().find_map(|file| chosen(file, conditions)),
        Exports::When(entries) => entries
            .iter()
            .filter(|(condition, _)| conditions.contains(&condition.as_str()))
            .find_map(|(_, target)| chosen(target, conditions)),
        Exports::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn wrong_fields_are_absent() {
        let odd = manifest(r#"{"name": 7, "version": null, "main": ["a"], "dependencies": "x"}"#);
        assert_eq!((odd.name(), odd.version(), odd.main()), (None, None, None));
        assert_eq!(odd.needs(true).count(), 0);
        assert!(Manifest::parse(b"[1").is_err());
    }

    #[test]
    fn conditions_are_tried_in_the_order_of_the_file() {
        let text = r#"{"exports": {
            ".": {"types": "./i.d.ts", "import": {"node": "./n.mjs", "default": "./i.mjs"},
                  "require": "./i.cjs"},
            "./lib/*": "./lib/*.js", "./hidden": null}}"#;
        let manifest = manifest(text);
        let targets = |conditions: &[&str]| exported(manifest.exports().unwrap(), conditions);
        assert_eq!(targets(&["node", "require", "default"])["."], "./i.cjs");
        assert_eq!(targets(&["node", "import", "default"])["."], "./n.mjs");
        assert_eq!(targets(&["import", "default"])["."], "./i.mjs");
        assert_eq!(targets(&["import", "default"])["./lib/*"], "./lib/*.js");
        assert!(!targets(&["import", "default"]).contains_key("./hidden"));
    }

    #[test]
    fn names_within_the_package_stand_for_files() {
        let manifest = manifest(
            r##"{"imports": {"#a": {"import": "./a.mjs", "default": "./a.js"}, "#lib/*": "./src/*.js",
            "#dep": "other"}}"##,
        );
        let file = |name, conditions: &[&str]| manifest.imported(name, conditions);
        assert_eq!(file("#a", &["require", "default"]).as_deref(), Some("a.js"));
        assert_eq!(file("#a", &["import", "default"]).as_deref(), Some("a.mjs"));
        assert_eq!(file("#lib/x", &["default"]).as_deref(), Some("src/x.js"));
        assert_eq!((file("#dep", &["default"]), file("#b", &["default"])), (None, None));
    }

    #[test]
    fn a_map_for_browsers_can_replace_the_main_file() {
        let replaced = manifest(r#"{"main": "lib/a.js", "browser": {"./lib/a": "./web/a.js"}}"#);
        assert_eq!(replaced.browser(), Some("./web/a.js"));
    }
}
