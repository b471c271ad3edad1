//! Leaks whose cause is known, recognised by the path that they leave.

use serde::Serialize;

use crate::heap::path::Step;

/// An explained leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// A short name for scripts.
    pub id: &'static str,
    /// What happens, in a sentence.
    pub explanation: &'static str,
    /// What to do.
    pub cure: &'static str,
    /// Where that is documented.
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

/// The cause of what a path ends in, if it is a known one.
#[must_use]
pub fn recognise(path: &[Step]) -> Option<Cause> {
    let [.., info, list] = path else { return None };
    let is_prototype_info =
        info.edge == "prototype_info" || info.name.starts_with("system / PrototypeInfo");
    // The list itself is an array or an object without a name, depending on the version.
    let is_list = ["array", "hidden", "object shape"].contains(&list.kind.as_str());
    (is_prototype_info && is_list).then_some(PROTOTYPE_USERS)
}
