//! Strings that are in the heap more than once.

use std::collections::HashMap;

use serde::Serialize;

use super::analysis::Analysis;
use super::text::{to_text, utf16_length};

/// V8 writes so many characters of a string; two longer ones may differ behind them.
const WRITTEN: usize = 1024;

/// Strings of one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// The text, as far as the snapshot has it.
    pub text: String,
    /// How many strings have it.
    pub count: u64,
    /// Their own sizes together, in bytes.
    pub shallow_bytes: u64,
    /// The same without the largest of them: what one string for all would save.
    pub duplicate_bytes: u64,
    /// The id of one of them.
    pub id: u32,
    /// Whether the text may go on: then they are equal only as far as it is known.
    pub cut: bool,
}

/// The texts that more than one string has, the most wasteful first.
pub fn duplicates(analysis: &Analysis) -> Vec<Duplicate> {
    let snapshot = &analysis.snapshot;
    let mut found: HashMap<&[u8], (u64, u64, u64, u32)> = HashMap::new();
    for node in snapshot.ordinals().filter(|&node| snapshot.kind(node) == snapshot.types.string) {
        let size = snapshot.self_sizes.get(node);
        let entry =
            found.entry(snapshot.name(node)).or_insert((0, 0, 0, snapshot.ids[node as usize]));
        *entry = (entry.0 + 1, entry.1.saturating_add(size), entry.2.max(size), entry.3);
    }
    let duplicate =
        |(text, (count, bytes, largest, id)): (&[u8], (u64, u64, u64, u32))| Duplicate {
            text: to_text(text).into_owned(),
            count,
            shallow_bytes: bytes,
            duplicate_bytes: bytes - largest,
            id,
            cut: utf16_length(text) >= WRITTEN,
        };
    let mut found: Vec<Duplicate> =
        found.into_iter().filter(|(_, sum)| sum.0 > 1).map(duplicate).collect();
    found.sort_by(|a, b| (b.duplicate_bytes, &a.text).cmp(&(a.duplicate_bytes, &b.text)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::specimen::Specimen;

    #[test]
    fn equal_texts_are_counted_and_the_largest_is_no_waste() {
        let mut s = Specimen::new();
        for (text, size) in [("a", 24), ("b", 40), ("a", 32), ("a", 24), ("c", 24), ("b", 40)] {
            s.node("string", text, size);
        }
        s.node("object", "a", 8);
        let found = duplicates(&Analysis::new(s.read(), Rules::Today));
        let told: Vec<_> =
            found.iter().map(|d| (&d.text[..], d.count, d.duplicate_bytes, d.id)).collect();
        assert_eq!(told, [("a", 3, 48, 3), ("b", 2, 40, 5)]);
    }
}
