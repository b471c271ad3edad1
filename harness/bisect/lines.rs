//! Which versions belong to one release line.
//!
//! A line is a branch: a fix lands in each of them separately, and the order of versions across
//! lines is not an order in time. So each line is searched by itself.

use node_semver::Version;

use crate::runtime::Family;

/// One release line of a family, with the versions that are looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub family: &'static Family,
    /// The major version, or `0.12`.
    pub name: String,
    pub versions: Vec<Version>,
}

/// The line that a version belongs to: its major version; before 1.0.0 its minor too, since until
/// then a minor version was what a major one is now.
pub(super) fn line_of(version: &Version) -> String {
    match version.major {
        0 => format!("0.{}", version.minor),
        major => major.to_string(),
    }
}

/// The lines that `versions`, which ascend, make up; in their order.
pub(super) fn lines(family: &'static Family, versions: &[Version]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for version in versions {
        let name = line_of(version);
        match lines.last_mut().filter(|line| line.name == name) {
            Some(line) => line.versions.push(version.clone()),
            None => lines.push(Line { family, name, versions: vec![version.clone()] }),
        }
    }
    lines
}

/// Whether the numbers of two neighbours in a list leave out one that may have been released:
/// 12.13.0 and 12.15.0 do, 12.13.1 and 12.14.0 do not. Patches that are missing at the end of a
/// minor version can't be seen.
pub(super) fn skips_numbers(before: &Version, after: &Version) -> bool {
    if (before.major, before.minor) == (after.major, after.minor) {
        return after.patch > before.patch + 1;
    }
    after.patch > 0 || (before.major == after.major && after.minor > before.minor + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().map(|text| Version::parse(text).unwrap()).collect()
    }

    #[test]
    fn majors_are_lines_and_before_1_minors_are() {
        let node = Family::named("node").unwrap();
        let all = versions(&["0.10.47", "0.10.48", "0.12.0", "4.0.0", "4.9.1", "12.22.12"]);
        let lines = lines(node, &all);
        let names: Vec<(&str, usize)> =
            lines.iter().map(|line| (line.name.as_str(), line.versions.len())).collect();
        assert_eq!(names, [("0.10", 2), ("0.12", 1), ("4", 2), ("12", 1)]);
    }

    #[test]
    fn numbers_that_are_left_out_are_noticed() {
        let skips = |a: &str, b: &str| {
            let both = versions(&[a, b]);
            skips_numbers(&both[0], &both[1])
        };
        assert!(!skips("12.15.0", "12.16.0") && !skips("12.16.0", "12.16.1"));
        assert!(!skips("12.13.1", "12.14.0") && !skips("12.22.12", "13.0.0"));
        assert!(skips("12.13.0", "12.15.0") && skips("12.16.0", "12.16.2"));
        assert!(skips("12.15.0", "12.16.1") && skips("12.22.12", "13.0.1"));
    }
}
