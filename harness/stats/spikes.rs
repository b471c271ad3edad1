//! Single batches that stand out from their neighbours: a collection, a stolen time slice.
//!
//! They are part of the cost and stay in every mean. But to a test for normal values one of them
//! looks like a change of the spread, so the changepoint test sees a stand-in: the median around it.
//!
//! Barrett et al. (OOPSLA 2017) do the same with a window of 200 iterations and the range of its
//! percentiles; our series are shorter than that window, hence medians, which bear up to half of
//! a short window being spikes.

use std::ops::Range;

use super::changepoint::SHORTEST_SEGMENT;

/// Batches on either side that a batch is compared with.
const REACH: usize = 5;

/// Robust standard deviations from the median around it that make a spike: in normal noise, fewer
/// than one batch in a hundred.
const LIMIT: f64 = 5.0;

/// Share of the median around it that a spike must differ by: what is smaller needs no name.
const LEAST_SHARE: f64 = 0.05;

/// Most spikes in a row: a longer run is a level of its own. With one batch in ten a spike, a series of
/// 200 has a run of three every fifth time.
const LONGEST_RUN: usize = SHORTEST_SEGMENT - 1;

/// Share of the first batches' distance that a later spike must reach to make them spikes too.
const LIKENESS: f64 = 0.5;

/// From median absolute deviation to standard deviation, for normal values: 1 / Φ⁻¹(0.75).
const MAD_TO_SD: f64 = 1.4826;

/// The median; 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

/// The median of the batches around each batch, itself among them.
fn medians_around(values: &[f64]) -> Vec<f64> {
    (0..values.len())
        .map(|index| {
            let end = (index + REACH + 1).min(values.len());
            median(&values[index.saturating_sub(REACH)..end])
        })
        .collect()
}

/// The series with stand-ins for its spikes, and the indices of the spikes.
///
/// A run of batches that stand out, up or down, is made of spikes if it is shorter than a segment. At the start, where a process
/// warms up, it is so only if a later spike is at least [`LIKENESS`] as large: such spikes are then
/// what this process has all the time.
pub(super) fn without_spikes(values: &[f64]) -> (Vec<f64>, Vec<usize>) {
    let around = medians_around(values);
    let distances: Vec<f64> =
        values.iter().zip(&around).map(|(value, median)| (value - median).abs()).collect();
    let spread = MAD_TO_SD * median(&distances);
    let stands_out: Vec<bool> = distances
        .iter()
        .zip(&around)
        .map(|(&distance, &around)| distance > (LIMIT * spread).max(LEAST_SHARE * around))
        .collect();
    let mut runs = Vec::new();
    let mut start = 0;
    for run in stands_out.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        if run[0] && run.len() <= LONGEST_RUN {
            runs.push(start..end);
        }
        start = end;
    }
    let size = |run: &Range<usize>| distances[run.clone()].iter().copied().fold(0.0, f64::max);
    let largest = runs.iter().filter(|run| run.start > 0).map(size).fold(0.0, f64::max);
    runs.retain(|run| run.start > 0 || largest >= LIKENESS * size(run));
    let spikes: Vec<usize> = runs.into_iter().flatten().collect();
    let mut calm = values.to_vec();
    for &index in &spikes {
        calm[index] = around[index];
    }
    (calm, spikes)
}

#[cfg(test)]
mod tests {
    use super::super::simulation::Noise;
    use super::*;

    fn noisy(length: usize) -> Vec<f64> {
        let mut noise = Noise::seeded(3);
        (0..length).map(|_| 100.0 + noise.normal()).collect()
    }

    #[test]
    fn medians_by_hand() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn up_to_four_in_a_row_are_spikes_five_are_a_level() {
        let mut values = noisy(60);
        values[10] += 30.0;
        values[30..34].fill(140.0);
        values[50..55].fill(140.0);
        let (calm, spikes) = without_spikes(&values);
        assert_eq!(spikes, [10, 30, 31, 32, 33]);
        assert!((calm[10] - 100.0).abs() < 3.0);
        assert_eq!(calm[51], 140.0);
    }

    #[test]
    fn a_fast_batch_is_a_spike_too() {
        let mut values = noisy(40);
        values[20] -= 30.0;
        assert_eq!(without_spikes(&values).1, [20]);
    }

    #[test]
    fn what_a_process_begins_with_is_no_spike() {
        let mut values = noisy(40);
        values[0] = 300.0;
        assert!(without_spikes(&values).1.is_empty());
        values[20] = 150.0;
        assert_eq!(without_spikes(&values).1, [20], "a quarter as large");
        values[20] = 250.0;
        assert_eq!(without_spikes(&values).1, [0, 20], "as large");
    }

    #[test]
    fn equal_values_have_none_and_their_ripples_neither() {
        let mut values = vec![100.0; 30];
        assert!(without_spikes(&values).1.is_empty());
        values[7] = 101.0;
        assert!(without_spikes(&values).1.is_empty(), "one per cent is not worth a name");
    }

    #[test]
    fn a_step_is_no_spike() {
        let mut values = noisy(40);
        for value in &mut values[20..] {
            *value += 50.0;
        }
        assert!(without_spikes(&values).1.is_empty());
    }
}
