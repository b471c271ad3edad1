//! Exact dominators of a graph of millions of nodes, without recursion.
//!
//! A node dominates another if every path from the root to the other passes through it: freeing it
//! would free the other. The algorithm is semi-NCA (Georgiadis, "Linear-time algorithms for
//! dominators and related problems", Princeton 2005): semidominators as Lengauer and Tarjan find
//! them, then each immediate dominator as the nearest common ancestor of the semidominator and the
//! parent's dominator. Iterative data-flow algorithms, which older tools use with a limit on
//! rounds, are quadratic on the long chains that promises make, or wrong.
//!
//! Everything after the first walk happens in the numbering of that walk (depth first, preorder):
//! neighbours in the graph are then mostly neighbours in memory, and a dominator's number is always
//! below its nodes' numbers, so sums over the tree are loops over an array.

use std::ops::Range;

use super::sizes::Sizes;

/// A directed graph with a root.
pub trait Flow {
    /// How many nodes there are, numbered from 0.
    fn nodes(&self) -> usize;
    /// The root.
    fn root(&self) -> u32;
    /// The numbers of the links that leave a node.
    fn links(&self, node: u32) -> Range<usize>;
    /// Where a link leads, if it counts.
    fn follow(&self, from: u32, link: usize) -> Option<u32>;
}

/// Stands for a node that has no number yet.
const NONE: u32 = u32::MAX;

/// Each node's immediate dominator.
///
/// Nodes that the root does not reach hang directly on it: first those that no link holds, with
/// what they reach, then the rest (rings that hold each other), each on its own. That is how
/// DevTools counts them.
#[derive(Debug)]
pub struct DominatorTree {
    /// The nodes in the order of the walk; the root is first.
    pub order: Vec<u32>,
    /// Each node's position in `order`.
    pub number: Vec<u32>,
    /// For each position the position of the immediate dominator; the root's is its own.
    pub dominator: Vec<u32>,
    /// How many nodes the root does not reach.
    pub unreached: usize,
}

impl DominatorTree {
    /// Computes the tree.
    #[must_use]
    pub fn new(flow: &impl Flow) -> Self {
        let mut walk = Walk::run(flow);
        let (starts, predecessors) = predecessors(flow, &mut walk);
        let semi = semidominators(&walk.parent, &starts, &predecessors);
        drop((starts, predecessors));
        // The nearest common ancestor of parent and semidominator, found by climbing the part of
        // the tree that is already there.
        let mut dominator = walk.parent;
        for node in 1..semi.len() {
            let mut above = dominator[node];
            while above > semi[node] {
                above = dominator[above as usize];
            }
            dominator[node] = above;
        }
        Self { order: walk.order, number: walk.number, dominator, unreached: walk.unreached }
    }

    /// The ordinal of a node's immediate dominator.
    #[must_use]
    pub fn dominator_of(&self, node: u32) -> u32 {
        self.order[self.dominator[self.number[node as usize] as usize] as usize]
    }

    /// For each position the sum of `sizes` (by ordinal) over what it dominates, itself included.
    #[must_use]
    pub fn retained(&self, sizes: &Sizes) -> Vec<u64> {
        let mut retained: Vec<u64> = self.order.iter().map(|&node| sizes.get(node)).collect();
        for node in (1..retained.len()).rev() {
            let above = self.dominator[node] as usize;
            retained[above] = retained[above].saturating_add(retained[node]);
        }
        retained
    }

    /// For each position where its subtree begins and ends in a preorder of the dominator tree.
    ///
    /// A node dominates another exactly if its range contains the other's start.
    #[must_use]
    pub fn preorder(&self) -> Preorder {
        let count = self.order.len();
        let mut size = vec![1u32; count];
        for node in (1..count).rev() {
            size[self.dominator[node] as usize] += size[node];
        }
        // `start` holds the next free place within each subtree until its own turn has come.
        let mut start = vec![0u32; count];
        let mut free = vec![1u32; count];
        for node in 1..count {
            let above = self.dominator[node] as usize;
            start[node] = free[above];
            free[above] += size[node];
            free[node] = start[node] + 1;
        }
        Preorder { start, size }
    }
}

/// A preorder of a dominator tree, by position.
#[derive(Debug)]
pub struct Preorder {
    /// Each node's place.
    pub start: Vec<u32>,
    /// How many nodes its subtree has.
    pub size: Vec<u32>,
}

/// A depth-first walk: numbers, and parents by number.
struct Walk {
    order: Vec<u32>,
    number: Vec<u32>,
    parent: Vec<u32>,
    /// By node: links that lead to it, without the one that found it.
    incoming: Vec<u32>,
    /// Positions from here on were not walked to: their links don't count.
    walked: usize,
    unreached: usize,
}

impl Walk {
    fn run(flow: &impl Flow) -> Self {
        let count = flow.nodes();
        let mut walk = Self {
            order: Vec::with_capacity(count),
            number: vec![NONE; count],
            parent: Vec::with_capacity(count),
            incoming: vec![0; count],
            walked: 0,
            unreached: 0,
        };
        walk.from(flow, flow.root());
        walk.unreached = count - walk.order.len();
        if walk.unreached > 0 {
            walk.pick_up_the_rest(flow);
        } else {
            walk.walked = count;
        }
        walk
    }

    fn found(&mut self, node: u32, parent: u32) {
        self.number[node as usize] = self.order.len() as u32;
        self.order.push(node);
        self.parent.push(parent);
    }

    /// Walks from a node that has no number; its parent is the root.
    fn from(&mut self, flow: &impl Flow, start: u32) {
        // Each node on the path with how many of its links were looked at.
        let mut stack = vec![(start, 0u32)];
        self.found(start, 0);
        while let Some((node, looked_at)) = stack.last_mut() {
            let node = *node;
            let mut links = flow.links(node);
            links.start += *looked_at as usize;
            let mut child = None;
            for link in links {
                *looked_at += 1;
                let Some(to) = flow.follow(node, link) else { continue };
                if self.number[to as usize] == NONE {
                    child = Some(to);
                    break;
                }
                self.incoming[to as usize] += 1;
            }
            let Some(child) = child else {
                stack.pop();
                continue;
            };
            self.found(child, self.number[node as usize]);
            stack.push((child, 0));
        }
    }

    fn pick_up_the_rest(&mut self, flow: &impl Flow) {
        let mut held = super::bits::Bits::new(flow.nodes());
        for node in 0..flow.nodes() as u32 {
            for link in flow.links(node) {
                if let Some(to) = flow.follow(node, link) {
                    held.set(to);
                }
            }
        }
        let unnumbered = |walk: &Self, node: u32| walk.number[node as usize] == NONE;
        for node in 0..flow.nodes() as u32 {
            if unnumbered(self, node) && !held.get(node) {
                self.from(flow, node);
            }
        }
        self.walked = self.order.len();
        for node in 0..flow.nodes() as u32 {
            if unnumbered(self, node) {
                self.found(node, 0);
            }
        }
    }
}

/// By number: where the predecessors of each node begin, and all predecessors, as numbers.
///
/// The link that found a node is left out, since its source is the parent. A place that stays
/// unused for that reason holds [`NONE`].
fn predecessors(flow: &impl Flow, walk: &mut Walk) -> (Vec<u32>, Vec<u32>) {
    let incoming = std::mem::take(&mut walk.incoming);
    let mut starts = Vec::with_capacity(walk.order.len() + 1);
    let mut total = 0u32;
    for &node in &walk.order {
        // Links are at most u32::MAX, so this can't overflow.
        total += incoming[node as usize];
        starts.push(total);
    }
    starts.push(total);
    drop(incoming);
    let mut predecessors = vec![NONE; total as usize];
    for from in 0..walk.walked {
        let node = walk.order[from];
        for link in flow.links(node) {
            let Some(to) = flow.follow(node, link) else { continue };
            let to = walk.number[to as usize] as usize;
            // Filled from the end, so that at last each start is where it should be.
            if to < walk.walked && walk.parent[to] as usize != from && to != 0 {
                starts[to] -= 1;
                predecessors[starts[to] as usize] = from as u32;
            }
        }
    }
    (starts, predecessors)
}

/// By number: each node's semidominator, the lowest node from which it can be reached over nodes
/// with higher numbers only.
fn semidominators(parent: &[u32], starts: &[u32], predecessors: &[u32]) -> Vec<u32> {
    let mut semi = parent.to_vec();
    // For each node its ancestor in the forest of nodes that are done, and the lowest semidominator
    // on the way to it.
    let mut forest: Vec<[u32; 2]> =
        parent.iter().enumerate().map(|(node, &above)| [above, node as u32]).collect();
    let mut stack = Vec::new();
    for node in (1..parent.len()).rev() {
        let mut lowest = semi[node];
        for &from in &predecessors[starts[node] as usize..starts[node + 1] as usize] {
            if from == NONE {
                continue;
            }
            // A predecessor with a lower number is an ancestor or left of here: it is its own.
            let through = if from <= node as u32 {
                from
            } else {
                evaluate(&mut forest, &mut stack, from, node)
            };
            lowest = lowest.min(through);
        }
        semi[node] = lowest;
        forest[node][1] = lowest;
    }
    semi
}

/// The lowest semidominator on the path from `node` to the top of its tree in the forest, whose
/// nodes are those above `done`; shortens the path on the way.
#[inline]
fn evaluate(forest: &mut [[u32; 2]], stack: &mut Vec<u32>, node: u32, done: usize) -> u32 {
    let done = done as u32;
    let mut top = node;
    while forest[top as usize][0] > done {
        stack.push(top);
        top = forest[top as usize][0];
    }
    let [above, mut lowest] = forest[top as usize];
    while let Some(below) = stack.pop() {
        let entry = &mut forest[below as usize];
        lowest = lowest.min(entry[1]);
        *entry = [above, lowest];
    }
    lowest
}

#[cfg(test)]
mod tests;
