//! A figure of one version, measured just well enough to say on which side of a value it lies.
//!
//! The ordinary measuring engine, with little effort: fresh processes of all variants side by side,
//! and the interval over invocations. As long as the value lies within the interval, there is
//! another invocation, up to [`MOST`]. Stopping as soon as the interval leaves the value out makes
//! it a little too sure; each side of a boundary is therefore measured twice.

use super::finding::{Answer, VersionAnswer};
use super::question::{Metric, Question};
use crate::machine::NoiseWatch;
use crate::measure::{BetweenRuns, Cell, Effort, Failure, Setting, SideBySide, ratios, summarize};
use crate::record::{CellRow, InvocationRow, SampleRow};
use crate::stats::Estimate;

/// How much is measured before the first look, and in each invocation.
pub(super) const EFFORT: Effort = Effort::QUICK;

/// Invocations after which a version is given up as unresolved.
pub(super) const MOST: u32 = 12;

/// Measures `cells`, variants of one case on one runtime, until `question` is decided.
pub(super) async fn ask(setting: Setting<'_>, cells: &[Cell], question: Question) -> VersionAnswer {
    let mut samples: Vec<SampleRow> = Vec::new();
    let mut invocations: Vec<InvocationRow> = Vec::new();
    let mut estimate = None;
    for invocation in 0..MOST {
        match invoke(setting, cells, invocation).await {
            Ok((more, rows)) => {
                samples.extend(more);
                invocations.extend(rows);
            }
            Err(failure) => return VersionAnswer::failed(failure),
        }
        if invocation + 1 < EFFORT.invocations {
            continue;
        }
        estimate = figure(question.metric(), cells, &samples, &invocations);
        if let Some(answer) = estimate.and_then(|estimate| question.decide(estimate)) {
            return VersionAnswer::of(answer, String::new(), estimate);
        }
    }
    let detail = format!("after {MOST} invocations the interval still holds the value");
    VersionAnswer::of(Answer::Unknown, detail, estimate)
}

/// One invocation, from fresh processes to their end.
async fn invoke(
    setting: Setting<'_>,
    cells: &[Cell],
    invocation: u32,
) -> Result<(Vec<SampleRow>, Vec<InvocationRow>), Failure> {
    let mut side_by_side = SideBySide::start(setting, cells, invocation).await;
    let watch = NoiseWatch::begin(side_by_side.pids());
    for _ in 0..setting.effort.batches {
        side_by_side.take_turn().await;
    }
    let seen = watch.end();
    let ended = side_by_side.finish(&seen).await;
    match ended.failures.into_iter().next() {
        Some((_, failure)) => Err(failure),
        None => Ok((ended.samples, ended.invocations)),
    }
}

/// What the samples say of the metric so far.
fn figure(
    metric: Metric,
    cells: &[Cell],
    samples: &[SampleRow],
    invocations: &[InvocationRow],
) -> Option<Estimate> {
    // As each version's own processes say: a bisect asks again where a boundary is, and publishes no figure.
    let between = BetweenRuns::within_one();
    let rows: Vec<CellRow> =
        cells.iter().map(|cell| summarize(cell, samples, invocations, None, &between)).collect();
    let first = rows.first()?;
    match metric {
        Metric::Leak => None,
        Metric::Ratio => {
            let ratios = ratios(&rows, samples, &between);
            let row = ratios.first()?;
            Estimate::of(Some(row.ratio), row.ratio_low, row.ratio_high)
        }
        Metric::NsPerOp => Estimate::of(first.ns_per_op, first.ns_per_op_low, first.ns_per_op_high),
        Metric::OpsPerSec => {
            Estimate::of(first.ops_per_sec, first.ops_per_sec_low, first.ops_per_sec_high)
        }
    }
}
