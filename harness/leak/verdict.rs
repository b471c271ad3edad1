//! The verdict: a function of a series of readings after forced collections.
//!
//! A program that keeps something for every op, and a program whose cache is not full yet, hold the
//! same memory. No series can tell them apart before the cache is full, so `leaks` needs ops enough
//! that no cache one would expect is still filling ([`Limits::horizon_ops`]), or bytes enough
//! ([`Limits::horizon_bytes`]), or other evidence, which is a smaller horizon ([`Limits::sooner`]; and when
//! there is no more time [`Limits::horizon_when_slowing`], where each op takes longer than those before).
//!
//! An engine moves some memory by itself: code that gets compiled or thrown away, feedback, lists of its
//! own that have to fit what is made between two collections. That is an amount of bytes, however many
//! ops there were. So growth counts by its bytes: [`Limits::plain_growth`] is more than all that, and
//! [`Limits::quiet`] next to nothing; between them more ops decide. How small a leak is excluded is
//! therefore a matter of how many ops there is time for, and said by the interval of the rate.
//! `growth.rs` has the model.
//!
//! What a cache keeps it finds again: by a table, which grows in steps of [`TABLE`] bytes per entry at the least.
//! Growth by the same at every op has none. And whoever calls it a cache must name a size that somebody would keep.

use super::Checkpoint;
use super::growth::{Growth, growth, rough};
use super::reason::Reason;
use super::series::gained;
use super::slowing::slowdown;
use crate::record::{Space, Verdict};
use crate::show::format::{bytes, count, quantity};
use crate::stats::Estimate;

/// What may be concluded from how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Growth is called a leak from so many ops on: a cache of half as many entries is full by then,
    /// and has been for long enough to be seen flat.
    pub horizon_ops: u64,
    /// Or from so many bytes on that were gained over the whole series.
    pub horizon_bytes: u64,
    /// The same for a heap that grows by the same at every op.
    pub steady_bytes: u64,
    /// Ops and bytes from which on growth without a table is called a leak.
    pub tableless_ops: u64,
    pub tableless_bytes: u64,
    /// Growth over the last two doublings that is never an engine's own, in bytes.
    pub plain_growth: u64,
    /// The same for the resident set outside the heap, where allocators keep what they had.
    pub plain_resident_growth: u64,
    /// Growth over the last two doublings, falls not deducted, that is as good as none, in bytes. No fall
    /// may be larger, since a step can hide in it.
    pub quiet: u64,
    /// The same when there is no more time: what an engine moves by itself.
    pub quiet_at_the_end: u64,
    /// `stable` needs so many ops.
    pub fewest_ops: u64,
    /// The same when there is no more time: so many that 8 bytes at each of them are seen.
    pub fewest_ops_at_the_end: u64,
    /// Growth is called a leak from so many ops on where each op takes longer than those before, so much that
    /// `horizon_ops` of them would take hours. `None` while there is time to see a cache fill up.
    pub horizon_when_slowing: Option<u64>,
    /// Growth that is small against what an op allocates, in bytes per op: whoever excludes more needs no more ops.
    /// `None` while there is time for them, or if nobody knows what an op allocates.
    pub small_rate: Option<f64>,
}

impl Limits {
    /// For ops of which there are a million in seconds.
    ///
    /// The horizon is one and a half times a cache of a million entries: it has been flat for a third of all
    /// ops then.
    pub const OPS: Self = Self {
        horizon_ops: 3 << 19,
        horizon_bytes: 256 << 20,
        steady_bytes: 128 << 20,
        tableless_ops: 3 << 17,
        tableless_bytes: 32 << 20,
        plain_growth: 256 << 10,
        plain_resident_growth: 64 << 20,
        quiet: 8 << 10,
        quiet_at_the_end: 64 << 10,
        fewest_ops: 1 << 18,
        fewest_ops_at_the_end: 1 << 15,
        horizon_when_slowing: None,
        small_rate: None,
    };

    /// The same with a horizon that other evidence allows.
    pub const fn sooner(self, horizon_ops: u64) -> Self {
        Self { horizon_ops, ..self }
    }

    /// The same for a series that can't go on, of ops that allocate so many bytes each.
    pub fn at_the_end(self, allocated: Option<f64>) -> Self {
        Self {
            small_rate: allocated.map(|bytes| bytes * SMALL),
            quiet: self.quiet_at_the_end,
            fewest_ops: self.fewest_ops_at_the_end,
            horizon_when_slowing: Some(self.fewest_ops_at_the_end),
            ..self
        }
    }
}

/// This part of what an op allocates is small. What a leak keeps of an op is mostly more: a hundredth would be one
/// object of a hundred.
const SMALL: f64 = 1.0 / 128.0;

/// What a table has for each entry, and the part that comes in steps: 8 bytes, half as many again at each step. Half
/// of that must not be seen.
const TABLE: f64 = 2.0;

/// Growth is steady if its interval is narrower than this part of its rate.
const STEADY: f64 = 0.02;

/// An op that takes so many nanoseconds longer than the first one, because of what is held, looks nothing up that
/// somebody would keep.
const TOO_SLOW: f64 = 150e3;

/// Ops without which nobody says so.
const FEWEST_SLOW: f64 = 1024.0;

/// Ops without which nothing is called stable.
const FEWEST_OPS: f64 = 64.0;

/// Why the verdict is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Growth in proportion to ops, beyond the horizon.
    Proportional,
    /// The same, and by as much at every op.
    Steady,
    /// The same, and each op takes longer than those before.
    Slowing,
    Flat,
    /// Growth in proportion to ops, but a cache might still be filling.
    StillGrowing,
    /// Readings move, but not in proportion to ops.
    Unsettled,
    /// Too few ops or readings.
    TooFew,
}

/// A verdict with what it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakFinding {
    pub verdict: Verdict,
    pub ground: Ground,
    /// The space that it is about: the one that grows most, else the heap.
    pub space: Space,
    /// Bytes per op in that space, over the last two doublings, or what a few readings say; `None` with fewer than two.
    pub bytes_per_op: Option<Estimate>,
    /// Growth that is excluded, in bytes an op.
    pub excluded: Option<f64>,
    /// Ops and bytes that a cache would have kept by then.
    pub ops: u64,
    pub gained: u64,
}

impl LeakFinding {
    /// In words, with what to do: `decides` are the seconds of a budget that would decide, where that is known.
    pub fn reason(&self, decides: Option<u64>) -> Reason {
        let why = match self.ground {
            Ground::Proportional => "grows in proportion to ops".to_owned(),
            Ground::Steady => format!(
                "grows in proportion to ops, by the same at every op: nobody keeps a cache of {} entries and {} like this",
                count(self.ops),
                bytes(self.gained)
            ),
            Ground::Slowing => {
                "grows in proportion to ops, and so does the time of an op: to fill a large cache would take hours"
                    .to_owned()
            }
            Ground::Flat => match self.excluded {
                Some(rate) => format!("does not grow by more than {} bytes/op", quantity(rate)),
                None => "does not grow".to_owned(),
            },
            Ground::StillGrowing => format!(
                "grows in proportion to ops so far, as a cache does that has {} entries and {} and is not full",
                count(self.ops),
                bytes(self.gained)
            ),
            Ground::Unsettled => "has not settled".to_owned(),
            Ground::TooFew => "executed too few ops to tell".to_owned(),
        };
        if self.verdict != Verdict::Inconclusive {
            return Reason::of(why);
        }
        let advice = match decides {
            Some(seconds) => format!("--budget {seconds} would decide it"),
            None => "give it a larger --budget".to_owned(),
        };
        Reason::with(why, advice)
    }
}

/// Judges a series, in the order of ops.
pub fn judge(series: &[Checkpoint], limits: &Limits) -> LeakFinding {
    let ops = series.last().map_or(0, |checkpoint| checkpoint.ops);
    let spaces: Vec<(Space, Growth)> = Space::ALL
        .into_iter()
        .filter_map(|space| Some((space, growth(&points(series, space))?)))
        .collect();
    let of = |space: Space| spaces.iter().find(|known| known.0 == space).map(|known| known.1);
    let finding = |verdict, ground, space| LeakFinding {
        verdict,
        ground,
        space,
        bytes_per_op: match of(space) {
            Some(growth) => Some(growth.rate),
            None => rough(&points(series, space)),
        },
        excluded: (verdict == Verdict::Stable).then(|| excluded(&spaces)),
        ops,
        gained: gained(series),
    };
    if spaces.is_empty() {
        return finding(Verdict::Inconclusive, Ground::TooFew, Space::Heap);
    }
    if let Some((space, growth)) =
        leaking(&spaces, limits).and_then(|space| Some((space, of(space)?)))
    {
        return match beyond(series, space, &growth, limits) {
            Some(ground) => finding(Verdict::Leaks, ground, space),
            None => finding(Verdict::Inconclusive, Ground::StillGrowing, space),
        };
    }
    let unsettled = spaces.iter().find(|(space, growth)| !is_flat(*space, growth, limits));
    let is_excluded = || {
        limits
            .small_rate
            .is_some_and(|small| ops as f64 >= FEWEST_OPS && excluded(&spaces) <= small)
    };
    match unsettled {
        Some((space, _)) => finding(Verdict::Inconclusive, Ground::Unsettled, *space),
        None if ops < limits.fewest_ops && !is_excluded() => {
            finding(Verdict::Inconclusive, Ground::TooFew, Space::Heap)
        }
        None => finding(Verdict::Stable, Ground::Flat, Space::Heap),
    }
}

/// The growth that these spaces exclude, in bytes an op. What the resident set hides, nobody knows.
fn excluded(spaces: &[(Space, Growth)]) -> f64 {
    let told = spaces.iter().filter(|(space, _)| *space != Space::Resident);
    told.map(|(_, growth)| growth.excluded()).fold(0.0, f64::max)
}

/// Why no cache grows like this, if none does that somebody would keep.
fn beyond(series: &[Checkpoint], space: Space, growth: &Growth, limits: &Limits) -> Option<Ground> {
    let horizon = Horizon::of(space, growth.rate, growth.ops, gained(series), limits);
    if growth.ops >= horizon.plain {
        return Some(Ground::Proportional);
    }
    if growth.ops >= horizon.steady {
        return Some(Ground::Steady);
    }
    let enough = limits.horizon_when_slowing? as f64;
    let slower = slowdown(series, limits.horizon_ops)?;
    (growth.ops >= slow_horizon(slower).min(enough)).then_some(Ground::Slowing)
}

/// From how many ops on growth is called a leak, if it goes on as it did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Horizon {
    pub(super) plain: f64,
    /// Infinite if growth is not steady.
    pub(super) steady: f64,
}

impl Horizon {
    /// For growth at this rate, which came to `gained` after `ops`.
    pub(super) fn of(space: Space, pace: Estimate, ops: f64, gained: u64, limits: &Limits) -> Self {
        let (rate, gained) = (pace.value, gained as f64);
        let until = |bytes: u64| ops + (bytes as f64 - gained) / rate.max(f64::MIN_POSITIVE);
        let many = limits.horizon_ops as f64;
        let plain = many.min(until(limits.horizon_bytes));
        let width = pace.high - pace.low;
        if space != Space::Heap || width > STEADY * rate {
            return Self { plain, steady: f64::INFINITY };
        }
        // Where the shares of both are 1 together.
        let bytes = limits.steady_bytes as f64;
        let together = (1.0 - (gained - rate * ops) / bytes) / (1.0 / many.max(1.0) + rate / bytes);
        let tableless = until(limits.tableless_bytes).max(limits.tableless_ops as f64);
        let steady = if width <= TABLE { together.min(tableless) } else { together };
        Self { plain, steady }
    }
}

/// The same where each op takes so many nanoseconds longer for each op before it.
pub(super) fn slow_horizon(slower: f64) -> f64 {
    (TOO_SLOW / slower).max(FEWEST_SLOW)
}

pub(super) fn points(series: &[Checkpoint], space: Space) -> Vec<(f64, f64)> {
    let point =
        |checkpoint: &Checkpoint| Some((checkpoint.ops as f64, checkpoint.held.of(space)? as f64));
    series.iter().filter_map(point).collect()
}

/// The space that grows in proportion to ops, if any does: array buffers before the external memory
/// that they are part of, the resident set last, which shows all of them late.
fn leaking(spaces: &[(Space, Growth)], limits: &Limits) -> Option<Space> {
    let grows = |space: Space| {
        spaces
            .iter()
            .find(|known| known.0 == space)
            .map(|known| known.1)
            .filter(|growth| growth.persists && growth.recent >= plain(space, limits) as f64)
    };
    let (heap, external, buffers) =
        (grows(Space::Heap), grows(Space::External), grows(Space::ArrayBuffers));
    let recent = |growth: Option<Growth>| growth.map_or(0.0, |growth| growth.recent);
    let outside = if recent(buffers) >= recent(external) / 2.0 {
        Space::ArrayBuffers
    } else {
        Space::External
    };
    match (heap.is_some(), external.or(buffers).is_some()) {
        (true, true) if recent(heap) >= recent(external).max(recent(buffers)) => Some(Space::Heap),
        (true, false) => Some(Space::Heap),
        (_, true) => Some(outside),
        (false, false) => grows(Space::Resident).map(|_| Space::Resident),
    }
}

/// A jump is alone if the rest is so many times smaller: without hidden steps 2 would do.
const LONE: f64 = 8.0;

const fn plain(space: Space, limits: &Limits) -> u64 {
    match space {
        Space::Resident => limits.plain_resident_growth,
        _ => limits.plain_growth,
    }
}

/// Whether it is as good as even. The resident set may move by as much as can not be seen for long.
fn is_flat(space: Space, growth: &Growth, limits: &Limits) -> bool {
    if space == Space::Resident {
        let visible = limits.plain_resident_growth as f64 / 4.0;
        return !growth.persists || growth.recent < visible;
    }
    let (quiet, plain) = (limits.quiet as f64, limits.plain_growth as f64);
    let is_even = growth.moved() <= quiet;
    // Of a leak's steps the largest is at most twice as large as the one before it. So a jump that all
    // the rest is small against is none of them.
    let rest = growth.besides_jump.max(growth.largest_fall);
    let is_lone = growth.jump < plain && rest <= growth.jump / LONE;
    let is_small =
        |small: f64| !growth.persists && growth.moved() <= plain && growth.excluded() <= small;
    is_even || (is_lone && rest <= quiet / 2.0) || limits.small_rate.is_some_and(is_small)
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
