//! What a side knows of a figure: its samples if it has them, else its interval, else the value.

use super::Subject;
use crate::measure::{counted, pairs};
use crate::record::{CellRow, Status};
use crate::stats::{Evidence, Invocation};

/// Ops/s of a cell, or the word for why it has none. With `apart`, for comparing with what another run gave. (The
/// interval of a summary is one for that already.)
pub(super) fn of_cell(subject: &Subject, cell: &CellRow, apart: bool) -> Result<Evidence, String> {
    if cell.status != Status::Ok {
        return Err(cell.status.to_string());
    }
    let invocations: Vec<Invocation> = counted(cell, &subject.samples).into_values().collect();
    let scaled = |evidence: Evidence| {
        if apart { evidence.scaled(subject.matrix.between.of_cell(cell)) } else { evidence }
    };
    Evidence::of_rate(&invocations)
        .map(scaled)
        .or_else(|| of_summary(cell))
        .ok_or_else(|| "no figure".to_owned())
}

/// The ratio `above ÷ below` in ops/s of two variants. Without samples, the figures of both are
/// taken as known independently.
pub(super) fn of_ratio(
    subject: &Subject,
    above: &CellRow,
    below: &CellRow,
    apart: bool,
) -> Result<Evidence, String> {
    let (upper, lower) = (of_cell(subject, above, apart)?, of_cell(subject, below, apart)?);
    let scaled = |evidence: Evidence| {
        if apart { evidence.scaled(subject.matrix.between.of_ratio(above)) } else { evidence }
    };
    Evidence::of_ratio(&pairs(above, below, &subject.samples))
        .map(scaled)
        .or_else(|| upper.over(&lower))
        .ok_or_else(|| "no figure".to_owned())
}

fn of_summary(cell: &CellRow) -> Option<Evidence> {
    let value = cell.ops_per_sec?;
    // Published figures may have a margin where measured ones have bounds.
    let bound = |sign: f64| Some(value * (1.0 + sign * cell.relative_margin?));
    let low = cell.ops_per_sec_low.or_else(|| bound(-1.0));
    let high = cell.ops_per_sec_high.or_else(|| bound(1.0));
    match low.zip(high) {
        Some((low, high)) => Evidence::of_interval(value, low, high, cell.invocations),
        None => Evidence::of_value(value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::*;

    #[test]
    fn samples_come_before_the_summary_and_bounds_before_the_value() {
        let mut measured = results("a", &[("12.16.2", "async", 100.0)]);
        let cell = measured.matrix.cells[0].clone();
        let from_samples = of_cell(&measured, &cell, true).unwrap();
        assert!((from_samples.value() - 1e7).abs() < 1e5);
        measured.samples.clear();
        let mut bounded = cell.clone();
        (bounded.ops_per_sec_low, bounded.ops_per_sec_high) = (Some(9e6), Some(11e6));
        let freedom = of_cell(&measured, &bounded, true).unwrap().spread().unwrap().freedom;
        assert_eq!(freedom, 5.0, "six invocations");
        let bare = cell.with(|row| {
            row.ops_per_sec_low = None;
            row.ops_per_sec_high = None;
            row.relative_margin = None;
        });
        assert_eq!(of_cell(&measured, &bare, true).unwrap().spread(), None);
    }

    #[test]
    fn a_published_margin_is_an_interval() {
        let article = article();
        let cell = |variant: &str| {
            let mut cells = article.matrix.cells.iter();
            cells.find(|cell| cell.key.version == "12.16.2" && cell.key.variant == variant).unwrap()
        };
        let ratio = of_ratio(&article, cell("async"), cell("generator"), true).unwrap();
        assert!((ratio.value() - 10.289).abs() < 0.001);
        // √(0.0196² + 0.0412²) ÷ 1.96, squared.
        let variance = ratio.spread().unwrap().variance;
        assert!((variance - 5.42e-4).abs() < 1e-6, "{variance}");
    }
}
