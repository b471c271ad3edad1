//! Where a series changes its level or its spread: PELT with a normal cost.
//!
//! Source: R. Killick, P. Fearnhead and I. A. Eckley, "Optimal Detection of Changepoints With a
//! Linear Computational Cost", Journal of the American Statistical Association 107 (2012): the
//! exact minimum of cost plus penalty, in about linear time, since a start that has once lost by
//! more than later changes can win back is never looked at again.

/// The fewest batches of a segment: a variance of fewer says little.
pub(super) const SHORTEST_SEGMENT: usize = 5;

/// The splits of `0..length` that minimise Σ (cost + penalty): the start of each segment, the first
/// being 0. No segment is shorter than `shortest`; a length below twice that has one segment.
///
/// `cost(start, end)` is that of the values in `start..end`, and must not grow when a segment is
/// split in two: minus twice a maximised log-likelihood does not.
pub(super) fn segment_starts(
    length: usize,
    shortest: usize,
    penalty: f64,
    cost: impl Fn(usize, usize) -> f64,
) -> Vec<usize> {
    let shortest = shortest.max(1);
    // The least cost of the values before an index, and the start of the last segment there.
    let mut least = vec![f64::INFINITY; length + 1];
    let mut last_start = vec![0; length + 1];
    least[0] = -penalty;
    let mut candidates: Vec<Candidate> = Vec::new();
    for end in shortest..=length {
        let start = end - shortest;
        if start == 0 || start >= shortest {
            candidates.push(Candidate { start, until: usize::MAX, total: 0.0 });
        }
        candidates.retain(|candidate| candidate.until > end);
        for candidate in &mut candidates {
            candidate.total = least[candidate.start] + cost(candidate.start, end);
            if candidate.total + penalty < least[end] - ROUNDING {
                least[end] = candidate.total + penalty;
                last_start[end] = candidate.start;
            }
        }
        // A start that loses to a change here loses for good, but only once a segment that starts
        // here may end: until then it is still needed.
        for candidate in &mut candidates {
            if candidate.total > least[end] + ROUNDING {
                candidate.until = candidate.until.min(end + shortest);
            }
        }
    }
    let mut starts = Vec::new();
    let mut end = length;
    while end > 0 {
        end = last_start[end];
        starts.push(end);
    }
    starts.reverse();
    starts
}

/// Costs closer than this are equal: so that a change of unit never decides a tie.
const ROUNDING: f64 = 1e-9;

/// A start of the last segment that may still win.
struct Candidate {
    start: usize,
    /// The first end at which it can no longer win.
    until: usize,
    total: f64,
}

/// Minus twice the maximised log-likelihood of normal values with their own mean and variance in
/// each segment, constants left out: n ln σ² + Σ(x − mean)² / σ².
pub(super) struct NormalCost {
    sums: Vec<f64>,
    squares: Vec<f64>,
    least_variance: f64,
}

impl NormalCost {
    /// `least_variance` > 0 is the smallest that σ² may be: equal values would cost −∞ otherwise.
    pub(super) fn new(values: &[f64], least_variance: f64) -> Self {
        let centre = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let running = |of: fn(f64) -> f64| {
            let sums = values.iter().scan(0.0, |sum, value| {
                *sum += of(value - centre);
                Some(*sum)
            });
            std::iter::once(0.0).chain(sums).collect()
        };
        Self {
            sums: running(|value| value),
            squares: running(|value| value * value),
            least_variance,
        }
    }

    /// The cost of the values in `start..end`.
    pub(super) fn of(&self, start: usize, end: usize) -> f64 {
        let count = (end - start) as f64;
        let sum = self.sums[end] - self.sums[start];
        let deviation = (self.squares[end] - self.squares[start] - sum * sum / count).max(0.0);
        let variance = (deviation / count).max(self.least_variance);
        count * variance.ln() + deviation / variance
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::simulation::Noise;
    use super::*;

    /// SciPy: `-2 * norm.logpdf([1, 2, 4], 7 / 3, std).sum()` with `std` of `ddof = 0`, minus
    /// `3 * log(2 * pi)`.
    #[test]
    fn the_cost_is_that_of_the_normal_likelihood() {
        let cost = NormalCost::new(&[9.0, 1.0, 2.0, 4.0, 9.0], 1e-12);
        assert!((cost.of(1, 4) - 4.325_498_256_837_117).abs() < 1e-9, "{}", cost.of(1, 4));
    }

    #[test]
    fn equal_values_cost_what_the_least_variance_does() {
        let cost = NormalCost::new(&[5.0; 4], 0.01);
        assert!((cost.of(0, 4) - 4.0 * 0.01_f64.ln()).abs() < 1e-12);
    }

    /// The least cost by trying every split, without pruning.
    fn exhaustive(length: usize, shortest: usize, penalty: f64, cost: &NormalCost) -> f64 {
        let mut least = vec![f64::INFINITY; length + 1];
        least[0] = -penalty;
        for end in shortest..=length {
            for start in 0..=end - shortest {
                least[end] = least[end].min(least[start] + cost.of(start, end) + penalty);
            }
        }
        least[length]
    }

    #[test]
    fn pruning_loses_nothing() {
        let mut noise = Noise::seeded(11);
        for round in 0..200 {
            let length = 10 + round % 60;
            let jump = (round % 7) as f64;
            let values: Vec<f64> =
                (0..length).map(|i| noise.normal() + jump * ((i / 9) % 3) as f64).collect();
            let cost = NormalCost::new(&values, 1e-6);
            for (shortest, penalty) in [(2, 4.0), (5, 8.0), (5, 15.0)] {
                let starts = segment_starts(length, shortest, penalty, |a, b| cost.of(a, b));
                let ends = starts.iter().copied().skip(1).chain([length]);
                let total: f64 =
                    starts.iter().zip(ends).map(|(&a, b)| cost.of(a, b) + penalty).sum();
                let wanted = exhaustive(length, shortest, penalty, &cost);
                assert!((total - penalty - wanted).abs() < 1e-6, "{round}: {total} {wanted}");
            }
        }
    }

    /// With a change every 50 values the work for each value stays the same.
    #[test]
    fn the_cost_is_about_linear() {
        let work = |length: usize| {
            let mut noise = Noise::seeded(5);
            let values: Vec<f64> =
                (0..length).map(|i| noise.normal() + 20.0 * ((i / 50) % 2) as f64).collect();
            let cost = NormalCost::new(&values, 1e-6);
            let calls = Cell::new(0_usize);
            let starts = segment_starts(length, 5, 5.0 * (length as f64).ln(), |a, b| {
                calls.set(calls.get() + 1);
                cost.of(a, b)
            });
            assert_eq!(starts.len(), length / 50);
            calls.get()
        };
        let (short, long) = (work(1000), work(8000));
        assert!(long < 10 * short, "{short} evaluations for 1000 values, {long} for 8000");
    }

    #[test]
    fn what_is_too_short_to_split_is_one_segment() {
        let cost = NormalCost::new(&[1.0, 1.0, 1.0, 9.0, 9.0, 9.0], 1e-6);
        assert_eq!(segment_starts(6, 4, 0.1, |a, b| cost.of(a, b)), [0]);
        assert_eq!(segment_starts(6, 3, 0.1, |a, b| cost.of(a, b)), [0, 3]);
        assert_eq!(segment_starts(2, 3, 0.1, |a, b| cost.of(a, b)), [0]);
        assert_eq!(segment_starts(0, 3, 0.1, |a, b| cost.of(a, b)), [0_usize; 0]);
    }
}
