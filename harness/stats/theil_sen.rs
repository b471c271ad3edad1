//! The slope of a line through points of which some are far off.
//!
//! The median of the slopes between all pairs: up to 29 % of the points may be anywhere before it is
//! drawn away, where least squares follows a single one. The interval is made of the ranks of those
//! slopes, by the distribution of Kendall's statistic, and assumes that deviations from the line are
//! independent: steps of a staircase are not, and whoever fits one has to widen it.
//!
//! Sources: H. Theil, "A rank-invariant method of linear and polynomial regression analysis", Proc.
//! Kon. Ned. Akad. Wet. A 53 (1950); P. K. Sen, "Estimates of the Regression Coefficient Based on
//! Kendall's Tau", Journal of the American Statistical Association 63 (1968).

use super::estimate::Estimate;

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_964;

/// The slope of `points` (x, y) with its 95 % interval; `None` with fewer than two different x.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<Estimate> {
    let mut slopes: Vec<f64> = Vec::with_capacity(points.len() * points.len() / 2);
    for (i, (x, y)) in points.iter().enumerate() {
        for (x2, y2) in &points[i + 1..] {
            if x2 != x {
                slopes.push((y2 - y) / (x2 - x));
            }
        }
    }
    if slopes.is_empty() {
        return None;
    }
    slopes.sort_by(f64::total_cmp);
    let pairs = slopes.len();
    let n = points.len() as f64;
    let width = Z * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let low = ((pairs as f64 - width) / 2.0).floor().max(0.0) as usize;
    let high = ((pairs as f64 + width) / 2.0).ceil() as usize;
    Some(Estimate {
        value: f64::midpoint(slopes[(pairs - 1) / 2], slopes[pairs / 2]),
        low: slopes[low.min(pairs - 1)],
        high: slopes[high.min(pairs - 1)],
    })
}

#[cfg(test)]
mod tests {
    use super::super::simulation::Noise;
    use super::*;

    #[test]
    fn a_straight_line_has_its_slope_and_no_width() {
        let points: Vec<_> = (0..10).map(|i| (f64::from(i), 3.0 + 8.0 * f64::from(i))).collect();
        let Estimate { value, low, high } = theil_sen(&points).unwrap();
        assert_eq!((value, low, high), (8.0, 8.0, 8.0));
        assert_eq!(theil_sen(&points[..1]), None);
        assert_eq!(theil_sen(&[(1.0, 2.0), (1.0, 5.0)]), None);
    }

    /// Sen's own example, page 1388: x = 1 2 3 4 10 12 18, y = 9 15 19 20 45 55 78: slope 4.
    #[test]
    fn sens_example() {
        let x = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
        let y = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
        let points: Vec<_> = x.into_iter().zip(y).collect();
        let estimate = theil_sen(&points).unwrap();
        assert!((estimate.value - 4.0).abs() < 1e-12, "{estimate:?}");
        assert!(estimate.low > 3.0 && estimate.high < 6.1, "{estimate:?}");
    }

    #[test]
    fn a_point_far_off_changes_little() {
        let mut points: Vec<_> = (0..20).map(|i| (f64::from(i), f64::from(i))).collect();
        points[19].1 = 1e9;
        assert!((theil_sen(&points).unwrap().value - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_interval_holds_the_truth_in_nineteen_of_twenty() {
        let mut noise = Noise::seeded(3);
        let held = (0..1000)
            .filter(|_| {
                let points: Vec<_> =
                    (0..20).map(|i| (f64::from(i), 0.5 * f64::from(i) + noise.normal())).collect();
                let found = theil_sen(&points).unwrap();
                found.low <= 0.5 && 0.5 <= found.high
            })
            .count();
        assert!((925..=980).contains(&held), "{held}");
    }
}
