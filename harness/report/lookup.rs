//! A matrix that can be asked: which cases, runtimes and variants it has, in the order of showing.

use std::collections::{BTreeMap, BTreeSet};

use super::Matrix;
use crate::key::family;
use crate::key::{Key, case_order, variant_order};
use crate::record::{CellRow, CostRow, RatioRow};

/// The rows of one [`Matrix`] by what they are about. If two rows are about the same, the later
/// one counts, as it does in the files.
pub(crate) struct Lookup<'a> {
    pub(crate) matrix: &'a Matrix,
    cells: BTreeMap<(&'a str, Key), BTreeMap<&'a str, &'a CellRow>>,
    ratios: BTreeMap<(&'a str, Key), &'a RatioRow>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(matrix: &'a Matrix) -> Self {
        let mut cells: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for cell in &matrix.cells {
            cells
                .entry((cell.key.case.as_str(), cell.key.of_runtime()))
                .or_default()
                .insert(cell.key.variant.as_str(), cell);
        }
        let ratios = matrix
            .ratios
            .iter()
            .map(|ratio| ((ratio.key.case.as_str(), ratio.key.of_runtime()), ratio))
            .collect();
        Self { matrix, cells, ratios }
    }

    /// All cases, the harness's own cost last.
    pub(crate) fn cases(&self) -> Vec<&'a str> {
        let cases: BTreeSet<&'a str> = self.cells.keys().map(|(case, _)| *case).collect();
        let mut cases: Vec<&'a str> = cases.into_iter().collect();
        cases.sort_by_key(|case| case_order(case));
        cases
    }

    /// All cases that stand for themselves: not those that the cost of one await is made of.
    pub(crate) fn single_cases(&self) -> Vec<&'a str> {
        let families = self.families();
        let is_member =
            |case: &str| family(case).is_some_and(|(family, _)| families.contains(family));
        self.cases().into_iter().filter(|case| !is_member(case)).collect()
    }

    /// The cases that have a cost of one await.
    pub(crate) fn families(&self) -> BTreeSet<&'a str> {
        self.matrix.costs.iter().map(|cost| cost.key.case.as_str()).collect()
    }

    /// The costs of one await of a case.
    pub(crate) fn costs(&self, case: &str) -> Vec<&'a CostRow> {
        self.matrix.costs.iter().filter(|cost| cost.key.case == case).collect()
    }

    /// The runtimes that have a row for this case.
    pub(crate) fn runtimes(&self, case: &str) -> BTreeSet<Key> {
        self.cells.keys().filter(|(of, _)| *of == case).map(|(_, key)| key.clone()).collect()
    }

    /// The variants that have a row for this case, the article's first.
    pub(crate) fn variants(&self, case: &str) -> Vec<&'a str> {
        let mut variants: Vec<_> = self
            .cells
            .iter()
            .filter(|((of, _), _)| *of == case)
            .flat_map(|(_, by_variant)| by_variant.keys().copied())
            .collect();
        variants.sort_by_key(|variant| variant_order(variant));
        variants.dedup();
        variants
    }

    pub(crate) fn cell(&self, case: &'a str, key: &Key, variant: &str) -> Option<&'a CellRow> {
        self.cells.get(&(case, key.clone()))?.get(variant).copied()
    }

    pub(crate) fn ratio(&self, case: &'a str, key: &Key) -> Option<&'a RatioRow> {
        self.ratios.get(&(case, key.clone())).copied()
    }

    /// Whether any runtime has a ratio for this case.
    pub(crate) fn has_ratios(&self, case: &str) -> bool {
        self.ratios.keys().any(|(of, _)| *of == case)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn cases_and_variants_come_in_the_order_of_showing() {
        let matrix = sample::measured();
        let lookup = Lookup::new(&matrix);
        assert_eq!(lookup.cases(), ["await-two", "instance-loop", "noop"]);
        assert_eq!(lookup.variants("await-two"), ["generator", "async"]);
        assert_eq!(lookup.variants("noop"), ["promise"]);
        assert!(lookup.has_ratios("await-two") && !lookup.has_ratios("noop"));
    }

    #[test]
    fn of_two_rows_about_the_same_the_later_counts() {
        let mut matrix = sample::published();
        let again = matrix.cells[0].clone().with(|row| row.ops_per_sec = Some(1.0));
        matrix.cells.push(again);
        let lookup = Lookup::new(&matrix);
        let key = matrix.cells[0].key.of_runtime();
        let cell = lookup.cell("await-two", &key, "generator").unwrap();
        assert_eq!(cell.ops_per_sec, Some(1.0));
    }
}
