//! By how much a place grew since an older snapshot.
//!
//! Within one session the same object has the same id. Otherwise the object is looked for where it
//! was: along a path of the same names. What is not found is new, and grew by all that it keeps.

use crate::analysis::Analysis;
use crate::diff::{TRUSTWORTHY, same_ids};

/// An older snapshot to compare with.
pub(super) struct Comparison<'a> {
    pub(super) base: &'a Analysis,
    /// By position, what the older snapshot's nodes keep.
    retained: Vec<u64>,
    pub(super) ids_match: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(base: &'a Analysis, new: &Analysis) -> Self {
        let ids_match = same_ids(&base.snapshot, &new.snapshot) >= TRUSTWORTHY;
        Self { base, retained: base.tree.retained(&base.snapshot.self_sizes), ids_match }
    }

    /// How many bytes `node` kept then; `links` is the way to it or beyond.
    pub(super) fn kept(&self, new: &Analysis, node: u32, links: &[usize]) -> u64 {
        let before = if self.ids_match {
            self.base.snapshot.find_id(u64::from(new.snapshot.ids[node as usize]))
        } else {
            self.same_place(new, node, links)
        };
        let number = |node: u32| self.base.tree.number[node as usize] as usize;
        before.map_or(0, |node| self.retained[number(node)])
    }

    /// The node of the older snapshot that the same names lead to.
    fn same_place(&self, new: &Analysis, node: u32, links: &[usize]) -> Option<u32> {
        let (old, young) = (&self.base.snapshot, &new.snapshot);
        let mut at = old.root;
        for &link in links {
            let target = young.links[link].target();
            let (text, name) = (young.link_text(link), young.name(target));
            let found = old.links_of(at).find(|&candidate| {
                let to = old.links[candidate].target();
                old.name(to) == name
                    && old.links[candidate].kind() == young.links[link].kind()
                    && old.link_text(candidate) == text
            });
            at = old.links[found?].target();
            if target == node {
                return Some(at);
            }
        }
        None
    }
}

/// By how much something grew.
pub(super) fn difference(after: u64, before: u64) -> i64 {
    i64::try_from(i128::from(after) - i128::from(before)).unwrap_or(i64::MAX)
}
