//! What a user asks for: `node@12.16.2`, `node@12`, `node@8..26`, `node@lts`, `node@>=11 <14`, a path.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use node_semver::{Range, Version};

use super::{FAMILIES, Family};

const PARTS: usize = 3;

/// A runtime as asked for; which one that is, the resolver says.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub family: &'static Family,
    pub want: Want,
    text: String,
}

/// Which version of a family.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    Exact(Version),
    /// The newest that satisfies a range as npm writes them; `12` and `12.16` are ranges, and so is
    /// `8..26`: from the first version of line 8 to the last of line 26.
    Range(Range),
    /// The newest long-term support release.
    Lts,
    Latest,
    System,
    /// The binary at this path.
    Path(PathBuf),
}

/// Why a text is not a spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It has no `@`, and there is no such file.
    #[error(
        "\"{0}\" is neither a spec nor a file: write node@12.16.2, node@12, node@lts, \
         node@latest, \"node@>=11 <14\", node@system, or the path of a binary"
    )]
    Shape(String),
    /// The family is not known.
    #[error("no runtime family \"{family}\" in \"{text}\": there is {known}")]
    Family {
        /// The word before the `@`.
        family: String,
        text: String,
        known: String,
    },
    /// What follows the `@` means nothing.
    #[error(
        "\"{want}\" in \"{text}\" is not a version: write 12.16.2, 12, 12.16, lts, latest, system \
         or a range such as 8..26 or \">=11 <14\""
    )]
    Version {
        /// The part after the `@`.
        want: String,
        text: String,
    },
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        if is_path(text) {
            return Ok(Self::path(text, text));
        }
        let (family, want) =
            text.split_once('@').ok_or_else(|| SpecError::Shape(text.to_owned()))?;
        let known = || FAMILIES.iter().map(|family| family.name).collect::<Vec<_>>().join(", ");
        let family = Family::named(family).ok_or_else(|| SpecError::Family {
            family: family.to_owned(),
            text: text.to_owned(),
            known: known(),
        })?;
        let want = want.trim();
        let want = match want {
            "lts" => Want::Lts,
            "latest" => Want::Latest,
            "system" => Want::System,
            path if is_path(path) => Want::Path(absolute(path)),
            version => parse_version(version).ok_or_else(|| SpecError::Version {
                want: version.to_owned(),
                text: text.to_owned(),
            })?,
        };
        Ok(Self { family, want, text: text.to_owned() })
    }
}

/// A text with a separator, or the name of a file here that no spec looks like.
fn is_path(text: &str) -> bool {
    let separated = text.contains('/') || text.contains(std::path::MAIN_SEPARATOR);
    let before_at = text.split('@').next().unwrap_or_default();
    if separated {
        return Family::named(before_at).is_none() || !text.contains('@');
    }
    !text.contains('@') && Path::new(text).is_file()
}

/// The file meant, never looked for on PATH: `node` here is not the `node` there.
fn absolute(path: &str) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path))
}

/// `8..26` is everything from the first version that its beginning names to the last that its end
/// names: npm's `8 - 26`.
fn parse_span(text: &str) -> Option<Want> {
    let (first, last) = text.split_once("..")?;
    let numbers = |part: &str| -> Option<Vec<u64>> {
        part.split('.').map(|number| number.parse().ok()).collect()
    };
    let (first, mut last) = (numbers(first)?, numbers(last)?);
    if first.len() > PARTS || last.len() > PARTS {
        return None;
    }
    // What its end names ends before the next of its kind.
    let end = last.last_mut()?;
    *end = end.checked_add(1)?;
    let version = |mut numbers: Vec<u64>| {
        numbers.resize(PARTS, 0);
        Version::from((numbers[0], numbers[1], numbers[2]))
    };
    let (first, end) = (version(first), version(last));
    if first >= end {
        return None;
    }
    Range::parse(format!(">={first} <{end}")).ok().map(Want::Range)
}

/// `12.16.2` or `v12.16.2` is exact; `12`, `12.16`, `12.x` and anything with operators a range.
fn parse_version(text: &str) -> Option<Want> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    // The parser of ranges takes an empty text for "anything", which nobody means here.
    if bare.is_empty() {
        return None;
    }
    if bare.contains("..") {
        return parse_span(bare);
    }
    let bare = without_fourth(bare);
    if let Ok(version) = Version::parse(bare) {
        return Some(Want::Exact(version));
    }
    Range::parse(bare).ok().map(Want::Range)
}

/// Chromium's own way of writing a version has a fourth part, which no version here has.
fn without_fourth(text: &str) -> &str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.rsplit_once('.') {
        Some((three, _)) if text.split('.').count() == 4 && text.split('.').all(is_number) => three,
        _ => text,
    }
}

impl Spec {
    fn path(path: &str, text: &str) -> Self {
        let name = Path::new(path).file_stem().unwrap_or_default();
        let named = |family: &&&Family| family.programs.iter().any(|program| name == *program);
        let by_name = FAMILIES.iter().find(named);
        // A file of any other name is taken for the first family: the probe finds out.
        let family = by_name.copied().unwrap_or(FAMILIES[0]);
        Self { family, want: Want::Path(absolute(path)), text: text.to_owned() }
    }

    /// The spec of just this version.
    pub fn exact(family: &'static Family, version: &Version) -> Self {
        let text = format!("{}@{version}", family.name);
        Self { family, want: Want::Exact(version.clone()), text }
    }

    /// Whether a version is among those asked for, as far as the version alone tells.
    pub fn admits(&self, version: &Version) -> bool {
        match &self.want {
            Want::Exact(wanted) => wanted == version,
            Want::Range(range) => range.satisfies(version),
            Want::Lts | Want::Latest | Want::System | Want::Path(_) => true,
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(text: &str) -> Want {
        text.parse::<Spec>().unwrap().want
    }

    #[test]
    fn versions_are_exact_and_parts_of_versions_are_ranges() {
        assert_eq!(want("node@12.16.2"), Want::Exact(Version::from((12_u64, 16, 2))));
        assert_eq!(want("node@v12.16.2"), want("node@12.16.2"));
        for text in ["node@12", "node@12.x", "node@^12.0.0"] {
            let Want::Range(range) = want(text) else { panic!("{text} is not a range") };
            assert!(range.satisfies(&Version::from((12_u64, 22, 12))), "{text}");
            assert!(!range.satisfies(&Version::from((13_u64, 0, 0))), "{text}");
        }
        let Want::Range(range) = want("node@>=11 <14") else { panic!("no range") };
        assert!(range.satisfies(&Version::from((11_u64, 0, 0))));
        assert!(range.satisfies(&Version::from((13_u64, 14, 0))));
        assert!(!range.satisfies(&Version::from((14_u64, 0, 0))));
    }

    #[test]
    fn spans_hold_both_their_ends_whole() {
        for (text, inside, outside) in [
            ("node@8..26", ["8.0.0", "26.10.0"], ["7.10.1", "27.0.0"]),
            ("node@12.10..12.16", ["12.10.0", "12.16.3"], ["12.9.1", "12.17.0"]),
            ("node@12.15.0..12.16.0", ["12.15.0", "12.16.0"], ["12.14.1", "12.16.1"]),
            ("node@0.10..0.12", ["0.10.0", "0.12.18"], ["0.8.28", "1.0.0"]),
        ] {
            let Want::Range(range) = want(text) else { panic!("{text} is not a range") };
            let holds = |version: &str| range.satisfies(&Version::parse(version).unwrap());
            assert_eq!((inside.map(holds), outside.map(holds)), ([true; 2], [false; 2]), "{text}");
        }
        for text in ["node@26..8", "node@8..", "node@..8", "node@8...26", "node@8..latest"] {
            let error = text.parse::<Spec>().unwrap_err().to_string();
            assert!(error.contains("or a range such as 8..26"), "{text}: {error}");
        }
    }

    #[test]
    fn chromium_is_written_with_four_parts_too() {
        let exact = Want::Exact(Version::from((80_u64, 0, 3987)));
        assert_eq!(want("chromium@80.0.3987"), exact);
        assert_eq!(want("chromium@80.0.3987.149"), exact);
        assert!(matches!(want("chromium@80"), Want::Range(_)));
        assert!("chromium@80.0.3987.x".parse::<Spec>().is_err());
        assert!("chromium@80.0.3987.1.2".parse::<Spec>().is_err());
        assert_eq!("/usr/bin/chromium".parse::<Spec>().unwrap().family.name, "chromium");
    }

    #[test]
    fn words_and_paths() {
        assert_eq!(want("node@lts"), Want::Lts);
        assert_eq!(want("node@latest"), Want::Latest);
        assert_eq!(want("node@system"), Want::System);
        assert_eq!(want("/opt/v@1/node"), Want::Path("/opt/v@1/node".into()));
        assert_eq!(want("node@/opt/node"), Want::Path("/opt/node".into()));
        let here = std::env::current_dir().unwrap();
        assert_eq!(want("./node"), Want::Path(here.join("node")));
        assert_eq!(want("Cargo.toml"), Want::Path(here.join("Cargo.toml")));
    }

    #[test]
    fn what_is_wrong_is_quoted() {
        for (text, words) in [
            ("nodejs", "\"nodejs\" is neither"),
            ("perl@5", "no runtime family \"perl\""),
            ("node@twelve", "\"twelve\" in \"node@twelve\" is not a version"),
            ("node@", "is not a version"),
        ] {
            let error = text.parse::<Spec>().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
