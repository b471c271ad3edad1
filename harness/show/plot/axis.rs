//! An axis: which range, linear or logarithmic, which ticks.
//!
//! A linear axis starts at zero, so that heights compare. Where the largest figure is more than
//! [`LOG_FROM`] times the smallest, the small ones would lie flat on it, and the axis is
//! logarithmic instead; figures are points then as always, because the length of a bar on a
//! logarithmic axis means nothing.

/// Largest ÷ smallest from which the axis is logarithmic.
const LOG_FROM: f64 = 5.0;

/// How many labelled ticks a linear axis aims at.
const LINEAR_TICKS: f64 = 6.0;

/// Decades up to which a logarithmic axis labels 1, 2 and 5 of each.
const DENSE_DECADES: f64 = 2.4;

/// Decades up to which it labels each power of ten.
const SPARSE_DECADES: f64 = 8.0;

/// Which axis a panel wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Linear from zero, whatever the figures: where zero or less is a figure.
    Linear {
        /// A value that is always in sight.
        at_least: f64,
    },
    /// Linear from zero to the largest figure, which may lie between two ticks: along time or ops.
    Along,
    /// Logarithmic where the figures need it.
    ByRange,
    /// Logarithmic whatever the range: for quotients, which are as far from 1 as their reciprocals.
    Logarithmic,
}

/// A range of values and where each lies in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub logarithmic: bool,
    pub ticks: Vec<Tick>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub labelled: bool,
}

impl Axis {
    /// The axis for these figures; `bounds` are the ends of intervals, which widen the range but
    /// do not choose the kind. `None` without a finite figure.
    pub fn of(figures: &[f64], bounds: &[f64], rule: Rule) -> Option<Self> {
        let (smallest, largest) = extent(figures.iter().copied())?;
        let logarithmic = match rule {
            Rule::Linear { .. } | Rule::Along => false,
            Rule::ByRange => smallest > 0.0 && largest / smallest > LOG_FROM,
            Rule::Logarithmic => smallest > 0.0,
        };
        let all = figures.iter().chain(bounds).copied();
        Some(if logarithmic {
            let (low, high) = extent(all.filter(|value| *value > 0.0))?;
            Self::logarithmic(low, high)
        } else {
            let (low, high) = extent(all)?;
            if rule == Rule::Along {
                return Some(Self::along(high));
            }
            let at_least = if let Rule::Linear { at_least } = rule { at_least } else { high };
            Self::linear(low, high.max(at_least))
        })
    }

    fn linear(smallest: f64, largest: f64) -> Self {
        // Room for a marker at the ends.
        let (low, high) = (smallest.min(0.0) * 1.05, largest.max(0.0) * 1.05);
        let span = if high > low { high - low } else { 1.0 };
        let step = round_step(span / LINEAR_TICKS);
        let first = (low / step).floor() as i64;
        let last = ((low + span) / step).ceil() as i64;
        let ticks =
            (first..=last).map(|i| Tick { value: i as f64 * step, labelled: true }).collect();
        Self { low: first as f64 * step, high: last as f64 * step, logarithmic: false, ticks }
    }

    fn along(largest: f64) -> Self {
        let high = if largest > 0.0 { largest } else { 1.0 };
        let step = round_step(high / LINEAR_TICKS);
        let last = (high / step * (1.0 + 1e-9)).floor() as i64;
        let ticks = (0..=last).map(|i| Tick { value: i as f64 * step, labelled: true }).collect();
        Self { low: 0.0, high, logarithmic: false, ticks }
    }

    fn logarithmic(smallest: f64, largest: f64) -> Self {
        // Room for a marker at the ends: 1.5 % of the height.
        let room = (largest / smallest).max(1.0).powf(0.015);
        let marks = marks(smallest / room, largest * room);
        let (low, high) = (marks[0], marks[marks.len() - 1]);
        let decades = (high / low).log10();
        let every = if decades <= SPARSE_DECADES { 1.0 } else { (decades / 6.0).ceil() };
        let ticks = marks
            .into_iter()
            .map(|value| {
                let exponent = value.log10();
                let is_power = (exponent - exponent.round()).abs() < 1e-9;
                let labelled = decades <= DENSE_DECADES
                    || is_power && exponent.round().rem_euclid(every) == 0.0;
                Tick { value, labelled }
            })
            .collect();
        Self { low, high, logarithmic: true, ticks }
    }

    /// Where a value lies: 0 at the bottom, 1 at the top; beyond either end, the end.
    pub fn position(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            if value <= 0.0 { 0.0 } else { (value / self.low).ln() / (self.high / self.low).ln() }
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }
}

/// The smallest and the largest finite value.
fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// All of 1, 2 and 5 times powers of ten from the last at or below `low` to the first at or above
/// `high`.
fn marks(low: f64, high: f64) -> Vec<f64> {
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    let all: Vec<f64> = (first..=last)
        .flat_map(|exponent| [1.0, 2.0, 5.0].map(|mark| mark * 10_f64.powi(exponent)))
        .collect();
    let from = all.iter().rposition(|mark| *mark <= low).unwrap_or(0);
    let to = all.iter().position(|mark| *mark >= high).unwrap_or(all.len() - 1);
    all[from..=to].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<f64> {
        axis.ticks.iter().filter(|tick| tick.labelled).map(|tick| tick.value).collect()
    }

    #[test]
    fn a_small_range_is_linear_from_zero() {
        let axis = Axis::of(&[1.57, 1.9], &[], Rule::ByRange).unwrap();
        assert!(!axis.logarithmic);
        // 1.9 × 1.05 = 1.995; a sixth is 0.33, and 0.5 the next round step.
        assert_eq!(labels(&axis), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(axis.position(1.0), 0.5);
    }

    #[test]
    fn a_range_of_ten_is_logarithmic() {
        let axis = Axis::of(&[275_526.0, 4_567_163.0], &[], Rule::ByRange).unwrap();
        assert!(axis.logarithmic);
        assert_eq!(labels(&axis), [2e5, 5e5, 1e6, 2e6, 5e6]);
        assert_eq!(axis.position(2e5), 0.0);
        // The middle between 200 k and 5 M is their geometric mean, 1 M.
        assert!((axis.position(1e6) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn many_decades_label_powers_of_ten_only() {
        let axis = Axis::of(&[1.0, 90_000.0], &[], Rule::ByRange).unwrap();
        assert_eq!(labels(&axis), [1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0]);
    }

    #[test]
    fn figures_below_zero_have_room_on_a_linear_axis() {
        let axis = Axis::of(&[-3.0, 9.0], &[], Rule::Linear { at_least: 1.0 }).unwrap();
        assert_eq!((axis.low, axis.high), (-5.0, 10.0));
        let axis = Axis::of(&[0.01, 0.02], &[], Rule::Linear { at_least: 1.0 }).unwrap();
        assert_eq!(axis.low, 0.0);
        // 1 × 1.05 in steps of 0.2.
        assert!((axis.high - 1.2).abs() < 1e-12);
    }

    #[test]
    fn intervals_widen_the_range_but_do_not_choose_the_kind() {
        let axis = Axis::of(&[4.0, 10.0], &[0.5, 30.0], Rule::ByRange).unwrap();
        assert!(!axis.logarithmic);
        assert!(axis.high >= 30.0);
        let axis = Axis::of(&[1.0, 10.0], &[-2.0, 30.0], Rule::ByRange).unwrap();
        assert!(axis.logarithmic);
        // A bound below zero has no place on it.
        assert_eq!((axis.low, axis.high), (0.5, 50.0));
        assert_eq!(axis.position(-2.0), 0.0);
    }

    #[test]
    fn quotients_are_logarithmic_whatever_their_range() {
        let axis = Axis::of(&[0.9, 1.1], &[], Rule::Logarithmic).unwrap();
        assert!(axis.logarithmic);
        assert_eq!((axis.low, axis.high), (0.5, 2.0));
        assert!((axis.position(1.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn time_ends_with_its_last_figure() {
        let axis = Axis::of(&[0.0, 30.15], &[], Rule::Along).unwrap();
        assert_eq!(labels(&axis), [0.0, 10.0, 20.0, 30.0]);
        assert_eq!((axis.low, axis.high, axis.position(30.15)), (0.0, 30.15, 1.0));
        let ops = Axis::of(&[10e6], &[], Rule::Along).unwrap();
        assert_eq!(labels(&ops), [0.0, 2e6, 4e6, 6e6, 8e6, 10e6]);
        assert!(Axis::of(&[0.0], &[], Rule::Along).unwrap().high > 0.0);
    }

    #[test]
    fn degenerate_figures_still_have_an_axis() {
        assert_eq!(Axis::of(&[], &[], Rule::ByRange), None);
        assert_eq!(Axis::of(&[f64::NAN], &[], Rule::ByRange), None);
        let axis = Axis::of(&[0.0], &[], Rule::ByRange).unwrap();
        assert!(axis.high > axis.low);
    }
}
