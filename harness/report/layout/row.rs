//! What the rows of all tables have alike: how they name their runtime, and what stands for a failed cell.

use std::collections::BTreeSet;

use crate::key::Key;
use crate::record::CellRow;
use crate::show::{Entry, Labels, Notes};

pub(super) fn labels(keys: &BTreeSet<Key>) -> Labels {
    Labels::of(keys.iter().map(|key| &*key.runtime))
}

/// The status of a failed cell, its detail noted.
pub(super) fn failed(cell: &CellRow, notes: &mut Notes) -> Entry {
    let word = cell.status.word();
    let note = if cell.detail.trim().is_empty() { "" } else { &format!("{word}: {}", cell.detail) };
    notes.failed(word, note)
}
