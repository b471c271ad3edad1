//! Verdicts made up by hand, for tests.

use std::time::Duration;

use super::judged::reading;
use super::{Checkpoint, Curve, Ground, Held, Judged, LeakFinding, Probed};
use crate::key::Key;
use crate::measure::{Cell, Failure};
use crate::record::{CurveFigures, Status};
use crate::record::{Holder, Space, Verdict};
use crate::stats::Estimate;
use crate::units::Nanos;

pub(super) fn cell(version: &str, variant: &str) -> Cell {
    Cell {
        key: Key {
            engine_version: "7.7.299.13".to_owned(),
            ..Key::node("instance-loop", variant, version)
        },
        run: "2026-02-03T04:05:06Z".to_owned(),
    }
}

fn probed(verdict: Verdict, ground: Ground, holder: Option<Holder>, megabytes: &[f64]) -> Probed {
    let series: Vec<Checkpoint> = (1..)
        .zip(megabytes)
        .map(|(i, held)| Checkpoint {
            ops: i << 17,
            elapsed: Nanos(i * 10_000_000),
            wall: Nanos(i * 25_000_000),
            held: Held { heap: Some((held * 1e6) as u64), ..Held::default() },
        })
        .collect();
    let rate = match verdict {
        Verdict::Stable => Estimate { value: 0.001, low: -0.02, high: 0.03 },
        _ => Estimate { value: 9.62, low: 6.1, high: 13.4 },
    };
    Probed {
        finding: LeakFinding {
            verdict,
            ground,
            space: Space::Heap,
            bytes_per_op: Some(rate),
            excluded: (verdict == Verdict::Stable).then_some(rate.high),
            ops: (megabytes.len() as u64) << 17,
            gained: 1_310_000,
        },
        ops: (megabytes.len() as u64) << 17,
        series,
        elapsed: Duration::from_millis(810),
        holder,
        turn: Some(0.0),
        allocated: None,
        decides: (verdict == Verdict::Inconclusive).then_some(12),
    }
}

pub(super) fn judged() -> Vec<Judged> {
    let stairs = [1.6, 1.87, 2.19, 2.48, 2.91, 2.91, 3.55, 3.55, 3.55, 4.51, 4.51];
    let leaking = || probed(Verdict::Leaks, Ground::Proportional, Some(Holder::Runtime), &stairs);
    let stable = || probed(Verdict::Stable, Ground::Flat, None, &[1.7, 1.97, 1.98, 1.98, 1.98]);
    let unsure = || probed(Verdict::Inconclusive, Ground::StillGrowing, None, &stairs[..6]);
    let failed = |status, detail: &str| Err(Failure { status, detail: detail.to_owned() });
    let elapsed = Some(Duration::from_millis(810));
    vec![
        Judged::of(&cell("12.15.0", "generator"), Ok(leaking()), elapsed),
        Judged::of(&cell("12.15.0", "async"), Ok(stable()), elapsed),
        Judged::of(&cell("12.16.0", "generator"), Ok(stable()), elapsed),
        Judged::of(&cell("12.16.0", "async"), Ok(unsure()), elapsed),
        Judged::of(
            &cell("6.17.1", "async"),
            failed(Status::Unsupported, "SyntaxError: Unexpected token function (async.js:5)"),
            elapsed,
        ),
        Judged::of(&cell("unknown-3f2a", "async"), failed(Status::Error, "out of luck"), None),
    ]
}

fn curve(version: &str, variant: &str, megabytes: &[f64], collected: Option<f64>) -> Curve {
    let cell = cell(version, variant);
    let held = |megabytes: f64| Held { heap: Some((megabytes * 1e6) as u64), ..Held::default() };
    let mut readings: Vec<_> = (0..)
        .zip(megabytes)
        .map(|(i, megabytes)| {
            let elapsed = Some(Nanos(i * 170_000_000));
            reading(&cell, i * 1_000_000, false, elapsed, &held(*megabytes))
        })
        .collect();
    let last = (megabytes.len() - 1) as u64;
    let end = megabytes.last().map(|megabytes| (megabytes * 1e6) as u64);
    let elapsed = Nanos(last * 170_000_000);
    readings.extend(
        collected.map(|megabytes| {
            reading(&cell, last * 1_000_000, true, Some(elapsed), &held(megabytes))
        }),
    );
    let row = CurveFigures {
        ops: Some(last * 1_000_000),
        elapsed_s: Some(elapsed.0 as f64 / 1e9),
        heap_end_bytes: end,
        heap_collected_bytes: collected.map(|megabytes| (megabytes * 1e6) as u64),
        started_at: cell.run.clone(),
        harness_version: crate::HARNESS_VERSION.to_owned(),
        ..CurveFigures::default()
    };
    Curve { row: cell.keyed(row), readings }
}

/// One that came to its end, and one whose heap was full.
pub(super) fn curves() -> Vec<Curve> {
    let even = curve("12.16.0", "generator", &[2.1, 3.4, 2.9, 4.1, 3.0], Some(1.98));
    let mut full = curve("12.15.0", "generator", &[2.1, 14.6, 33.0], None);
    full.row.status = Status::Error;
    full.row.out_of_memory = true;
    full.row.detail = "node-12.15.0 was killed (signal 6) instead of replying to run".to_owned();
    vec![even, full]
}
