//! Bounds of a confidence interval out of bootstrap replicates.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The confidence that all intervals state.
pub(super) const CONFIDENCE: f64 = 0.95;

/// The bounds of the 95 % interval: the *expanded percentile interval*.
///
/// A percentile interval of few values is too narrow: the bootstrap's standard error is that of the
/// sample, too small by √((n−1)/n), and normal where Student's t belongs. So the percentiles are taken
/// further out, at Φ(−√(n/(n−1)) · t(0.975, n−1)) instead of 0.025. Source: T. Hesterberg, "What
/// Teachers Should Know About the Bootstrap", The American Statistician 69 (2015), section 5.2
/// ("expanded percentile interval").
///
/// `clusters` is n: the number of invocations that were resampled. With fewer than two nothing is
/// known of the spread between them: `None`.
pub(super) fn bounds(replicates: Vec<f64>, clusters: usize) -> Option<(f64, f64)> {
    bounds_at(replicates, tail_probability(clusters)?)
}

/// The quantiles that leave `tail` outside each end; `None` if a replicate is not finite.
pub(super) fn bounds_at(mut replicates: Vec<f64>, tail: f64) -> Option<(f64, f64)> {
    if replicates.is_empty() || replicates.iter().any(|value| !value.is_finite()) {
        return None;
    }
    replicates.sort_by(f64::total_cmp);
    Some((quantile(&replicates, tail), quantile(&replicates, 1.0 - tail)))
}

/// The probability outside each end of the interval.
fn tail_probability(clusters: usize) -> Option<f64> {
    if clusters < 2 {
        return None;
    }
    let n = clusters as f64;
    expanded_tail(n / (n - 1.0), n - 1.0)
}

/// The same for any estimate whose bootstrap variance is too small by the factor `shortfall` and
/// whose standard error has `freedom` degrees of freedom.
pub(super) fn expanded_tail(shortfall: f64, freedom: f64) -> Option<f64> {
    Some(Normal::standard().cdf(-shortfall.sqrt() * critical(freedom)?))
}

/// From here on Student's t is taken for the normal distribution: its 1.9623 is within 0.2 % of 1.9600,
/// and the quantile function of `statrs` does not end for some larger values.
pub(super) const LARGE_FREEDOM: f64 = 1000.0;

/// How many standard errors the 95 % interval reaches to each side: t(0.975), or the normal's 1.96
/// for infinitely many degrees of freedom. `None` unless there are any.
pub(super) fn critical(freedom: f64) -> Option<f64> {
    let probability = 0.5 + CONFIDENCE / 2.0;
    if freedom > LARGE_FREEDOM {
        return Some(Normal::standard().inverse_cdf(probability));
    }
    Some(StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(probability))
}

/// The quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan, 1996).
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = probability * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let fraction = position - below as f64;
    sorted[below] + fraction * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy: `norm.cdf(-sqrt(n/(n-1)) * t.ppf(0.975, n-1))` for n = 10 and 5.
    #[test]
    fn tails_are_further_out_for_few() {
        assert!(
            (tail_probability(10).unwrap() - 0.008_550_639).abs() < 1e-8,
            "{:?}",
            tail_probability(10)
        );
        assert!(
            (tail_probability(5).unwrap() - 0.000_954_100_6).abs() < 1e-9,
            "{:?}",
            tail_probability(5)
        );
        assert_eq!(tail_probability(1), None);
        assert!((tail_probability(100_000).unwrap() - 0.025).abs() < 1e-4);
    }

    /// R and SciPy: qt(0.975, c(9, 1000)).
    #[test]
    fn many_degrees_of_freedom_are_normal() {
        assert!((critical(9.0).unwrap() - 2.262_157).abs() < 1e-6);
        assert!((critical(1000.0).unwrap() - 1.962_339).abs() < 1e-6);
        for freedom in [1000.1, 103_421.7, 1e9, f64::INFINITY] {
            assert!((critical(freedom).unwrap() - 1.959_964).abs() < 1e-6, "{freedom}");
        }
        assert_eq!(critical(0.0), None);
    }

    #[test]
    fn quantiles_interpolate() {
        let values = [10.0, 20.0, 30.0, 40.0, 50.0];
        assert_eq!(quantile(&values, 0.0), 10.0);
        assert_eq!(quantile(&values, 0.1), 14.0);
        assert_eq!(quantile(&values, 1.0), 50.0);
    }

    #[test]
    fn what_is_not_finite_has_no_bounds() {
        assert_eq!(bounds(vec![1.0, f64::NAN], 10), None);
        assert_eq!(bounds(Vec::new(), 10), None);
    }
}
