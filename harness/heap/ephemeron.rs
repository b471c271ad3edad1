//! Values in WeakMaps: held by the table and the key together, so the file has them twice.
//!
//! From V8 8.4 (Node 14) on, both links bear a name such as
//! `5 / part of key (Object @61) -> value (Object @63) pair in WeakMap (table @72269)`: the number in
//! front is the link's own, the rest is the same on both. Removing either the table or the key
//! would free the value, so neither dominates it; DevTools counts it for the key, which is more
//! telling. Older versions write weak links from the table only, and need no rule.

use std::collections::HashMap;

use super::layout::LinkKind;
use super::snapshot::{Link, Snapshot};

/// A link's name taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    /// Equal for the two links of a pair.
    pair: u32,
    /// The id of the table.
    table: u32,
}

/// Which names are names of pairs.
#[derive(Debug, Default)]
pub struct Ephemerons {
    by_name: HashMap<u32, Pair>,
    pairs: usize,
}

impl Ephemerons {
    /// Finds the names, and marks the links that bear them as [`LinkKind::Ephemeron`].
    pub fn mark(snapshot: &mut Snapshot) -> Self {
        let mut found = Self::default();
        let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
        for number in 0..snapshot.strings.len() as u32 {
            if let Some((pair, table)) = parse(snapshot.strings.get(number)) {
                let next = known.len() as u32;
                let pair = *known.entry(pair.to_vec()).or_insert(next);
                found.by_name.insert(number, Pair { pair, table });
            }
        }
        found.pairs = known.len();
        if found.pairs > 0 {
            found.mark_links(&mut snapshot.links, &snapshot.link_names, snapshot.strings.len());
        }
        found
    }

    fn mark_links(&self, links: &mut [Link], names: &[u32], strings: usize) {
        let mut is_pair = super::bits::Bits::new(strings);
        for &name in self.by_name.keys() {
            is_pair.set(name);
        }
        for (link, &name) in links.iter_mut().zip(names) {
            if link.kind() == LinkKind::Internal && is_pair.get(name) {
                *link = Link::new(LinkKind::Ephemeron, link.target());
            }
        }
    }

    /// How many different pairs there are.
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// A number that the two links of a pair share, below [`Ephemerons::pairs`].
    pub fn pair(&self, name: u32) -> Option<u32> {
        self.by_name.get(&name).map(|pair| pair.pair)
    }

    /// The id of the table in a link's name.
    pub fn table(&self, name: u32) -> Option<u32> {
        self.by_name.get(&name).map(|pair| pair.table)
    }
}

/// The part of a name that a pair's links share, and the table's id.
fn parse(name: &[u8]) -> Option<(&[u8], u32)> {
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let shared = &name[digits..];
    if digits == 0 || !shared.starts_with(b" / part of key (") || !shared.ends_with(b")") {
        return None;
    }
    let text = std::str::from_utf8(shared).ok()?;
    if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let (front, table) = text.strip_suffix(')')?.rsplit_once(") pair in WeakMap (table @")?;
    let (key, value) = split_value(front.strip_prefix(" / part of key (")?)?;
    let ends_with_id = |part: &str| part.rsplit_once(" @").is_some_and(|(_, id)| is_number(id));
    if !is_number(table) || !ends_with_id(key) || !ends_with_id(value) {
        return None;
    }
    Some((shared, table.parse().ok()?))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits key from value at the first arrow behind an id: a key's name may contain an arrow.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let arrow = ") -> value (";
    text.match_indices(arrow).map(|(at, _)| (&text[..at], &text[at + arrow.len()..])).find(
        |(key, value)| {
            let id = |part: &str| part.rsplit_once(" @").is_some_and(|(_, id)| is_number(id));
            id(key) && id(value)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pairs() {
        let name =
            b"12 / part of key (Object @61) -> value (a) -> value (b @7) pair in WeakMap (table @72)";
        let (shared, table) = parse(name).unwrap();
        assert_eq!((shared, table), (&name[2..], 72));
        for other in [
            &b"part of key (Object @61) -> value (Object @63) pair in WeakMap (table @72)"[..],
            b"1 / part of key (Object @61) -> value (Object @) pair in WeakMap (table @72)",
            b"1 / part of key (Object @61) -> value (Object @63) pair in WeakMap (table @)",
            b"1 / part of key (Object @61) pair in WeakMap (table @72)",
            b"1 / part of key (Obj\nect @61) -> value (Object @63) pair in WeakMap (table @72)",
            b"17",
        ] {
            assert_eq!(parse(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
