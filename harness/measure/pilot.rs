//! What the first invocations of a subject say of how much is still to be measured.
//!
//! The pilot is the first [`PILOT`] invocations that count. Its values are the logarithms of the ratio
//! of two batches that took turns, or of the time of an op where there is no ratio: their variance is
//! nearly that of the relative error, whatever the level. The formulas are in `stats::planning`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::RATIO_OF;
use super::cell::Cell;
use super::publisher::Publisher;
use crate::record::{InvocationRow, Kind, Role, SampleRow, Status};
use crate::stats::{BatchLimits, Birge, Costs, Dimensions, MINIMUM_BATCHES, VarianceComponents};

/// Invocations of a pilot. With fewer an interval is too uncertain itself to stop because of it.
pub(super) const PILOT: u32 = 5;

/// At least so many batches that a steady state can be told; at most so many that an invocation of two
/// variants takes under ten seconds.
const LIMITS: BatchLimits = BatchLimits { fewest: MINIMUM_BATCHES as u32, most: 200 };

#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Invocations, the pilot's among them, and batches of each that comes.
    pub dimensions: Dimensions,
    /// What an invocation and a turn of batches cost.
    pub costs: Costs,
}

impl Prediction {
    /// How long the invocations after the pilot will take.
    pub fn remaining(&self) -> Duration {
        let invocations = self.dimensions.invocations.saturating_sub(PILOT);
        Dimensions { invocations, ..self.dimensions }.duration(self.costs)
    }
}

/// How much must be measured until half the interval is at most `margin` of the value. `None` if the
/// pilot is not complete, or its batches are too few.
pub(super) fn predict(cells: &[Cell], publisher: &Publisher, margin: f64) -> Option<Prediction> {
    let rows: Vec<&InvocationRow> = cells.iter().flat_map(|cell| publisher.rows(cell)).collect();
    let numbers = pilot(&rows)?;
    let batches = |cell: &Cell| batches(publisher.samples_of(cell), &numbers);
    let named = |name: &str| cells.iter().find(|cell| cell.key.variant == name).map(batches);
    let (between, row) = (publisher.between(), |cell: &Cell| cell.row(Status::Ok, ""));
    let values: Vec<(Vec<Vec<f64>>, Birge)> = match named(RATIO_OF.0).zip(named(RATIO_OF.1)) {
        Some((above, below)) if !above.is_empty() && !below.is_empty() => {
            vec![(log_ratios(&above, &below), between.of_ratio(&row(cells.first()?)))]
        }
        _ => {
            let of_cell = |cell| (logs(&batches(cell)), between.of_cell(&row(cell)));
            cells.iter().map(of_cell).collect()
        }
    };
    let costs = costs(&rows, &numbers)?;
    // Half the interval from v ÷ e^h to v · e^h is v · sinh h.
    let half_width = margin.asinh();
    values
        .iter()
        .filter_map(|(values, birge)| {
            let components = VarianceComponents::of(values)?;
            let batches = components.batches(costs, LIMITS);
            // What whole runs differ by more widens the interval, and by more where invocations are few.
            let needed = |widening: f64| components.invocations(batches, half_width / widening);
            let about = needed(birge.ratio.max(1.0))?;
            let invocations = needed(birge.widening(about as usize))?;
            Some(Prediction { dimensions: Dimensions { invocations, batches }, costs })
        })
        .max_by_key(|prediction| prediction.dimensions.invocations)
}

/// The numbers of the first invocations that count.
fn pilot(rows: &[&InvocationRow]) -> Option<Vec<u32>> {
    let mut numbers: Vec<u32> =
        rows.iter().filter(|row| row.role == Role::Counted).map(|row| row.invocation).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.truncate(PILOT as usize);
    (numbers.len() == PILOT as usize).then_some(numbers)
}

/// Time of an op in each batch that counts, by invocation.
fn batches(samples: &[SampleRow], numbers: &[u32]) -> BTreeMap<u32, Vec<f64>> {
    let mut found: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for row in samples.iter().filter(|row| row.kind == Kind::Batch) {
        if let (true, Some(n), Some(ns)) =
            (numbers.contains(&row.invocation), row.n, row.elapsed_ns)
        {
            found.entry(row.invocation).or_default().push(ns as f64 / n as f64);
        }
    }
    found
}

fn logs(batches: &BTreeMap<u32, Vec<f64>>) -> Vec<Vec<f64>> {
    batches.values().map(|times| times.iter().map(|ns| ns.ln()).collect()).collect()
}

/// Batches that took turns are found from the end: the steady states of two processes need not begin
/// in the same turn.
fn log_ratios(above: &BTreeMap<u32, Vec<f64>>, below: &BTreeMap<u32, Vec<f64>>) -> Vec<Vec<f64>> {
    let pairs = above.iter().filter_map(|(number, fast)| Some((fast, below.get(number)?)));
    pairs
        .map(|(fast, slow)| {
            fast.iter()
                .rev()
                .zip(slow.iter().rev())
                .map(|(fast, slow)| (slow / fast).ln())
                .collect()
        })
        .collect()
}

/// Mean time until the first batch, and of a turn of one batch of each variant.
fn costs(rows: &[&InvocationRow], numbers: &[u32]) -> Option<Costs> {
    let own = || {
        let is_own = |row: &&&InvocationRow| {
            row.role == Role::Counted && row.batches > 0 && numbers.contains(&row.invocation)
        };
        rows.iter().filter(is_own)
    };
    let count = numbers.len() as f64;
    let mut before: BTreeMap<u32, u64> = BTreeMap::new();
    for row in own() {
        let longest = before.entry(row.invocation).or_default();
        *longest = row.warm_up_ns.max(*longest);
    }
    let turns: f64 = own().map(|row| row.wall_ns as f64 / f64::from(row.batches)).sum();
    let whole: f64 = before.values().map(|ns| *ns as f64).sum();
    let seconds = |ns: f64| Duration::try_from_secs_f64(ns / count / 1e9).ok();
    Some(Costs { batch: seconds(turns)?, invocation: seconds(whole)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    fn cell(variant: &str) -> Cell {
        Cell { key: Key::node("await-two", variant, "12.16.2"), run: "t1".to_owned() }
    }

    #[test]
    fn a_pilot_is_the_first_that_count() {
        let cell = cell("async");
        let mut rows: Vec<InvocationRow> =
            [6, 0, 1, 2, 3, 5, 4].map(|number| cell.invocation(number)).to_vec();
        rows[2].role = Role::Repeated;
        let of = |rows: &[InvocationRow]| pilot(&rows.iter().collect::<Vec<_>>());
        assert_eq!(of(&rows), Some(vec![0, 2, 3, 4, 5]));
        assert_eq!(of(&rows[..5]), None);
    }

    /// By hand: two processes of 0.4 s and 20 batches, of which a turn takes 20 + 25 ms.
    #[test]
    fn costs_are_of_both_sides() {
        let row = |variant, warm_up_ns, wall_ns| {
            cell(variant).invocation(0).with(|row| {
                row.warm_up_ns = warm_up_ns;
                row.wall_ns = wall_ns;
                row.batches = 20;
            })
        };
        let rows =
            [row("async", 390_000_000, 400_000_000), row("generator", 400_000_000, 500_000_000)];
        let found = costs(&rows.iter().collect::<Vec<_>>(), &[0]).unwrap();
        assert_eq!(found.invocation, Duration::from_millis(400));
        assert_eq!(found.batch, Duration::from_millis(45));
    }

    #[test]
    fn turns_are_matched_from_the_end() {
        let above = BTreeMap::from([(0, vec![100.0, 100.0]), (1, vec![100.0])]);
        let below = BTreeMap::from([(0, vec![7.0, 200.0, 300.0])]);
        let found = log_ratios(&above, &below);
        assert_eq!(found, [[3.0_f64.ln(), 2.0_f64.ln()]]);
    }

    #[test]
    fn what_remains_is_without_the_pilot() {
        let costs =
            Costs { batch: Duration::from_millis(40), invocation: Duration::from_millis(200) };
        let of =
            |invocations| Prediction { dimensions: Dimensions { invocations, batches: 20 }, costs };
        assert_eq!(of(8).remaining(), Duration::from_secs(3));
        assert_eq!(of(2).remaining(), Duration::ZERO);
    }
}
