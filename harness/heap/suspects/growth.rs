//! By how much a place grew since an older snapshot.
//!
//! Within one session the same object has the same id. Otherwise the object is looked for where it
//! was: along a path of the same names. What is not found is new, and grew by all that it keeps.

use crate::analysis::Analysis;
use crate::diff::{TRUSTWORTHY, same_ids};

/// An older snapshot to compare with.
pub(super) struct Comparison<'a> {
    base: &'a Analysis,
    /// By position, what the older snapshot's nodes keep.
    retained: Vec<u64>,
    ids_match: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(base: &'a Analysis, new: &Analysis) -> Self {
        let ids_match = same_ids(&base.snapshot, &new.snapshot) >= TRUSTWORTHY;
        Self { base, retained: base.tree.retained(&base.snapshot.self_sizes), ids_match }
    }

    /// By how many bytes `node`, which keeps `bytes` now, keeps more than before; `links` is the
    /// way to it or beyond.
    pub(super) fn growth(&self, new: &Analysis, node: u32, bytes: u64, links: &[usize]) -> i64 {
        let before = if self.ids_match {
            self.base.snapshot.find_id(u64::from(new.snapshot.ids[node as usize]))
        } else {
            self.same_place(new, node, links)
        };
        let number = |node: u32| self.base.tree.number[node as usize] as usize;
        let before = before.map_or(0, |node| self.retained[number(node)]);
        i64::try_from(i128::from(bytes) - i128::from(before)).unwrap_or(i64::MAX)
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
