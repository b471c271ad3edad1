//! Many comparisons at once, without claiming differences that chance made.
//!
//! Twenty comparisons of equals at 5 % give one false difference on average. Holm's step-down
//! procedure keeps the chance of *any* false claim in the whole table below 5 %, whatever the
//! dependence between the comparisons. Cells of one run share their machine's disturbances, so an
//! assumption on dependence, which Benjamini and Hochberg's procedure makes, would be a guess; and a
//! reader takes each row for itself, so that a share of false rows is not good enough.
//!
//! Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal
//! of Statistics 6 (1979).

/// The adjusted p-values, in the order of the given ones: each is the smallest error rate for the
/// whole family at which this one would be called a difference.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        let remaining = (p_values.len() - rank) as f64;
        least = least.max((remaining * p_values[index]).min(1.0));
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// By hand, and as R's `p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")`: 0.03 0.06 0.06 0.02.
    #[test]
    fn each_is_multiplied_by_those_that_remain_and_never_falls() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(holm(&[0.5, 0.9]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
        assert_eq!(holm(&[0.04]), [0.04]);
    }

    #[test]
    fn a_table_of_equals_has_a_false_claim_in_one_of_twenty() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
        let tables = 4000;
        let mut claims = 0;
        for _ in 0..tables {
            let p_values: Vec<f64> = (0..28).map(|_| random.random()).collect();
            claims += usize::from(holm(&p_values).iter().any(|p| *p < 0.05));
        }
        let share = claims as f64 / f64::from(tables);
        assert!((0.04..=0.06).contains(&share), "{share}");
    }
}
