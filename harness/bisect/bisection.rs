//! The answer to a bisection, and what follows from it.

use std::time::Duration;

use super::finding::Answer;
use super::hunt::{Outcome, Searched};
use super::question::Question;
use super::windows::{Window, windows};

/// The answer to a bisection.
#[derive(Clone, Debug, PartialEq)]
pub struct Bisection {
    pub question: Question,
    pub case: String,
    /// Of which of its variants.
    pub variants: Vec<String>,
    /// What the user asked of the runtime, separated by spaces.
    pub flags: String,
    /// What the search came to.
    pub outcome: Outcome,
    pub elapsed: Duration,
}

impl Bisection {
    /// Versions that were looked at.
    pub fn listed(&self) -> usize {
        self.outcome.lines.iter().map(|searched| searched.line.versions.len()).sum()
    }

    /// Versions that gave an answer or were asked for one.
    pub fn asked(&self) -> usize {
        let found = self.outcome.lines.iter().flat_map(|searched| &searched.found).flatten();
        found.filter(|probed| probed.finding.probes > 0).count()
    }

    /// Whether the search came to its end, every line gave an answer, and every boundary was seen
    /// from both sides.
    pub fn is_exact(&self) -> bool {
        let is_exact = |searched: &Searched| {
            let answers = searched.answers();
            answers.iter().flatten().any(|answer| answer.state().is_some())
                && windows(&answers).iter().all(Window::is_exact)
        };
        self.outcome.stopped.is_none() && self.outcome.lines.iter().all(is_exact)
    }

    /// Whether any version answered yes.
    pub fn any_yes(&self) -> bool {
        let answers = self.outcome.lines.iter().flat_map(Searched::answers);
        answers.flatten().any(|answer| answer == Answer::Yes)
    }

    /// Why there is no answer, if the search stopped or no version gave one.
    pub fn failure(&self) -> Option<String> {
        let mut answers = self.outcome.lines.iter().flat_map(Searched::answers).flatten();
        let is_answered = answers.any(|answer| answer.state().is_some());
        let stopped = self.outcome.stopped.clone();
        stopped.or_else(|| (!is_answered).then(|| "no version gave an answer".to_owned()))
    }

    /// Every text that may name places on the user's machine.
    pub fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        let Outcome { stopped, lines, .. } = &mut self.outcome;
        stopped.iter_mut().for_each(&mut *visit);
        let probed = lines.iter_mut().flat_map(|line| &mut line.found).flatten();
        probed.for_each(|probed| visit(&mut probed.finding.detail));
    }
}
