//! How far each node is from the roots, and which nodes belong to the page.
//!
//! Distances are those of DevTools: one for the children of the root that are a user's (global
//! objects, documents), and 100,000,000 more for what only system roots reach. Some links are not
//! followed because they shorten paths in ways that explain nothing. The page's objects are what
//! the global objects reach; links from elsewhere into them don't count as retaining, see
//! `flow`. Both walks start at the same nodes in every file that V8 writes, so the
//! second one goes on where the first stopped.

use std::collections::HashSet;

use super::bits::Bits;
use super::ephemeron::Ephemerons;
use super::layout::LinkKind;
use super::rules::Rules;
use super::snapshot::Snapshot;

/// Stands for a node that is not reached at all.
pub const UNREACHED: u32 = u32::MAX;

/// What DevTools adds to the distance of nodes that only system roots reach.
pub const SYSTEM: u32 = 100_000_000;

/// What a walk over the whole graph finds.
#[derive(Debug)]
pub struct Reach {
    /// Each node's distance, or [`UNREACHED`].
    pub distances: Vec<u32>,
    /// Nodes that belong to the page.
    pub page: Bits,
}

impl Reach {
    /// Walks the graph.
    pub fn new(snapshot: &Snapshot, ephemerons: &Ephemerons, rules: Rules) -> Self {
        let mut walk = Walk::new(snapshot, ephemerons, rules);
        let root_links = snapshot.links_of(snapshot.root);
        let children = snapshot.links[root_links].iter();
        let users: Vec<u32> = children
            .map(|link| link.target())
            .filter(|&node| snapshot.is_user_root(node))
            .collect();
        for &node in &users {
            walk.distances[node as usize] = 1;
        }
        walk.breadth_first(users.clone());
        let page = page_objects(snapshot, &walk, &users);
        walk.distances[snapshot.root as usize] = if users.is_empty() { 0 } else { SYSTEM };
        walk.breadth_first(vec![snapshot.root]);
        Self { distances: walk.distances, page }
    }
}

impl Reach {
    /// A node's distance; `None` if nothing leads to it.
    pub fn distance(&self, node: u32) -> Option<u32> {
        Some(self.distances[node as usize]).filter(|&distance| distance != UNREACHED)
    }
}

/// A breadth-first walk that can be continued.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    ephemerons: &'a Ephemerons,
    rules: Rules,
    distances: Vec<u32>,
    /// Pairs of which one link was met: the second one is followed.
    pending: Bits,
    /// Targets of links that were not followed.
    held_back: Vec<u32>,
    odd: OddNodes,
}

impl<'a> Walk<'a> {
    fn new(snapshot: &'a Snapshot, ephemerons: &'a Ephemerons, rules: Rules) -> Self {
        Self {
            snapshot,
            ephemerons,
            rules,
            distances: vec![UNREACHED; snapshot.len()],
            pending: Bits::new(ephemerons.pairs()),
            held_back: Vec::new(),
            odd: OddNodes::new(snapshot),
        }
    }

    fn breadth_first(&mut self, mut queue: Vec<u32>) {
        let snapshot = self.snapshot;
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            let distance = self.distances[node as usize] + 1;
            let odd = self.odd.is(snapshot, node);
            for at in snapshot.links_of(node) {
                let link = snapshot.links[at];
                let (kind, child) = (link.kind(), link.target());
                if kind == LinkKind::Weak || self.distances[child as usize] != UNREACHED {
                    continue;
                }
                if (odd || kind == LinkKind::Ephemeron) && !self.follows(node, at, kind) {
                    self.held_back.push(child);
                    continue;
                }
                self.distances[child as usize] = distance;
                queue.push(child);
            }
        }
    }

    /// Whether a link counts for distances.
    #[cold]
    fn follows(&mut self, node: u32, at: usize, kind: LinkKind) -> bool {
        let snapshot = self.snapshot;
        let name = snapshot.link_names[at];
        if snapshot.kind(node) == snapshot.types.hidden && self.odd.is(snapshot, node) {
            let named = kind.has_string_name();
            if named && snapshot.strings.get(name) == b"sloppy_function_map" {
                return false;
            }
        } else if self.odd.is(snapshot, node) {
            // A map's descriptors may be shared with maps that don't have them all: the keys and
            // what describes them are followed, their values are not (Chromium issue 413608).
            let text = snapshot.strings.get(name);
            let index =
                if kind.has_string_name() { leading_number(text) } else { Some(u64::from(name)) };
            return index.is_none_or(|index| index < 2 || index % 3 != 1);
        }
        if kind != LinkKind::Ephemeron || self.rules == Rules::Classic {
            return true;
        }
        // A value is as far as the farther one of table and key: the first link that is met is
        // passed over, and the second one counts (Chromium issue 1290800).
        let Some(pair) = self.ephemerons.pair(name) else { return true };
        if self.pending.insert(pair) {
            return false;
        }
        self.pending.clear(pair);
        true
    }
}

/// The few nodes whose links need a look at their names.
struct OddNodes {
    native_context: Option<u32>,
    descriptors: Option<u32>,
}

impl OddNodes {
    fn new(snapshot: &Snapshot) -> Self {
        Self {
            native_context: snapshot.strings.find(b"system / NativeContext"),
            descriptors: snapshot.strings.find(b"(map descriptors)"),
        }
    }

    #[inline(always)]
    fn is(&self, snapshot: &Snapshot, node: u32) -> bool {
        let kind = snapshot.kind(node);
        if kind == snapshot.types.hidden {
            Some(snapshot.names[node as usize]) == self.native_context
        } else {
            kind == snapshot.types.array && Some(snapshot.names[node as usize]) == self.descriptors
        }
    }
}

/// The number that a text begins with, as JavaScript's `parseInt` finds it.
fn leading_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// Marks everything that the page's entry points reach.
fn page_objects(snapshot: &Snapshot, walk: &Walk<'_>, users: &[u32]) -> Bits {
    let entries =
        snapshot.links[snapshot.links_of(snapshot.root)].iter().filter(|link| match link.kind() {
            LinkKind::Element => snapshot.is_document_root(link.target()),
            kind => kind == LinkKind::Shortcut,
        });
    let entries: Vec<u32> = entries.map(|link| link.target()).collect();
    let mut page = Bits::new(snapshot.len());
    let same = entries.iter().collect::<HashSet<_>>() == users.iter().collect::<HashSet<_>>();
    let mut stack = if same {
        for node in snapshot.ordinals().filter(|&node| walk.distances[node as usize] != UNREACHED) {
            page.set(node);
        }
        walk.held_back.clone()
    } else {
        entries
    };
    stack.retain(|&node| page.insert(node));
    while let Some(node) = stack.pop() {
        for link in &snapshot.links[snapshot.links_of(node)] {
            if link.kind() != LinkKind::Weak && page.insert(link.target()) {
                stack.push(link.target());
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    #[test]
    fn system_nodes_are_far_away() {
        let mut s = Specimen::new();
        let gc_roots = s.node("synthetic", "(GC roots)", 0);
        let global = s.node("object", "global", 8);
        let near = s.node("object", "near", 8);
        let far = s.node("hidden", "far", 8);
        let weak = s.node("object", "weak", 8);
        s.link(0, "element", 1, gc_roots);
        s.link(0, "shortcut", "global", global);
        s.link(gc_roots, "element", 1, far);
        s.link(gc_roots, "element", 2, near);
        s.link(global, "property", "near", near);
        s.link(global, "weak", "weak", weak);
        let snapshot = s.read();
        let reach = Reach::new(&snapshot, &Ephemerons::default(), Rules::Today);
        assert_eq!(reach.distances, [SYSTEM, SYSTEM + 1, 1, 2, SYSTEM + 2, UNREACHED]);
        let page: Vec<bool> = (0..6).map(|node| reach.page.get(node)).collect();
        assert_eq!(page, [false, false, true, true, false, false]);
        assert!(snapshot.has_user_roots());
    }

    #[test]
    fn without_user_roots_distances_start_at_zero() {
        let mut s = Specimen::new();
        let gc_roots = s.node("synthetic", "(GC roots)", 0);
        s.link(0, "element", 1, gc_roots);
        let snapshot = s.read();
        let reach = Reach::new(&snapshot, &Ephemerons::default(), Rules::Today);
        assert_eq!(reach.distances, [0, 1]);
        assert!(!snapshot.has_user_roots());
    }

    #[test]
    fn values_in_weak_maps_take_the_longer_way() {
        let mut s = Specimen::new();
        let global = s.node("object", "global", 8);
        let table = s.node("array", "(table)", 8);
        let step = s.node("object", "step", 8);
        let key = s.node("object", "key", 8);
        let value = s.node("object", "value", 8);
        s.link(0, "shortcut", "global", global);
        s.link(global, "property", "table", table);
        s.link(global, "property", "step", step);
        s.link(step, "property", "key", key);
        let pair = |i: u32| {
            format!("{i} / part of key (key @7) -> value (value @9) pair in WeakMap (table @3)")
        };
        s.link(table, "internal", pair(4), value);
        s.link(key, "internal", pair(1), value);
        let mut snapshot = s.read();
        let ephemerons = Ephemerons::mark(&mut snapshot);
        assert_eq!(ephemerons.pairs(), 1);
        let today = Reach::new(&snapshot, &ephemerons, Rules::Today);
        assert_eq!(today.distances[value as usize], 4);
        assert!(today.page.get(value));
        let classic = Reach::new(&snapshot, &ephemerons, Rules::Classic);
        assert_eq!(classic.distances[value as usize], 3);
    }
}
