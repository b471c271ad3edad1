//! Whether a service keeps something for every request.
//!
//! The rule is its own, and not that of `awaitbench leak`: see `growth.rs`.

use super::found::Load;
use super::growth::{Growth, growth};
use crate::leak::{Held, Reason};
use crate::record::{Space, Verdict};
use crate::show::format;
use crate::stats::Estimate;

/// Growth is called a leak from so many requests on: a cache of half as many entries is full by then; a
/// larger one needs a longer load.
const HORIZON: f64 = 16_384.0;

/// Or from so many bytes on that were gained over the whole series.
const HORIZON_BYTES: f64 = 256e6;

/// Growth since a quarter of all requests, without its largest rise, that is less than this is never called
/// a leak: code that gets compiled late, in bytes. The service of js-cases, which does not leak, gained up to
/// 350 kB on Node.js 12 and 24.
const LEAST: f64 = 640e3;

/// The same for the resident set outside the heap, where allocators keep what they had.
const LEAST_RESIDENT: f64 = 64e6;

/// `stable` needs so many requests.
const FEWEST: f64 = 4_096.0;

/// `stable` needs that no more than so many bytes were gained for each request since N/4.
const RESOLUTION: f64 = 20.0;

/// The least leak in bytes per request that `stable` excludes, if it grows evenly: three quarters of it are gained since N/4.
pub const LEAST_EVEN: f64 = RESOLUTION / 0.75;

/// The same of a leak into a list that grows by half: it gains 0.3 times what it holds even without its largest step.
pub const LEAST_IN_STEPS: f64 = RESOLUTION / 0.3;

/// At the last reading there must have been so many times the requests that there were at the first,
/// which are those of the warm-up: three doublings. A list that is full grows by half or doubles, and
/// within less than that it may have done so once or twice, as code that gets compiled does.
const SPAN: f64 = 8.0;

#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The verdict; `None` without readings.
    pub verdict: Option<Verdict>,
    pub reason: Reason,
    /// What grows, if something leaks.
    pub space: Option<Space>,
    /// Heap in use before the load, after a forced collection.
    pub before: Option<u64>,
    pub after: Option<u64>,
    /// Bytes of heap a request: what was gained between the two. The interval is that of the slope over
    /// the last two doublings of the number of requests, made so wide that it holds the value.
    pub per_request: Option<Estimate>,
}

/// Where a service can keep something. Array buffers are among the external memory.
const SPACES: [Space; 3] = [Space::Heap, Space::External, Space::Resident];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    Leaks,
    Flat,
    /// Grows in proportion, but a cache might still be filling.
    Filling,
    Unsettled,
    TooFew,
    /// Too few readings for the requests that there were.
    Unread,
}

/// Judges what a load has read.
pub fn kept(load: &Load) -> Kept {
    let heap = |checkpoint: Option<&super::LoadPoint>| checkpoint?.reading.heap_used_bytes;
    let (before, after) = (heap(load.checkpoints.first()), heap(load.checkpoints.last()));
    let requests = load.checkpoints.last().map_or(0, |checkpoint| checkpoint.requests);
    if load.checkpoints.len() < 2 || before.is_none() || requests == 0 {
        let reason = Reason::of("no collection could be forced");
        return Kept { verdict: None, reason, space: None, before, after, per_request: None };
    }
    let slope = growth(&points(load, Space::Heap)).map(|growth| growth.rate);
    let gained = before.zip(after).map(|(before, after)| after as f64 - before as f64);
    let per_request = gained.map(|gained| {
        let value = gained / requests as f64;
        let (low, high) = slope.map_or((value, value), |slope| (slope.low, slope.high));
        Estimate { value, low: low.min(value), high: high.max(value) }
    });
    let (verdict, space, reason) = judged(load);
    Kept { verdict: Some(verdict), reason, space, before, after, per_request }
}

/// Whether more requests would tell nothing: the verdict is sure, or there is nothing to judge.
pub(super) fn is_sure(load: &Load) -> bool {
    load.checkpoints.is_empty() || judged(load).0 != Verdict::Inconclusive
}

/// What to do about a verdict that is not sure.
const LONGER: &str = "give it a longer --duration or --settle";

/// The verdict, what grows, and why.
fn judged(load: &Load) -> (Verdict, Option<Space>, Reason) {
    let courses = SPACES.map(|space| {
        let points = points(load, space);
        let found = growth(&points);
        (space, course(space, &points, found), found)
    });
    if let Some((space, _, found)) = courses.iter().find(|known| known.1 == Course::Leaks) {
        let rate = found.map_or(0.0, |growth| growth.rate.value);
        let reason = match space {
            Space::Heap => Reason::default(),
            Space::External | Space::ArrayBuffers => Reason::of(format!(
                "what grows is external memory, as of buffers: {} bytes/request",
                format::quantity(rate)
            )),
            Space::Resident => Reason::of(format!(
                "what grows is the resident set outside the heap: {} bytes/request",
                format::quantity(rate)
            )),
        };
        return (Verdict::Leaks, Some(*space), reason);
    }
    let reason = match courses.iter().map(|known| known.1).find(|course| *course != Course::Flat) {
        None => return (Verdict::Stable, None, Reason::default()),
        Some(Course::Filling) => Reason::with(
            "grows in proportion to requests so far, as a cache does that is not full",
            LONGER,
        ),
        Some(Course::TooFew) => Reason::with(
            "too few requests to tell",
            "give it a longer --duration or --settle, or a higher --rate",
        ),
        Some(Course::Unread) => {
            Reason::with("too few readings to tell", "give it more --checkpoints")
        }
        Some(_) => Reason::with("has not settled", LONGER),
    };
    (Verdict::Inconclusive, None, reason)
}

fn course(space: Space, points: &[(f64, f64)], growth: Option<Growth>) -> Course {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        // The runtime does not say: nothing is known that grows.
        return Course::Flat;
    };
    if last.0 < SPAN * first.0 {
        return Course::TooFew;
    }
    let Some(growth) = growth else { return Course::Unread };
    let least = if space == Space::Resident { LEAST_RESIDENT } else { LEAST };
    if growth.persists && growth.gained >= least {
        let is_far = last.0 >= HORIZON || last.1 - first.1 >= HORIZON_BYTES;
        return if is_far { Course::Leaks } else { Course::Filling };
    }
    let allowed = RESOLUTION * last.0;
    // The resident set says only what it says for sure.
    let is_flat = space == Space::Resident
        || growth.gained <= allowed
        || (growth.gained_in_octave <= allowed / 2.0 && growth.largest_fall <= allowed / 2.0);
    match is_flat {
        true if last.0 >= FEWEST => Course::Flat,
        true => Course::TooFew,
        false => Course::Unsettled,
    }
}

/// The readings of the load and after it, counted from the first request of the warm-up. Those of the
/// warm-up itself would show how much code is compiled in it.
fn points(load: &Load, space: Space) -> Vec<(f64, f64)> {
    let all = load.checkpoints.iter().chain(&load.further);
    all.filter_map(|checkpoint| {
        let bytes = Held::from(&checkpoint.reading).of(space)?;
        Some(((load.warmed_up + checkpoint.requests) as f64, bytes as f64))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::LoadPoint;
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

    fn checkpoint(requests: u64, held: impl Fn(f64) -> f64) -> LoadPoint {
        let heap = 4e6 + held((WARM_UP + requests) as f64);
        let reading = Reading { heap_used_bytes: Some(heap as u64), ..Reading::default() };
        LoadPoint { elapsed: Nanos(requests), requests, reading }
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

    /// Buffers are held outside the heap, in which there is only what leads to them.
    #[test]
    fn what_grows_outside_the_heap_is_said() {
        let mut load = settled(|n| 160.0 * n);
        for checkpoint in load.checkpoints.iter_mut().chain(&mut load.further) {
            let reading = &mut checkpoint.reading;
            reading.external_bytes = reading.heap_used_bytes.replace(4_000_000);
        }
        let kept = kept(&load);
        assert_eq!((kept.verdict, kept.space), (Some(Verdict::Leaks), Some(Space::External)));
        assert!(
            kept.reason.to_string().contains("external memory, as of buffers: 160 bytes/request"),
            "{kept:?}"
        );
        assert_eq!(kept.per_request.unwrap().value, 0.0);
    }

    /// A module that is loaded late, or a table of a cache that doubles once more.
    #[test]
    fn one_late_step_is_no_leak() {
        for at in [9_000.0, 12_000.0, 18_000.0, 23_000.0] {
            let kept = kept(&settled(|n| compiled(n) + if n > at { 600e3 } else { 0.0 }));
            assert_ne!(kept.verdict, Some(Verdict::Leaks), "{at}: {kept:?}");
        }
    }

    /// Nine list entries per request are the least that is told from code for sure.
    #[test]
    fn slow_leaks_are_not_called_stable() {
        for entries in 9..=12 {
            let list = list(f64::from(entries));
            let kept = kept(&settled(|n| list(n) + compiled(n)));
            assert_eq!(kept.verdict, Some(Verdict::Leaks), "{entries}: {kept:?}");
        }
    }

    /// Bytecode of functions that rest is thrown away: half a megabyte less, at any time, and the leak is there
    /// all the same.
    #[test]
    fn a_late_fall_makes_no_leak_stable() {
        for rate in [50.0, 100.0, 160.0] {
            for at in [7_000.0, 10_000.0, 16_000.0, 24_000.0] {
                let held = |n: f64| 700e3 + rate * n - if n > at { 700e3 } else { 0.0 };
                let mut load = settled(held);
                // However the load ends just then: the fall may be the last reading.
                let all = load.further.len();
                for end in 0..=all {
                    let further = load.further.split_off(end);
                    let kept = kept(&load);
                    load.further.extend(further);
                    assert_ne!(kept.verdict, Some(Verdict::Stable), "{rate} {at} {end}: {kept:?}");
                }
            }
        }
    }

    /// Readings that are too few for the requests.
    #[test]
    fn few_readings_are_said_to_be_few() {
        let checkpoints = [0, 40_000, 80_000].map(|n| checkpoint(n, |n| 160.0 * n)).to_vec();
        let load = Load { warmed_up: WARM_UP, checkpoints, ..Load::default() };
        let kept = kept(&load);
        assert_eq!(kept.verdict, Some(Verdict::Inconclusive));
        assert!(kept.reason.to_string().contains("--checkpoints"), "{kept:?}");
    }

    /// Growth in proportion, but a cache of as many entries might still be filling.
    #[test]
    fn before_the_horizon_growth_is_no_leak_yet() {
        let checkpoints = (0..=40).map(|part| checkpoint(300 * part, |n| 400.0 * n)).collect();
        let load = Load { warmed_up: 1_000, checkpoints, ..Load::default() };
        let kept = kept(&load);
        assert_eq!(kept.verdict, Some(Verdict::Inconclusive));
        assert!(kept.reason.to_string().contains("a cache does that is not full"), "{kept:?}");
    }

    /// Allocators keep some megabytes, and a leak outside the heap is more than those.
    #[test]
    fn the_resident_set_is_judged_by_its_own_measure() {
        let with = |resident: f64| {
            let mut load = settled(|n| 160.0 * n);
            for checkpoint in load.checkpoints.iter_mut().chain(&mut load.further) {
                let reading = &mut checkpoint.reading;
                let n = (reading.heap_used_bytes.replace(4_000_000).unwrap() as f64 - 4e6) / 160.0;
                reading.heap_total_bytes = Some(8_000_000);
                reading.external_bytes = Some(0);
                reading.rss_bytes = Some((60e6 + resident * n) as u64);
            }
            kept(&load)
        };
        assert_eq!(with(500.0).verdict, Some(Verdict::Stable));
        let large = with(10_000.0);
        assert_eq!((large.verdict, large.space), (Some(Verdict::Leaks), Some(Space::Resident)));
        assert!(
            large.reason.to_string().contains("outside the heap: 10,000 bytes/request"),
            "{large:?}"
        );
    }

    #[test]
    fn few_requests_tell_nothing() {
        let kept = kept(&load(list(16.0)));
        assert_eq!(kept.verdict, Some(Verdict::Inconclusive));
        assert!(kept.reason.to_string().contains("too few requests"), "{kept:?}");
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
