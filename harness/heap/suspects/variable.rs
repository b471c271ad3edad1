//! What the program calls a place: the variable or global on the way to it, and the file it is in.

use crate::analysis::Analysis;
use crate::layout::LinkKind;
use crate::path::source;
use crate::script::Scripts;

/// So many properties behind a variable are still read: `app.db._events.change`.
const MOST_PARTS: usize = 5;

/// A variable of the program, and the properties behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// `store.sessions`.
    pub(super) name: String,
    /// The file of the variable, if it is one of a function or module.
    pub(super) file: Option<String>,
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
    let mut parts = Vec::new();
    for &link in links[..=end].iter().rev().take(MOST_PARTS) {
        match snapshot.links[link].kind() {
            LinkKind::Context => {
                parts.push(snapshot.link_text(link));
                let file = scripts.of_scope(snapshot, source(analysis, link));
                return Some(Variable { name: joined(parts), file });
            }
            LinkKind::Property => parts.push(snapshot.link_text(link)),
            LinkKind::Element => parts.push(format!("[{}]", snapshot.link_text(link))),
            // A global is a property of what the root's shortcut leads to.
            LinkKind::Shortcut if !parts.is_empty() => {
                return Some(Variable { name: joined(parts), file: None });
            }
            // The prototype's links and the like: what is behind them is no property of the holder.
            _ => break,
        }
    }
    (!parts.is_empty()).then(|| Variable { name: joined(parts), file: None })
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
