//! The mean of ratios.
//!
//! Ratios are averaged geometrically: of 2 and 1 ÷ 2 the mean is 1, and it does not matter which of
//! the two sides is the reference. Source: P. J. Fleming and J. J. Wallace, "How not to lie with
//! statistics: the correct way to summarize benchmark results", CACM 29 (1986).

use super::log_spread::LogSpread;

/// The geometric mean of positive ratios, and its spread if all of them have one.
///
/// The interval is about these ratios, not about others that one might have measured: it says how
/// well the mean of just these is known, taking them for independent. `None` if there is none.
pub fn geometric_mean(ratios: &[(f64, Option<LogSpread>)]) -> Option<(f64, Option<LogSpread>)> {
    if ratios.is_empty() || ratios.iter().any(|(ratio, _)| !ratio.is_finite() || *ratio <= 0.0) {
        return None;
    }
    let count = ratios.len() as f64;
    let mean = (ratios.iter().map(|(ratio, _)| ratio.ln()).sum::<f64>() / count).exp();
    let spreads: Option<Vec<LogSpread>> = ratios.iter().map(|(_, spread)| *spread).collect();
    Some((mean, spreads.map(|spreads| LogSpread::sum(&spreads).raised(1.0 / count))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: √(2 · 8) = 4; variances 0.01 and 0.03: (0.01 + 0.03) ÷ 4.
    #[test]
    fn it_is_the_root_of_the_product() {
        let spread = |variance| Some(LogSpread { variance, freedom: f64::INFINITY });
        let (mean, of) = geometric_mean(&[(2.0, spread(0.01)), (8.0, spread(0.03))]).unwrap();
        assert!((mean - 4.0).abs() < 1e-12);
        assert!((of.unwrap().variance - 0.01).abs() < 1e-12);
        let (mean, _) = geometric_mean(&[(2.0, None), (0.5, None)]).unwrap();
        assert!((mean - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_without_spread_leaves_the_mean_without() {
        let spread = Some(LogSpread { variance: 0.01, freedom: 9.0 });
        assert_eq!(geometric_mean(&[(2.0, spread), (2.0, None)]).unwrap().1, None);
        assert_eq!(geometric_mean(&[]), None);
        assert_eq!(geometric_mean(&[(0.0, None)]), None);
    }
}
