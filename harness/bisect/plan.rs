//! What is asked, of which versions, and how.

use std::time::Duration;

use super::hunt::Rules;
use super::question::Question;
use super::verdicts::Verdicts;
use crate::case::Case;
use crate::runtime::{Settings, Spec};
use crate::session::Deadlines;

/// What is asked, of which versions, and how.
#[derive(Clone, Debug)]
pub struct BisectPlan {
    pub specs: Vec<Spec>,
    /// What is asked of each.
    pub question: Question,
    /// The case, with just the variants that are executed.
    pub case: Case,
    /// What the user asked of the runtime.
    pub settings: Settings,
    /// How the search is carried out.
    pub rules: Rules,
    /// How long each request may take where time is measured.
    pub deadlines: Deadlines,
    /// How long a leak probe may take.
    pub budget: Duration,
    /// Where answers are kept, if they are.
    pub verdicts: Option<Verdicts>,
}
