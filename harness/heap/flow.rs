//! Which links keep something alive: the graph that dominators are computed on.
//!
//! The rules are DevTools': weak links retain nothing; shortcuts retain only at the root, where
//! they mark global objects; links from outside the page into it don't count, or debugger and
//! engine would own what the program does; and a value in a WeakMap is held by its key.

use std::ops::Range;

use super::bits::Bits;
use super::dominators::Flow;
use super::ephemeron::Ephemerons;
use super::layout::LinkKind;
use super::rules::Rules;
use super::snapshot::Snapshot;

/// The links of a snapshot that retain.
#[derive(Clone, Copy, Debug)]
pub struct Retaining<'a> {
    snapshot: &'a Snapshot,
    page: &'a Bits,
    ephemerons: &'a Ephemerons,
    rules: Rules,
}

impl<'a> Retaining<'a> {
    /// The rules applied to a snapshot; `page` is [`crate::distance::Reach::page`].
    pub fn new(
        snapshot: &'a Snapshot,
        page: &'a Bits,
        ephemerons: &'a Ephemerons,
        rules: Rules,
    ) -> Self {
        Self { snapshot, page, ephemerons, rules }
    }

    /// The node that a link keeps alive in fact, though DevTools' rules have it that the page's objects are
    /// the page's alone.
    pub(crate) fn follow_foreign(&self, from: u32, link: usize) -> Option<u32> {
        let target = self.snapshot.links[link];
        let (kind, to) = (target.kind(), target.target());
        let retains = match kind {
            LinkKind::Weak => false,
            LinkKind::Shortcut => from == self.snapshot.root,
            LinkKind::Ephemeron => !self.is_from_table(from, link),
            _ => true,
        };
        (retains && from != to).then_some(to)
    }

    /// Whether the link is from the table of a WeakMap to a value.
    #[cold]
    fn is_from_table(&self, from: u32, link: usize) -> bool {
        let table = self.ephemerons.table(self.snapshot.link_names[link]);
        self.rules == Rules::Today && table == Some(self.snapshot.ids[from as usize])
    }
}

impl Flow for Retaining<'_> {
    fn nodes(&self) -> usize {
        self.snapshot.len()
    }

    fn root(&self) -> u32 {
        self.snapshot.root
    }

    #[inline(always)]
    fn links(&self, node: u32) -> Range<usize> {
        self.snapshot.links_of(node)
    }

    #[inline(always)]
    fn follow(&self, from: u32, link: usize) -> Option<u32> {
        let target = self.snapshot.links[link];
        let (kind, to) = (target.kind(), target.target());
        if kind == LinkKind::Weak || from == to {
            return None;
        }
        if kind == LinkKind::Ephemeron && self.is_from_table(from, link) {
            return None;
        }
        let foreign = || self.page.get(to) && !self.page.get(from);
        if from != self.snapshot.root && (kind == LinkKind::Shortcut || foreign()) {
            return None;
        }
        Some(to)
    }
}
