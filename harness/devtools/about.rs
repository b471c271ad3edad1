//! What a browser says of itself.

use node_semver::Version;
use serde_json::Value;

/// What a browser answers to `Browser.getVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its version, without the fourth part.
    ///
    /// Chromium counts in four parts, `80.0.3987.149`: the third names the branch that a release is
    /// made from, and the fourth the builds of that branch. Versions here have three, as npm writes
    /// them; builds of one branch are told by the engine's version.
    pub version: Version,
    pub engine_version: String,
}

impl About {
    /// Reads the answer to `Browser.getVersion`; `None` if it is none.
    pub fn parse(answer: &Value) -> Option<Self> {
        // `HeadlessChrome/80.0.3987.0`, or `Chrome/…` with a window or the new headless mode.
        let (_, version) = answer["product"].as_str()?.rsplit_once('/')?;
        let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
        let mut next = || parts.next().flatten();
        let version = Version::from((next()?, next()?, next()?));
        let engine_version = answer["jsVersion"].as_str()?.to_owned();
        Some(Self { version, engine_version })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn three_of_four_parts_are_the_version() {
        let of = |product: &str| {
            About::parse(&json!({"product": product, "jsVersion": "8.0.426.1"}))
                .map(|about| about.version.to_string())
        };
        assert_eq!(of("HeadlessChrome/80.0.3987.0").as_deref(), Some("80.0.3987"));
        assert_eq!(of("Chrome/148.0.7778.167").as_deref(), Some("148.0.7778"));
        assert_eq!(of("Chrome"), None);
        assert_eq!(of("Chrome/80.0"), None);
        assert_eq!(of("Chrome/80.x.3987.0"), None);
        assert_eq!(About::parse(&json!({"product": "Chrome/80.0.3987.0"})), None);
    }
}
