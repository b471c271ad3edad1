//! A snapshot in flat arrays: the graph of the heap, as the file has it.
//!
//! A node is its position in the file, an *ordinal*. All arrays are indexed by ordinals, or by the
//! position of a link in the file's `edges`. Only self sizes need 64 bits. A link's target and kind
//! share one word, because each traversal needs both and little else: a walk then touches one
//! array, not two.

use std::ops::Range;

use super::layout::{LinkKind, NodeTypes};
use super::sizes::Sizes;
use super::text::Strings;

/// Ordinals that fit a [`Link`] beside the kind: 2²⁹, a snapshot of some 40 GB.
pub(crate) const MAX_NODES: u64 = 1 << 29;

/// A link's target and kind in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(u32);

impl Link {
    /// A link of a kind to a node; the ordinal must be below 2²⁹.
    pub fn new(kind: LinkKind, target: u32) -> Self {
        Self(target << 3 | kind as u32)
    }

    /// The ordinal of the node that it leads to.
    #[inline(always)]
    pub fn target(self) -> u32 {
        self.0 >> 3
    }

    /// What it means.
    #[inline(always)]
    pub fn kind(self) -> LinkKind {
        LinkKind::ALL[(self.0 & 7) as usize]
    }
}

/// Where in a script an object's constructor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// V8's number of the script within the process.
    pub script: u32,
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
}

impl std::fmt::Display for Location {
    /// `script:line:column`, as DevTools has it in its keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.script, self.line, self.column)
    }
}

/// The graph of a heap snapshot, by ordinal: a node's place in the file.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What the numbers in `kinds` mean.
    pub types: NodeTypes,
    /// The root's ordinal.
    pub root: u32,
    /// Bytes that belong to the process and to no node.
    pub extra_native_bytes: u64,
    /// Each node's type, a number of `types`.
    pub kinds: Vec<u8>,
    /// Each node's name, a number of [`Strings`].
    pub names: Vec<u32>,
    /// Each node's id, which stays the same between snapshots of one session. Of an id above 2³² the lower
    /// 32 bits, as in DevTools.
    pub ids: Vec<u32>,
    /// Each node's own size in bytes.
    pub self_sizes: Sizes,
    /// Where each node's links begin; one more entry than nodes.
    pub first_link: Vec<u32>,
    /// All links, grouped by their source.
    pub links: Vec<Link>,
    /// Each link's name, a number of [`Strings`], or its index.
    pub link_names: Vec<u32>,
    /// Whether each node is attached to a document; empty if the file does not say.
    pub detachedness: Vec<u8>,
    /// The locations of objects' constructors and of functions, sorted by ordinal.
    pub locations: Vec<(u32, Location)>,
    /// Whether the file could have locations, which V8 7.0 (Node 11) and later write.
    pub declares_locations: bool,
    /// The names of nodes and links.
    pub strings: Strings,
}

impl Snapshot {
    /// The number of nodes, the root included.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there are no nodes, which no readable file has.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub(crate) fn ordinals(&self) -> Range<u32> {
        // Reading refuses more than MAX_NODES.
        0..self.len() as u32
    }

    /// The positions of a node's links.
    #[inline(always)]
    pub fn links_of(&self, node: u32) -> Range<usize> {
        let node = node as usize;
        self.first_link[node] as usize..self.first_link[node + 1] as usize
    }

    /// A node's type, a number of `types`.
    #[inline(always)]
    pub fn kind(&self, node: u32) -> u8 {
        self.kinds[node as usize]
    }

    /// A node's name in WTF-8.
    pub fn name(&self, node: u32) -> &[u8] {
        self.strings.get(self.names[node as usize])
    }

    /// A link's name for people: the string, or the index.
    pub fn link_text(&self, link: usize) -> String {
        let name = self.link_names[link];
        if self.links[link].kind().has_string_name() {
            self.strings.text(name).into_owned()
        } else {
            name.to_string()
        }
    }

    /// Whether a link has a name and it is this one.
    pub(crate) fn link_is(&self, link: usize, name: &str) -> bool {
        self.links[link].kind().has_string_name()
            && self.strings.get(self.link_names[link]) == name.as_bytes()
    }

    /// The ordinal of the node with an id.
    pub fn find_id(&self, id: u64) -> Option<u32> {
        let id = id as u32;
        self.ids.iter().position(|&known| known == id).and_then(|at| u32::try_from(at).ok())
    }

    /// Where an object's constructor or a function is, if the file says so.
    pub fn location_of(&self, node: u32) -> Option<Location> {
        // Of several locations of one node the last one counts.
        let end = self.locations.partition_point(|(known, _)| *known <= node);
        let (known, location) = self.locations[..end].last()?;
        (*known == node).then_some(*location)
    }

    /// The node that a node's link of this name leads to.
    pub fn linked(&self, node: u32, name: &str) -> Option<u32> {
        let found = self.links_of(node).find(|&link| self.link_is(link, name));
        found.map(|link| self.links[link].target())
    }

    /// Whether a node is one of the root's children through which a user's objects are reached:
    /// the global objects, and the synthetic root of a page's documents.
    pub fn is_user_root(&self, node: u32) -> bool {
        self.kind(node) != self.types.synthetic || self.is_document_root(node)
    }

    /// Whether there are any user roots.
    pub fn has_user_roots(&self) -> bool {
        let children = &self.links[self.links_of(self.root)];
        children.iter().any(|link| self.is_user_root(link.target()))
    }

    pub(crate) fn is_document_root(&self, node: u32) -> bool {
        self.kind(node) == self.types.synthetic && self.name(node) == b"(Document DOM trees)"
    }
}
