//! The notes under a table: why a cell has a word instead of a figure.

use crate::record::CellRow;
use crate::report::format::{one_line, raised};
use crate::report::table::Entry;

/// Notes in the order of their first mention; equal ones share a number.
#[derive(Debug, Default)]
pub(super) struct Notes {
    texts: Vec<String>,
}

impl Notes {
    /// The status of a failed cell as a table's entry, its detail noted.
    pub(super) fn failed(&mut self, cell: &CellRow) -> Entry {
        let word = cell.status.word();
        let detail = one_line(&cell.detail);
        if detail.is_empty() {
            return Entry::Failed(word.to_owned());
        }
        let text = format!("{word}: {detail}");
        let index = self.texts.iter().position(|known| *known == text).unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len() - 1
        });
        Entry::Failed(format!("{word}{}", raised(index + 1)))
    }

    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}
