//! Nodes counted by class: the rows of DevTools' Summary view.

use std::collections::HashMap;

use super::class::{Class, Classes};
use super::distance::UNREACHED;
use super::dominators::DominatorTree;
use super::parallel::run_in_parallel;
use super::rules::Rules;
use super::sizes::Sizes;
use super::snapshot::Snapshot;

/// The nodes of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name and place of the constructor.
    pub class: Class,
    /// The number of nodes that are listed, see [`Parts::is_listed`].
    pub count: u64,
    /// The sum of their own sizes, in bytes.
    pub shallow_bytes: u64,
    /// What would be freed with them, in bytes: each node counts unless another one of the class
    /// dominates it.
    pub retained_bytes: u64,
    /// The shortest distance from a root; `None` if one of them is not reached at all.
    pub distance: Option<u32>,
}

/// All groups.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// The rows, in the order in which the file has their first nodes.
    pub rows: Vec<Group>,
    /// Rows that DevTools computes and then loses: it keeps rows by name, and of two classes of one
    /// name (such as `RegExp.prototype`, an object, and real regular expressions) the later one
    /// replaces the earlier.
    pub replaced: Vec<Group>,
}

/// What a group is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What the nodes and links are.
    pub snapshot: &'a Snapshot,
    /// Which nodes are listed.
    pub rules: Rules,
    /// The nodes' classes.
    pub classes: &'a Classes,
    /// The nodes' sizes by those rules.
    pub sizes: &'a Sizes,
    /// By ordinal, in links from the roots.
    pub distances: &'a [u32],
    /// Who dominates whom.
    pub tree: &'a DominatorTree,
    /// What each position of the tree retains.
    pub retained: &'a [u64],
}

impl Parts<'_> {
    /// Whether a node appears in a list: nodes without size don't, except DOM nodes in old Chrome.
    pub fn is_listed(&self, node: u32) -> bool {
        is_listed(self.snapshot, self.rules, self.sizes, node)
    }
}

/// Whether a node of some size appears in a list, see [`Parts::is_listed`].
#[inline(always)]
pub(crate) fn is_listed(snapshot: &Snapshot, rules: Rules, sizes: &Sizes, node: u32) -> bool {
    sizes.get(node) != 0
        || (rules == Rules::Classic && snapshot.kind(node) == snapshot.types.native)
}

/// Counts the nodes by class.
pub fn groups(parts: Parts<'_>) -> Groups {
    let (mut rows, retained) = run_in_parallel(|| retained_by_class(parts), || count(parts));
    for (class, row) in &mut rows {
        row.retained_bytes = retained[*class];
    }
    keep_last_of_each_name(rows.into_iter().map(|(_, row)| row).collect())
}

/// Each class that has nodes, with all but the retained size.
fn count(parts: Parts<'_>) -> Vec<(usize, Group)> {
    let mut by_class: Vec<Option<usize>> = vec![None; parts.classes.list.len()];
    let mut rows: Vec<(usize, Group)> = Vec::new();
    for node in parts.snapshot.ordinals().filter(|&node| parts.is_listed(node)) {
        let class = parts.classes.of_node[node as usize] as usize;
        let distance = parts.distances[node as usize];
        let distance = (distance != UNREACHED).then_some(distance);
        let size = parts.sizes.get(node);
        let row = *by_class[class].get_or_insert_with(|| {
            let group = Group {
                class: parts.classes.list[class].clone(),
                count: 0,
                shallow_bytes: 0,
                retained_bytes: 0,
                distance,
            };
            rows.push((class, group));
            rows.len() - 1
        });
        let row = &mut rows[row].1;
        row.count += 1;
        row.shallow_bytes = row.shallow_bytes.saturating_add(size);
        // `None` is less than any distance.
        row.distance = row.distance.min(distance);
    }
    rows
}

/// Separates the rows that a later row of the same name and place replaces.
fn keep_last_of_each_name(rows: Vec<Group>) -> Groups {
    let mut groups = Groups::default();
    let mut last: HashMap<Class, usize> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        last.insert(row.class.clone(), i);
    }
    for (i, row) in rows.into_iter().enumerate() {
        let list = if last[&row.class] == i { &mut groups.rows } else { &mut groups.replaced };
        list.push(row);
    }
    groups
}

/// For each class the retained sizes of those of its nodes that no other one of them dominates.
fn retained_by_class(parts: Parts<'_>) -> Vec<u64> {
    let preorder = parts.tree.preorder();
    let mut sums = vec![0u64; parts.classes.list.len()];
    // In preorder a node is dominated by the last undominated one of its class, or by none.
    let mut covered_until = vec![0u32; parts.classes.list.len()];
    for (place, &number) in preorder.at.iter().enumerate() {
        let node = parts.tree.order[number as usize];
        let class = parts.classes.of_node[node as usize] as usize;
        let place = place as u32;
        if place >= covered_until[class] && parts.is_listed(node) {
            sums[class] = sums[class].saturating_add(parts.retained[number as usize]);
            covered_until[class] = place + preorder.size[number as usize];
        }
    }
    sums
}
