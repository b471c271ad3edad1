//! How much to measure: the batches of an invocation and the invocations that pay best.
//!
//! Source: T. Kalibera and R. Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013: variance
//! components of the levels from a pilot, Tᵢ² = Sᵢ² − Sᵢ₋₁²/rᵢ₋₁, and the number of repetitions
//! rᵢ = ⌈√(cᵢ₊₁/cᵢ · Tᵢ²/Tᵢ₊₁²)⌉ at each level but the highest, cᵢ being what a repetition costs. Here
//! are two levels: batches (1) within invocations (2). The repetitions of the highest level follow
//! from the half-width that is wanted.
//!
//! The formula takes batches of an invocation for independent. If neighbours resemble each other
//! (AR(1) with 0.3, say) part of the spread within invocations is taken for one between them. The plan
//! then has fewer batches than would pay best; and if it has fewer than the pilot had, somewhat too few
//! invocations. So let the pilot have about as many batches as an invocation will.

use std::time::Duration;

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Probability below the upper bound of a 95 % interval.
const UPPER: f64 = 0.975;

/// The fewest invocations with an interval.
const FEWEST_INVOCATIONS: u32 = 2;

/// Where the values of a pilot differ: within invocations or between them.
///
/// Variances have the square of the values' unit. The values may be times of one op, or logarithms
/// of the ratio of two batches that took turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceComponents {
    /// The mean of the invocations' means.
    pub mean: f64,
    /// T₁²: variance of the batches of one invocation.
    pub within: f64,
    /// T₂²: variance of the invocations' true means. An unbiased estimate, so that it may be below
    /// zero, which says that invocations differ by no more than their batches explain.
    pub between: f64,
}

/// What a repetition costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// c₁: time of one counted batch.
    pub batch: Duration,
    /// c₂: time that an invocation takes before its first counted batch: starting and warming up.
    pub invocation: Duration,
}

/// How many batches an invocation may have: the fewest that a steady state can be seen in, and the
/// most that one waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// At least so many, and at least one.
    pub fewest: u32,
    /// At most so many, unless that is below `fewest`.
    pub most: u32,
}

/// How much to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Fresh processes.
    pub invocations: u32,
    /// Counted batches of each.
    pub batches: u32,
}

impl VarianceComponents {
    /// Estimates the components from the values of a pilot: a slice of batches for each invocation,
    /// which may differ in number.
    ///
    /// `None` with fewer than two invocations, fewer than two batches in one, or a value that is
    /// not finite.
    pub fn of(pilot: &[Vec<f64>]) -> Option<Self> {
        let is_usable = |batches: &Vec<f64>| {
            batches.len() >= 2 && batches.iter().all(|value| value.is_finite())
        };
        if pilot.len() < 2 || !pilot.iter().all(is_usable) {
            return None;
        }
        let means: Vec<f64> = pilot.iter().map(|batches| mean(batches)).collect();
        let variances: Vec<f64> = pilot.iter().map(|batches| variance(batches)).collect();
        // What the batches alone make of the variance of a mean; by invocation, so that it stays
        // unbiased where numbers and spreads differ.
        let explained: Vec<f64> =
            variances.iter().zip(pilot).map(|(own, batches)| own / batches.len() as f64).collect();
        Some(Self {
            mean: mean(&means),
            within: mean(&variances),
            between: variance(&means) - mean(&explained),
        })
    }

    /// The batches of an invocation that give the narrowest interval for the time spent.
    ///
    /// Where invocations do not differ, or cost nothing to have more of, the formula has no
    /// answer of its own: the limits are one.
    pub fn batches(&self, costs: Costs, limits: BatchLimits) -> u32 {
        let fewest = limits.fewest.max(1);
        let most = limits.most.max(fewest);
        if self.within <= 0.0 {
            return fewest;
        }
        if self.between <= 0.0 {
            return most;
        }
        let cost_ratio = costs.invocation.as_secs_f64() / costs.batch.as_secs_f64();
        let best = (cost_ratio * self.within / self.between).sqrt().ceil();
        // A cast saturates: the limits still hold for what is infinite. A batch without cost is one
        // without limit.
        if best.is_nan() { most } else { (best as u32).clamp(fewest, most) }
    }

    /// The fewest invocations of `batches` batches whose 95 % interval of the mean is expected to be
    /// no wider than ± `half_width`, in the unit of the values; at least 2.
    ///
    /// The interval is that of Student's t. `None` if `half_width` is not above zero.
    pub fn invocations(&self, batches: u32, half_width: f64) -> Option<u32> {
        if !(half_width > 0.0 && half_width.is_finite()) {
            return None;
        }
        let variance = self.between.max(0.0) + self.within / f64::from(batches.max(1));
        let wanted = variance / (half_width * half_width);
        let is_enough = |count: u32| {
            student_quantile(count - 1).is_some_and(|t| t * t * wanted <= f64::from(count))
        };
        // Enough at `most`, not enough at `least`: t falls as the number grows.
        let (mut least, mut most) = (FEWEST_INVOCATIONS - 1, FEWEST_INVOCATIONS);
        while !is_enough(most) {
            least = most;
            most = most.checked_mul(2)?;
        }
        while most - least > 1 {
            let middle = least.midpoint(most);
            if is_enough(middle) { most = middle } else { least = middle }
        }
        Some(most)
    }

    /// How much to measure for an interval of the mean that is no wider than ± `relative_half_width`
    /// of it: 0.02 for 2 %.
    ///
    /// `None` if that is not above zero, or the mean is zero.
    pub fn dimensions(
        &self,
        costs: Costs,
        limits: BatchLimits,
        relative_half_width: f64,
    ) -> Option<Dimensions> {
        let batches = self.batches(costs, limits);
        let invocations = self.invocations(batches, relative_half_width * self.mean.abs())?;
        Some(Dimensions { invocations, batches })
    }
}

impl Dimensions {
    /// How long the measuring takes.
    pub fn duration(&self, costs: Costs) -> Duration {
        let invocation = costs.invocation.saturating_add(costs.batch.saturating_mul(self.batches));
        invocation.saturating_mul(self.invocations)
    }
}

/// Above so many degrees of freedom the series below is right to six digits, and the library's search
/// for the quantile takes minutes.
const MANY: u32 = 1000;

/// The upper bound of Student's t. For many degrees of freedom ν its series around the normal
/// quantile, z + (z³ + z) / 4ν + (5z⁵ + 16z³ + 3z) / 96ν²: Abramowitz and Stegun, 26.7.5.
fn student_quantile(freedom: u32) -> Option<f64> {
    let freedom_f64 = f64::from(freedom);
    if freedom > MANY {
        let z = Normal::standard().inverse_cdf(UPPER);
        let first = (z.powi(3) + z) / (4.0 * freedom_f64);
        let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom_f64.powi(2));
        return Some(z + first + second);
    }
    Some(StudentsT::new(0.0, 1.0, freedom_f64).ok()?.inverse_cdf(UPPER))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The unbiased variance of at least two values.
fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    squares / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::simulation::Noise;
    use super::*;

    const COSTS: Costs =
        Costs { batch: Duration::from_millis(20), invocation: Duration::from_millis(320) };
    const LIMITS: BatchLimits = BatchLimits { fewest: 1, most: 200 };

    const fn components(within: f64, between: f64) -> VarianceComponents {
        VarianceComponents { mean: 100.0, within, between }
    }

    /// By hand: variances 2 and 8 within, means 11 and 20; S₁² = 5, S₂² = 40.5, T₂² = 40.5 − 5/2.
    #[test]
    fn components_by_hand() {
        let found = VarianceComponents::of(&[vec![10.0, 12.0], vec![18.0, 22.0]]).unwrap();
        assert_eq!((found.mean, found.within, found.between), (15.5, 5.0, 38.0));
    }

    /// By hand: variances 1 and 8, means 2 and 4; T₂² = 2 − (1/3 + 8/2)/2 = −1/6.
    #[test]
    fn components_of_unequal_numbers_may_be_below_zero() {
        let found = VarianceComponents::of(&[vec![1.0, 2.0, 3.0], vec![2.0, 6.0]]).unwrap();
        assert_eq!((found.mean, found.within), (3.0, 4.5));
        assert!((found.between + 1.0 / 6.0).abs() < 1e-12, "{}", found.between);
    }

    #[test]
    fn a_pilot_needs_two_of_two() {
        assert_eq!(VarianceComponents::of(&[vec![1.0, 2.0]]), None);
        assert_eq!(VarianceComponents::of(&[vec![1.0, 2.0], vec![1.0]]), None);
        assert_eq!(VarianceComponents::of(&[vec![1.0, 2.0], vec![1.0, f64::NAN]]), None);
    }

    /// By hand: √(320/20 · 25/4) = 10; √(16 · 26/4) = 10.198, so 11.
    #[test]
    fn batches_by_hand() {
        assert_eq!(components(25.0, 4.0).batches(COSTS, LIMITS), 10);
        assert_eq!(components(26.0, 4.0).batches(COSTS, LIMITS), 11);
    }

    #[test]
    fn batches_stay_within_their_limits() {
        let limits = BatchLimits { fewest: 20, most: 50 };
        assert_eq!(components(25.0, 4.0).batches(COSTS, limits), 20);
        assert_eq!(components(25.0, 0.01).batches(COSTS, limits), 50);
        assert_eq!(components(25.0, -1.0).batches(COSTS, limits), 50);
        assert_eq!(components(0.0, -1.0).batches(COSTS, limits), 20);
        let free = Costs { batch: Duration::ZERO, ..COSTS };
        assert_eq!(components(25.0, 4.0).batches(free, limits), 50);
        let nothing = Costs { batch: Duration::ZERO, invocation: Duration::ZERO };
        assert_eq!(components(25.0, 4.0).batches(nothing, limits), 50);
        let crossed = BatchLimits { fewest: 20, most: 5 };
        assert_eq!(components(25.0, 4.0).batches(COSTS, crossed), 20);
    }

    /// SciPy: the least n with `t.ppf(0.975, n - 1) * sqrt((4 + 25 / 10) / n) <= h`.
    #[test]
    fn invocations_as_scipy_counts_them() {
        let invocations = |half_width| components(25.0, 4.0).invocations(10, half_width);
        assert_eq!(invocations(2.0), Some(9));
        assert_eq!(invocations(1.0), Some(28));
        assert_eq!(invocations(0.5), Some(103));
        assert_eq!(invocations(0.1), Some(2500));
        assert_eq!(invocations(100.0), Some(2));
        assert_eq!(invocations(0.0), None);
        assert_eq!(invocations(f64::NAN), None);
        assert_eq!(invocations(1e-9), None, "more than can be counted");
    }

    /// SciPy: `t.ppf(0.975, [9, 1000, 1001, 5000])`.
    #[test]
    fn quantiles_are_those_of_scipy() {
        for (freedom, wanted) in QUANTILES {
            let found = student_quantile(freedom).unwrap();
            assert!((found - wanted).abs() < 1e-7, "{freedom}: {found}");
        }
    }

    const QUANTILES: [(u32, f64); 4] =
        [(9, 2.262157163), (1000, 1.962339081), (1001, 1.962336705), (5000, 1.960438552)];

    #[test]
    fn dimensions_are_relative_to_the_mean() {
        let found = components(25.0, 4.0).dimensions(COSTS, LIMITS, 0.01).unwrap();
        assert_eq!(found, Dimensions { invocations: 28, batches: 10 });
        assert_eq!(found.duration(COSTS), Duration::from_millis(28 * (320 + 200)));
        let negative = VarianceComponents { mean: -100.0, ..components(25.0, 4.0) };
        assert_eq!(negative.dimensions(COSTS, LIMITS, 0.01), Some(found));
        assert_eq!(
            VarianceComponents { mean: 0.0, ..negative }.dimensions(COSTS, LIMITS, 0.01),
            None
        );
    }

    /// A pilot around 100 with these standard deviations.
    fn pilot(noise: &mut Noise, size: Dimensions, within: f64, between: f64) -> Vec<Vec<f64>> {
        (0..size.invocations)
            .map(|_| {
                let level = 100.0 + between * noise.normal();
                (0..size.batches).map(|_| level + within * noise.normal()).collect()
            })
            .collect()
    }

    /// The mean of 20,000 estimates is the truth, within four standard errors of that mean.
    #[test]
    fn estimated_components_are_unbiased() {
        let mut noise = Noise::seeded(17);
        for (within, between) in [(5.0, 3.0), (10.0, 1.0), (2.0, 0.0)] {
            let size = Dimensions { invocations: 5, batches: 4 };
            let estimates: Vec<VarianceComponents> = (0..20_000)
                .map(|_| VarianceComponents::of(&pilot(&mut noise, size, within, between)).unwrap())
                .collect();
            for (truth, of) in [
                (within * within, (|e| e.within) as fn(&VarianceComponents) -> f64),
                (between * between, |e| e.between),
                (100.0, |e| e.mean),
            ] {
                let values: Vec<f64> = estimates.iter().map(of).collect();
                let error = (variance(&values) / values.len() as f64).sqrt();
                let found = mean(&values);
                println!("truth {truth}, mean of estimates {found:.4} ± {error:.4}");
                assert!((found - truth).abs() < 4.0 * error, "{found} ± {error}, truth {truth}");
            }
        }
    }

    /// For the same time no other number of batches gives a smaller variance of the mean.
    #[test]
    fn the_number_of_batches_pays_best() {
        let (within, between) = (100.0, 9.0);
        let variance_for_an_hour = |batches: u32| {
            let duration = Dimensions { invocations: 1, batches }.duration(COSTS).as_secs_f64();
            (between + within / f64::from(batches)) * duration / 3600.0
        };
        let best = components(within, between).batches(COSTS, LIMITS);
        let least = (1..=200).map(variance_for_an_hour).fold(f64::INFINITY, f64::min);
        assert!(variance_for_an_hour(best) < 1.001 * least, "{best}");
    }

    /// Measured as planned, the half of the intervals or so is as narrow as was wanted.
    #[test]
    fn what_was_planned_is_reached() {
        let truth = components(25.0, 4.0);
        let size = truth.dimensions(COSTS, LIMITS, 0.01).unwrap();
        let mut noise = Noise::seeded(23);
        let student_t = student_quantile(27).unwrap();
        let widths: Vec<f64> = (0..2000)
            .map(|_| {
                let found = pilot(&mut noise, size, 5.0, 2.0);
                let means: Vec<f64> = found.iter().map(|batches| mean(batches)).collect();
                student_t * (variance(&means) / 28.0).sqrt()
            })
            .collect();
        let squares = mean(&widths.iter().map(|width| width * width).collect::<Vec<_>>());
        assert!((0.9..1.0).contains(&squares.sqrt()), "± {:.3} instead of ± 1", squares.sqrt());
    }
}
