//! Finds the versions in which something is so: which release lines leak, and from where to where.
//!
//! [`search`] is the whole of it. `lines` says what a line is, `search` which versions to ask next, `hunt` carries it out,
//! `windows` reads the answers, `verdicts` keeps them. What is asked is a [`Question`].

mod bisection;
mod export;
mod finding;
mod hunt;
mod lines;
mod operation;
mod page;
mod plan;
mod prober;
mod question;
#[cfg(test)]
pub(crate) mod sample;
mod search;
mod timing;
mod verdicts;
mod windows;
mod words;
mod world;

pub use bisection::Bisection;
pub use export::WindowRow;
pub use hunt::Rules;
pub use operation::search;
pub use plan::BisectPlan;
pub use question::{Bound, Metric, Question};
pub use search::WIDEST_GAP;
pub use verdicts::Verdicts;

impl Bisection {
    /// The answer in a sentence.
    pub fn summary(&self) -> String {
        words::sentence(self)
    }

    /// The windows of all lines, as JSON and CSV have them.
    pub fn windows(&self) -> Vec<WindowRow> {
        export::window_rows(self)
    }
}
