//! Where in the dominator tree the bytes come together.
//!
//! Go down from the root along nodes that keep a lot alive. A node is a place if much of what it
//! keeps is in none of its large children: a huge array, or an array of many small objects. A chain
//! whose links each keep a little less than the one before has no such node; its head is the place.

use std::collections::{HashMap, HashSet};

use super::kind::Kind;
use crate::analysis::Analysis;

/// A chain is named after a class that occurs at least so often on it.
const CHAIN: u64 = 16;

/// Two equal links of a chain have at most so many others between them.
const FAR: usize = 4;

/// A holder may keep this much more alive than the place itself and still be a good name for it.
const SLACK: f64 = 1.25;

/// A place where bytes come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The node itself.
    pub(super) node: u32,
    /// The nearest dominator that a person would recognise, or the node itself.
    pub(super) holder: u32,
    /// Whether it is the head of a chain of equal links.
    pub(super) is_chain: bool,
}

/// Finds the places that keep at least `min_bytes` by themselves; `retained` is by position.
pub(super) fn places(analysis: &Analysis, retained: &[u64], min_bytes: u64) -> Vec<Place> {
    let tree = &analysis.tree;
    // Large nodes only; their dominators are large too, and come before them.
    let large: Vec<u32> =
        (1..retained.len() as u32).filter(|&at| retained[at as usize] >= min_bytes).collect();
    // By position of a large node: what its large children keep, how many there are, and the last.
    let mut inner: HashMap<u32, (u64, u32, u32)> = HashMap::new();
    for &at in &large {
        let above = inner.entry(tree.dominator[at as usize]).or_insert((0, 0, 0));
        *above = (above.0 + retained[at as usize], above.1 + 1, at);
    }
    let own = |at: u32| retained[at as usize] - inner.get(&at).map_or(0, |(bytes, _, _)| *bytes);
    let mut places = Vec::new();
    let mut on_chain: HashSet<u32> = HashSet::new();
    for &at in &large {
        if on_chain.contains(&at) || is_common(analysis, tree.order[at as usize]) {
            continue;
        }
        if own(at) >= min_bytes {
            places.push((at, false));
            continue;
        }
        // Follow the only large child as long as little is lost at each step.
        let mut chain = vec![at];
        let mut last = at;
        while own(last) < min_bytes
            && let Some(&(_, 1, next)) = inner.get(&last)
        {
            chain.push(next);
            last = next;
        }
        let lost = retained[at as usize] - retained[last as usize];
        if let Some(head) = head_of(analysis, &chain)
            // A chain of small links does not end where one of them keeps less than `min_bytes`; one
            // that leads to something large is only the way there.
            && (lost >= min_bytes || goes_on(analysis, retained, last))
        {
            on_chain.extend(&chain);
            places.push((head, true));
        }
    }
    let place = |(at, is_chain): (u32, bool)| {
        let node = tree.order[at as usize];
        // What holds a chain says more than its first link.
        let above = tree.dominator_of(node);
        let from = if is_chain && is_owner(analysis, retained, node, above) { above } else { node };
        Place { node, holder: holder(analysis, retained, from), is_chain }
    };
    places.into_iter().map(place).collect()
}

/// Whether most of what a node keeps is behind one other node; by position.
fn goes_on(analysis: &Analysis, retained: &[u64], at: u32) -> bool {
    let later = at as usize + 1..retained.len();
    let mut below = later.filter(|&next| analysis.tree.dominator[next] == at);
    below.any(|next| retained[next] > retained[at as usize] / 2)
}

/// The first of the equal links that a chain consists of, if it does. What leads to them is no link, though
/// it may be of their kind.
fn head_of(analysis: &Analysis, chain: &[u32]) -> Option<u32> {
    let mut places: HashMap<Kind, Vec<usize>> = HashMap::new();
    for (i, &at) in chain.iter().enumerate() {
        places.entry(Kind::of(analysis, analysis.tree.order[at as usize])).or_default().push(i);
    }
    // Of objects and what is between two of them, the objects are the links.
    let weight = |&(kind, start, count): &(Kind, usize, u64)| {
        let node = analysis.tree.order[chain[start] as usize];
        let is_object = analysis.snapshot.kind(node) == analysis.snapshot.types.object;
        let is_scope = analysis.snapshot.name(node).starts_with(b"system / ");
        (count >= CHAIN, is_object && !is_scope, count, kind)
    };
    let runs = places.into_iter().map(|(kind, places)| {
        let (start, count) = longest_run(&places);
        (kind, start, count)
    });
    let (_, start, count) = runs.max_by_key(weight)?;
    (count >= CHAIN).then_some(chain[start])
}

/// Where the longest run of numbers begins that are close to each other, and how many they are.
fn longest_run(places: &[usize]) -> (usize, u64) {
    let (mut best, mut run) = ((0, 0), (0, 0));
    let mut last = None;
    for &place in places {
        let goes_on = last.is_some_and(|last| place - last <= FAR);
        run = if goes_on { (run.0, run.1 + 1) } else { (place, 1) };
        last = Some(place);
        if run.1 > best.1 {
            best = run;
        }
    }
    best
}

/// Whether `above` is an object of the program that keeps little else than the chain behind `head`.
fn is_owner(analysis: &Analysis, retained: &[u64], head: u32, above: u32) -> bool {
    let snapshot = &analysis.snapshot;
    let bytes = |node: u32| retained[analysis.tree.number[node as usize] as usize] as f64;
    snapshot.kind(above) == snapshot.types.object
        && !snapshot.name(above).starts_with(b"system / ")
        && !is_common(analysis, above)
        && bytes(above) <= bytes(head) * SLACK
}

/// Nodes that everything hangs on: what they keep says nothing about them.
fn is_common(analysis: &Analysis, node: u32) -> bool {
    let snapshot = &analysis.snapshot;
    let name = snapshot.name(node);
    let is_root = || {
        let children = &snapshot.links[snapshot.links_of(snapshot.root)];
        children.iter().any(|link| link.target() == node)
    };
    snapshot.kind(node) == snapshot.types.synthetic
        || name.starts_with(b"system / NativeContext")
        || is_root()
}

/// The nearest dominator, the node included, whose name says something to a person, as long as it
/// keeps little else.
fn holder(analysis: &Analysis, retained: &[u64], node: u32) -> u32 {
    let tree = &analysis.tree;
    let types = &analysis.snapshot.types;
    let number = |node: u32| tree.number[node as usize] as usize;
    let most = retained[number(node)] as f64 * SLACK;
    let mut at = node;
    loop {
        let kind = analysis.snapshot.kind(at);
        if kind == types.object || kind == types.closure {
            return at;
        }
        let above = tree.dominator_of(at);
        if above == at || is_common(analysis, above) || retained[number(above)] as f64 > most {
            return node;
        }
        at = above;
    }
}
