//! From the cells that differ only in their number of awaits to the cost of one: a pure function.

use std::collections::BTreeMap;

use super::{BetweenRuns, counted};
use crate::key::{Key, family};
use crate::record::{CellRow, CostRow, Figure, SampleRow, Status};
use crate::stats::{Estimate, Invocation, line};

/// A cell and how many awaits its op has.
type Member<'a> = (u32, &'a CellRow);

/// What one await costs, for every runtime, variant and settings that have at least two numbers of
/// awaits of one case. Only cells of one run make a line: others were measured at another time.
pub fn costs(cells: &[CellRow], samples: &[SampleRow], between: &BetweenRuns) -> Vec<CostRow> {
    let mut families: BTreeMap<Key, Vec<Member<'_>>> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| cell.status == Status::Ok) {
        if let Some((case, awaits)) = family(&cell.key.case) {
            let key = Key { case: case.to_owned(), ..cell.key.clone() };
            families.entry(key).or_default().push((awaits, cell));
        }
    }
    families
        .into_iter()
        .filter_map(|(key, members)| cost(key, &members, samples, between))
        .collect()
}

fn cost(
    key: Key,
    members: &[Member<'_>],
    samples: &[SampleRow],
    between: &BetweenRuns,
) -> Option<CostRow> {
    let members = of_one_run(members);
    let at: Vec<f64> = members.iter().map(|(awaits, _)| f64::from(*awaits)).collect();
    let blocks = blocks(&members, samples);
    let line = line(&at, &blocks)?;
    // An approximation: nobody repeated whole runs for lines. Their times differ between runs as ops/s do.
    let widening = between.of_machine(Figure::OpsPerSec).widening(blocks.len());
    let wide = |interval: Estimate| interval.stretched_linearly(widening);
    let (slope, intercept) = (line.slope_interval.map(wide), line.intercept_interval.map(wide));
    Some(CostRow {
        key,
        ns_per_await: line.slope,
        ns_per_await_low: slope.map(|interval| interval.low),
        ns_per_await_high: slope.map(|interval| interval.high),
        ns_per_call: line.intercept,
        ns_per_call_low: intercept.map(|interval| interval.low),
        ns_per_call_high: intercept.map(|interval| interval.high),
        ticks_per_await: ticks(&members),
        misfit: line.misfit,
    })
}

/// The members of the run that has most of them, the latest of several, by their number of awaits.
fn of_one_run<'a>(members: &[Member<'a>]) -> Vec<Member<'a>> {
    let mut runs: BTreeMap<&str, Vec<Member<'a>>> = BTreeMap::new();
    for (awaits, cell) in members {
        runs.entry(&cell.started_at).or_default().push((*awaits, cell));
    }
    let mut best = runs.into_values().max_by_key(Vec::len).unwrap_or_default();
    best.sort_by_key(|(awaits, _)| *awaits);
    best
}

/// One invocation of every member: those with the same number stood in the same block of the plan.
fn blocks(members: &[Member<'_>], samples: &[SampleRow]) -> Vec<Vec<Invocation>> {
    let mut all: Vec<BTreeMap<u32, Invocation>> =
        members.iter().map(|(_, cell)| counted(cell, samples)).collect();
    let Some(first) = all.first() else { return Vec::new() };
    let numbers: Vec<u32> = first
        .keys()
        .copied()
        .filter(|number| all.iter().all(|member| member.contains_key(number)))
        .collect();
    let block = |number: &u32| all.iter_mut().filter_map(|member| member.remove(number)).collect();
    numbers.iter().map(block).collect()
}

/// The ticks of one await, if every member has that many more for each await more.
fn ticks(members: &[Member<'_>]) -> Option<u64> {
    let counts: Vec<(u64, u64)> = members
        .iter()
        .map(|(awaits, cell)| Some((u64::from(*awaits), cell.ticks_per_op?)))
        .collect::<Option<_>>()?;
    let ((fewest, least), (most, largest)) = (*counts.first()?, *counts.last()?);
    let each = largest.checked_sub(least)?.checked_div(most.checked_sub(fewest)?)?;
    let is_on_the_line =
        |(awaits, ticks): &(u64, u64)| ticks.checked_sub(least) == Some(each * (awaits - fewest));
    counts.iter().all(is_on_the_line).then_some(each)
}

#[cfg(test)]
mod tests {
    use super::super::between_runs::tests::twice;
    use super::super::{BetweenRuns, Cell, summarize};
    use super::*;
    use crate::record::Kind;

    /// Three invocations of an op that takes 60 + 50 × awaits ns and `ticks` ticks an await.
    fn member(awaits: u32, run: &str, ticks: u64) -> (CellRow, Vec<SampleRow>) {
        let cell = Cell {
            key: Key::node(&format!("await-k={awaits}"), "async", "11.15.0"),
            run: run.to_owned(),
        };
        let mut samples = Vec::new();
        for invocation in 0..3 {
            let mut count = cell.sample(invocation, 0, Kind::Ticks);
            count.n = Some(ticks * u64::from(awaits));
            let mut batch = cell.sample(invocation, 1, Kind::Batch);
            batch.n = Some(1000);
            batch.elapsed_ns = Some(1000 * (60 + 50 * u64::from(awaits)) + u64::from(invocation));
            samples.extend([count, batch]);
        }
        (summarize(&cell, &samples, &[], None, &BetweenRuns::within_one()), samples)
    }

    fn all(members: &[(CellRow, Vec<SampleRow>)]) -> Vec<CostRow> {
        let cells: Vec<CellRow> = members.iter().map(|(cell, _)| cell.clone()).collect();
        let samples: Vec<SampleRow> =
            members.iter().flat_map(|(_, samples)| samples.clone()).collect();
        costs(&cells, &samples, &BetweenRuns::within_one())
    }

    #[test]
    fn the_slope_is_an_await_and_the_intercept_the_call() {
        let found = all(&[64, 1, 16, 4].map(|awaits| member(awaits, "t1", 3)));
        let [cost] = &found[..] else { panic!("{found:?}") };
        assert_eq!((&*cost.key.case, &*cost.key.variant), ("await-k", "async"));
        assert!((cost.ns_per_await - 50.0).abs() < 0.001, "{cost:?}");
        assert!((cost.ns_per_call - 60.0).abs() < 0.01, "{cost:?}");
        assert_eq!(cost.ticks_per_await, Some(3));
        assert!(cost.ns_per_await_low < cost.ns_per_await_high, "{cost:?}");
    }

    /// On the linear scale twice as wide.
    #[test]
    fn its_interval_is_as_wide_as_whole_runs_make_it() {
        let members = [64, 1, 16, 4].map(|awaits| member(awaits, "t1", 3));
        let cells: Vec<CellRow> = members.iter().map(|(cell, _)| cell.clone()).collect();
        let samples: Vec<SampleRow> =
            members.iter().flat_map(|(_, samples)| samples.clone()).collect();
        let (plain, wide) =
            (all(&members)[0].clone(), costs(&cells, &samples, &twice())[0].clone());
        let reach = |cost: &CostRow| cost.ns_per_await_high.unwrap() - cost.ns_per_await;
        assert!((reach(&wide) / reach(&plain) - 2.0).abs() < 1e-4, "{plain:?} {wide:?}");
    }

    #[test]
    fn cells_of_another_run_are_left_out() {
        let members = [member(1, "t1", 1), member(4, "t1", 1), member(64, "t2", 1)];
        assert_eq!(all(&members).len(), 1);
        assert_eq!(all(&members[1..]), [], "one number of each run makes no line");
    }

    #[test]
    fn failed_cells_and_other_cases_count_for_nothing() {
        let mut members = [member(1, "t1", 1), member(4, "t1", 1)];
        members[0].0.status = Status::Check;
        assert_eq!(all(&members), []);
        let mut other = member(1, "t1", 1);
        other.0.key.case = "await-two".to_owned();
        assert_eq!(all(&[other]), []);
    }

    #[test]
    fn ticks_that_make_no_whole_number_are_none() {
        let mut members = [1, 4, 16].map(|awaits| member(awaits, "t1", 1));
        members[1].0.ticks_per_op = Some(5);
        assert_eq!(all(&members)[0].ticks_per_await, None);
        members[1].0.ticks_per_op = None;
        assert_eq!(all(&members)[0].ticks_per_await, None);
    }
}
