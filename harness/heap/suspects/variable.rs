//! What the program calls a place: the variable or global on the way to it, and the file it is in.

use super::holding::function_at;
use crate::analysis::Analysis;
use crate::layout::LinkKind;
use crate::path::source;
use crate::script::{Scripts, file_of_function, is_node_s_own};

/// So many properties behind a variable are still read: `app.db._events.change`.
const MOST_PARTS: usize = 5;

/// A variable of the program, and the properties behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variable {
    /// `store.sessions`.
    pub(super) name: Option<String>,
    /// The file of the variable, if it is one of a function or module.
    pub(super) file: Option<String>,
    /// A function that sees the variable, and where it is.
    pub(super) seen_by: Option<String>,
}

/// What leads to `holder` on the way that `links` are, from the last variable of a scope or property
/// of the global object on. `None` if a link on the way has no name in the program.
pub(super) fn variable(
    analysis: &Analysis,
    scripts: &Scripts,
    links: &[usize],
    holder: u32,
) -> Option<Variable> {
    let snapshot = &analysis.snapshot;
    let end = links.iter().position(|&link| snapshot.links[link].target() == holder)?;
    let global = |parts| Variable { name: Some(joined(parts)), ..Variable::default() };
    let mut parts = Vec::new();
    let mut way = links[..=end].iter().rev().peekable();
    while let Some(&link) = way.next().filter(|_| parts.len() < MOST_PARTS) {
        match snapshot.links[link].kind() {
            LinkKind::Context => {
                parts.push(snapshot.link_text(link));
                let scope = source(analysis, link);
                let function = scripts.function_in_scope(snapshot, scope);
                let file = function.and_then(|function| file_of_function(snapshot, function));
                let own = function.filter(|&function| {
                    snapshot.location_of(function).is_some()
                        && file.as_ref().is_some_and(|file| !is_node_s_own(file))
                });
                let seen_by = own.and_then(|function| function_at(analysis, scripts, function));
                return Some(Variable { name: Some(joined(parts)), file, seen_by });
            }
            LinkKind::Property => parts.push(snapshot.link_text(link)),
            LinkKind::Element => parts.push(format!("[{}]", snapshot.link_text(link))),
            // A global is a property of what the root's shortcut leads to.
            LinkKind::Shortcut if !parts.is_empty() => return Some(global(parts)),
            // What a Map or an array holds is behind a table that the program does not see.
            _ if way.peek().is_some_and(|&&table| is_store(analysis, table)) => {
                way.next();
                parts.push("[…]".to_owned());
            }
            // The prototype's links and the like: what is behind them is no property of the holder.
            _ => break,
        }
    }
    // An index alone says nothing.
    parts.last().is_some_and(|part| !part.starts_with('[')).then(|| global(parts))
}

/// Whether a link leads from a collection to the array that V8 keeps its content in.
fn is_store(analysis: &Analysis, link: usize) -> bool {
    let snapshot = &analysis.snapshot;
    ["table", "elements"].iter().any(|name| snapshot.link_is(link, name))
        && snapshot.kind(snapshot.links[link].target()) == snapshot.types.array
}

/// The parts in the program's order, with points between them.
fn joined(parts: Vec<String>) -> String {
    let mut name = String::new();
    for part in parts.into_iter().rev() {
        if !name.is_empty() && !part.starts_with('[') {
            name.push('.');
        }
        name += &part;
    }
    name
}
