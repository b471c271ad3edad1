//! What was found, as a row of the records.

use super::error::LoadError;
use super::found::Load;
use super::plan::LoadPlan;
use super::verdict::kept;
use crate::measure::Cell;
use crate::measure::redact::redact;
use crate::record::{LoadFigures, LoadRow, SecondFigures, SecondRow};
use crate::units::Nanos;

use super::series::Second;

/// The summary of `load`, at `rate`.
pub fn row(cell: &Cell, plan: &LoadPlan, rate: Option<f64>, is_max: bool, load: &Load) -> LoadRow {
    let kept = kept(load);
    let was_asked_for = plan.checkpoints > 0;
    let ns = |nanos: Option<Nanos>| nanos.map(|nanos| nanos.0);
    let seconds = load.sending.as_secs_f64();
    let counts = load.counts;
    // The time between n requests is that of n - 1 gaps.
    let per_sec =
        (counts.requests > 1 && seconds > 0.0).then(|| (counts.requests - 1) as f64 / seconds);
    let sum = |field: fn(&Second) -> Option<u64>| {
        let values: Vec<u64> = load.seconds.iter().filter_map(field).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    };
    let most = |field: fn(&Second) -> Option<u64>| load.seconds.iter().filter_map(field).max();
    let (all, sent) = (&load.latencies, &load.service);
    let failed = counts.non_2xx + counts.errors > 0;
    let first = load.first_error.as_deref().filter(|_| failed);
    cell.keyed(LoadFigures {
        detail: first.map_or_else(String::new, |first| redact(&format!("first failure: {first}"))),
        elapsed_ns: Some(u64::try_from(load.sending.as_nanos()).unwrap_or(u64::MAX)),
        requests: Some(counts.requests),
        requests_per_sec: per_sec,
        answered: Some(counts.answered),
        non_2xx: Some(counts.non_2xx),
        errors: Some(counts.errors),
        timeouts: Some(counts.timeouts),
        retries: Some(counts.retries),
        p50_ns: ns(all.at(0.5)),
        p90_ns: ns(all.at(0.9)),
        p99_ns: ns(all.at(0.99)),
        p999_ns: ns(all.at(0.999)),
        max_ns: ns(all.max()),
        sent_p50_ns: ns(sent.at(0.5)),
        sent_p90_ns: ns(sent.at(0.9)),
        sent_p99_ns: ns(sent.at(0.99)),
        sent_p999_ns: ns(sent.at(0.999)),
        sent_max_ns: ns(sent.max()),
        lag_p99_ns: ns(load.lag.at(0.99)),
        heap_before_bytes: kept.before,
        heap_after_bytes: kept.after,
        bytes_per_request: kept.per_request.map(|rate| rate.value),
        bytes_per_request_low: kept.per_request.map(|rate| rate.low),
        bytes_per_request_high: kept.per_request.map(|rate| rate.high),
        verdict: kept.verdict,
        reason: Some(kept.reason.to_string()).filter(|reason| was_asked_for && !reason.is_empty()),
        space: kept.space,
        further_requests: load.further.last().map(|last| last.requests - counts.finished()),
        peak_rss_bytes: most(|second| second.reading.rss_bytes),
        collections: sum(|second| second.collections),
        pauses_ns: sum(|second| second.pauses.map(|pauses| pauses.0)),
        longest_pause_ns: most(|second| second.longest_pause.map(|pause| pause.0)),
        delay_max_ns: most(|second| second.delay_max.map(|delay| delay.0)),
        ..blank(cell, plan, rate, is_max)
    })
}

/// The row of a load that came to nothing.
pub fn failed(
    cell: &Cell,
    plan: &LoadPlan,
    rate: Option<f64>,
    is_max: bool,
    error: &LoadError,
) -> LoadRow {
    let detail = redact(&error.to_string());
    let status = error.status();
    cell.keyed(LoadFigures { status, detail, ..blank(cell, plan, rate, is_max) })
}

fn blank(cell: &Cell, plan: &LoadPlan, rate: Option<f64>, is_max: bool) -> LoadFigures {
    LoadFigures {
        rate,
        is_max,
        connections: plan.connections,
        started_at: cell.run.clone(),
        harness_version: crate::HARNESS_VERSION.to_owned(),
        ..LoadFigures::default()
    }
}

/// A second as a row of the records.
pub fn second_row(cell: &Cell, rate: f64, second: &Second) -> SecondRow {
    let ns = |nanos: Option<Nanos>| nanos.map(|nanos| nanos.0);
    cell.keyed(SecondFigures {
        run: cell.run.clone(),
        rate,
        elapsed_ns: second.elapsed.0,
        requests: second.requests,
        answered: second.answered,
        non_2xx: second.non_2xx,
        errors: second.errors,
        timeouts: second.timeouts,
        p50_ns: ns(second.p50),
        p99_ns: ns(second.p99),
        max_ns: ns(second.max),
        heap_used_bytes: second.reading.heap_used_bytes,
        heap_total_bytes: second.reading.heap_total_bytes,
        external_bytes: second.reading.external_bytes,
        array_buffers_bytes: second.reading.array_buffers_bytes,
        rss_bytes: second.reading.rss_bytes,
        delay_mean_ns: ns(second.delay_mean),
        delay_max_ns: ns(second.delay_max),
        collections: second.collections,
        pauses_ns: ns(second.pauses),
        longest_pause_ns: ns(second.longest_pause),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::super::engine::Counts;
    use super::super::plan::Bound;
    use super::*;
    use crate::key::Key;
    use crate::record::Status;
    use crate::record::{Space, Verdict};

    fn cell(variant: &str) -> Cell {
        Cell {
            key: Key {
                engine_version: "7.7".to_owned(),
                ..Key::node("service", variant, "12.15.0")
            },
            run: "2026-02-03T04:05:06Z".to_owned(),
        }
    }

    fn plan() -> LoadPlan {
        LoadPlan {
            rate: 125.0,
            duration: Duration::from_secs(30),
            connections: 256,
            timeout: Duration::from_secs(10),
            warm_up: 0,
            checkpoints: 0,
            settling: Duration::ZERO,
            snapshots: None,
            bound: Bound { p99: Duration::from_millis(100), probe: Duration::from_secs(5) },
        }
    }

    /// A row with figures of its own in every column.
    pub(in crate::load) fn sample_row(variant: &str) -> LoadRow {
        let mut load = Load {
            counts: Counts { requests: 3_750, answered: 3_750, ..Counts::default() },
            sending: Duration::from_nanos(29_992_000_000),
            ..Load::default()
        };
        for micros in 1..=3_750 {
            load.latencies.record(Duration::from_micros(micros));
            load.service.record(Duration::from_micros(micros / 2));
            load.lag.record(Duration::from_micros(50));
        }
        let second =
            Second { collections: Some(3), pauses: Some(Nanos(4_000_000)), ..Second::default() };
        load.seconds = vec![second.clone(), second];
        let leaks = variant == "generator";
        row(&cell(variant), &plan(), Some(125.0), false, &load).with(|row| {
            *row = LoadFigures {
                heap_before_bytes: Some(5_100_000),
                heap_after_bytes: Some(if leaks { 5_700_000 } else { 5_101_500 }),
                bytes_per_request: Some(if leaks { 160.0 } else { 0.4 }),
                bytes_per_request_low: Some(if leaks { 140.0 } else { -0.3 }),
                bytes_per_request_high: Some(if leaks { 201.5 } else { 0.9 }),
                verdict: Some(if leaks { Verdict::Leaks } else { Verdict::Stable }),
                space: leaks.then_some(Space::Heap),
                peak_rss_bytes: Some(71_000_000),
                longest_pause_ns: Some(2_500_000),
                delay_max_ns: Some(9_100_000),
                ..row.clone()
            }
        })
    }

    /// The row of a service that died.
    pub(in crate::load) fn failed_row() -> LoadRow {
        let error = LoadError::Ended {
            ending: "ended with exit status 3".to_owned(),
            when: "under load, after 17 requests".to_owned(),
            stderr: "Error: out of luck in /home/somebody/x.js".to_owned(),
        };
        failed(&cell("regenerator"), &plan(), Some(125.0), false, &error)
    }

    #[test]
    fn the_rate_is_that_of_the_gaps_between_requests() {
        // 3,750 requests have 3,749 gaps: 29.992 s at 125 a second.
        assert_eq!(sample_row("async").requests_per_sec, Some(125.0));
        assert_eq!(sample_row("async").pauses_ns, Some(8_000_000));
    }

    /// One request that failed is not a reason of a verdict, and a verdict that nobody asked for needs none.
    #[test]
    fn a_failed_request_and_the_reason_of_a_verdict_are_told_apart() {
        let load = Load {
            counts: Counts { requests: 9, answered: 8, errors: 1, ..Counts::default() },
            first_error: Some("connection reset".to_owned()),
            ..Load::default()
        };
        let row_of = |checkpoints| {
            let plan = LoadPlan { checkpoints, ..plan() };
            row(&cell("async"), &plan, Some(125.0), false, &load)
        };
        let asked = row_of(20);
        assert_eq!(asked.detail, "first failure: connection reset");
        assert_eq!(asked.reason.as_deref(), Some("no collection could be forced"));
        assert_eq!(row_of(0).reason, None);
    }

    #[test]
    fn a_failure_names_no_path_and_has_no_figures() {
        let row = failed_row();
        assert_eq!(row.status, Status::Error);
        assert!(row.detail.contains("out of luck in x.js") && !row.detail.contains("/home"));
        assert_eq!((row.requests, row.p50_ns, row.verdict), (None, None, None));
    }
}
