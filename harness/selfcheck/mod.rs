//! What this machine can resolve: one variant under two names, measured again and again.
//!
//! The truth is known: the two are the same file, and their ratio is 1. So every difference that is
//! claimed is a false one, and the spread of the ratio is the machine's own. From it follows how
//! large a real difference must be to be found. And whole runs of all variants, measured again and again: how much more
//! they differ than the interval of each says. The measuring is that of `awaitbench run`; all here is functions of what
//! it gave.

mod advice;
mod between_runs;
mod export;
mod page;
mod resolution;
#[cfg(test)]
mod sample;

use crate::case::{Case, Variant};
use crate::key::Key;
use crate::measure::Warning;
use crate::stats::{Invocation, proportion};

pub use advice::Advice;
pub use between_runs::Runs;
pub use export::{Checked, Differing};
pub use resolution::{FalseClaims, Resolution, ResolutionFigures};

/// What is added to a variant's name for its second process.
const AGAIN: &str = ".again";

/// One round: the invocations of a variant's two names, which ran side by side.
pub type Round = Vec<(Invocation, Invocation)>;

/// A variant on a runtime, measured under two names in several rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub key: Key,
    pub rounds: Vec<Round>,
}

/// The case in which `variant` stands under two names, and nothing else.
pub fn twins(case: &Case, variant: &Variant) -> Case {
    let again = Variant { name: format!("{}{AGAIN}", variant.name), ..variant.clone() };
    Case { variants: vec![variant.clone(), again], ..case.clone() }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    pub resolutions: Vec<Resolution>,
    /// Over all of them; `None` if no round had an interval.
    pub false_claims: Option<FalseClaims>,
    /// What follows from the figures.
    pub advice: Vec<Advice>,
    /// What the machine did meanwhile.
    pub warnings: Vec<Warning>,
}

impl Findings {
    /// What the trials say, and what was warned of while they ran.
    pub fn of(trials: &[Trial], mut warnings: Vec<Warning>) -> Self {
        // That a quick run has few invocations is no news.
        warnings.retain(|warning| !matches!(warning, Warning::FewInvocations { .. }));
        let resolutions: Vec<Resolution> = trials.iter().map(ResolutionFigures::of).collect();
        let claims = resolutions.iter().map(|row| row.false_claims).sum();
        let rounds = resolutions.iter().map(|row| row.rounds).sum();
        let false_claims = proportion(claims, rounds).map(|share| FalseClaims {
            claims,
            rounds,
            share: share.value,
            share_low: share.low,
            share_high: share.high,
        });
        let advice = advice::all(&resolutions, false_claims.as_ref());
        Self { resolutions, false_claims, advice, warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Catalogue;

    #[test]
    fn twins_are_one_file_under_two_names() {
        let case = Catalogue::locate().find("await-two").unwrap();
        let twins = twins(&case, case.variant("async").unwrap());
        let names: Vec<_> = twins.variants.iter().map(|variant| &*variant.name).collect();
        assert_eq!(names, ["async", "async.again"]);
        assert_eq!(twins.variants[0].file, twins.variants[1].file);
        assert_eq!(twins.check, case.check);
    }

    #[test]
    fn claims_are_counted_over_all_trials() {
        let findings =
            Findings::of(&[sample::trial("async", 20, 0.01, 0.0, 1), sample::biased()], Vec::new());
        let claims = findings.false_claims.unwrap();
        assert_eq!(claims.rounds, 40);
        assert_eq!(
            claims.claims,
            findings.resolutions.iter().map(|row| row.false_claims).sum::<u32>()
        );
        assert!(claims.claims >= 15 && claims.are_too_many(), "{claims:?}");
        assert_eq!(Findings::of(&[], Vec::new()).false_claims, None);
    }

    /// Five in a hundred is what was promised, and eight may be chance.
    #[test]
    fn only_significantly_more_is_too_many() {
        for (claims, too_many) in [(5, false), (8, false), (10, false), (11, true)] {
            let share = proportion(claims, 100).unwrap();
            let claims = FalseClaims {
                claims,
                rounds: 100,
                share: share.value,
                share_low: share.low,
                share_high: share.high,
            };
            assert_eq!(claims.are_too_many(), too_many, "{claims:?}");
        }
    }
}
