//! Who a row is about: one type in every record, map and label, and the one order in which things are shown.
//!
//! Two keys are the same if case, variant, runtime, version and flags are. The engine's version is told but does not
//! count: a cell that failed before its process said hello has none, and is the same cell.
//!
//! Cases come by name, the harness's own cost last; then runtimes by family, by version as semver orders them (text order
//! would put 10 before 8) and by flags; then variants, the article's first. What is not a version (a binary that never
//! said one) comes after all versions.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use node_semver::Version;
use serde::{Deserialize, Serialize, Serializer};

/// The case that measures what the harness itself costs.
pub const NOOP: &str = "noop";

/// What stands between the folder's name and the number of awaits in a case's name: `await-k=16` is `await-k` with 16. The
/// number stands in the name, so that results tell without the manifest which cases make one line.
pub(crate) const BETWEEN: char = '=';

/// Who a row is about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Key {
    pub case: String,
    /// Empty where a row is about several.
    pub variant: String,
    pub runtime: String,
    /// As the process itself reported it.
    pub version: String,
    /// Empty if the process never said.
    pub engine_version: String,
    /// What the user asked of the runtime, separated by spaces: flags, and `async-hooks`.
    pub flags: String,
}

impl Key {
    fn identity(&self) -> [&str; 5] {
        [&self.case, &self.variant, &self.runtime, &self.version, &self.flags]
    }

    /// The order of rows in files, where it was always that of the text.
    pub(crate) fn text_order(&self) -> [&str; 3] {
        [&self.case, &self.variant, &self.flags]
    }

    /// The runtime with its flags alone: a row of a table, a position on a plot's axis.
    pub fn of_runtime(&self) -> Self {
        Self {
            runtime: self.runtime.clone(),
            version: self.version.clone(),
            flags: self.flags.clone(),
            ..Self::default()
        }
    }

    /// The same without a variant: what a ratio of two variants is about.
    pub fn of_case(&self) -> Self {
        Self { variant: String::new(), ..self.clone() }
    }

    /// The version, with the flags if there are any: `12.16.2 --no-opt`.
    pub fn version_label(&self) -> String {
        if self.flags.is_empty() {
            self.version.clone()
        } else {
            format!("{} {}", self.version, self.flags)
        }
    }

    /// The family and the version: `node 12.16.2`.
    pub fn full_label(&self) -> String {
        format!("{} {}", self.runtime, self.version_label())
    }

    /// The family as its makers write it, and the version: `Node.js 12.16.2`.
    pub fn runtime_name(&self) -> String {
        format!("{} {}", family_name(&self.runtime), self.version)
    }

    /// Everything: `await-two async on node 12.16.2`.
    pub fn label(&self) -> String {
        format!("{} {} on {}", self.case, self.variant, self.full_label())
    }

    /// The name of a file about this runtime and version.
    pub fn file_name(&self) -> String {
        format!("{}-{}.csv", self.runtime, self.version)
    }

    /// Serializes what figures of several processes have: no engine version, and no variant where they are of two.
    pub fn without_engine<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Parts<'a> {
            runtime: &'a str,
            version: &'a str,
            case: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            variant: &'a str,
            flags: &'a str,
        }
        let Self { case, variant, runtime, version, flags, .. } = self;
        Parts { runtime, version, case, variant, flags }.serialize(serializer)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        case_order(&self.case)
            .cmp(&case_order(&other.case))
            .then_with(|| self.runtime.cmp(&other.runtime))
            .then_with(|| compare_versions(&self.version, &other.version))
            .then_with(|| self.flags.cmp(&other.flags))
            .then_with(|| variant_order(&self.variant).cmp(&variant_order(&other.variant)))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders versions by semver precedence, what is not a version after them, ties by their text.
pub fn compare_versions(left: &str, right: &str) -> Ordering {
    let by_precedence = match (precedence(left), precedence(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_precedence.then_with(|| left.cmp(right))
}

/// Whether this is a version that can be ordered, and not a word for an unknown one.
pub fn is_version(text: &str) -> bool {
    precedence(text).is_some()
}

/// The version, and its fourth number, which Chromium has and semver does not know.
fn precedence(version: &str) -> Option<(Version, u64)> {
    if let Ok(parsed) = Version::parse(version) {
        return Some((parsed, 0));
    }
    let (three, fourth) = version.rsplit_once('.')?;
    Some((Version::parse(three).ok()?, fourth.parse().ok()?))
}

/// The key that sorts variants: the article's columns first, in its order, then by name.
pub fn variant_order(variant: &str) -> (u8, &str) {
    match variant {
        "generator" => (0, variant),
        "async" => (1, variant),
        _ => (2, variant),
    }
}

/// The key that sorts cases: by name, members of a family by their number of awaits, and the harness's
/// own cost last.
pub fn case_order(case: &str) -> (bool, &str, u32) {
    let (name, awaits) = family(case).unwrap_or((case, 0));
    (case == NOOP, name, awaits)
}

/// The name of the case in the folder `family` whose ops have `awaits` awaits.
pub(crate) fn member(family: &str, awaits: u32) -> String {
    format!("{family}{BETWEEN}{awaits}")
}

/// The folder's name and the awaits of an op, if the case is one of several with different numbers.
pub fn family(case: &str) -> Option<(&str, u32)> {
    let (family, awaits) = case.rsplit_once(BETWEEN)?;
    let is_number = awaits.bytes().all(|byte| byte.is_ascii_digit());
    Some((family, awaits.parse().ok()?)).filter(|_| is_number && !family.is_empty())
}

/// A runtime family as its makers write it.
pub fn family_name(runtime: &str) -> &str {
    match runtime {
        "node" => "Node.js",
        "deno" => "Deno",
        "bun" => "Bun",
        "chromium" => "Chromium",
        other => other,
    }
}

#[cfg(test)]
impl Key {
    /// A variant of a case on a version of Node.js.
    pub(crate) fn node(case: &str, variant: &str, version: &str) -> Self {
        Self { case: case.into(), variant: variant.into(), ..Self::runtime("node", version, "") }
    }

    pub(crate) fn runtime(runtime: &str, version: &str, flags: &str) -> Self {
        Self {
            runtime: runtime.into(),
            version: version.into(),
            flags: flags.into(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_does_not_tell_keys_apart_and_all_else_does() {
        let key = Key::node("await-two", "async", "12.16.2");
        let known = Key { engine_version: "7.8".to_owned(), ..key.clone() };
        assert_eq!(key, known);
        assert_eq!(key.cmp(&known), Ordering::Equal);
        let others = [
            Key { case: "noop".to_owned(), ..key.clone() },
            Key { variant: "co".to_owned(), ..key.clone() },
            Key { runtime: "bun".to_owned(), ..key.clone() },
            Key { version: "8.0.0".to_owned(), ..key.clone() },
            Key { flags: "--no-opt".to_owned(), ..key.clone() },
        ];
        let all: std::collections::HashSet<_> = others.iter().chain([&key, &known]).collect();
        assert_eq!(all.len(), 6);
        for other in &others {
            assert!(*other != key && other.cmp(&key) != Ordering::Equal, "{other:?}");
        }
    }

    #[test]
    fn versions_are_ordered_as_numbers_and_unknown_ones_last() {
        let mut versions = vec![
            "unknown-3f2a",
            "12.16.2",
            "8.17.0",
            "110.0.5478.1",
            "9.11.2",
            "80.0.3987.132",
            "80.0.3987.14",
            "12.16.2-rc.1",
            "broken",
            "8.2.0",
        ];
        versions.sort_by(|a, b| compare_versions(a, b));
        assert_eq!(
            versions,
            [
                "8.2.0",
                "8.17.0",
                "9.11.2",
                "12.16.2-rc.1",
                "12.16.2",
                "80.0.3987.14",
                "80.0.3987.132",
                "110.0.5478.1",
                "broken",
                "unknown-3f2a",
            ]
        );
    }

    #[test]
    fn families_come_before_versions_and_flags_after() {
        let mut keys = [
            Key::runtime("node", "8.0.0", ""),
            Key::runtime("bun", "1.0.0", ""),
            Key::runtime("node", "8.0.0", "--a"),
            Key::runtime("node", "7.0.0", "--b"),
        ];
        keys.sort();
        let labels: Vec<_> = keys.iter().map(Key::full_label).collect();
        assert_eq!(labels, ["bun 1.0.0", "node 7.0.0 --b", "node 8.0.0", "node 8.0.0 --a"]);
    }

    #[test]
    fn cases_are_ordered_by_name_and_number() {
        let mut cases = ["noop", "await-two", "await-k=16", "zebra", "await-k=4"];
        cases.sort_by_key(|case| case_order(case));
        assert_eq!(cases, ["await-k=4", "await-k=16", "await-two", "zebra", "noop"]);
    }

    #[test]
    fn names_tell_family_and_number() {
        assert_eq!(member("await-k", 16), "await-k=16");
        assert_eq!(family("await-k=16"), Some(("await-k", 16)));
        for other in ["await-two", "await-16", "await=", "=4", "a=+4", "a=x", "a=99999999999"] {
            assert_eq!(family(other), None, "{other}");
        }
    }

    #[test]
    fn cases_come_before_runtimes_and_variants_last() {
        let mut keys = [
            Key::node("noop", "promise", "8.0.0"),
            Key::node("await-two", "async", "10.0.0"),
            Key::node("await-two", "generator", "10.0.0"),
            Key::node("await-two", "co", "9.0.0"),
        ];
        keys.sort();
        let labels: Vec<_> = keys.iter().map(Key::label).collect();
        assert_eq!(
            labels,
            [
                "await-two co on node 9.0.0",
                "await-two generator on node 10.0.0",
                "await-two async on node 10.0.0",
                "noop promise on node 8.0.0",
            ]
        );
    }

    #[test]
    fn variants_follow_the_article() {
        let mut variants = ["regenerator", "async", "co", "generator"];
        variants.sort_by_key(|variant| variant_order(variant));
        assert_eq!(variants, ["generator", "async", "co", "regenerator"]);
    }
}
