//! Whether a service keeps something for every request, by the same rule as for cases.

use super::run::Load;
use crate::leak::{Checkpoint as LeakCheckpoint, Finding, Held, Limits, Reason, Verdict, judge};
use crate::stats::Estimate;

/// What may be concluded from requests, of which there are thousands where there are millions of ops.
///
/// A cache of half as many entries as the horizon has requests is full by then; a larger one needs a
/// longer load. Each request executes much code, some of which is still being compiled after thousands:
/// a hundred kilobytes of it are not called a leak, and what remains of it over a series of the least
/// length is below the resolution.
const LIMITS: Limits = Limits {
    horizon_ops: 1 << 14,
    horizon_bytes: 256 << 20,
    least_growth: 192 << 10,
    least_resident_growth: 64 << 20,
    fewest_ops: 1 << 12,
    resolution: 32.0,
};

/// At the last reading there must have been so many times the requests that there were at the first,
/// which are those of the warm-up: three doublings. A list that is full grows by half or doubles, and
/// within less than that it may have done so once or twice, as code that gets compiled does.
const SPAN: u64 = 8;

/// What a service keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The verdict; `None` without readings.
    pub verdict: Option<Verdict>,
    /// Why, in words; empty if it needs none.
    pub reason: String,
    /// Heap in use before the load, after a forced collection.
    pub before: Option<u64>,
    /// And after it.
    pub after: Option<u64>,
    /// Bytes a request: what was gained between the two. The interval is that of the slope over the last
    /// two doublings of the number of requests, made so wide that it holds the value.
    pub per_request: Option<Estimate>,
}

/// Judges what a load has read.
#[must_use]
pub fn kept(load: &Load) -> Kept {
    let heap = |checkpoint: Option<&super::Checkpoint>| checkpoint?.reading.heap_used_bytes;
    let (before, after) = (heap(load.checkpoints.first()), heap(load.checkpoints.last()));
    let requests = load.checkpoints.last().map_or(0, |checkpoint| checkpoint.requests);
    if load.checkpoints.len() < 2 || before.is_none() || requests == 0 {
        let reason = "no collection could be forced".to_owned();
        return Kept { verdict: None, reason, before, after, per_request: None };
    }
    let finding = judged(&series(load));
    let gained = before.zip(after).map(|(before, after)| after as f64 - before as f64);
    let per_request = gained.map(|gained| {
        let value = gained / requests as f64;
        let (low, high) = finding.bytes_per_op.map_or((value, value), |rate| (rate.low, rate.high));
        Estimate { value, low: low.min(value), high: high.max(value) }
    });
    let reason = match finding.reason {
        Reason::Proportional | Reason::Flat => "",
        Reason::StillGrowing => {
            "grows in proportion to requests so far, as a cache does that is not full: give it a longer --duration or --settle"
        }
        Reason::Unsettled => "has not settled: give it a longer --duration or --settle",
        Reason::TooFew => {
            "too few requests to tell: give it a longer --duration or --settle, or a higher --rate"
        }
    };
    Kept { verdict: Some(finding.verdict), reason: reason.to_owned(), before, after, per_request }
}

/// Whether more requests would tell nothing: the verdict is sure, or there is nothing to judge.
pub(super) fn is_sure(load: &Load) -> bool {
    let series = series(load);
    series.is_empty() || judged(&series).verdict != Verdict::Inconclusive
}

fn judged(series: &[LeakCheckpoint]) -> Finding {
    let ops = |checkpoint: Option<&LeakCheckpoint>| checkpoint.map_or(0, |it| it.ops);
    let finding = judge(series, &LIMITS);
    if ops(series.last()) >= SPAN * ops(series.first()) {
        return finding;
    }
    Finding { verdict: Verdict::Inconclusive, reason: Reason::TooFew, ..finding }
}

/// The readings of the load and after it, counted from the first request of the warm-up. Those of the
/// warm-up itself would show how much code is compiled in it.
fn series(load: &Load) -> Vec<LeakCheckpoint> {
    let all = load.checkpoints.iter().chain(&load.further);
    all.map(|checkpoint| LeakCheckpoint {
        ops: load.warmed_up + checkpoint.requests,
        held: Held::from(&checkpoint.reading),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Checkpoint;
    use super::*;
    use crate::session::Reading;
    use crate::units::Nanos;

    const WARM_UP: u64 = 3_000;
    const REQUESTS: u64 = 3_750;

    /// A load of 21 readings over 3,750 requests after a warm-up of 3,000, where `held` is the heap after
    /// so many requests of both.
    fn load(held: impl Fn(f64) -> f64) -> Load {
        let checkpoints = (0..=20).map(|part| checkpoint(REQUESTS * part / 20, &held)).collect();
        Load { warmed_up: WARM_UP, checkpoints, ..Load::default() }
    }

    fn checkpoint(requests: u64, held: impl Fn(f64) -> f64) -> Checkpoint {
        let heap = 4e6 + held((WARM_UP + requests) as f64);
        let reading = Reading { heap_used_bytes: Some(heap as u64), ..Reading::default() };
        Checkpoint { elapsed: Nanos(requests), requests, reading }
    }

    /// The same, and then as many requests as it takes until the verdict is sure.
    fn settled(held: impl Fn(f64) -> f64) -> Load {
        let mut load = load(&held);
        for k in 1..=120 {
            if is_sure(&load) {
                break;
            }
            load.further.push(checkpoint(REQUESTS + 420 * k, &held));
        }
        load
    }

    /// The article's leak: entries of 8 bytes, so many a request, in a list that grows by half when full.
    fn list(entries: f64) -> impl Fn(f64) -> f64 {
        move |n: f64| {
            let mut capacity = 16.0;
            while capacity < entries * n {
                capacity = (capacity * 1.5_f64).floor() + 2.0;
            }
            capacity * 8.0
        }
    }

    fn compiled(n: f64) -> f64 {
        400e3 * (1.0 - (-n / 2_000.0).exp())
    }

    #[test]
    fn a_leak_of_160_bytes_a_request_is_one() {
        let load = settled(|n| 160.0 * n);
        let kept = kept(&load);
        assert_eq!(kept.verdict, Some(Verdict::Leaks));
        // What is kept is counted over the load alone.
        assert_eq!(
            kept.after.zip(kept.before).map(|(after, before)| after - before),
            Some(600_000)
        );
        let rate = kept.per_request.unwrap();
        assert!((rate.value - 160.0).abs() < 0.1 && rate.low <= 160.0 && rate.high >= 160.0);
    }

    /// Whatever place of the staircase the load begins at.
    #[test]
    fn a_staircase_is_a_leak() {
        for entries in 12..=24 {
            let list = list(f64::from(entries));
            let kept = kept(&settled(|n| list(n) + compiled(n)));
            assert_eq!(kept.verdict, Some(Verdict::Leaks), "{entries}: {kept:?}");
        }
    }

    #[test]
    fn few_requests_tell_nothing() {
        let kept = kept(&load(list(16.0)));
        assert_eq!(kept.verdict, Some(Verdict::Inconclusive));
        assert!(kept.reason.contains("too few requests"), "{kept:?}");
        assert!(kept.per_request.is_some());
    }

    #[test]
    fn what_fills_up_is_no_leak() {
        let stable = |held: &dyn Fn(f64) -> f64| {
            let kept = kept(&settled(held));
            assert_eq!(kept.verdict, Some(Verdict::Stable), "{kept:?}");
        };
        stable(&|_| 0.0);
        stable(&compiled);
        // A cache of 1,000 entries, filled in turn by every fifth request, and one of 3,000, at random.
        stable(&|n| 1e6 * (n / 5_000.0).min(1.0));
        stable(&|n| 3e6 * (1.0 - (-n / 3_000.0).exp()));
    }

    #[test]
    fn without_readings_there_is_no_verdict() {
        assert_eq!(kept(&Load::default()).verdict, None);
        assert!(is_sure(&Load::default()));
    }
}
