//! How far to trust one run: what is known of the machine's whole runs, and what that makes of intervals.
//!
//! An interval is made of the invocations of one run. On a machine whose runs differ by more than that,
//! `awaitbench selfcheck --between-runs` found by how much ([`Birge`]), and every interval of that machine is widened by
//! it. The ratio was found for a run of some seconds; it is taken for a property of the machine, whatever the length of a
//! run, since what disturbs one run hardly disturbs the next: EVIDENCE.md in the results has the evidence.

use serde::Serialize;

use crate::key::Key;
use crate::machine::Machine;
use crate::record::{BetweenRunsRow, CellRow, Figure};
use crate::stats::Birge;

/// What is assumed on a virtual machine that nobody checked: what was seen on one, 1.66 for the ratio and 2.22 and 1.52 for
/// ops/s of the two forms, the largest rounded up (2026-11-29, EVIDENCE.md, "What a machine can resolve").
const ASSUMED_RATIO: f64 = 1.7;
const ASSUMED_OPS_PER_SEC: f64 = 2.3;

/// From so many runs on a Birge ratio is believed whatever it is; of fewer only if it is above what is assumed.
pub const ENOUGH_RUNS: u32 = 10;

/// Where the widening of intervals comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `awaitbench selfcheck --between-runs` on this machine.
    Measured,
    /// Nobody checked this machine, which is virtual and therefore shared.
    Assumed,
    /// Nobody checked this machine, and nothing is widened.
    Unknown,
}

/// What is known of how much whole runs differ.
#[derive(Clone, Debug, PartialEq)]
pub struct BetweenRuns {
    rows: Vec<BetweenRunsRow>,
    virtualised: bool,
}

impl BetweenRuns {
    /// What `rows` say of `machine`.
    pub fn of(rows: Vec<BetweenRunsRow>, machine: &Machine) -> Self {
        Self { rows, virtualised: machine.virtualised == Some(true) }
    }

    /// Of figures that are only compared within one run.
    pub const fn within_one() -> Self {
        Self { rows: Vec::new(), virtualised: false }
    }

    /// Where the widening of a figure comes from, where nothing is known of the cell itself.
    pub fn source(&self, figure: Figure) -> Source {
        match (self.measured(figure), self.virtualised) {
            (Some(_), _) => Source::Measured,
            (None, true) => Source::Assumed,
            (None, false) => Source::Unknown,
        }
    }

    /// When the runs began that are believed.
    pub fn started_at(&self) -> impl Iterator<Item = &str> {
        let believed = self.rows.iter().filter(|row| self.believed(row).is_some());
        believed.map(|row| row.started_at.as_str())
    }

    /// What the machine's intervals are widened by where nothing is known of the cell itself.
    pub fn of_machine(&self, figure: Figure) -> Birge {
        self.measured(figure).unwrap_or_else(|| self.assumed(figure))
    }

    fn measured(&self, figure: Figure) -> Option<Birge> {
        let rows = self.rows.iter().filter(|row| row.figure == figure);
        let known: Vec<Birge> = rows.filter_map(|row| self.believed(row)).collect();
        Birge::pooled(&known)
    }

    fn assumed(&self, figure: Figure) -> Birge {
        match (self.virtualised, figure) {
            (false, _) => Birge::NONE,
            (true, Figure::Ratio) => Birge { ratio: ASSUMED_RATIO, ..Birge::NONE },
            (true, Figure::OpsPerSec) => Birge { ratio: ASSUMED_OPS_PER_SEC, ..Birge::NONE },
        }
    }

    /// What a row says, unless it is of few runs, which resemble each other by chance, and says less than is assumed.
    fn believed(&self, row: &BetweenRunsRow) -> Option<Birge> {
        let birge =
            Birge { ratio: row.birge_ratio, freedom: f64::from(row.runs.saturating_sub(1)) };
        (row.runs >= ENOUGH_RUNS || birge.ratio > self.assumed(row.figure).ratio).then_some(birge)
    }

    /// Of ops/s of one cell.
    pub fn of_cell(&self, cell: &CellRow) -> Birge {
        self.find(Figure::OpsPerSec, &cell.key)
    }

    /// Of the ratio of a cell and another variant.
    pub fn of_ratio(&self, cell: &CellRow) -> Birge {
        self.find(Figure::Ratio, &cell.key.of_case())
    }

    fn find(&self, figure: Figure, key: &Key) -> Birge {
        let is_it = |row: &&BetweenRunsRow| row.figure == figure && row.key == *key;
        let own = self.rows.iter().find(is_it).and_then(|row| self.believed(row));
        own.unwrap_or_else(|| self.of_machine(figure))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Cell;
    use super::*;
    use crate::record::Status;
    use crate::record::between_runs::tests::row;

    fn machine(virtualised: bool) -> Machine {
        Machine { virtualised: Some(virtualised), ..Machine::default() }
    }

    fn cell(variant: &str, version: &str) -> CellRow {
        let cell = Cell { key: Key::node("await-two", variant, version), run: String::new() };
        cell.row(Status::Ok, "")
    }

    /// Everything is widened by this, which is known for certain.
    pub(in crate::measure) fn twice() -> BetweenRuns {
        let of = |figure| row("", figure, 2.0).with(|row| row.runs = u32::MAX);
        BetweenRuns::of(vec![of(Figure::Ratio), of(Figure::OpsPerSec)], &machine(false))
    }

    #[test]
    fn a_cells_own_ratio_comes_before_the_machines() {
        let rows = vec![
            row("", Figure::Ratio, 1.5),
            row("async", Figure::OpsPerSec, 3.0),
            row("generator", Figure::OpsPerSec, 1.0),
        ];
        let known = BetweenRuns::of(rows, &machine(true));
        assert_eq!(known.source(Figure::Ratio), Source::Measured);
        assert_eq!(known.of_cell(&cell("async", "12.16.2")), Birge { ratio: 3.0, freedom: 19.0 });
        assert_eq!(known.of_ratio(&cell("async", "12.16.2")).ratio, 1.5);
        // √((9 + 1) ÷ 2).
        let other = known.of_cell(&cell("async", "8.17.0"));
        assert!((other.ratio - 5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(known.of_ratio(&cell("async", "8.17.0")).ratio, 1.5);
    }

    #[test]
    fn a_virtual_machine_is_not_believed_unchecked() {
        let of = |virtualised| BetweenRuns::of(Vec::new(), &machine(virtualised));
        let cell = cell("async", "12.16.2");
        for figure in [Figure::Ratio, Figure::OpsPerSec] {
            let sources = (of(true).source(figure), of(false).source(figure));
            assert_eq!(sources, (Source::Assumed, Source::Unknown));
        }
        assert_eq!(of(true).of_ratio(&cell).ratio, ASSUMED_RATIO);
        assert_eq!(of(true).of_cell(&cell).ratio, ASSUMED_OPS_PER_SEC);
        assert_eq!(of(false).of_cell(&cell), Birge::NONE);
    }

    #[test]
    fn what_was_not_measured_stays_assumed() {
        let rows = vec![row("async", Figure::OpsPerSec, 1.2)];
        let known = BetweenRuns::of(rows, &machine(true));
        assert_eq!(known.source(Figure::OpsPerSec), Source::Measured);
        assert_eq!(known.of_machine(Figure::OpsPerSec).ratio, 1.2);
        assert_eq!(known.source(Figure::Ratio), Source::Assumed);
        assert_eq!(known.of_ratio(&cell("async", "12.16.2")).ratio, ASSUMED_RATIO);
    }

    #[test]
    fn few_runs_that_resemble_each_other_prove_nothing() {
        let few = |birge_ratio| row("", Figure::Ratio, birge_ratio).with(|row| row.runs = 3);
        let of = |birge_ratio, virtualised| {
            let known = BetweenRuns::of(vec![few(birge_ratio)], &machine(virtualised));
            known.of_ratio(&cell("async", "12.16.2")).ratio
        };
        assert_eq!((of(0.9, true), of(2.0, true)), (ASSUMED_RATIO, 2.0));
        assert_eq!((of(0.9, false), of(1.2, false)), (1.0, 1.2));
    }
}
