//! Trials made up for tests.

use std::time::Duration;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Round, Trial};
use crate::key::Key;
use crate::stats::simulation::normal;
use crate::stats::{Invocation, Sample};

/// Rounds of three invocations of eight batches with these standard deviations of a logarithm.
pub(super) fn trial(variant: &str, rounds: u32, within: f64, between: f64, seed: u64) -> Trial {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut invocation = || -> Invocation {
        let level = between * normal(&mut random);
        (0..8)
            .map(|_| {
                let ns = 2e7 * (level + within * normal(&mut random)).exp();
                Sample { n: 1000, elapsed: Duration::from_nanos(ns as u64) }
            })
            .collect()
    };
    let mut round = || -> Round { (0..3).map(|_| (invocation(), invocation())).collect() };
    Trial {
        key: Key::node("await-two", variant, "12.16.2"),
        rounds: (0..rounds).map(|_| round()).collect(),
    }
}

/// Twenty rounds in which the second name is 10 % faster than the first.
pub(super) fn biased() -> Trial {
    let mut trial = trial("generator", 20, 0.01, 0.005, 5);
    for (_, second) in trial.rounds.iter_mut().flatten() {
        for sample in second {
            sample.elapsed = sample.elapsed * 10 / 11;
        }
    }
    trial
}
