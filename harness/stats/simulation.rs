//! Invented measurements whose truth is known: what the tests of intervals and verdicts draw from.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::bootstrap::{Invocation, Sample};
use std::time::Duration;

/// Box and Muller's transform of two uniform deviates: no dependency for one line.
pub fn normal(random: &mut Xoshiro256PlusPlus) -> f64 {
    let (u, v): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Processes whose true mean is `ns` per op: 3 % between them and 1 % within, as seen on real
/// machines.
pub fn invocations(
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
                    Sample { n: 1000, elapsed: Duration::from_nanos(elapsed as u64) }
                })
                .collect()
        })
        .collect()
}

/// Reproducible noise.
pub struct Noise(Xoshiro256PlusPlus);

impl Noise {
    pub fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A standard normal deviate.
    pub fn normal(&mut self) -> f64 {
        normal(&mut self.0)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// Batches around 1 whose deviations have standard deviation `sd` and follow each other with
    /// correlation `correlation`: an AR(1) process; `spikes` of them take 30 % more.
    pub fn batches(&mut self, count: usize, shape: Shape) -> Vec<f64> {
        let innovation = (1.0 - shape.correlation * shape.correlation).sqrt();
        let mut state = self.normal();
        (0..count)
            .map(|_| {
                state = shape.correlation * state + innovation * self.normal();
                let spike = if self.happens(shape.spikes) { 0.3 } else { 0.0 };
                1.0 + shape.sd * state + spike
            })
            .collect()
    }
}

/// What the batches of one invocation look like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub sd: f64,
    pub correlation: f64,
    pub spikes: f64,
}
