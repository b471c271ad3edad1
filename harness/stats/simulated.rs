//! Simulated measurements for tests, with the correlations that real ones have.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Reproducible noise.
pub(super) struct Noise(Xoshiro256PlusPlus);

impl Noise {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A standard normal deviate: Box and Muller's transform of two uniform ones.
    pub(super) fn normal(&mut self) -> f64 {
        let (u, v): (f64, f64) = (self.0.random(), self.0.random());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// Batches around 1 whose deviations have standard deviation `sd` and follow each other with
    /// correlation `correlation`: an AR(1) process; `spikes` of them take 30 % more.
    pub(super) fn batches(&mut self, count: usize, shape: Shape) -> Vec<f64> {
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
pub(super) struct Shape {
    pub(super) sd: f64,
    pub(super) correlation: f64,
    pub(super) spikes: f64,
}
