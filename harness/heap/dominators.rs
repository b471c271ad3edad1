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
    pub fn new(flow: &impl Flow) -> Self {
        let mut walk = Walk::run(flow);
        let (starts, predecessors) = later_predecessors(flow, &mut walk);
        let Walk { order, number, parent, mut semi, unreached, .. } = walk;
        semidominators(&parent, &mut semi, &starts, &predecessors);
        drop((starts, predecessors));
        // The nearest common ancestor of parent and semidominator, found by climbing the part of
        // the tree that is already there.
        let mut dominator = parent;
        for node in 1..semi.len() {
            let mut above = dominator[node];
            while above > semi[node] {
                above = dominator[above as usize];
            }
            dominator[node] = above;
        }
        Self { order, number, dominator, unreached }
    }

    /// The ordinal of a node's immediate dominator.
    pub fn dominator_of(&self, node: u32) -> u32 {
        self.order[self.dominator[self.number[node as usize] as usize] as usize]
    }

    /// For each position the sum of `sizes` (by ordinal) over what it dominates, itself included.
    pub fn retained(&self, sizes: &Sizes) -> Vec<u64> {
        let mut retained: Vec<u64> = self.order.iter().map(|&node| sizes.get(node)).collect();
        for node in (1..retained.len()).rev() {
            let above = self.dominator[node] as usize;
            retained[above] = retained[above].saturating_add(retained[node]);
        }
        retained
    }

    /// Lays the tree out so that each subtree is a range.
    pub fn preorder(&self) -> Preorder {
        let count = self.order.len();
        let mut size = vec![1u32; count];
        for node in (1..count).rev() {
            size[self.dominator[node] as usize] += size[node];
        }
        let mut at = vec![0u32; count];
        // The next free place within each subtree.
        let mut free = vec![1u32; count];
        for node in 1..count {
            let above = self.dominator[node] as usize;
            let place = free[above];
            free[above] += size[node];
            free[node] = place + 1;
            at[place as usize] = node as u32;
        }
        Preorder { at, size }
    }
}

/// A preorder of a dominator tree: a node at some place dominates exactly what is at its place and
/// at the next ones, as many as its subtree has.
#[derive(Debug)]
pub struct Preorder {
    /// By place, the node's position in [`DominatorTree::order`].
    pub at: Vec<u32>,
    /// By position, how many nodes its subtree has.
    pub size: Vec<u32>,
}

/// A depth-first walk. All but `number` is indexed by number.
struct Walk {
    order: Vec<u32>,
    number: Vec<u32>,
    parent: Vec<u32>,
    /// The lowest predecessor so far: those with lower numbers than the node itself are what they
    /// stand for, and need no further look.
    semi: Vec<u32>,
    /// How many predecessors have higher numbers.
    later: Vec<u32>,
    /// Numbers from here on were not walked to: their links don't count.
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
            semi: Vec::with_capacity(count),
            later: Vec::with_capacity(count + 1),
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
        self.semi.push(parent);
        self.later.push(0);
    }

    /// Walks from a node that has no number; its parent is the root.
    fn from(&mut self, flow: &impl Flow, start: u32) {
        // Each node on the path with how many of its links were looked at.
        let mut stack = vec![(start, 0u32)];
        self.found(start, 0);
        while let Some((node, looked_at)) = stack.last_mut() {
            let node = *node;
            let from = self.number[node as usize];
            let mut links = flow.links(node);
            links.start += *looked_at as usize;
            let mut child = None;
            for link in links {
                *looked_at += 1;
                let Some(to) = flow.follow(node, link) else { continue };
                let number = self.number[to as usize];
                if number == NONE {
                    child = Some(to);
                    break;
                }
                self.met_again(from, number);
            }
            let Some(child) = child else {
                stack.pop();
                continue;
            };
            self.found(child, from);
            stack.push((child, 0));
        }
    }

    /// Takes note of a link between two nodes that have numbers.
    #[inline(always)]
    fn met_again(&mut self, from: u32, to: u32) {
        if from < to {
            let semi = &mut self.semi[to as usize];
            *semi = from.min(*semi);
        } else if is_later(from, to) {
            self.later[to as usize] += 1;
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

/// Whether a link, by numbers, makes its source a predecessor that must be looked at when all higher
/// numbers are done. Nothing dominates the root.
#[inline(always)]
fn is_later(from: u32, to: u32) -> bool {
    from > to && to != 0
}

/// By number: where the later predecessors of each node begin, and all of them.
fn later_predecessors(flow: &impl Flow, walk: &mut Walk) -> (Vec<u32>, Vec<u32>) {
    let mut starts = std::mem::take(&mut walk.later);
    let mut total = 0u32;
    for start in &mut starts {
        // Links are at most u32::MAX, so this can't overflow.
        total += *start;
        *start = total;
    }
    starts.push(total);
    let mut predecessors = vec![0; total as usize];
    for (from, &node) in (0..).zip(&walk.order[..walk.walked]) {
        for link in flow.links(node) {
            let Some(to) = flow.follow(node, link) else { continue };
            let to = walk.number[to as usize];
            if is_later(from, to) {
                // Filled from the end, so that at last each start is where it should be.
                let start = &mut starts[to as usize];
                *start -= 1;
                predecessors[*start as usize] = from;
            }
        }
    }
    (starts, predecessors)
}

/// By number: each node's semidominator, the lowest node from which it can be reached over nodes
/// with higher numbers only. `semi` holds the lowest direct predecessor.
fn semidominators(parent: &[u32], semi: &mut [u32], starts: &[u32], predecessors: &[u32]) {
    // For each node its ancestor in the forest of nodes that are done, and the lowest semidominator
    // on the way to it.
    let mut forest: Vec<[u32; 2]> = parent.iter().map(|&above| [above, 0]).collect();
    let mut stack = Vec::new();
    for node in (1..semi.len()).rev() {
        let mut lowest = semi[node];
        for &from in &predecessors[starts[node] as usize..starts[node + 1] as usize] {
            lowest = lowest.min(evaluate(&mut forest, &mut stack, from, node));
        }
        semi[node] = lowest;
        forest[node][1] = lowest;
    }
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
