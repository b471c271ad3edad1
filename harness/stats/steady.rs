//! Whether one invocation reached a steady state, which way it got there, and at which batch.
//!
//! Source: E. Barrett, C. F. Bolz-Tereick, R. Killick, S. Mount and L. Tratt, "Virtual Machine
//! Warmup Blows Hot and Cold", OOPSLA 2017: changepoints of level and spread by PELT, segments
//! compared with the last one, four classes. Where we differ, and why:
//!
//! - **Spikes.** They leave outliers out of the test; here the median around stands in for them
//!   (see `spikes`). Either way nothing is taken out of the data, and the spikes are answered.
//! - **Equivalence.** Theirs is a tolerance of max(variance, 0.001 s) around the last segment's mean:
//!   a variance has another unit than a mean, and a millisecond is thousands of times an op. Ours
//!   is max([`TOLERANCE`] of that mean, three standard errors of the difference as the last
//!   segment's spread makes it), which no change of unit alters. Only the last segment's
//!   spread counts: that of a warm-up is so large that everything would be equivalent to it.
//! - **Length.** They ask for 500 steady iterations of 2,000. Here it is the last quarter too, but at
//!   least [`STEADY_BATCHES`], for series of 20 to 200 batches.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::changepoint::{NormalCost, SHORTEST_SEGMENT, segment_starts};
use super::spikes::{median, without_spikes};

/// The fewest batches that can be classified: as many before the steady state as in it.
pub const MINIMUM_BATCHES: usize = 2 * STEADY_BATCHES;

/// The fewest batches at the end that must be steady: a mean of fewer says little.
pub const STEADY_BATCHES: usize = 10;

/// Levels closer than this share are one level: less than the ratios of repeated runs differ by.
pub const TOLERANCE: f64 = 0.02;

/// Penalty of a changepoint in units of ln n, on the scale of minus twice a log-likelihood.
///
/// Three would do for independent normal values (Schwarz's criterion: each change adds a level, a
/// spread and a place); real batches resemble their neighbours and are skewed. The tool of the paper's
/// authors (warmup_stats) has 15 for 2,000 iterations. In series as short as ours that hides a
/// cycle of 30 % in noise of 1 %; with 8 it shows, and noise is still called flat (see the tests).
const PENALTY: f64 = 8.0;

/// Standard deviation, as a share of the median, below which nothing is known: a batch lasts at
/// least 1,000 times the timer's resolution, and not always more.
const RESOLUTION: f64 = 0.001;

/// Standard errors within which two levels are not told apart.
const STANDARD_ERRORS: f64 = 3.0;

/// How an invocation went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Steady from its first batch.
    Flat,
    /// It became faster, then steady.
    Warmup,
    /// It had been faster, then became steady.
    Slowdown,
    /// Its last part still changed.
    NoSteadyState,
}

/// Batches between two changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Index of the first batch.
    pub start: usize,
    /// Index after the last batch.
    pub end: usize,
    /// Mean time of one op with the median around standing in for spikes: in the unit of the series.
    pub level: f64,
    /// Standard deviation of the batches, likewise.
    pub spread: f64,
}

/// What the batches of one invocation show.
#[derive(Clone, Debug, PartialEq)]
pub struct Steadiness {
    /// How it went.
    pub class: Class,
    /// Index of the first batch of the steady state, if there is one.
    pub steady_from: Option<usize>,
    /// The segments between changes, in order.
    pub segments: Vec<Segment>,
    /// Indices of batches that stood out alone. They count in every mean.
    pub spikes: Vec<usize>,
}

/// Why an invocation can't be classified.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Unclassified {
    /// Too few batches.
    #[error(
        "{found} batches are too few to find a steady state: measure at least {MINIMUM_BATCHES}"
    )]
    TooShort {
        /// How many there are.
        found: usize,
    },
    /// A time that none can be.
    #[error("batch {index} took \"{value}\" an op: a time is finite and above zero")]
    NotATime {
        /// Which batch.
        index: usize,
        /// Its time.
        value: f64,
    },
}

/// Classifies one invocation by the time of one op in each of its batches, in order.
///
/// The batches should be about equally long. The unit does not matter.
///
/// Fewer than [`MINIMUM_BATCHES`] are refused, and so is what is not a time.
pub fn steadiness(times: &[f64]) -> Result<Steadiness, Unclassified> {
    if times.len() < MINIMUM_BATCHES {
        return Err(Unclassified::TooShort { found: times.len() });
    }
    if let Some(index) = times.iter().position(|time| !(time.is_finite() && *time > 0.0)) {
        return Err(Unclassified::NotATime { index, value: times[index] });
    }
    let unit = median(times);
    let relative: Vec<f64> = times.iter().map(|time| time / unit).collect();
    let (calm, spikes) = without_spikes(&relative);
    let segments = segments(&calm);
    let (class, steady_from) = classify(&segments, times.len());
    let in_unit = |segment: Segment| Segment {
        level: segment.level * unit,
        spread: segment.spread * unit,
        ..segment
    };
    let segments = segments.into_iter().map(in_unit).collect();
    Ok(Steadiness { class, steady_from, segments, spikes })
}

fn segments(values: &[f64]) -> Vec<Segment> {
    let cost = NormalCost::new(values, RESOLUTION * RESOLUTION);
    let penalty = PENALTY * (values.len() as f64).ln();
    let starts =
        segment_starts(values.len(), SHORTEST_SEGMENT, penalty, |start, end| cost.of(start, end));
    let ends = starts.iter().copied().skip(1).chain([values.len()]);
    starts.iter().zip(ends).map(|(&start, end)| segment(values, start, end)).collect()
}

fn segment(values: &[f64], start: usize, end: usize) -> Segment {
    let own = &values[start..end];
    let count = own.len() as f64;
    let level = own.iter().sum::<f64>() / count;
    let squares: f64 = own.iter().map(|value| (value - level).powi(2)).sum();
    Segment { start, end, level, spread: (squares / (count - 1.0)).sqrt() }
}

impl Segment {
    const fn len(&self) -> usize {
        self.end - self.start
    }

    /// How far the level of `other` may be from this one's to be the same level.
    fn tolerance(&self, other: &Self) -> f64 {
        let shares = 1.0 / self.len() as f64 + 1.0 / other.len() as f64;
        let error = self.spread * shares.sqrt();
        (TOLERANCE * self.level).max(STANDARD_ERRORS * error)
    }
}

/// The class, and where the steady state begins.
fn classify(segments: &[Segment], length: usize) -> (Class, Option<usize>) {
    let Some(last) = segments.last() else { return (Class::NoSteadyState, None) };
    let above = |segment: &Segment| segment.level - last.level;
    let is_equivalent = |segment: &&Segment| above(segment).abs() <= last.tolerance(segment);
    let start =
        segments.iter().rev().take_while(is_equivalent).last().map_or(last.start, |s| s.start);
    if length - start < STEADY_BATCHES.max(length / 4) {
        return (Class::NoSteadyState, None);
    }
    let mut others = segments.iter().filter(|segment| !is_equivalent(segment));
    let class = match (start, others.any(|segment| above(segment) < 0.0)) {
        (0, _) => Class::Flat,
        (_, true) => Class::Slowdown,
        (_, false) => Class::Warmup,
    };
    (class, Some(start))
}

#[cfg(test)]
#[path = "steady_tests.rs"]
mod tests;
