//! Where in the program something is: file, line and column.
//!
//! A snapshot gives locations as a number of the script, a line and a column. The script's file is
//! the name of the `Script` that a function of the same number hangs on. V8 before 7.0 (Node 8 to 10)
//! writes no locations, but functions have their script there too.

use std::collections::HashMap;

use super::snapshot::{Location, Snapshot};
use super::text::to_text;

/// What V8 has called the link from what functions share to their script.
const TO_SCRIPT: [&str; 2] = ["script", "script_or_debug_info"];

/// The files of a snapshot's scripts.
#[derive(Clone, Debug, Default)]
pub struct Scripts {
    files: HashMap<u32, String>,
}

impl Scripts {
    /// Finds the files of all scripts that have a function with a location.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut files = HashMap::new();
        for &(node, location) in &snapshot.locations {
            if snapshot.kind(node) == snapshot.types.closure
                && !files.contains_key(&location.script)
                && let Some(file) = file_of_function(snapshot, node)
            {
                files.insert(location.script, file);
            }
        }
        Self { files }
    }

    /// `file:line:column`, as editors and stack traces have it: from 1. `None` if the script has no
    /// file or is not known.
    pub fn place(&self, at: Location) -> Option<String> {
        let file = self.files.get(&at.script)?;
        Some(format!("{file}:{}:{}", u64::from(at.line) + 1, u64::from(at.column) + 1))
    }

    /// Where a function is: [`Self::place`], or only its file where the snapshot has no locations.
    pub fn of_function(&self, snapshot: &Snapshot, function: u32) -> Option<String> {
        let place = snapshot.location_of(function).and_then(|at| self.place(at));
        place.or_else(|| file_of_function(snapshot, function))
    }

    /// A function that sees the variables of a scope (`system / Context`), the first in its file.
    pub fn function_in_scope(&self, snapshot: &Snapshot, scope: u32) -> Option<u32> {
        let is_inner = |&node: &u32| {
            snapshot.kind(node) == snapshot.types.closure
                && snapshot.linked(node, "context") == Some(scope)
                && file_of_function(snapshot, node).is_some()
        };
        let place = |&node: &u32| snapshot.location_of(node).map(|at| (at.line, at.column));
        snapshot.ordinals().filter(is_inner).min_by_key(place)
    }
}

/// The name of the script that a function is part of, unless it is empty.
pub(crate) fn file_of_function(snapshot: &Snapshot, function: u32) -> Option<String> {
    let shared = snapshot.linked(function, "shared")?;
    let script = TO_SCRIPT.iter().find_map(|name| snapshot.linked(shared, name))?;
    let name = to_text(snapshot.name(script));
    // A script that was evaluated has no name; V8's own word then stands for it.
    (snapshot.kind(script) == snapshot.types.code
        && !name.is_empty()
        && !name.starts_with("system")
        && !name.starts_with('('))
    .then(|| name.into_owned())
}

/// Whether a place is in what comes with Node itself.
pub fn is_node_s_own(place: &str) -> bool {
    place.starts_with("node:") || place.starts_with("internal/")
}

/// A place without its folders, for where there is little room; Node's own files keep their name.
pub fn short(place: &str) -> &str {
    if is_node_s_own(place) {
        return place;
    }
    place.rsplit(['/', '\\']).next().unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    #[test]
    fn functions_name_the_files_of_their_scripts() {
        let mut s = Specimen::new();
        let scope = s.node("object", "system / Context", 40);
        let run = s.node("closure", "run", 64);
        let shared = s.node("code", "run", 64);
        let script = s.node("code", "/srv/app/queue.js", 64);
        let record = s.node("object", "Rec", 24);
        let other = s.node("object", "Rec", 24);
        let old = s.node("closure", "without a location", 64);
        s.link(0, "shortcut", "run", run);
        s.link(run, "internal", "shared", shared);
        s.link(run, "internal", "context", scope);
        s.link(old, "internal", "shared", shared);
        s.link(shared, "internal", "script_or_debug_info", script);
        s.location(run, 7, 11, 4);
        s.location(record, 7, 0, 0);
        s.location(other, 8, 0, 0);
        let snapshot = s.read();
        let scripts = Scripts::of(&snapshot);
        let place = |node| snapshot.location_of(node).and_then(|at| scripts.place(at));
        assert_eq!(place(record).unwrap(), "/srv/app/queue.js:1:1");
        assert_eq!(place(other), None);
        assert_eq!(scripts.of_function(&snapshot, run).unwrap(), "/srv/app/queue.js:12:5");
        assert_eq!(scripts.of_function(&snapshot, old).unwrap(), "/srv/app/queue.js");
        assert_eq!(scripts.function_in_scope(&snapshot, scope), Some(run));
        assert_eq!(scripts.function_in_scope(&snapshot, record), None);
    }

    #[test]
    fn folders_are_left_out_where_there_is_no_room() {
        assert_eq!(short("/srv/app/queue.js:12:5"), "queue.js:12:5");
        assert_eq!(short("C:\\app\\queue.js:12:5"), "queue.js:12:5");
        assert_eq!(short("node:internal/timers:1:2"), "node:internal/timers:1:2");
    }
}
