//! Shallow sizes as DevTools shows them today: what only one object owns counts as its own.
//!
//! V8 keeps an object's elements, properties and much else in arrays and hidden objects of their
//! own. A person thinks of them as part of the object. So the size of an array or a hidden object
//! (or external string data) goes to the one object through which alone it is reached, and stays
//! where it is if there are several.

use super::bits::Bits;
use super::layout::LinkKind;
use super::sizes::Sizes;
use super::snapshot::Snapshot;

/// Not reached yet.
const UNVISITED: u32 = u32::MAX;
/// Reached from several owners.
const SHARED: u32 = u32::MAX - 1;

/// Gives what is owned to its owner; the sum stays the same.
pub fn move_to_owners(snapshot: &Snapshot, sizes: &mut Sizes) {
    let owners = owners(snapshot);
    for (owned, &owner) in (0..).zip(&owners.by_node) {
        let useless =
            |owner| snapshot.kind(owner) == snapshot.types.synthetic || owner == snapshot.root;
        if owner >= SHARED || owner == owned || useless(owner) {
            continue;
        }
        sizes.set(owner, sizes.get(owner).saturating_add(sizes.get(owned)));
        sizes.set(owned, 0);
    }
}

struct Owners {
    by_node: Vec<u32>,
    /// Nodes that may be owned by another.
    ownable: Bits,
    worklist: Vec<u32>,
}

fn owners(snapshot: &Snapshot) -> Owners {
    let mut owners = Owners {
        by_node: vec![UNVISITED; snapshot.len()],
        ownable: Bits::new(snapshot.len()),
        worklist: Vec::new(),
    };
    let types = &snapshot.types;
    for node in snapshot.ordinals() {
        let kind = snapshot.kind(node);
        if kind == types.hidden
            || kind == types.array
            || (kind == types.native && snapshot.name(node) == b"system / ExternalStringData")
        {
            owners.ownable.set(node);
        } else {
            owners.by_node[node as usize] = node;
        }
    }
    // Every node can change twice at most, so the order of visits does not matter: in the order of
    // the file first, then whatever changed.
    for node in snapshot.ordinals() {
        if !owners.ownable.get(node) {
            owners.pass_on(snapshot, node);
        }
    }
    while let Some(node) = owners.worklist.pop() {
        owners.pass_on(snapshot, node);
    }
    owners
}

impl Owners {
    /// Claims what a node links to for the node's owner.
    #[inline]
    fn pass_on(&mut self, snapshot: &Snapshot, node: u32) {
        let owner = self.by_node[node as usize];
        for link in &snapshot.links[snapshot.links_of(node)] {
            let target = link.target();
            if !self.ownable.get(target) || link.kind() == LinkKind::Weak {
                continue;
            }
            let current = &mut self.by_node[target as usize];
            if *current == owner || *current == SHARED {
                continue;
            }
            *current = if *current == UNVISITED { owner } else { SHARED };
            self.worklist.push(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    #[test]
    fn sizes_go_to_the_only_owner() {
        let mut s = Specimen::new();
        let global = s.node("object", "global", 10);
        let a = s.node("object", "a", 20);
        let b = s.node("object", "b", 30);
        let elements = s.node("array", "", 100);
        let inner = s.node("hidden", "inner", 200);
        let shared = s.node("array", "", 400);
        let below_shared = s.node("hidden", "", 800);
        let unreached = s.node("array", "", 1600);
        let of_root = s.node("hidden", "", 3200);
        s.link(0, "shortcut", "global", global);
        s.link(0, "element", 7, of_root);
        s.link(global, "property", "a", a);
        s.link(global, "property", "b", b);
        s.link(a, "internal", "elements", elements);
        s.link(elements, "internal", "map", inner);
        s.link(a, "internal", "shared", shared);
        s.link(b, "internal", "shared", shared);
        s.link(shared, "internal", "x", below_shared);
        s.link(b, "weak", "w", elements);
        s.link(unreached, "internal", "self", unreached);
        let snapshot = s.read();
        let mut sizes = snapshot.self_sizes.clone();
        move_to_owners(&snapshot, &mut sizes);
        assert_eq!(sizes.iter().collect::<Vec<_>>(), [0, 10, 320, 30, 0, 0, 400, 800, 1600, 3200]);
    }
}
