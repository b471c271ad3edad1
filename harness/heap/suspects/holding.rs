//! What most of a place's bytes are: many objects of one class, side by side or one behind the other.

use std::collections::HashMap;

use serde::Serialize;

use super::accumulate::Place;
use super::kind::Kind;
use crate::analysis::Analysis;
use crate::bits::Bits;
use crate::dominators::Flow;
use crate::script::{Scripts, is_node_s_own};
use crate::text::to_text;

/// A class makes up most of a place from this part on.
const MOST: f64 = 0.5;

/// So many objects are looked at closely to find out which function they have in common.
const SAMPLE: usize = 1000;

/// The longest way from one link of a chain to the next that is told.
const LONGEST_WAY: usize = 4;

/// Many objects of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// The class; for functions that are all the same one, the function.
    pub name: String,
    /// How many.
    pub count: u64,
    /// What they keep alive together.
    pub retained_bytes: u64,
    /// `file:line:column` of the class or function, if the snapshot says so.
    pub source: Option<String>,
    /// The function that most of them were given to call, and where it is.
    pub calls: Option<String>,
    /// How each is held by the one before, if they are a chain: `prev`, or
    /// `someMethod → context → originalThing`.
    pub chain: Option<String>,
}

/// What most of a place's bytes are, if they are many objects of one class.
pub(super) fn holding(analysis: &Analysis, scripts: &Scripts, place: &Place) -> Option<Holding> {
    if place.is_chain { chain(analysis, scripts, place) } else { many(analysis, scripts, place) }
}

pub(super) fn holding_of(
    analysis: &Analysis,
    scripts: &Scripts,
    kind: Kind,
    count: u64,
) -> Holding {
    Holding {
        name: kind.name(analysis),
        count,
        retained_bytes: 0,
        source: analysis.classes.list[kind.class as usize]
            .location
            .and_then(|at| scripts.place(at))
            .filter(|place| !is_node_s_own(place)),
        calls: None,
        chain: None,
    }
}

/// Objects side by side: what the place dominates directly.
fn many(analysis: &Analysis, scripts: &Scripts, place: &Place) -> Option<Holding> {
    let tree = &analysis.tree;
    let number = tree.number[place.node as usize];
    let mut sums: HashMap<Kind, (u64, u64)> = HashMap::new();
    let mut all = 0;
    // What is dominated directly has a higher number than its dominator.
    let below = || {
        let later = number + 1..tree.order.len() as u32;
        later.filter(|&at| tree.dominator[at as usize] == number)
    };
    for at in below() {
        let sum = sums.entry(Kind::of(analysis, tree.order[at as usize])).or_default();
        *sum = (sum.0 + 1, sum.1 + analysis.retained[at as usize]);
        all += analysis.retained[at as usize];
    }
    let own = analysis.snapshot.self_sizes.get(place.node);
    let (kind, (count, bytes)) = sums.into_iter().max_by_key(|&(kind, sum)| (sum.1, kind))?;
    if count <= 1 || (bytes as f64) < (all + own) as f64 * MOST {
        return None;
    }
    let members = || below().map(|at| tree.order[at as usize]);
    let members = members().filter(|&node| Kind::of(analysis, node) == kind).take(SAMPLE);
    let mut holding = holding_of(analysis, scripts, kind, count);
    holding.retained_bytes = bytes;
    name_functions(analysis, scripts, &mut holding, &members.collect::<Vec<_>>());
    Some(holding)
}

/// Says which function the members are, or which they were given to call.
pub(super) fn name_functions(
    analysis: &Analysis,
    scripts: &Scripts,
    holding: &mut Holding,
    members: &[u32],
) {
    let members = || members.iter().copied();
    let closure = analysis.snapshot.types.closure;
    if members().all(|node| analysis.snapshot.kind(node) == closure) {
        if let Some(function) = common_function(analysis, members()) {
            holding.name = function_name(analysis, function);
            holding.source = scripts.of_function(&analysis.snapshot, function);
        }
    } else if holding.source.is_none() {
        // Of timers and the like, whose class says nothing, what they call says whose they are.
        let given = members().filter_map(|node| own_function(analysis, scripts, node));
        holding.calls =
            common_function(analysis, given).and_then(|node| function_at(analysis, scripts, node));
    }
}

/// A function of which most of these are copies: one of them.
fn common_function(analysis: &Analysis, functions: impl Iterator<Item = u32>) -> Option<u32> {
    let mut copies: HashMap<u32, (usize, u32)> = HashMap::new();
    let mut all = 0;
    for function in functions {
        let code = analysis.snapshot.linked(function, "shared")?;
        copies.entry(code).or_insert((0, function)).0 += 1;
        all += 1;
    }
    let (count, function) = copies.into_values().max()?;
    (count * 2 > all).then_some(function)
}

/// The program's first function among an object's properties: what a timer or a handler calls.
fn own_function(analysis: &Analysis, scripts: &Scripts, node: u32) -> Option<u32> {
    let snapshot = &analysis.snapshot;
    let mut functions = snapshot.links_of(node).filter(|&link| {
        let link = snapshot.links[link];
        link.kind() == crate::layout::LinkKind::Property
            && snapshot.kind(link.target()) == snapshot.types.closure
    });
    let is_the_program_s = |function: &u32| {
        let place = scripts.of_function(snapshot, *function);
        place.is_some_and(|place| !is_node_s_own(&place))
    };
    functions.find_map(|link| Some(snapshot.links[link].target()).filter(is_the_program_s))
}

fn function_name(analysis: &Analysis, function: u32) -> String {
    let name = to_text(analysis.snapshot.name(function));
    if name.is_empty() { "an anonymous function".to_owned() } else { format!("{name}()") }
}

pub(super) fn function_at(analysis: &Analysis, scripts: &Scripts, function: u32) -> Option<String> {
    let place = scripts.of_function(&analysis.snapshot, function)?;
    Some(format!("{} at {place}", function_name(analysis, function)))
}

/// Objects one behind the other: those of the head's class among all that the head dominates.
fn chain(analysis: &Analysis, scripts: &Scripts, place: &Place) -> Option<Holding> {
    let tree = &analysis.tree;
    let head = tree.number[place.node as usize];
    let kind = Kind::of(analysis, place.node);
    let mut members = vec![place.node];
    let mut below = Bits::new(tree.order.len());
    below.set(head);
    let (mut count, mut next) = (1, None);
    for at in head + 1..tree.order.len() as u32 {
        if !below.get(tree.dominator[at as usize]) {
            continue;
        }
        below.set(at);
        let node = tree.order[at as usize];
        if Kind::of(analysis, node) == kind {
            count += 1;
            if members.len() < SAMPLE {
                members.push(node);
            }
            let bytes = analysis.retained[at as usize];
            next = next.max(Some((bytes, node)));
        }
    }
    let mut holding = holding_of(analysis, scripts, kind, count);
    holding.retained_bytes = analysis.retained_bytes(place.node);
    // Of the program's own plain objects the functions are theirs, and not what they were given.
    let is_plain = analysis.classes.list[kind.class as usize].location.is_none();
    if analysis.snapshot.kind(place.node) == analysis.snapshot.types.closure || !is_plain {
        name_functions(analysis, scripts, &mut holding, &members);
    }
    // The next link keeps all that the head keeps but the head.
    holding.chain = next.and_then(|(_, next)| way(analysis, place.node, next));
    Some(holding)
}

/// The names of the links of the shortest way between two nodes.
fn way(analysis: &Analysis, from: u32, to: u32) -> Option<String> {
    let flow = analysis.flow();
    let mut seen: HashMap<u32, Option<(u32, usize)>> = HashMap::from([(from, None)]);
    let mut level = vec![from];
    for _ in 0..LONGEST_WAY {
        let mut deeper = Vec::new();
        for node in level {
            for link in flow.links(node) {
                let Some(target) = flow.follow(node, link) else { continue };
                seen.entry(target).or_insert_with(|| {
                    deeper.push(target);
                    Some((node, link))
                });
            }
        }
        if seen.contains_key(&to) {
            break;
        }
        level = deeper;
    }
    let mut names = Vec::new();
    let mut at = to;
    while let Some((before, link)) = seen.get(&at).copied()? {
        names.push(analysis.snapshot.link_text(link));
        at = before;
    }
    names.reverse();
    Some(names.join(" → "))
}
