//! Finds the versions in which something is so: which release lines leak, and from where to where.
//!
//! `lines` says what a line is, `search` which versions to ask next, `hunt` carries it out,
//! `windows` reads the answers, `verdicts` keeps them. What is asked is a [`Question`].

mod export;
mod finding;
mod hunt;
mod lines;
mod page;
mod prober;
mod question;
#[cfg(test)]
mod sample;
mod search;
mod timing;
mod verdicts;
mod windows;
mod words;
mod world;

use std::time::Duration;

pub use finding::{Answer, Finding, Probed};
pub use hunt::{Outcome, Rules, Searched, hunt};
pub use lines::{Line, line_of, lines, skips_numbers};
pub use prober::{Prober, Watch};
pub use question::{Bound, Metric, Question};
pub use search::{Known, Purpose, State, Step, WIDEST_GAP, next};
pub use verdicts::{Key, Stamp, Verdicts};
pub use windows::{Window, widest_unasked, windows};
pub use world::{Trouble, World};

use crate::report::table::Page;

/// The answer to a bisection.
#[derive(Clone, Debug, PartialEq)]
pub struct Bisection {
    /// What was asked.
    pub question: Question,
    /// Of which case.
    pub case: String,
    /// Of which of its variants.
    pub variants: Vec<String>,
    /// What the user asked of the runtime, separated by spaces.
    pub flags: String,
    /// What the search came to.
    pub outcome: Outcome,
    /// How long it took.
    pub elapsed: Duration,
}

impl Bisection {
    /// Versions that were looked at.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.outcome.lines.iter().map(|searched| searched.line.versions.len()).sum()
    }

    /// Versions that gave an answer or were asked for one.
    #[must_use]
    pub fn asked(&self) -> usize {
        let found = self.outcome.lines.iter().flat_map(|searched| &searched.found).flatten();
        found.filter(|probed| probed.finding.probes > 0).count()
    }

    /// Whether the search came to its end, every line gave an answer, and every boundary was seen
    /// from both sides.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let is_exact = |searched: &Searched| {
            let answers = searched.answers();
            answers.iter().flatten().any(|answer| answer.state().is_some())
                && windows(&answers).iter().all(Window::is_exact)
        };
        self.outcome.stopped.is_none() && self.outcome.lines.iter().all(is_exact)
    }

    /// Whether any version answered yes.
    #[must_use]
    pub fn any_yes(&self) -> bool {
        let answers = self.outcome.lines.iter().flat_map(Searched::answers);
        answers.flatten().any(|answer| answer == Answer::Yes)
    }

    /// The answer for people.
    #[must_use]
    pub fn page(&self) -> Page {
        page::page(self)
    }

    /// The answer as a JSON object.
    ///
    /// # Errors
    /// serde_json's.
    pub fn json(&self) -> serde_json::Result<serde_json::Value> {
        export::json(self)
    }

    /// The windows as CSV.
    ///
    /// # Errors
    /// The csv writer's.
    pub fn csv(&self) -> Result<String, csv::Error> {
        export::csv(self)
    }
}
