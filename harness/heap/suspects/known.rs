//! Leaks whose cause is known, recognised by the path that they leave.
//!
//! V8, Node and the program's own objects leave names on the way to what they keep: a field of Node's
//! (`knownTimersById`), a link of V8's (`reactions_or_result`). A cause is told by such a name, and its
//! subject is what the program can change: its signal, its registry, its promise.

mod cause;
mod causes;

use super::holding::Holding;
use crate::analysis::Analysis;
use crate::path::source;
use crate::step::Step;
pub use cause::Cause;
use causes::{CLASSES, PROMISE_REACTIONS, PROTOTYPE_USERS, SIGNATURES};

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

/// The cause that left its signature on a way, and the node that it is about; `held` is what most of the
/// bytes at its end are.
pub(super) fn recognise_way(
    analysis: &Analysis,
    links: &[usize],
    held: Option<&Holding>,
) -> Option<(Cause, u32)> {
    let signed = |(left, &link): (usize, &usize)| {
        SIGNATURES
            .iter()
            .find_map(|(sign, cause)| Some((*cause, sign.subject(analysis, link, left)?)))
    };
    let found = links.iter().rev().enumerate().find_map(signed);
    found.or_else(|| {
        // A promise has one reaction for whoever awaits it; many wait for one that does not settle.
        let held = held?;
        let are_many = held.name.ends_with("PromiseReaction") && held.chain.is_some();
        let is_first = |&&link: &&usize| analysis.snapshot.link_is(link, "reactions_or_result");
        let first = links.iter().rev().find(is_first)?;
        are_many.then(|| (PROMISE_REACTIONS, source(analysis, *first)))
    })
}

/// The cause of which objects of a class are the sign.
pub(super) fn recognise_class(name: &str) -> Option<Cause> {
    CLASSES.iter().find(|(class, _)| *class == name).map(|(_, cause)| *cause)
}
