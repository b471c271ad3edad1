//! What to change, out of what was found.

use std::fmt;

use serde::Serialize;

use super::resolution::{FalseClaims, Resolution};
use crate::show::Advise;
use crate::show::format::{fixed, percent};

/// A difference that a default run should find. Larger ones are read from a table at a glance.
const FINE_ENOUGH: f64 = 1.05;

/// Something that a reader should know or do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Advice {
    /// Differences are claimed more often than intervals of 95 % may.
    TooManyClaims { share: f64 },
    /// One of two equal names has an advantage.
    Biased {
        of: String,
        /// The ratio that should be 1.
        ratio: f64,
    },
    /// A default run does not find small differences.
    Coarse {
        of: String,
        /// The smallest ratio that it finds.
        detectable: f64,
        thorough: f64,
    },
}

impl Advise for Advice {
    fn advice(&self) -> &'static str {
        match self {
            Self::TooManyClaims { .. } => {
                "the machine changes while it measures: end other programs, and take no interval at its word meanwhile"
            }
            Self::Biased { .. } => {
                "repeat with more --rounds; if it stays, please report it as a defect of awaitbench"
            }
            Self::Coarse { .. } => {
                "end other programs, measure with --thorough or --precision, or look for larger differences only"
            }
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyClaims { share } => write!(
                f,
                "a difference that is none is claimed in {} % of the runs, where 5 % were stated",
                fixed(share * 100.0, 0)
            ),
            Self::Biased { of, ratio } => {
                let ratio = fixed(*ratio, 3);
                write!(f, "{of} differs from itself: the ratio is {ratio} where it should be 1")
            }
            Self::Coarse { of, detectable, thorough } => write!(
                f,
                "a default run finds differences of {of} from {} on, one with --thorough from {}",
                percent(detectable - 1.0),
                percent(thorough - 1.0)
            ),
        }
    }
}

/// Everything there is to say, the weightiest first.
pub(super) fn all(resolutions: &[Resolution], claims: Option<&FalseClaims>) -> Vec<Advice> {
    let mut advice = Vec::new();
    if let Some(claims) = claims.filter(|claims| claims.are_too_many()) {
        advice.push(Advice::TooManyClaims { share: claims.share });
    }
    for row in resolutions.iter().filter(|row| row.is_biased()) {
        advice.extend(row.ratio.map(|ratio| Advice::Biased { of: row.key.label(), ratio }));
    }
    for row in resolutions {
        if let Some((detectable, thorough)) = row.detectable_default.zip(row.detectable_thorough)
            && detectable > FINE_ENOUGH
        {
            advice.push(Advice::Coarse { of: row.key.label(), detectable, thorough });
        }
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::super::{Findings, sample};
    use crate::show::Advise;

    #[test]
    fn a_calm_machine_needs_none() {
        let findings = Findings::of(&[sample::trial("async", 20, 0.01, 0.005, 1)], Vec::new());
        assert_eq!(findings.advice, []);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        let findings =
            Findings::of(&[sample::biased(), sample::trial("async", 9, 0.1, 0.1, 2)], Vec::new());
        let words: Vec<String> = findings.advice.iter().map(ToString::to_string).collect();
        assert!(words[0].contains("is claimed in"), "{words:?}");
        assert!(words[1].starts_with("await-two generator on node 12.16.2 differs"), "{words:?}");
        let last = words.last().unwrap();
        assert!(
            last.starts_with("a default run finds differences of await-two async"),
            "{words:?}"
        );
        assert!(findings.advice.iter().all(|advice| !advice.advice().is_empty()));
    }
}
