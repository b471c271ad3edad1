//! Whether a runtime leaks where async functions were compiled to generators.
//!
//! V8's list of prototype users only grew from V8 7.0 on: every generator that is made with a
//! prototype of its own adds an entry. V8 8.1 reuses the entries, and Node.js took the fix into its
//! V8 7.8 and 7.9. The bounds of Node.js 11, 12 and 13 were seen by forced collection: 200,000 calls
//! of each style's output on 10.24.1, 11.0.0, 12.15.0, 12.16.0, 13.0.0, 13.4.0, 13.5.0, 13.6.0,
//! 13.14.0 and 14.21.3. Those of Chromium follow from V8's.

use node_semver::Version;
use serde::Serialize;

/// Consecutive releases that leak, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AffectedRange {
    /// `node` or `chromium`.
    pub runtime: &'static str,
    /// The first release that leaks.
    pub first_leaking: &'static str,
    /// The first one after it that does not.
    pub fixed_in: &'static str,
}

/// All releases that are known to leak.
pub const WINDOWS: &[AffectedRange] = &[
    AffectedRange { runtime: "node", first_leaking: "11.0.0", fixed_in: "12.16.0" },
    AffectedRange { runtime: "node", first_leaking: "13.0.0", fixed_in: "13.6.0" },
    AffectedRange { runtime: "chromium", first_leaking: "70.0.0", fixed_in: "81.0.4044" },
];

/// What down-levelled async does on a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It leaks memory, and is slower than async functions.
    Leaks,
    /// It is slower than async functions, and leaks nothing.
    Slower,
    /// The runtime has no async functions: there is nothing to gain by keeping them.
    Needed,
}

/// The first Node.js with async functions.
const FIRST_ASYNC: (u64, u64) = (7, 6);

impl Effect {
    /// What it does on this version; `leaking` is whether any call site makes generators with
    /// prototypes of their own.
    pub fn on(runtime: &str, version: &Version, leaking: bool) -> Self {
        if runtime == "node" && (version.major, version.minor) < FIRST_ASYNC {
            return Self::Needed;
        }
        let bound = |text: &str| Version::parse(text).ok();
        let is_inside = |range: &&AffectedRange| {
            range.runtime == runtime
                && bound(range.first_leaking).is_some_and(|first| *version >= first)
                && bound(range.fixed_in).is_some_and(|fixed| *version < fixed)
        };
        let leaks = leaking && WINDOWS.iter().any(|range| is_inside(&range));
        if leaks { Self::Leaks } else { Self::Slower }
    }

    /// The word in tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leaks => "leaks",
            Self::Slower => "slower",
            Self::Needed => "needed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(version: &str) -> Effect {
        Effect::on("node", &Version::parse(version).unwrap(), true)
    }

    #[test]
    fn the_bounds_are_those_that_were_measured() {
        for leaking in ["11.0.0", "11.15.0", "12.0.0", "12.15.0", "13.0.0", "13.5.0"] {
            assert_eq!(effect(leaking), Effect::Leaks, "{leaking}");
        }
        for fixed in ["7.6.0", "10.24.1", "12.16.0", "12.22.12", "13.6.0", "14.0.0", "26.10.0"] {
            assert_eq!(effect(fixed), Effect::Slower, "{fixed}");
        }
        assert_eq!(effect("6.17.1"), Effect::Needed);
        let safe = Effect::on("node", &Version::parse("12.15.0").unwrap(), false);
        assert_eq!(safe, Effect::Slower);
    }

    #[test]
    fn every_bound_is_a_version() {
        for range in WINDOWS {
            let [first, fixed] = [range.first_leaking, range.fixed_in].map(Version::parse);
            assert!(first.unwrap() < fixed.unwrap());
        }
    }
}
