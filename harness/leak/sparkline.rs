//! A series in as few characters as fit into a column of a table.

const WIDTH: usize = 16;

/// From the lowest level to the highest.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// From the lowest value to the top of the line, as a share of that value: a series that hardly moves
/// looks as flat as it is.
const LEAST_RANGE: f64 = 0.5;

/// The series from its first value to its last, evenly thinned; empty if there is none.
pub(super) fn sparkline(values: &[u64]) -> String {
    let (Some(&low), Some(&high)) = (values.iter().min(), values.iter().max()) else {
        return String::new();
    };
    let range = ((high - low) as f64).max(low as f64 * LEAST_RANGE).max(1.0);
    let count = values.len().min(WIDTH);
    let level = |i: usize| {
        let at = if count > 1 { i * (values.len() - 1) / (count - 1) } else { 0 };
        let share = (values[at] - low) as f64 / range;
        LEVELS[(share * (LEVELS.len() - 1) as f64).round() as usize]
    };
    (0..count).map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staircase_looks_like_one() {
        assert_eq!(sparkline(&[10, 10, 20, 20, 45, 45]), "▁▁▃▃██");
        let rising: Vec<u64> = (0..160).collect();
        let line = sparkline(&rising);
        assert_eq!(line.chars().count(), WIDTH);
        assert!(line.starts_with('▁') && line.ends_with('█'), "{line}");
    }

    #[test]
    fn what_hardly_moves_is_flat() {
        assert_eq!(sparkline(&[4_000_000, 4_030_000, 4_010_000]), "▁▁▁");
        assert_eq!(sparkline(&[0, 0]), "▁▁");
        assert_eq!(sparkline(&[7]), "▁");
        assert_eq!(sparkline(&[]), "");
    }
}
