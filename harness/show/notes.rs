//! The notes under a table: why a cell has a word instead of a figure.

use super::Entry;
use super::format::{one_line, raised};

/// Notes in the order of their first mention; equal ones share a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Vec<String>);

impl Notes {
    /// The word with the number of its note, or alone if there is nothing to note.
    pub fn noted(&mut self, word: &str, note: &str) -> String {
        let note = one_line(note);
        if note.is_empty() {
            return word.to_owned();
        }
        let index = self.0.iter().position(|known| *known == note).unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        });
        format!("{word}{}", raised(index + 1))
    }

    /// The word for what failed, or for what is not sure, with the number of its note.
    pub fn failed(&mut self, word: &str, note: &str) -> Entry {
        Entry::Failed(self.noted(word, note))
    }

    /// What the numbers refer to; the first is number 1.
    pub fn texts(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_notes_share_a_number_and_nothing_has_none() {
        let mut notes = Notes::default();
        let words = [("error", "a\nb"), ("timeout", "60 s"), ("error", "a b"), ("error", " ")];
        let noted = words.map(|(word, note)| notes.noted(word, note));
        assert_eq!(noted, ["error¹", "timeout²", "error¹", "error"]);
        assert_eq!(notes.texts(), ["a b", "60 s"]);
    }
}
