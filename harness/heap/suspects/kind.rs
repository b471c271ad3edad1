//! What is counted as one kind of thing: DevTools' class, and for what only V8 sees, its name as well.

use crate::analysis::Analysis;
use crate::text::to_text;

/// A class; `(system)` and `(synthetic)` alone say nothing, so what is in them is told apart by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind {
    pub(super) class: u32,
    /// A number of the snapshot's strings, for what is in those only.
    name: Option<u32>,
}

impl Kind {
    pub(super) fn of(analysis: &Analysis, node: u32) -> Self {
        let snapshot = &analysis.snapshot;
        let kind = snapshot.kind(node);
        let is_hidden = kind == snapshot.types.hidden || kind == snapshot.types.synthetic;
        Self {
            class: analysis.classes.of_node[node as usize],
            name: is_hidden.then(|| snapshot.names[node as usize]),
        }
    }

    /// `Listener`, `system / WeakCell`.
    pub(super) fn name(self, analysis: &Analysis) -> String {
        let name = self.name.map(|name| analysis.snapshot.strings.get(name));
        let class = &analysis.classes.list[self.class as usize].name;
        to_text(name.filter(|name| !name.is_empty()).unwrap_or(class)).into_owned()
    }

    /// Whether it is nothing that V8 makes for itself: code, maps, what it learnt about types.
    pub(super) fn is_the_program_s(self, analysis: &Analysis) -> bool {
        let class = &analysis.classes.list[self.class as usize].name[..];
        ![&b"(compiled code)"[..], b"(object shape)", b"(system)"].contains(&class)
    }
}
