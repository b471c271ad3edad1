//! What was found out about one version.

use node_semver::Version;

use super::search::{Known, State};
use crate::measure::Failure;
use crate::record::Status;
use crate::stats::Estimate;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It leaks; or whatever was asked is so.
    Yes,
    No,
    /// It can't parse the variant.
    Unsupported,
    /// It was asked, and what came can't be decided.
    Unknown,
    Missing,
    /// It won't start, crashes, hangs, or computes something wrong.
    Broken,
}

impl Answer {
    /// What the search makes of it.
    pub const fn state(self) -> Option<State> {
        match self {
            Self::Yes => Some(State::Yes),
            Self::No => Some(State::No),
            Self::Unsupported => Some(State::Unsupported),
            Self::Unknown | Self::Missing | Self::Broken => None,
        }
    }

    /// Whether the version could not be asked at all: an error, unless the user wants to go on.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Missing | Self::Broken)
    }
}

/// The outcome of asking one version.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionAnswer {
    pub answer: Answer,
    /// One line on why there is none; empty if there is one.
    pub detail: String,
    /// The figure it was decided from, where it is one.
    pub estimate: Option<Estimate>,
    /// How many times it was asked in fresh processes, now or earlier, with this answer.
    pub probes: u32,
    /// Whether it comes from the cache of verdicts.
    pub cached: bool,
}

impl VersionAnswer {
    /// A finding of one probe.
    pub const fn of(answer: Answer, detail: String, estimate: Option<Estimate>) -> Self {
        Self { answer, detail, estimate, probes: 1, cached: false }
    }

    /// The finding about a version that did not do what was asked. One that can't parse the variant
    /// has answered.
    pub fn failed(failure: Failure) -> Self {
        let answer = match failure.status {
            Status::Unsupported => Answer::Unsupported,
            _ => Answer::Broken,
        };
        Self::of(answer, failure.detail, None)
    }

    /// What this finding and a later one of the same version say together. Two answers that differ
    /// are none.
    pub fn with(self, later: Self, word: impl Fn(Answer) -> &'static str) -> Self {
        let probes = self.probes + later.probes;
        if self.answer == later.answer {
            return Self { probes, cached: false, ..self };
        }
        if later.answer.state().is_none() {
            return Self { probes, ..later };
        }
        let detail = format!("answered {}, then {}", word(self.answer), word(later.answer));
        Self { answer: Answer::Unknown, detail, estimate: None, probes, cached: false }
    }

    /// What the search makes of it.
    pub fn known(&self) -> Known {
        self.answer
            .state()
            .map_or(Known::Undecided, |state| Known::Decided { state, confirmed: self.probes > 1 })
    }
}

/// A version with what was found out about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    pub version: Version,
    /// The engine's version as the process reported it; empty if it never did.
    pub engine_version: String,
    pub finding: VersionAnswer,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(answer: Answer) -> VersionAnswer {
        VersionAnswer::of(answer, String::new(), None)
    }

    fn word(answer: Answer) -> &'static str {
        match answer {
            Answer::Yes => "leaks",
            _ => "stable",
        }
    }

    #[test]
    fn two_equal_answers_confirm_and_two_others_are_none() {
        let twice = finding(Answer::Yes).with(finding(Answer::Yes), word);
        assert_eq!(twice.known(), Known::Decided { state: State::Yes, confirmed: true });
        let never = finding(Answer::Yes).with(finding(Answer::No), word);
        assert_eq!((never.answer, never.probes), (Answer::Unknown, 2));
        assert_eq!(never.detail, "answered leaks, then stable");
        let broken = VersionAnswer::of(Answer::Broken, "crashed".to_owned(), None);
        let after = finding(Answer::Yes).with(broken, word);
        assert_eq!((after.answer, after.detail.as_str()), (Answer::Broken, "crashed"));
    }
}
