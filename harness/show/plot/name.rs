//! Names of plot files that are safe on every file system, whatever a case is called.

use sha2::{Digest, Sha256};

/// The longest part of a case's name that is kept.
const LONGEST: usize = 60;

/// The name in lower case with hyphens for all that is not a letter, a digit, `-` or `_`.
///
/// A name that had to be changed gets the start of its hash, so that two cases never share a file.
pub fn file_stem(case: &str) -> String {
    let safe: String = case
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9' | '-' | '_') => c,
            _ => '-',
        })
        .take(LONGEST)
        .collect();
    if safe == case && !safe.is_empty() {
        return safe;
    }
    let hash = Sha256::digest(case.as_bytes());
    format!("{safe}-{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_stay() {
        assert_eq!(file_stem("await-two"), "await-two");
        assert_eq!(file_stem("my_case-2"), "my_case-2");
    }

    #[test]
    fn other_names_become_safe_and_stay_apart() {
        // The first bytes of each SHA-256, as `printf … | sha256sum` gives them.
        assert_eq!(file_stem("../etc"), "---etc-f7f9121f");
        assert_ne!(file_stem("a b"), file_stem("a/b"));
        assert_ne!(file_stem("Case"), file_stem("case"));
        assert!(file_stem("").starts_with('-'));
        assert!(file_stem(&"x".repeat(300)).len() < 80);
        assert!(file_stem("así/\0").is_ascii());
    }
}
