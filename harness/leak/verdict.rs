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

use super::Checkpoint;
use super::growth::{Growth, growth};
use super::reason::Reason;
use super::series::gained;
use super::slowing::slows_down;
use crate::record::{Space, Verdict};
use crate::stats::Estimate;

/// What may be concluded from how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Growth is called a leak from so many ops on: a cache of half as many entries is full by then,
    /// and has been for long enough to be seen flat.
    pub horizon_ops: u64,
    /// Or from so many bytes on that were gained over the whole series.
    pub horizon_bytes: u64,
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
}

impl Limits {
    /// For ops of which there are a million in seconds.
    ///
    /// The horizon is one and a half times a cache of a million entries: it has been flat for a third of all
    /// ops then.
    pub const OPS: Self = Self {
        horizon_ops: 3 << 19,
        horizon_bytes: 256 << 20,
        plain_growth: 256 << 10,
        plain_resident_growth: 64 << 20,
        quiet: 8 << 10,
        quiet_at_the_end: 64 << 10,
        fewest_ops: 1 << 18,
        fewest_ops_at_the_end: 1 << 15,
        horizon_when_slowing: None,
    };

    /// The same with a horizon that other evidence allows.
    pub const fn sooner(self, horizon_ops: u64) -> Self {
        Self { horizon_ops, ..self }
    }

    /// The same for a series that can't go on.
    pub const fn at_the_end(self) -> Self {
        Self {
            quiet: self.quiet_at_the_end,
            fewest_ops: self.fewest_ops_at_the_end,
            horizon_when_slowing: Some(self.fewest_ops_at_the_end),
            ..self
        }
    }
}

/// Why the verdict is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Growth in proportion to ops, beyond the horizon.
    Proportional,
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

impl Ground {
    /// In words, with what to do.
    pub fn reason(self) -> Reason {
        const LONGER: &str = "give it a larger --budget";
        match self {
            Self::Proportional => Reason::of("grows in proportion to ops"),
            Self::Slowing => Reason::of(
                "grows in proportion to ops, and so does the time of an op: to fill a large cache would take hours",
            ),
            Self::Flat => Reason::of("does not grow"),
            Self::StillGrowing => Reason::with(
                "grows in proportion to ops so far, as a cache does that is not full",
                LONGER,
            ),
            Self::Unsettled => Reason::with("has not settled", LONGER),
            Self::TooFew => Reason::with("executed too few ops to tell", LONGER),
        }
    }
}

/// A verdict with what it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakFinding {
    pub verdict: Verdict,
    pub ground: Ground,
    /// The space that it is about: the one that grows most, else the heap.
    pub space: Space,
    /// Bytes per op in that space, over the last two doublings; `None` with too few readings.
    pub bytes_per_op: Option<Estimate>,
}

/// Judges a series, in the order of ops.
pub fn judge(series: &[Checkpoint], limits: &Limits) -> LeakFinding {
    let ops = series.last().map_or(0, |checkpoint| checkpoint.ops);
    let spaces: Vec<(Space, Growth)> = Space::ALL
        .into_iter()
        .filter_map(|space| Some((space, growth(&points(series, space))?)))
        .collect();
    let about =
        |space: Space| spaces.iter().find(|known| known.0 == space).map(|known| known.1.rate);
    let finding =
        |verdict, ground, space| LeakFinding { verdict, ground, space, bytes_per_op: about(space) };
    if spaces.is_empty() {
        return finding(Verdict::Inconclusive, Ground::TooFew, Space::Heap);
    }
    if let Some(space) = leaking(&spaces, limits) {
        let settled = spaces.iter().find(|known| known.0 == space).map_or(0.0, |it| it.1.ops);
        let is_past = |horizon: u64| settled >= horizon as f64;
        return if is_past(limits.horizon_ops) || gained(series) >= limits.horizon_bytes {
            finding(Verdict::Leaks, Ground::Proportional, space)
        } else if limits.horizon_when_slowing.is_some_and(is_past)
            && slows_down(series, limits.horizon_ops)
        {
            finding(Verdict::Leaks, Ground::Slowing, space)
        } else {
            finding(Verdict::Inconclusive, Ground::StillGrowing, space)
        };
    }
    let unsettled = spaces.iter().find(|(space, growth)| !is_flat(*space, growth, limits));
    match unsettled {
        Some((space, _)) => finding(Verdict::Inconclusive, Ground::Unsettled, *space),
        None if ops < limits.fewest_ops => {
            finding(Verdict::Inconclusive, Ground::TooFew, Space::Heap)
        }
        None => finding(Verdict::Stable, Ground::Flat, Space::Heap),
    }
}

fn points(series: &[Checkpoint], space: Space) -> Vec<(f64, f64)> {
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
    let is_even = growth.gained.max(growth.largest_fall) <= quiet;
    // Of a leak's steps the largest is at most twice as large as the one before it. So a jump that all
    // the rest is small against is none of them.
    let rest = growth.besides_jump.max(growth.largest_fall);
    let is_lone = growth.jump < plain && rest <= growth.jump / LONE;
    is_even || (is_lone && rest <= quiet / 2.0)
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
