//! Leaks whose cause is known, recognised by the path that they leave.

use serde::Serialize;

use crate::step::Step;

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

/// The article's leak. A prototype's map has a `PrototypeInfo`, which lists the maps that must be
/// told when the prototype changes; the list is held weakly, and is an array that only V8 sees.
const PROTOTYPE_USERS: Cause = Cause {
    id: "v8-prototype-users",
    explanation: "V8's list of prototype users only ever grew: each call of a generator function \
                  adds an entry, and V8 before 8.1 did not reuse the entries of those that died \
                  (PrototypeUsers::Add; Node 12.16.0 has the fix in its V8 7.8). TypeScript and \
                  Babel turn async functions into generators when they compile for less than \
                  ES2017",
    cure: "run Node 12.16.0 or later, or Chrome 81 or later; or compile with target es2017 or \
           later, in the dependencies too: `awaitbench scan` finds them",
    sources: &[
        "https://bugs.chromium.org/p/v8/issues/detail?id=10031",
        "https://github.com/nodejs/node/issues/30753",
        "https://github.com/microsoft/TypeScript/issues/36056",
    ],
};

/// What is known about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// A leak, and why.
    Leak(Cause),
    /// Something that grows up to a limit, and is no leak however large it is.
    Bounded,
}

/// What is known about the place that a path ends in; `locations` is whether the file can have
/// locations, [`Snapshot::declares_locations`].
///
/// Only V8 7.0 to 8.0 leaks prototype users. Earlier and later ones reuse entries after each full
/// collection, so that their list is as long as the most generators ever made between two: some
/// megabytes. Files of V8 before 7.0 have no locations, and later V8 (from 9 on) calls the list
/// `system / WeakArrayList`. Those in between can't be told apart, except by size.
///
/// [`Snapshot::declares_locations`]: crate::snapshot::Snapshot::declares_locations
pub fn recognise(path: &[Step], locations: bool) -> Option<Known> {
    let [.., info, list] = path else { return None };
    let is_prototype_info =
        info.edge == "prototype_info" || info.name.starts_with("system / PrototypeInfo");
    // The list itself is an array or an object without a name, depending on the version.
    let is_list = ["array", "hidden", "object shape"].contains(&list.kind.as_str());
    if !is_prototype_info || !is_list {
        return None;
    }
    let fixed = list.name == "system / WeakArrayList";
    Some(if fixed || !locations { Known::Bounded } else { Known::Leak(PROTOTYPE_USERS) })
}
