//! A snapshot with everything that questions about it need: sizes, distances, dominators.

use std::path::Path;

use super::class::Classes;
use super::detached;
use super::distance::Reach;
use super::dominators::DominatorTree;
use super::ephemeron::Ephemerons;
use super::error::HeapError;
use super::flow::Retaining;
use super::groups::{Groups, Parts, groups};
use super::parallel::run_in_parallel;
use super::read::read_file;
use super::rules::Rules;
use super::shallow;
use super::shape::Shapes;
use super::sizes::Sizes;
use super::snapshot::Snapshot;

/// A snapshot and all that is computed once for every question.
#[derive(Debug)]
pub struct Analysis {
    /// Nodes and links of the file, those of WeakMaps marked.
    pub snapshot: Snapshot,
    /// The rules that everything else follows.
    pub rules: Rules,
    /// Pairs in WeakMaps.
    pub ephemerons: Ephemerons,
    /// Distances, and the page's objects.
    pub reach: Reach,
    /// Who dominates whom.
    pub tree: DominatorTree,
    /// The nodes' shallow sizes by ordinal, in bytes.
    pub sizes: Sizes,
    /// The nodes' retained sizes by position in `tree.order`, in bytes.
    pub retained: Vec<u64>,
    /// The class of each node in the Summary view.
    pub classes: Classes,
}

impl Analysis {
    /// Reads a file in V8's `.heapsnapshot` form.
    pub fn open(path: &Path, rules: Rules) -> Result<Self, HeapError> {
        let started = std::time::Instant::now();
        let snapshot = read_file(path)?;
        tracing::debug!(stage = "read", elapsed_ms = started.elapsed().as_millis());
        Ok(Self::new(snapshot, rules))
    }

    /// Analyses a snapshot, on two threads: sizes and names beside distances and dominators.
    pub fn new(mut snapshot: Snapshot, rules: Rules) -> Self {
        let started = std::time::Instant::now();
        let done = |stage| tracing::debug!(stage, elapsed_ms = started.elapsed().as_millis());
        let ephemerons = Ephemerons::mark(&mut snapshot);
        let ((reach, tree), (sizes, classes)) = run_in_parallel(
            || {
                let sizes = shallow_sizes(&snapshot, rules);
                done("shallow sizes");
                let classes = classes(&snapshot, rules);
                done("classes");
                (sizes, classes)
            },
            || {
                let reach = Reach::new(&snapshot, &ephemerons, rules);
                done("distances");
                let flow = Retaining::new(&snapshot, &reach.page, &ephemerons, rules);
                let tree = DominatorTree::new(&flow);
                done("dominators");
                (reach, tree)
            },
        );
        let retained = tree.retained(&sizes);
        done("retained sizes");
        Self { snapshot, rules, ephemerons, reach, tree, sizes, retained, classes }
    }

    /// The size of the heap, in bytes.
    pub fn total_bytes(&self) -> u64 {
        let nodes = self.retained.first().copied().unwrap_or(0);
        nodes.saturating_add(self.snapshot.extra_native_bytes)
    }

    /// What a node keeps alive, itself included, in bytes.
    pub fn retained_bytes(&self, node: u32) -> u64 {
        self.retained[self.tree.number[node as usize] as usize]
    }

    /// The links that retain.
    pub fn flow(&self) -> Retaining<'_> {
        Retaining::new(&self.snapshot, &self.reach.page, &self.ephemerons, self.rules)
    }

    /// The rows of the Summary view.
    pub fn groups(&self) -> Groups {
        groups(self.parts())
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts {
            snapshot: &self.snapshot,
            rules: self.rules,
            classes: &self.classes,
            sizes: &self.sizes,
            distances: &self.reach.distances,
            tree: &self.tree,
            retained: &self.retained,
        }
    }
}

/// The nodes' sizes by the rules. A snapshot without user roots was taken to look at V8 itself, and
/// nothing is moved.
pub(crate) fn shallow_sizes(snapshot: &Snapshot, rules: Rules) -> Sizes {
    let mut sizes = snapshot.self_sizes.clone();
    if rules == Rules::Today && snapshot.has_user_roots() {
        shallow::move_to_owners(snapshot, &mut sizes);
    }
    sizes
}

fn classes(snapshot: &Snapshot, rules: Rules) -> Classes {
    match rules {
        Rules::Classic => Classes::classic(snapshot),
        Rules::Today => {
            let shapes = Shapes::collect(snapshot);
            let definitions = shapes.infer(snapshot);
            let detached = detached::detached_nodes(snapshot);
            Classes::today(snapshot, &shapes, &definitions, detached.as_ref())
        }
    }
}
