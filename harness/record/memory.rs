//! What is said of memory that survives collection: the verdict, the space it is about, and what retains the growth.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Memory that survives collection grows with every op.
    Leaks,
    Stable,
    Inconclusive,
}

impl Verdict {
    /// The word used in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leaks => "leaks",
            Self::Stable => "stable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where memory can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Space {
    /// The engine's heap without the spaces of compiled code, where they are told: code grows and shrinks
    /// by itself, and who keeps functions keeps objects as well.
    Heap,
    /// Memory outside the heap that objects in it hold; array buffers are part of it.
    External,
    ArrayBuffers,
    /// The resident set, without the heap and without external memory: native allocations, code,
    /// stacks, and whatever an allocator keeps for later.
    Resident,
}

impl Space {
    pub const ALL: [Self; 4] = [Self::Heap, Self::External, Self::ArrayBuffers, Self::Resident];

    /// The word for it in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Heap => "heap",
            Self::External => "external",
            Self::ArrayBuffers => "array_buffers",
            Self::Resident => "resident",
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ArrayBuffers => "array buffers",
            other => other.word(),
        })
    }
}

/// What retains the growth: told by releasing the case and collecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holder {
    /// The case's own variables: it was freed with them.
    Case,
    /// The runtime, or what the case left in its global state: it is still there.
    Runtime,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Case => "case",
            Self::Runtime => "runtime",
        })
    }
}
