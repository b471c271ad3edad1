//! A step of an investigation: how it ended, and who is told of it.

use serde::Serialize;

use crate::measure::redact::redact;
use crate::progress::{Progress, Stage};
use crate::show::format::one_line;

/// What a step has found, or why it has found nothing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    Found(T),
    /// It was not; one sentence says why.
    Failed(String),
    /// Nobody asked for it, or what it needs is not here; one sentence says which.
    Skipped(String),
}

impl<T> Step<T> {
    pub const fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Failed(_) | Self::Skipped(_) => None,
        }
    }

    /// Why nothing was found; `None` if something was.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }

    /// Whether it could not be carried out.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl<T: Discovery> Step<T> {
    /// Hides the places on the user's machine; answers what progress says, which may name them where it failed.
    pub(super) fn hide_places(&mut self) -> String {
        let words = match self {
            Self::Found(found) => {
                found.each_text(&mut hide);
                return found.summary();
            }
            Self::Failed(why) => format!("failed: {why}"),
            Self::Skipped(why) => format!("left out: {why}"),
        };
        let (Self::Failed(why) | Self::Skipped(why)) = self else { return words };
        hide(why);
        words
    }
}

impl<T> From<Result<T, String>> for Step<T> {
    fn from(found: Result<T, String>) -> Self {
        found.map_or_else(Self::Failed, Self::Found)
    }
}

/// Leaves of each place only its last part. A text of one line without any stays as it is: blanks in V8's own names
/// mean something.
pub(super) fn hide(text: &mut String) {
    let short = redact(text);
    if text.contains('\n') || short.len() < one_line(text).len() {
        *text = short;
    }
}

/// What a step can find.
pub trait Discovery {
    /// What progress says of it.
    fn summary(&self) -> String;
    /// Every text that may name places on the user's machine.
    fn each_text(&mut self, _visit: &mut dyn FnMut(&mut String)) {}
}

/// Tells what goes on within a step, in words made of an id and of what is being done with it.
pub(super) struct Within<'a, F> {
    pub(super) step: &'static str,
    pub(super) words: F,
    pub(super) progress: &'a dyn Progress,
}

impl<F: Fn(&str, &str) -> String> Progress for Within<'_, F> {
    fn at(&self, id: &str, stage: Stage) {
        self.progress.at(id, stage);
    }

    fn doing(&self, id: &str, what: &str) {
        self.progress.doing(self.step, &(self.words)(id, what));
    }
}
