//! One picture as data: what it says in words, and the points of each panel.
//!
//! Positions from the left to the right are runtimes, the same in all panels.

use crate::key::Key;
use crate::show::format::si;
use crate::show::plot::axis::{Axis, Rule};
use crate::show::plot::palette::Look;

/// A picture: panels above one another that share the runtimes below them.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// What is plotted: `await-two: operations per second`.
    pub(super) title: String,
    /// Machine, day, versions: pieces that may be set on one line or more.
    pub(super) about: Vec<String>,
    /// The runtimes, from the left.
    pub(super) runtimes: Vec<Key>,
    pub(super) panels: Vec<Panel>,
    /// For each runtime, what could not be measured.
    pub(super) failures: Vec<Vec<Failure>>,
}

#[derive(Clone, Debug)]
pub(super) struct Panel {
    /// Quantity and unit, along the vertical axis.
    pub(super) quantity: &'static str,
    /// How its ticks are written.
    pub(super) write: fn(f64) -> String,
    pub(super) rule: Rule,
    /// A value to compare with, and what it means.
    pub(super) reference: Option<(f64, &'static str)>,
    /// What is plotted; the same series in each panel of a figure.
    pub(super) series: Vec<Series>,
}

/// The points that share a look.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) look: Look,
    /// Whether the markers are outlines: figures that others published.
    pub(super) published: bool,
    /// One for each runtime, `None` where there is no figure.
    pub(super) points: Vec<Option<Point>>,
}

/// A figure and the bounds of its 95 % interval, if it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub(super) value: f64,
    pub(super) bounds: Option<(f64, f64)>,
}

/// Something that has a word instead of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) of: String,
    pub(super) word: String,
}

impl Point {
    /// `None` unless the value is a finite number: there is nothing to draw.
    pub fn new(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        let value = value.filter(|value| value.is_finite())?;
        let bounds = low.zip(high).filter(|(low, high)| low.is_finite() && high.is_finite());
        Some(Self { value, bounds })
    }
}

impl Series {
    pub(super) fn has_points(&self) -> bool {
        self.points.iter().any(Option::is_some)
    }

    fn present(&self) -> impl Iterator<Item = Point> + '_ {
        self.points.iter().flatten().copied()
    }
}

impl Panel {
    pub(super) fn new(quantity: &'static str, rule: Rule, series: Vec<Series>) -> Self {
        Self { quantity, write: si, rule, reference: None, series }
    }

    /// Whether there is anything to draw.
    pub(super) fn has_points(&self) -> bool {
        self.series.iter().any(Series::has_points)
    }

    /// `None` without a figure.
    pub(super) fn axis(&self) -> Option<Axis> {
        let points = || self.series.iter().flat_map(Series::present);
        let figures: Vec<f64> = points().map(|point| point.value).collect();
        // The value that is compared with must be in sight, and is no figure.
        let reference = self.reference.iter().map(|(value, _)| *value);
        let bounds = points().filter_map(|point| point.bounds).flat_map(|(low, high)| [low, high]);
        Axis::of(&figures, &bounds.chain(reference).collect::<Vec<_>>(), self.rule)
    }
}

impl Figure {
    /// What could not be measured for the i-th runtime, in as few lines as say it: only the word
    /// where nothing has a figure and all failed alike.
    pub(super) fn failure_lines(&self, index: usize) -> Vec<String> {
        let failures = &self.failures[index];
        let Some(first) = failures.first() else { return Vec::new() };
        let mut series = self.panels.iter().flat_map(|panel| &panel.series);
        let none_measured =
            !series.any(|series| !series.published && series.points[index].is_some());
        if none_measured && failures.iter().all(|other| other.word == first.word) {
            return vec![first.word.clone()];
        }
        failures.iter().map(|failure| format!("{} {}", failure.of, failure.word)).collect()
    }

    /// Whether a series was tried on the i-th runtime in vain.
    pub(super) fn failed(&self, series: &Series, index: usize) -> bool {
        self.failures[index].iter().any(|failure| failure.of == series.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_needs_a_finite_value_and_both_bounds() {
        assert_eq!(Point::new(None, Some(1.0), Some(2.0)), None);
        assert_eq!(Point::new(Some(f64::NAN), None, None), None);
        let bounds = |low, high| Point::new(Some(1.5), low, high).unwrap().bounds;
        assert_eq!(bounds(Some(1.0), Some(2.0)), Some((1.0, 2.0)));
        assert_eq!(bounds(None, Some(2.0)), None);
        assert_eq!(bounds(Some(1.0), Some(f64::INFINITY)), None);
    }
}
