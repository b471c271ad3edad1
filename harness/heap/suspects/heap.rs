//! A heap that is asked for suspects: what each question needs.

use super::growth::Comparison;
use crate::analysis::Analysis;
use crate::path::Paths;
use crate::script::Scripts;

/// A snapshot beside older ones, and what questions about its places need.
pub(super) struct Heap<'a> {
    pub(super) analysis: &'a Analysis,
    /// By position, with the sizes of the file.
    pub(super) retained: Vec<u64>,
    pub(super) total: u64,
    /// The oldest first.
    pub(super) before: Vec<Comparison<'a>>,
    pub(super) paths: Paths,
    pub(super) scripts: Scripts,
}

impl<'a> Heap<'a> {
    pub(super) fn new(analysis: &'a Analysis, before: impl Iterator<Item = &'a Analysis>) -> Self {
        Self {
            analysis,
            retained: analysis.tree.retained(&analysis.snapshot.self_sizes),
            total: analysis.total_bytes(),
            before: before.map(|base| Comparison::new(base, analysis)).collect(),
            paths: Paths::new(analysis, None),
            scripts: Scripts::of(&analysis.snapshot),
        }
    }

    /// What a node keeps alive, in bytes.
    pub(super) fn bytes_of(&self, node: u32) -> u64 {
        self.retained[self.analysis.tree.number[node as usize] as usize]
    }
}
