//! What usually makes a place of some kind grow, and what to do about it.
//!
//! Recognised by what the place is and what it holds, not by whose code it is. Advice is a guess that
//! a person checks: it says what to look for.

use super::holding::Holding;
use crate::step::Step;

/// Advice for the object of this name and id at the end of `path` or on it, if it is of a kind that is known;
/// the most telling sign counts.
pub(super) fn advice(
    name: &str,
    id: u32,
    path: &[Step],
    holds: Option<&Holding>,
) -> Option<String> {
    let held = holds.map_or("", |holds| &holds.name[..]);
    let chained_by = holds.and_then(|holds| holds.chain.as_deref());
    if let Some((emitter, event)) = listeners(id, path) {
        return Some(format!(
            "Listeners for `{event}` are added to {emitter} and never removed: take each off when \
             what it was added for is over, or add it with `once`"
        ));
    }
    let text = if name.starts_with("Detached ") || held.starts_with("Detached ") {
        "These DOM nodes are no longer in the document but still referred to: drop the reference \
         when they are removed"
    } else if name == "TimersList" || ["Timeout", "Immediate"].contains(&held) {
        "Timers are started and never cleared: call clearInterval or clearTimeout when their owner \
         is done"
    } else if chained_by.is_some_and(|links| links.contains("context")) {
        "Each function keeps the scope that it was made in, and that scope keeps the function before: \
         set the variable that links them to null, or make the function where that variable is \
         unknown"
    } else if ["Promise", "PromiseReaction", "system / PromiseReaction"].contains(&held)
        || name == "Promise"
    {
        "These promises wait for one that does not settle: give it a time limit. Promise.race adds to \
         a long-lived promise at each call"
    } else if chained_by.is_some() {
        "Each link refers to the one before it, so none can go while the last is in use: cut the \
         reference where a link is done"
    } else if held == "(sliced string)" {
        "A piece of a string keeps the whole string that it was cut from: copy the piece"
    } else if ["{resolve, reject}", "{reject, resolve}"].contains(&held) {
        "These are promises that nobody settled: settle and remove each, also when its answer never \
         comes"
    } else {
        match name {
            "Map" | "Set" => {
                "Entries are added and not deleted: delete each when it is done with, limit how many \
                 there may be, or use the object that an entry belongs to as key of a WeakMap"
            }
            "Array" => {
                "Elements are added and not removed: limit its length, or empty it when its content \
                 was used"
            }
            _ if holds.is_some() && (name == "Object" || name.starts_with('{')) => {
                "It is used as a table to which properties are added and not deleted: limit how many \
                 there may be"
            }
            _ => return None,
        }
    };
    Some(text.to_owned())
}

/// The emitter and the event, if the object is an emitter's list of listeners.
fn listeners(id: u32, path: &[Step]) -> Option<(&str, &str)> {
    let at = path.iter().position(|step| step.edge == "_events")?;
    let event = path.get(at + 1)?;
    let emitter = at.checked_sub(1).map_or("it", |before| &path[before].name[..]);
    (event.id == id).then_some((emitter, &event.edge[..]))
}
