//! Which DOM nodes are detached from their document.
//!
//! The file says it for some nodes; the others inherit it. What an attached node reaches is
//! attached; what a detached node reaches and no attached one does is detached. It passes through
//! native nodes only: every way from JavaScript into the DOM starts at a node that knows its state.
//! A detached node is named `Detached <div>` instead of `<div>`.

use super::bits::Bits;
use super::layout::LinkKind;
use super::snapshot::Snapshot;

const ATTACHED: u8 = 1;
const DETACHED: u8 = 2;

/// The native nodes whose name gets the prefix; `None` if the file knows no states.
pub fn detached_nodes(snapshot: &Snapshot) -> Option<Bits> {
    if snapshot.detachedness.is_empty() {
        return None;
    }
    let mut states = States {
        snapshot,
        state: snapshot.detachedness.clone(),
        visited: Bits::new(snapshot.len()),
        renamed: Bits::new(snapshot.len()),
        attached: Vec::new(),
        detached: Vec::new(),
    };
    for node in snapshot.ordinals() {
        let state = states.state[node as usize];
        if state != 0 {
            states.set(node, state);
        }
    }
    while let Some(node) = states.attached.pop() {
        states.spread(node, ATTACHED);
    }
    while let Some(node) = states.detached.pop() {
        if states.state[node as usize] != ATTACHED {
            states.spread(node, DETACHED);
        }
    }
    Some(states.renamed)
}

struct States<'a> {
    snapshot: &'a Snapshot,
    state: Vec<u8>,
    visited: Bits,
    renamed: Bits,
    attached: Vec<u32>,
    detached: Vec<u32>,
}

impl States<'_> {
    fn set(&mut self, node: u32, state: u8) {
        if !self.visited.insert(node) || self.snapshot.kind(node) != self.snapshot.types.native {
            return;
        }
        self.state[node as usize] = state;
        match state {
            ATTACHED => self.attached.push(node),
            DETACHED => {
                self.renamed.set(node);
                self.detached.push(node);
            }
            _ => {}
        }
    }

    fn spread(&mut self, node: u32, state: u8) {
        for link in &self.snapshot.links[self.snapshot.links_of(node)] {
            if !matches!(link.kind(), LinkKind::Hidden | LinkKind::Weak) {
                self.set(link.target(), state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    #[test]
    fn states_spread_through_native_nodes() {
        let mut s = Specimen::new();
        let document = s.node("native", "<html>", 8);
        let body = s.node("native", "<body>", 8);
        let orphan = s.node("native", "<div>", 8);
        let child = s.node("native", "<p>", 8);
        let wrapper = s.node("object", "HTMLDivElement", 8);
        let behind = s.node("native", "<span>", 8);
        s.link(document, "internal", "1", body);
        s.link(orphan, "internal", "1", child);
        s.link(orphan, "internal", "2", body);
        s.link(orphan, "internal", "3", wrapper);
        s.link(wrapper, "internal", "1", behind);
        s.detachedness(document, 1);
        s.detachedness(orphan, 2);
        let detached = detached_nodes(&s.read()).unwrap();
        let found: Vec<u32> = (0..7).filter(|&node| detached.get(node)).collect();
        assert_eq!(found, [orphan, child]);
    }
}
