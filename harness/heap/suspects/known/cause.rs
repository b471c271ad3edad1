//! What a known cause says, and the sign that it is told by.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::path::source;

/// The name of the article's cause.
pub(super) const PROTOTYPE_USERS: &str = "v8-prototype-users";

/// An explained leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// A short name for scripts.
    pub id: &'static str,
    /// What happens, in a sentence.
    pub explanation: &'static str,
    /// What to do, as an imperative clause.
    pub cure: &'static str,
    /// Addresses of pages that say so.
    pub sources: &'static [&'static str],
}

impl Cause {
    /// Whether it is the article's, whose list has no name in a snapshot.
    pub(crate) fn is_prototype_users(&self) -> bool {
        self.id == PROTOTYPE_USERS
    }
}

/// What a cause leaves on the way to the bytes, and what it is about.
pub(super) enum Sign {
    /// A link of this name; the subject is what it leads to.
    Link(&'static str),
    /// A link of the second name out of an object of the first, which is the subject.
    LinkOf(&'static str, &'static str),
    /// A link to an object of the second name out of an object of the first, which is the subject.
    LinkTo(&'static str, &'static str),
    /// As [`Self::LinkOf`], where the way ends with an element of what the link leads to: much else is behind it.
    ContentOf(&'static str, &'static str),
}

impl Sign {
    /// The subject, if the link is the sign; so many links are `left` on the way.
    pub(super) fn subject(&self, analysis: &Analysis, link: usize, left: usize) -> Option<u32> {
        let snapshot = &analysis.snapshot;
        let (from, to) = (source(analysis, link), snapshot.links[link].target());
        // Before Node 20 signals bear the name of the class that they are derived from.
        let is_signal = |node: u32| snapshot.linked(node, "<symbol kAborted>").is_some();
        let is = |node: u32, name: &str| {
            snapshot.name(node) == name.as_bytes() || name == "AbortSignal" && is_signal(node)
        };
        let found = match self {
            Self::Link(name) => snapshot.link_is(link, name),
            Self::LinkOf(owner, name) => snapshot.link_is(link, name) && is(from, owner),
            Self::ContentOf(owner, name) => {
                left <= 2 && snapshot.link_is(link, name) && is(from, owner)
            }
            Self::LinkTo(owner, target) => is(from, owner) && is(to, target),
        };
        found.then_some(if matches!(self, Self::Link(_)) { to } else { from })
    }
}
