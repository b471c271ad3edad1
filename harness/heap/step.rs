//! One link of a way from the roots, and how people read it.

use serde::Serialize;

use super::amount::{Bytes, thousands};
use super::text::printable;

/// One link of a path and the object that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The link's name, or its index.
    pub edge: String,
    /// `property`, `element`, `context`, `internal`, `hidden`, `shortcut` or `weak`.
    pub edge_kind: &'static str,
    /// The object's name for people: plain objects by their shape, strings shortened.
    pub name: String,
    /// The object's type in the file: `object`, `closure`, `array`.
    pub kind: String,
    /// The object's id, which stays the same within a session.
    pub id: u32,
    /// The object's own size as V8 gives it, in bytes.
    pub self_bytes: u64,
    /// How often the step, or the group of steps that it is part of, comes in a row.
    pub times: u64,
}

impl Step {
    /// The step for people: `{map} → system / Map @55175, 80 B`, with the link in the form that says its
    /// kind, as DevTools has it.
    pub fn line(&self) -> String {
        let edge = match self.edge_kind {
            "element" | "hidden" => format!("[{}]", self.edge),
            // The root's own links have a number that means nothing.
            "shortcut" => "(root)".to_owned(),
            "internal" => format!("{{{}}}", self.edge),
            "context" => format!("->{}", self.edge),
            _ => format!(".{}", self.edge),
        };
        let times = match self.times {
            1 => String::new(),
            times => format!(" × {}", thousands(times)),
        };
        // Global objects are named after an address that a program may not have.
        let name = self.name.trim_end_matches("/ ").trim_end();
        let line = format!("{edge} → {name} @{}, {}{times}", self.id, Bytes(self.self_bytes));
        printable(&line).into_owned()
    }
}
