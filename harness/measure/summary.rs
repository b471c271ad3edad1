//! From samples to the published summary: a pure function, so that anyone can repeat it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::between_runs::BetweenRuns;
use super::cell::{Cell, Failure};
use crate::record::{CellRow, InvocationRow, Kind, Role, SampleRow, Status};
use crate::stats::{Class, Invocation, Sample, mean_ns_per_op};

/// The summary of one cell out of its samples, of which each bears its final kind, and the rows of its
/// invocations. Intervals are as wide as what is known `between` whole runs makes them. A cell that failed has no
/// figures, whatever it measured before: a variant that skips work must never win.
pub fn summarize(
    cell: &Cell,
    samples: &[SampleRow],
    rows: &[InvocationRow],
    failure: Option<&Failure>,
    between: &BetweenRuns,
) -> CellRow {
    let own: Vec<&SampleRow> = samples.iter().filter(|sample| cell.owns(sample)).collect();
    let invocations = invocations(&own);
    let (status, detail) =
        failure.map_or((Status::Ok, ""), |failure| (failure.status, failure.detail.as_str()));
    let mut row = cell.row(status, detail);
    row.invocations = Some(invocations.len() as u32);
    row.samples = Some(invocations.values().map(|samples| samples.len() as u32).sum());
    let rows: Vec<&InvocationRow> =
        rows.iter().filter(|row| cell.has_invoked(row) && row.role != Role::Abandoned).collect();
    summarize_invocations(&mut row, &rows);
    if failure.is_some() {
        return row;
    }
    let invocations: Vec<Invocation> = invocations.into_values().collect();
    if !summarize_times(&mut row, &invocations, between) {
        row.status = Status::Error;
        row.detail = "nothing was measured".to_owned();
        return row;
    }
    summarize_memory(&mut row, &own);
    row.ticks_per_op = ticks(&own);
    row.cpu_ns_per_op = cpu_ns_per_op(&rows);
    row
}

/// Times and rates with their intervals. Answers false if nothing was measured.
fn summarize_times(row: &mut CellRow, invocations: &[Invocation], between: &BetweenRuns) -> bool {
    let Some((ns_per_op, interval)) = mean_ns_per_op(invocations) else { return false };
    row.ns_per_op = Some(ns_per_op);
    row.ops_per_sec = Some(1e9 / ns_per_op);
    if let Some(within) = interval {
        let ns = within.stretched(between.of_cell(row).widening(invocations.len()));
        let ops = ns.reciprocal(1e9);
        row.ns_per_op_low = Some(ns.low);
        row.ns_per_op_high = Some(ns.high);
        row.ops_per_sec_low = Some(ops.low);
        row.ops_per_sec_high = Some(ops.high);
        row.relative_margin = Some(ops.relative_margin());
    }
    true
}

/// Makes the intervals of summaries from their samples anew, with what is known `between` whole runs by now: a summary
/// has them as wide as was known when it was written. A cell without samples stays as it is.
pub fn widen_as_known(cells: &mut [CellRow], samples: &[SampleRow], between: &BetweenRuns) {
    for cell in cells.iter_mut().filter(|cell| cell.status == Status::Ok) {
        let invocations: Vec<Invocation> = counted(cell, samples).into_values().collect();
        summarize_times(cell, &invocations, between);
    }
}

/// How the invocations went. Nothing is said where nobody watched.
fn summarize_invocations(row: &mut CellRow, rows: &[&InvocationRow]) {
    if rows.is_empty() {
        return;
    }
    let count = |is: &dyn Fn(&InvocationRow) -> bool| {
        Some(rows.iter().filter(|row| is(row)).count() as u32)
    };
    let class = |class| count(&|row| row.role == Role::Counted && row.steadiness == Some(class));
    row.flat = class(Class::Flat);
    row.warmup = class(Class::Warmup);
    row.slowdown = class(Class::Slowdown);
    row.no_steady_state = class(Class::NoSteadyState);
    row.disturbed = count(&|row| row.is_disturbed());
    row.repeated = count(&|row| row.role == Role::Repeated);
}

/// CPU time over ops, summed over the invocations that count; `None` if one of them does not tell.
fn cpu_ns_per_op(rows: &[&InvocationRow]) -> Option<f64> {
    let counted = || rows.iter().filter(|row| row.role == Role::Counted);
    let cpu: f64 = counted().map(|row| row.cpu_ns.map(|ns| ns as f64)).sum::<Option<f64>>()?;
    let ops: f64 = counted().map(|row| row.ops as f64).sum();
    (ops > 0.0).then(|| cpu / ops)
}

/// The batches that count, by invocation.
fn invocations(samples: &[&SampleRow]) -> BTreeMap<u32, Invocation> {
    let mut invocations: BTreeMap<u32, Invocation> = BTreeMap::new();
    for row in samples.iter().filter(|row| row.kind == Kind::Batch) {
        if let (Some(n), Some(elapsed)) = (row.n, row.elapsed_ns) {
            let sample = Sample { n, elapsed: Duration::from_nanos(elapsed) };
            invocations.entry(row.invocation).or_default().push(sample);
        }
    }
    invocations
}

fn summarize_memory(row: &mut CellRow, samples: &[&SampleRow]) {
    let of_kind = |kind| samples.iter().filter(move |row: &&&SampleRow| row.kind == kind);
    let before: Vec<u64> =
        of_kind(Kind::MemoryBefore).filter_map(|row| row.heap_used_bytes).collect();
    let after: Vec<u64> =
        of_kind(Kind::MemoryAfter).filter_map(|row| row.heap_used_bytes).collect();
    row.heap_before_bytes = mean(&before);
    row.heap_after_bytes = mean(&after);
    row.bytes_per_op = growth_per_op(samples);
    row.peak_rss_bytes = samples.iter().filter_map(|row| row.peak_rss_bytes).max();
    row.semi_space_bytes = samples.iter().filter_map(|row| row.semi_space_bytes).max();
}

/// The ticks of an op, if all invocations counted the same number.
fn ticks(samples: &[&SampleRow]) -> Option<u64> {
    let mut counts = samples.iter().filter(|row| row.kind == Kind::Ticks).map(|row| row.n);
    let first = counts.next()??;
    counts.all(|count| count == Some(first)).then_some(first)
}

fn mean(values: &[u64]) -> Option<u64> {
    let sum: u128 = values.iter().map(|value| u128::from(*value)).sum();
    let count = values.len() as u128;
    let mean = (count > 0).then(|| (sum + count / 2) / count)?;
    u64::try_from(mean).ok()
}

/// Growth of the collected heap over ops, summed over the invocations that have both readings.
fn growth_per_op(samples: &[&SampleRow]) -> Option<f64> {
    let reading = |invocation: u32, kind: Kind| {
        samples.iter().find(|row| row.invocation == invocation && row.kind == kind)
    };
    let (mut growth, mut ops) = (0.0, 0.0);
    for after in samples.iter().filter(|row| row.kind == Kind::MemoryAfter) {
        let before = reading(after.invocation, Kind::MemoryBefore)?;
        growth += after.heap_used_bytes? as f64 - before.heap_used_bytes? as f64;
        ops += after.n? as f64;
    }
    (ops > 0.0).then(|| growth / ops)
}

/// The batches that count of the run that a summary row stands for, by invocation.
pub fn counted(cell: &CellRow, samples: &[SampleRow]) -> BTreeMap<u32, Invocation> {
    let own: Vec<&SampleRow> =
        samples.iter().filter(|row| row.key == cell.key && row.run == cell.started_at).collect();
    invocations(&own)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::between_runs::tests::twice;
    use super::super::ratio::ratios;
    use super::*;
    use crate::key::Key;
    use crate::machine::{Disturbance, Disturbances};

    pub(in crate::measure) fn cell(variant: &str) -> Cell {
        Cell { key: Key::node("await-two", variant, "12.16.2"), run: "t1".to_owned() }
    }

    pub(in crate::measure) fn batch(
        cell: &Cell,
        invocation: u32,
        n: u64,
        elapsed: u64,
    ) -> SampleRow {
        let mut row = cell.sample(invocation, 0, Kind::Batch);
        row.n = Some(n);
        row.elapsed_ns = Some(elapsed);
        row
    }

    fn memory(cell: &Cell, kind: Kind, heap: u64, ops: Option<u64>) -> SampleRow {
        let mut row = cell.sample(0, 0, kind);
        row.heap_used_bytes = Some(heap);
        row.n = ops;
        row
    }

    #[test]
    fn figures_come_from_counted_batches_of_this_run_only() {
        let cell = cell("async");
        let mut warm_up = batch(&cell, 0, 1, 1_000_000);
        warm_up.kind = Kind::Warmup;
        let mut earlier = batch(&cell, 0, 1, 1_000_000);
        earlier.run = "t0".to_owned();
        let samples = [warm_up, earlier, batch(&cell, 0, 10, 2000), batch(&cell, 1, 10, 2000)];
        let row = summarize(&cell, &samples, &[], None, &BetweenRuns::within_one());
        assert_eq!((row.invocations, row.samples), (Some(2), Some(2)));
        assert_eq!(row.ns_per_op, Some(200.0));
        assert_eq!(row.ops_per_sec, Some(5e6));
        assert!(row.relative_margin.is_some_and(|margin| margin < 1e-9), "{row:?}");
        assert_eq!(row.heap_before_bytes, None);
    }

    #[test]
    fn invocations_are_counted_by_how_they_went() {
        let cell = cell("async");
        let row = |invocation, class, cpu_ns, ops, role| {
            cell.invocation(invocation).with(|row| {
                row.steadiness = class;
                row.cpu_ns = cpu_ns;
                row.ops = ops;
                row.role = role;
            })
        };
        let mut rows = vec![
            row(0, Some(Class::Flat), Some(300), 10, Role::Counted),
            row(1, Some(Class::Slowdown), Some(500), 10, Role::Counted),
            row(2, None, Some(400), 20, Role::Counted),
            row(3, Some(Class::Flat), Some(9000), 1, Role::Repeated),
            row(4, Some(Class::Flat), None, 1, Role::Abandoned),
        ];
        rows[1].disturbances = Disturbances(vec![Disturbance::Load]);
        rows[3].disturbances = Disturbances(vec![Disturbance::Stolen, Disturbance::Load]);
        let samples = [batch(&cell, 0, 10, 2000)];
        let found = summarize(&cell, &samples, &rows, None, &BetweenRuns::within_one());
        let classes = (found.flat, found.warmup, found.slowdown, found.no_steady_state);
        assert_eq!(classes, (Some(1), Some(0), Some(1), Some(0)));
        assert_eq!((found.disturbed, found.repeated), (Some(2), Some(1)));
        assert_eq!(found.cpu_ns_per_op, Some(30.0));
        rows[2].cpu_ns = None;
        assert_eq!(
            summarize(&cell, &samples, &rows, None, &BetweenRuns::within_one()).cpu_ns_per_op,
            None
        );
        let older = summarize(&cell, &samples, &[], None, &BetweenRuns::within_one());
        assert_eq!((older.flat, older.disturbed, older.cpu_ns_per_op), (None, None, None));
    }

    #[test]
    fn a_failed_cell_has_no_figures() {
        let cell = cell("async");
        let failure = Failure { status: Status::Check, detail: "wrong".to_owned() };
        let row = summarize(
            &cell,
            &[batch(&cell, 0, 10, 1)],
            &[],
            Some(&failure),
            &BetweenRuns::within_one(),
        );
        assert_eq!((row.status, row.ns_per_op, row.samples), (Status::Check, None, Some(1)));
    }

    /// On the logarithmic scale twice as wide: (high ÷ value)² for high ÷ value.
    #[test]
    fn intervals_are_as_wide_as_whole_runs_make_them() {
        let (fast, slow) = (cell("async"), cell("generator"));
        let mut samples = Vec::new();
        for (invocation, ns) in [(0, 1000), (1, 1020), (2, 1050)] {
            samples.push(batch(&fast, invocation, 10, ns));
            samples.push(batch(&slow, invocation, 10, 10 * ns + 100 * u64::from(invocation)));
        }
        let known = [BetweenRuns::within_one(), twice()];
        let rows = known.each_ref().map(|between| {
            [&slow, &fast].map(|cell| summarize(cell, &samples, &[], None, between))
        });
        let squared = |plain: Option<f64>, wide: Option<f64>, value: f64| {
            let wanted = (plain.unwrap() / value).powi(2);
            assert!((wide.unwrap() / value / wanted - 1.0).abs() < 1e-4, "{plain:?} {wide:?}");
        };
        for (plain, wide) in rows[0].iter().zip(&rows[1]) {
            assert_eq!(plain.ns_per_op, wide.ns_per_op);
            squared(plain.ns_per_op_low, wide.ns_per_op_low, plain.ns_per_op.unwrap());
            squared(plain.ops_per_sec_high, wide.ops_per_sec_high, plain.ops_per_sec.unwrap());
        }
        let [plain, wide] = known.each_ref().map(|of| ratios(&rows[0], &samples, of)[0].clone());
        squared(plain.ratio_low, wide.ratio_low, plain.ratio);
        squared(plain.ratio_high, wide.ratio_high, plain.ratio);
        // And so they are made anew of what was written before that was known.
        let mut anew = rows[0].clone();
        widen_as_known(&mut anew, &samples, &known[1]);
        assert_eq!(anew, rows[1]);
        widen_as_known(&mut anew, &[], &known[0]);
        assert_eq!(anew, rows[1], "without samples nothing is known better");
    }

    #[test]
    fn growth_is_counted_over_the_ops_between_the_readings() {
        let cell = cell("generator");
        let samples = [
            batch(&cell, 0, 10, 10),
            memory(&cell, Kind::MemoryBefore, 1_000_000, None),
            memory(&cell, Kind::MemoryAfter, 1_800_000, Some(100_000)),
        ];
        let row = summarize(&cell, &samples, &[], None, &BetweenRuns::within_one());
        assert_eq!(row.bytes_per_op, Some(8.0));
        assert_eq!(
            (row.heap_before_bytes, row.heap_after_bytes),
            (Some(1_000_000), Some(1_800_000))
        );
    }

    #[test]
    fn ticks_are_exact_or_missing() {
        let cell = cell("async");
        let count = |invocation, ticks| {
            let mut row = cell.sample(invocation, 1, Kind::Ticks);
            row.n = ticks;
            row
        };
        let of = |counts: &[SampleRow]| {
            let mut samples = counts.to_vec();
            samples.push(batch(&cell, 0, 10, 10));
            summarize(&cell, &samples, &[], None, &BetweenRuns::within_one()).ticks_per_op
        };
        assert_eq!(of(&[count(0, Some(3)), count(1, Some(3))]), Some(3));
        assert_eq!(of(&[count(0, Some(3)), count(1, Some(4))]), None);
        assert_eq!(of(&[count(0, None), count(1, None)]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_heap_that_shrank_has_negative_growth() {
        let cell = cell("generator");
        let samples = [
            memory(&cell, Kind::MemoryBefore, 1000, None),
            memory(&cell, Kind::MemoryAfter, 900, Some(10)),
        ];
        let samples: Vec<&SampleRow> = samples.iter().collect();
        assert_eq!(growth_per_op(&samples), Some(-10.0));
    }
}
