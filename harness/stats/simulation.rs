//! Invented measurements whose truth is known: what the tests of intervals and verdicts draw from.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Invocation, Sample};
use crate::units::Nanos;

/// Box and Muller's transform of two uniform deviates: no dependency for one line.
pub(super) fn normal(random: &mut Xoshiro256PlusPlus) -> f64 {
    let (u, v): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Processes whose true mean is `ns` per op: 3 % between them and 1 % within, as seen on real
/// machines.
pub(super) fn invocations(
    ns: f64,
    count: usize,
    samples: usize,
    random: &mut Xoshiro256PlusPlus,
) -> Vec<Invocation> {
    (0..count)
        .map(|_| {
            let level = ns * (1.0 + 0.03 * normal(random));
            (0..samples)
                .map(|_| {
                    let elapsed = 1000.0 * (level + 0.01 * ns * normal(random));
                    Sample { n: 1000, elapsed: Nanos(elapsed as u64) }
                })
                .collect()
        })
        .collect()
}
