//! A variant of the service under load, and what is told of it.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use super::step::Discovery;
use crate::key::Key;
use crate::load::{self, LoadPlan, LoadResult};
use crate::measure::Cell;
use crate::record::{LoadFigures, LoadRow, Space, Verdict};
use crate::show::format::quantity;

/// A variant of the service under load.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// Its row, and all that was read.
    #[serde(flatten, serialize_with = "serialize_load")]
    pub result: LoadResult,
    /// How long, in seconds.
    pub duration_s: f64,
    /// Requests that came before it and count in nothing.
    pub warm_up_requests: u64,
    /// What the first request met that failed, if that is known.
    pub first_failure: Option<String>,
    /// Why, where the verdict alone does not say it; else empty. The row's reason has advice for another command.
    pub reason: String,
}

impl Deref for Load {
    type Target = LoadRow;

    fn deref(&self) -> &LoadRow {
        &self.result.row
    }
}

impl Discovery for Load {
    fn summary(&self) -> String {
        let Key { runtime, version, variant, .. } = &self.key;
        let verdict = self.verdict.map_or("no verdict", Verdict::word);
        let kept = quantity(self.bytes_per_request.unwrap_or_default());
        format!("{runtime}-{version} as {variant}: {verdict}, {kept} bytes of heap a request")
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.first_failure.iter_mut().for_each(visit);
    }
}

fn serialize_load<S: Serializer>(result: &LoadResult, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Told<'a>(#[serde(with = "ToldOfLoad")] &'a LoadFigures);
    result.row.as_told(Told(&result.row)).serialize(serializer)
}

/// The figures of a load that `story.json` has.
#[derive(Serialize)]
#[serde(remote = "LoadFigures")]
struct ToldOfLoad {
    rate: Option<f64>,
    requests_per_sec: Option<f64>,
    requests: Option<u64>,
    #[serde(getter = "LoadFigures::requests_failed")]
    requests_failed: u64,
    heap_before_bytes: Option<u64>,
    heap_after_bytes: Option<u64>,
    bytes_per_request: Option<f64>,
    bytes_per_request_low: Option<f64>,
    bytes_per_request_high: Option<f64>,
    #[serde(getter = "LoadFigures::bytes_a_day")]
    bytes_a_day: Option<f64>,
    peak_rss_bytes: Option<u64>,
    p50_ns: Option<u64>,
    p99_ns: Option<u64>,
    p999_ns: Option<u64>,
    verdict: Option<Verdict>,
    space: Option<Space>,
    #[serde(serialize_with = "or_zero")]
    further_requests: Option<u64>,
}

fn or_zero<S: Serializer>(requests: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(requests.unwrap_or(0))
}

/// What is told of a load; an error if it lacks what the report is about.
pub(super) fn tell(cell: &Cell, plan: &LoadPlan, load: &load::Load) -> Result<Load, String> {
    let result = LoadResult::of(cell, plan, load);
    let (row, reason) = (&result.row, load::kept(load).reason);
    let needs = [
        (row.bytes_per_request.is_some() && row.verdict.is_some(), "reading of its heap"),
        (row.requests_per_sec.is_some(), "rate"),
        (row.p50_ns.is_some(), "answer"),
    ];
    if let Some((_, what)) = needs.iter().find(|(is_there, _)| !is_there) {
        let Key { runtime, version, variant, .. } = &cell.key;
        let why = if row.detail.is_empty() { reason.to_string() } else { row.detail.clone() };
        let why = if why.is_empty() { why } else { format!(": {why}") };
        return Err(format!("{runtime}-{version} as {variant} gave no {what}{why}"));
    }
    Ok(Load {
        result,
        duration_s: plan.duration.as_secs_f64(),
        warm_up_requests: load.warmed_up,
        first_failure: load.first_error.clone(),
        reason: reason.why,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::investigate::step::Step;
    use crate::leak::{Limits, judge};
    use crate::load::{Bound, LoadPoint};
    use crate::record::{Space, Verdict};
    use crate::session::Reading;
    use crate::units::Nanos;

    const TEN: Duration = Duration::from_secs(10);

    /// Requests of the load, after 2,000 to warm up.
    const REQUESTS: u64 = 20_000;

    fn cell() -> Cell {
        Cell { key: Key::node("service", "generator", "12.15.0"), run: String::new() }
    }

    /// A load whose heap and external memory were so large after so many requests.
    fn load_of(requests: u64, held: impl Fn(f64) -> (f64, f64)) -> load::Load {
        let checkpoint = |requests: u64| {
            let (heap, external) = held(requests as f64);
            let reading = Reading {
                heap_used_bytes: Some(heap as u64),
                external_bytes: Some(external as u64),
                ..Reading::default()
            };
            LoadPoint { elapsed: Nanos(requests), requests, reading }
        };
        let checkpoints = (0..=20).map(|part| checkpoint(requests * part / 20)).collect();
        let mut load = load::Load { warmed_up: 2_000, checkpoints, ..load::Load::default() };
        load.counts.requests = requests;
        load.counts.answered = requests - 3;
        load.counts.non_2xx = 1;
        load.counts.timeouts = 2;
        load.sending = Duration::from_secs(20);
        load.first_error = Some("was answered with 500 by /home/alice/app.js".to_owned());
        for micros in 1..=requests {
            load.latencies.record(Duration::from_micros(micros));
        }
        load
    }

    fn tell_of(load: &load::Load) -> Result<Load, String> {
        let plan = LoadPlan {
            rate: 1_000.0,
            duration: TEN,
            connections: 1,
            timeout: TEN,
            warm_up: 2_000,
            checkpoints: 20,
            settling: Duration::ZERO,
            snapshots: None,
            bound: Bound { p99: TEN, probe: TEN },
        };
        tell(&cell(), &plan, load)
    }

    #[test]
    fn a_load_without_readings_says_what_is_missing() {
        let words = tell_of(&load::Load::default()).unwrap_err();
        assert_eq!(
            words,
            "node-12.15.0 as generator gave no reading of its heap: no collection could be forced"
        );
    }

    #[test]
    fn a_leak_into_the_heap_has_a_figure_for_a_day() {
        let mut step = Step::from(tell_of(&load_of(REQUESTS, |n| (4e6 + 160.0 * n, 1e6))));
        step.hide_places();
        let load = step.found().unwrap();
        assert_eq!((load.verdict, load.space), (Some(Verdict::Leaks), Some(Space::Heap)));
        assert_eq!((load.requests_failed(), load.warm_up_requests), (3, 2_000));
        assert_eq!(load.bytes_per_request, Some(160.0));
        // 160 bytes, 1,000 times a second, 86,400 seconds.
        assert_eq!(load.bytes_a_day(), Some(13_824_000_000.0));
        // A failure is no reason of the verdict, and names no place.
        assert_eq!(load.reason, "");
        assert_eq!(load.first_failure.as_deref(), Some("was answered with 500 by app.js"));
    }

    #[test]
    fn a_leak_outside_the_heap_says_so_and_has_none() {
        let load = tell_of(&load_of(REQUESTS, |n| (4e6, 1e6 + 160.0 * n))).unwrap();
        assert_eq!((load.verdict, load.space), (Some(Verdict::Leaks), Some(Space::External)));
        assert_eq!((load.bytes_per_request, load.bytes_a_day()), (Some(0.0), None));
        assert!(load.reason.contains("160 bytes/request"), "{}", load.reason);
    }

    #[test]
    fn what_does_not_leak_has_no_space() {
        let load = tell_of(&load_of(REQUESTS, |_| (4e6, 1e6))).unwrap();
        let found = (load.verdict, load.space, load.bytes_a_day(), &*load.reason);
        assert_eq!(found, (Some(Verdict::Stable), None, None, ""));
    }

    /// Their options are not those of an investigation.
    #[test]
    fn what_other_commands_advise_is_left_out() {
        let few = tell_of(&load_of(100, |n| (4e6 + 160.0 * n, 1e6))).unwrap();
        assert_eq!(few.verdict, Some(Verdict::Inconclusive));
        assert!(!few.reason.is_empty() && !few.reason.contains("--"), "{}", few.reason);
        let filling = tell_of(&load_of(14_200, |n| (4e6 + 160.0 * n, 1e6))).unwrap();
        assert_eq!(filling.verdict, Some(Verdict::Inconclusive));
        assert!(!filling.reason.is_empty() && !filling.reason.contains("--"), "{}", filling.reason);
        let reason = judge(&[], &Limits::OPS).reason(None);
        assert!(reason.advice.is_some() && !reason.why.contains("--"), "{reason}");
    }
}
