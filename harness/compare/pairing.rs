//! Which cell of B stands against which of A.

use std::collections::BTreeMap;

use super::Subject;
use crate::record::CellRow;

/// The same cell on both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) a: &'a CellRow,
    pub(super) b: &'a CellRow,
}

impl Pair<'_> {
    /// Whether the two were measured in different runs. In one run versions take turns in blocks, and whatever stays as
    /// it is for a whole run is common to them.
    pub(super) fn is_apart(&self, a: &Subject, b: &Subject) -> bool {
        a.matrix.folder != b.matrix.folder || self.a.started_at != self.b.started_at
    }

    /// Whether the other is another variant of the same case, runtime and flags.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.a.key.of_case() == other.a.key.of_case()
            && self.b.key.of_case() == other.b.key.of_case()
    }
}

/// All cells of both sides.
#[derive(Debug)]
pub(super) struct Pairing<'a> {
    /// In the order of showing.
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) only_a: Vec<&'a CellRow>,
    pub(super) only_b: Vec<&'a CellRow>,
}

impl<'a> Pairing<'a> {
    /// Matches cells; `across` versions, the version is not part of what must be the same.
    pub(super) fn of(a: &'a [CellRow], b: &'a [CellRow], across: bool) -> Self {
        let key = |cell: &'a CellRow| {
            let version = if across { ("", "") } else { (&*cell.key.runtime, &*cell.key.version) };
            (&*cell.key.case, &*cell.key.variant, &*cell.key.flags, version)
        };
        // If two rows are about the same cell, the later one counts, as it does in the files.
        let mut left: BTreeMap<_, &CellRow> = a.iter().map(|cell| (key(cell), cell)).collect();
        let right: BTreeMap<_, &CellRow> = b.iter().map(|cell| (key(cell), cell)).collect();
        let (mut pairs, mut only_b) = (Vec::new(), Vec::new());
        for (key, b) in right {
            match left.remove(&key) {
                Some(a) => pairs.push(Pair { a, b }),
                None => only_b.push(b),
            }
        }
        let mut only_a: Vec<&CellRow> = left.into_values().collect();
        pairs.sort_by(|left, right| left.b.key.cmp(&right.b.key));
        only_a.sort_by(|left, right| left.key.cmp(&right.key));
        only_b.sort_by(|left, right| left.key.cmp(&right.key));
        Self { pairs, only_a, only_b }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::results;
    use super::*;

    #[test]
    fn cells_match_by_everything_that_names_them() {
        let a = results("a", &[("10.20.1", "async", 1.0), ("9.11.2", "async", 1.0)]);
        let mut b = results("b", &[("9.11.2", "async", 1.0), ("10.20.1", "async", 1.0)]);
        b.matrix.cells[1].key.flags = "--no-opt".to_owned();
        let pairing = Pairing::of(&a.matrix.cells, &b.matrix.cells, false);
        let versions: Vec<_> = pairing.pairs.iter().map(|pair| &*pair.b.key.version).collect();
        assert_eq!(versions, ["9.11.2"]);
        assert_eq!(pairing.only_a[0].key.version, "10.20.1");
        assert_eq!(pairing.only_b[0].key.flags, "--no-opt");
    }

    #[test]
    fn pairs_are_in_the_order_of_versions_and_variants() {
        let rows =
            [("10.20.1", "async", 1.0), ("10.20.1", "generator", 1.0), ("9.11.2", "co", 1.0)];
        let a = results("a", &rows);
        let pairing = Pairing::of(&a.matrix.cells, &a.matrix.cells, false);
        let names: Vec<_> = pairing.pairs.iter().map(|pair| &*pair.b.key.variant).collect();
        assert_eq!(names, ["co", "generator", "async"]);
        assert!(pairing.pairs[1].is_beside(&pairing.pairs[2]));
        assert!(!pairing.pairs[0].is_beside(&pairing.pairs[2]));
    }
}
