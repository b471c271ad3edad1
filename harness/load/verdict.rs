//! Whether a service keeps something for every request, by the same rule as for cases.

use super::run::Load;
use crate::leak::{Checkpoint as LeakCheckpoint, Held, Limits, Reason, Verdict, judge};
use crate::stats::Estimate;

/// What may be concluded from requests, of which there are thousands where there are millions of ops.
///
/// A cache of half as many entries as the horizon has requests is full by then; a larger one needs a
/// longer load. Each request executes much code, some of which is still being compiled after thousands:
/// a hundred kilobytes of it are not called a leak, and what remains of it over a series of the least
/// length is below the resolution.
const LIMITS: Limits = Limits {
    horizon_ops: 4_096,
    horizon_bytes: 256 << 20,
    least_growth: 192 << 10,
    least_resident_growth: 64 << 20,
    fewest_ops: 4_096,
    resolution: 32.0,
};

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
    let finding = judge(&series(load), &LIMITS);
    let gained = before.zip(after).map(|(before, after)| after as f64 - before as f64);
    let per_request = gained.map(|gained| {
        let value = gained / requests as f64;
        let (low, high) = finding.bytes_per_op.map_or((value, value), |rate| (rate.low, rate.high));
        Estimate { value, low: low.min(value), high: high.max(value) }
    });
    let reason = match finding.reason {
        Reason::Proportional | Reason::Flat => "",
        Reason::StillGrowing => {
            "grows in proportion to requests so far, as a cache does that is not full: give it a longer --duration"
        }
        Reason::Unsettled => "has not settled: give it a longer --duration",
        Reason::TooFew => {
            "too few requests to tell: give it a longer --duration or a higher --rate"
        }
    };
    Kept { verdict: Some(finding.verdict), reason: reason.to_owned(), before, after, per_request }
}

/// The readings of the load, counted from the first request of the warm-up. Those of the warm-up itself
/// would show how much code is compiled in it.
fn series(load: &Load) -> Vec<LeakCheckpoint> {
    let during = load.checkpoints.iter();
    during
        .map(|checkpoint| LeakCheckpoint {
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

    /// A load with a warm-up of 3,000 requests and 21 readings over 3,750 more, where `held` is the heap
    /// after so many requests of both.
    fn load(held: impl Fn(f64) -> f64) -> Load {
        let checkpoint = |requests: u64, earlier: u64| Checkpoint {
            elapsed: Nanos(requests),
            requests,
            reading: Reading {
                heap_used_bytes: Some((4e6 + held((earlier + requests) as f64)) as u64),
                ..Reading::default()
            },
        };
        Load {
            warmed_up: 3_000,
            checkpoints: (0..=20).map(|part| checkpoint(3_750 * part / 20, 3_000)).collect(),
            ..Load::default()
        }
    }

    #[test]
    fn a_leak_of_160_bytes_a_request_is_one() {
        let kept = kept(&load(|n| 160.0 * n));
        assert_eq!(kept.verdict, Some(Verdict::Leaks));
        let rate = kept.per_request.unwrap();
        assert!((rate.value - 160.0).abs() < 0.1 && rate.low <= 160.0 && rate.high >= 160.0);
    }

    /// What 12.15.0 does: 16 entries of 8 bytes a request, in a list that grows by half when full.
    #[test]
    fn a_staircase_is_a_leak() {
        let capacity = |n: f64| {
            let mut capacity = 16.0;
            while capacity < 16.0 * n {
                capacity = (capacity * 1.5_f64).floor() + 16.0;
            }
            capacity * 8.0
        };
        let kept = kept(&load(capacity));
        assert_eq!(kept.verdict, Some(Verdict::Leaks), "{kept:?}");
    }

    /// Readings of the async variant on 12.15.0: code that is compiled late.
    #[test]
    fn code_that_gets_compiled_is_none() {
        let kept = kept(&load(|n| 400e3 * (1.0 - (-n / 2_000.0).exp())));
        assert_eq!(kept.verdict, Some(Verdict::Stable), "{kept:?}");
        assert_eq!(super::kept(&load(|_| 0.0)).verdict, Some(Verdict::Stable));
    }

    #[test]
    fn without_readings_there_is_no_verdict() {
        assert_eq!(kept(&Load::default()).verdict, None);
    }
}
