//! Suspects within suspects: of two that explain the same bytes the one that says more is told.

use std::collections::HashMap;

use super::accumulate::Place;
use super::suspect::Suspect;
use crate::analysis::Analysis;
use crate::script::is_node_s_own;

/// From this part on, what is behind a suspect explains it.
const MOST: f64 = 0.5;

/// Drops the backing stores of suspects, and what is only the way to other suspects; gives the others the
/// bytes that are theirs alone.
pub(super) fn settle(analysis: &Analysis, found: &mut Vec<(Suspect, Place)>) {
    let is_told: Vec<u32> =
        found.iter().flat_map(|(_, place)| [place.node, place.holder]).collect();
    found.retain(|(_, place)| {
        let above = analysis.tree.dominator_of(place.node);
        place.holder != place.node || !is_array(analysis, place.node) || !is_told.contains(&above)
    });
    let holders: HashMap<u32, usize> =
        found.iter().enumerate().map(|(i, (_, place))| (place.holder, i)).collect();
    let mut behind = vec![0i64; found.len()];
    for (suspect, place) in &*found {
        if let Some(above) = nearest(analysis, place.holder, &holders) {
            behind[above] = behind[above].saturating_add(suspect.own_bytes);
        }
    }
    let mut behind = behind.into_iter();
    found.retain_mut(|(suspect, _)| {
        let behind = behind.next().unwrap_or(0);
        let explained = behind as f64 >= suspect.own_bytes as f64 * MOST;
        suspect.own_bytes = suspect.own_bytes.saturating_sub(behind);
        behind == 0 || !explained || is_the_program_s(suspect)
    });
}

/// Whether it has a name that the program gave it.
fn is_the_program_s(suspect: &Suspect) -> bool {
    let is_internal = suspect.declared_in.as_deref().is_some_and(is_node_s_own);
    suspect.variable.is_some() && !is_internal && !suspect.name.starts_with("system / ")
}

fn is_array(analysis: &Analysis, node: u32) -> bool {
    analysis.snapshot.kind(node) == analysis.snapshot.types.array
}

/// The nearest of `holders` that dominates a node and is not the node.
fn nearest(analysis: &Analysis, node: u32, holders: &HashMap<u32, usize>) -> Option<usize> {
    above(analysis, node).skip(1).find_map(|above| holders.get(&above).copied())
}

/// Whether one node dominates another, or is it.
pub(super) fn dominates(analysis: &Analysis, dominator: u32, node: u32) -> bool {
    above(analysis, node).any(|above| above == dominator)
}

/// A node and its dominators, up to the root.
fn above(analysis: &Analysis, node: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(node), |&at| {
        let above = analysis.tree.dominator_of(at);
        (above != at).then_some(above)
    })
}
