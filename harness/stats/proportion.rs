//! How often something happens, from how often it did.

use statrs::function::beta::beta_reg;

use super::estimate::Estimate;

/// The share `hits ÷ trials` with its exact 95 % interval (C. J. Clopper and E. S. Pearson, "The Use of
/// Confidence or Fiducial Limits Illustrated in the Case of the Binomial", Biometrika 26, 1934). It holds
/// the truth in at least 95 %, with few trials in more. `None` without trials, or with more hits than
/// trials.
pub fn proportion(hits: u32, trials: u32) -> Option<Estimate> {
    if trials == 0 || hits > trials {
        return None;
    }
    let (x, n) = (f64::from(hits), f64::from(trials));
    let low = if hits == 0 { 0.0 } else { beta_quantile(0.025, x, n - x + 1.0) };
    let high = if hits == trials { 1.0 } else { beta_quantile(0.975, x + 1.0, n - x) };
    Some(Estimate { value: x / n, low, high })
}

/// By bisection of the regularised incomplete beta function, which grows from 0 to 1.
fn beta_quantile(probability: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if beta_reg(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy: `beta.ppf(0.025, x, n - x + 1)` and `beta.ppf(0.975, x + 1, n - x)`.
    #[test]
    fn bounds_are_those_of_scipy() {
        for (hits, trials, low, high) in [
            (0, 16, 0.0, 0.2059072142078227),
            (1, 16, 0.0015811117227658871, 0.3023207384345319),
            (5, 100, 0.016431879182052155, 0.11283491110546275),
            (8, 100, 0.0351715625181628, 0.15155763586442095),
            (16, 16, 0.7940927857921772, 1.0),
        ] {
            let found = proportion(hits, trials).unwrap();
            assert!((found.low - low).abs() < 1e-9, "{hits} of {trials}: {found:?}");
            assert!((found.high - high).abs() < 1e-9, "{hits} of {trials}: {found:?}");
        }
        assert_eq!(proportion(0, 0), None);
        assert_eq!(proportion(2, 1), None);
    }
}
