//! In which order runtimes, variants and cases are shown.
//!
//! Runtimes by family, then by version as semver orders them, then by flags: text order would put
//! 10 before 8. What is not a version (a binary that never said one) comes last.

use std::cmp::Ordering;

use node_semver::Version;

use crate::case::family;
use crate::record::{CellRow, CostRow, RatioRow};

/// The case that measures what the harness itself costs.
pub const NOOP: &str = "noop";

/// What a row of a table and a position on a plot's axis stand for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuntimeKey {
    /// The runtime family: `node`.
    pub runtime: String,
    /// The version as the process reported it.
    pub version: String,
    /// The user's flags for the runtime, separated by spaces.
    pub flags: String,
}

impl RuntimeKey {
    /// The version, with the flags if there are any: `12.16.2 --no-opt`.
    #[must_use]
    pub fn version_label(&self) -> String {
        if self.flags.is_empty() {
            self.version.clone()
        } else {
            format!("{} {}", self.version, self.flags)
        }
    }

    /// The family and the version: `node 12.16.2`.
    #[must_use]
    pub fn full_label(&self) -> String {
        format!("{} {}", self.runtime, self.version_label())
    }
}

impl From<&CellRow> for RuntimeKey {
    fn from(row: &CellRow) -> Self {
        Self {
            runtime: row.runtime.clone(),
            version: row.version.clone(),
            flags: row.flags.clone(),
        }
    }
}

impl From<&RatioRow> for RuntimeKey {
    fn from(row: &RatioRow) -> Self {
        Self {
            runtime: row.runtime.clone(),
            version: row.version.clone(),
            flags: row.flags.clone(),
        }
    }
}

impl From<&CostRow> for RuntimeKey {
    fn from(row: &CostRow) -> Self {
        Self {
            runtime: row.runtime.clone(),
            version: row.version.clone(),
            flags: row.flags.clone(),
        }
    }
}

impl Ord for RuntimeKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.runtime
            .cmp(&other.runtime)
            .then_with(|| compare_versions(&self.version, &other.version))
            .then_with(|| self.flags.cmp(&other.flags))
    }
}

impl PartialOrd for RuntimeKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders versions by semver precedence, what is no version after them, ties by their text.
#[must_use]
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
#[must_use]
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
#[must_use]
pub fn variant_order(variant: &str) -> (u8, &str) {
    match variant {
        "generator" => (0, variant),
        "async" => (1, variant),
        _ => (2, variant),
    }
}

/// The key that sorts cases: by name, members of a family by their number of awaits, and the harness's
/// own cost last.
#[must_use]
pub fn case_order(case: &str) -> (bool, &str, u32) {
    let (name, awaits) = family(case).unwrap_or((case, 0));
    (case == NOOP, name, awaits)
}

/// A runtime family as its makers write it.
#[must_use]
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
mod tests {
    use super::*;

    fn key(runtime: &str, version: &str, flags: &str) -> RuntimeKey {
        RuntimeKey { runtime: runtime.into(), version: version.into(), flags: flags.into() }
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
            key("node", "8.0.0", ""),
            key("bun", "1.0.0", ""),
            key("node", "8.0.0", "--a"),
            key("node", "7.0.0", "--b"),
        ];
        keys.sort();
        let labels: Vec<_> = keys.iter().map(RuntimeKey::full_label).collect();
        assert_eq!(labels, ["bun 1.0.0", "node 7.0.0 --b", "node 8.0.0", "node 8.0.0 --a"]);
    }

    #[test]
    fn cases_are_ordered_by_name_and_number() {
        let mut cases = ["noop", "await-two", "await-k=16", "zebra", "await-k=4"];
        cases.sort_by_key(|case| case_order(case));
        assert_eq!(cases, ["await-k=4", "await-k=16", "await-two", "zebra", "noop"]);
    }

    #[test]
    fn variants_follow_the_article() {
        let mut variants = ["regenerator", "async", "co", "generator"];
        variants.sort_by_key(|variant| variant_order(variant));
        assert_eq!(variants, ["generator", "async", "co", "regenerator"]);
    }
}
