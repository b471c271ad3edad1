//! Series made by hand and simulated ones, with what they must be called.

use proptest::prelude::*;

use super::super::simulation::{Noise, Shape};
use super::*;

const CALM: Shape = Shape { sd: 0.01, correlation: 0.0, spikes: 0.0 };

/// Noise of 1 % around levels that last so many batches.
fn levels(seed: u64, parts: &[(usize, f64)]) -> Vec<f64> {
    let length = parts.iter().map(|part| part.0).sum();
    let levels = parts.iter().flat_map(|&(count, level)| vec![level; count]);
    let noise = Noise::seeded(seed).batches(length, CALM);
    levels.zip(noise).map(|(level, noise)| 200.0 * level * noise).collect()
}

fn found(times: &[f64]) -> (Class, Option<usize>) {
    let found = steadiness(times).unwrap();
    (found.class, found.steady_from)
}

#[test]
fn equal_times_are_flat() {
    assert_eq!(found(&[250.0; 20]), (Class::Flat, Some(0)));
}

#[test]
fn a_step_down_is_a_warm_up_and_a_step_up_a_slow_down() {
    let (class, from) = found(&levels(1, &[(12, 1.5), (48, 1.0)]));
    assert_eq!((class, from), (Class::Warmup, Some(12)));
    let (class, from) = found(&levels(1, &[(12, 1.0), (48, 1.5)]));
    assert_eq!((class, from), (Class::Slowdown, Some(12)));
}

#[test]
fn a_warm_up_in_several_steps_ends_with_the_last() {
    let (class, from) = found(&levels(2, &[(8, 4.0), (12, 2.0), (15, 1.2), (65, 1.0)]));
    assert_eq!((class, from), (Class::Warmup, Some(35)));
}

#[test]
fn a_decaying_warm_up_ends_near_the_tolerance() {
    let noise = Noise::seeded(3).batches(100, CALM);
    let times: Vec<f64> =
        (0..100).map(|i| noise[i] * (1.0 + 2.0 * (-(i as f64) / 6.0).exp())).collect();
    let (class, from) = found(&times);
    assert_eq!(class, Class::Warmup);
    // The excess falls below 2 % at batch 28.
    assert!((15..=40).contains(&from.unwrap()), "{from:?}");
}

#[test]
fn a_few_slow_batches_at_the_start_are_a_warm_up() {
    let mut times = levels(4, &[(60, 1.0)]);
    times[0] *= 3.0;
    times[1] *= 1.5;
    let (class, from) = found(&times);
    assert_eq!((class, from), (Class::Warmup, Some(SHORTEST_SEGMENT)));
}

#[test]
fn a_change_near_the_end_leaves_no_steady_state() {
    assert_eq!(found(&levels(5, &[(92, 1.0), (8, 1.3)])), (Class::NoSteadyState, None));
}

#[test]
fn a_cycle_has_no_steady_state() {
    let parts: Vec<_> = (0..10).map(|i| (10, if i % 2 == 0 { 1.0 } else { 1.3 })).collect();
    assert_eq!(found(&levels(6, &parts)), (Class::NoSteadyState, None));
}

#[test]
fn a_drift_is_not_flat() {
    let noise = Noise::seeded(7).batches(100, CALM);
    let drift = |share: f64| -> Vec<f64> {
        (0..100).map(|i| noise[i] * (1.0 + share * i as f64 / 100.0)).collect()
    };
    assert_eq!(found(&drift(0.5)), (Class::NoSteadyState, None));
    assert_ne!(found(&drift(0.1)).0, Class::Flat);
    assert_ne!(found(&drift(-0.1)).0, Class::Flat);
}

#[test]
fn one_spike_is_no_change_and_is_answered() {
    for index in [1, 20, 58] {
        let mut times = levels(8, &[(60, 1.0)]);
        times[index] *= 1.5;
        let found = steadiness(&times).unwrap();
        assert_eq!((found.class, found.steady_from), (Class::Flat, Some(0)), "spike at {index}");
        assert_eq!(found.spikes, [index]);
    }
}

#[test]
fn a_difference_below_the_tolerance_is_flat() {
    assert_eq!(found(&levels(9, &[(100, 1.01), (100, 1.0)])).0, Class::Flat);
}

#[test]
fn a_change_of_spread_alone_is_flat() {
    let mut times = Noise::seeded(10).batches(100, Shape { sd: 0.002, ..CALM });
    times.extend(Noise::seeded(11).batches(100, Shape { sd: 0.03, ..CALM }));
    let found = steadiness(&times).unwrap();
    assert!(found.segments.len() > 1, "the spread does change");
    assert_eq!((found.class, found.steady_from), (Class::Flat, Some(0)));
}

#[test]
fn segments_have_the_unit_of_the_series() {
    let found = steadiness(&levels(1, &[(12, 1.5), (48, 1.0)])).unwrap();
    assert_eq!(
        (found.segments[0].start, found.segments[0].end, found.segments[1].end),
        (0, 12, 60)
    );
    assert!((found.segments[0].level - 300.0).abs() < 3.0);
    assert!((found.segments[1].spread - 2.0).abs() < 0.5);
}

#[test]
fn too_few_batches_and_impossible_times_are_said() {
    assert_eq!(steadiness(&[1.0; 19]), Err(Unclassified::TooShort { found: 19 }));
    let mut times = vec![1.0; 20];
    times[3] = 0.0;
    assert_eq!(steadiness(&times), Err(Unclassified::NotATime { index: 3, value: 0.0 }));
    times[3] = f64::INFINITY;
    assert!(matches!(steadiness(&times), Err(Unclassified::NotATime { index: 3, .. })));
}

/// How many of 500 series of noise are not called flat.
fn false_alarms(length: usize, shape: Shape) -> usize {
    let mut noise = Noise::seeded(length as u64);
    (0..500)
        .filter(|_| steadiness(&noise.batches(length, shape)).unwrap().class != Class::Flat)
        .count()
}

/// At most 5 % of noise is called anything else than flat, with the correlation and the spikes
/// that real batches have.
#[test]
fn noise_is_flat() {
    for length in [20, 50, 100, 200] {
        for sd in [0.01, 0.03, 0.1] {
            for (correlation, spikes) in [(0.0, 0.0), (0.3, 0.0), (0.0, 0.05), (0.3, 0.1)] {
                let shape = Shape { sd, correlation, spikes };
                let alarms = false_alarms(length, shape);
                println!("{length} batches, {shape:?}: {alarms} of 500");
                assert!(alarms <= 25, "{length} batches, {shape:?}: {alarms} of 500");
            }
        }
    }
}

/// And what there is is found: of 500 warm-ups by 15 % over a fifth of the batches at least 90 %.
#[test]
fn warm_ups_are_found() {
    for length in [50, 100, 200] {
        let mut noise = Noise::seeded(length as u64);
        let shape = Shape { sd: 0.03, correlation: 0.3, spikes: 0.05 };
        let found = (0..500)
            .filter(|_| {
                let mut times = noise.batches(length, shape);
                times[..length / 5].iter_mut().for_each(|time| *time *= 1.15);
                let found = steadiness(&times).unwrap();
                found.class == Class::Warmup
                    && found.steady_from.is_some_and(|from| from.abs_diff(length / 5) <= 5)
            })
            .count();
        println!("{length} batches: {found} of 500");
        assert!(found >= 450, "{length} batches: {found} of 500");
    }
}

proptest! {
    #[test]
    fn the_unit_does_not_matter(
        seed in any::<u64>(),
        factor in 1e-9_f64..1e9,
        parts in prop::collection::vec((5_usize..40, 0.5_f64..2.0), 4..6),
    ) {
        let times = levels(seed, &parts);
        let scaled: Vec<f64> = times.iter().map(|time| time * factor).collect();
        let (one, other) = (steadiness(&times).unwrap(), steadiness(&scaled).unwrap());
        prop_assert_eq!((one.class, one.steady_from), (other.class, other.steady_from));
        prop_assert_eq!(one.spikes, other.spikes);
    }

    #[test]
    fn segments_cover_the_series_and_the_steady_state_begins_with_one(
        seed in any::<u64>(),
        parts in prop::collection::vec((5_usize..40, 0.5_f64..2.0), 4..6),
    ) {
        let times = levels(seed, &parts);
        let found = steadiness(&times).unwrap();
        prop_assert_eq!(found.segments[0].start, 0);
        prop_assert_eq!(found.segments.last().unwrap().end, times.len());
        prop_assert!(found.segments.windows(2).all(|pair| pair[0].end == pair[1].start));
        if let Some(from) = found.steady_from {
            prop_assert!(found.segments.iter().any(|segment| segment.start == from));
        }
        prop_assert_eq!(found.class == Class::NoSteadyState, found.steady_from.is_none());
        prop_assert_eq!(found.class == Class::Flat, found.steady_from == Some(0));
    }
}
