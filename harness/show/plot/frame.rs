//! One panel's place and its vertical axis.

use super::axis::Axis;
use super::canvas::Canvas;
use super::palette::{AXIS, FAINT, GRID};
use super::typesetting::{Anchor, HALF_CAPITAL, LEADING, MARGIN, TEXT, widest};

/// Between two panels.
pub const PANEL_GAP: f64 = 34.0;
/// Between a tick's label and the axis.
pub const TICK_GAP: f64 = 10.0;
/// The height of a picture with one panel, unless it needs more.
pub const HEIGHT: f64 = 720.0;
/// The width of a picture, unless it needs more.
pub const WIDTH: f64 = 1200.0;

pub struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub axis: Axis,
}

impl Frame {
    /// Where a value is.
    pub fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * self.axis.position(value)
    }

    /// The grid and its numbers, the axis, and what is along it.
    pub fn draw(&self, canvas: &mut Canvas, quantity: &str, write: fn(f64) -> String) {
        for tick in &self.axis.ticks {
            let y = self.y(tick.value);
            let colour = if tick.labelled { GRID } else { FAINT };
            canvas.line([(self.left, y), (self.right, y)], 1.0, colour);
            if tick.labelled {
                let place = (self.left - TICK_GAP, y + HALF_CAPITAL);
                canvas.text(write(tick.value), place, TEXT.anchored(Anchor::End));
            }
        }
        // Zero is where a linear axis measures from, even if something lies below it.
        let base = if self.axis.logarithmic { self.bottom } else { self.y(0.0) };
        canvas.line([(self.left, base), (self.right, base)], 1.5, AXIS);
        canvas.line([(self.left, self.top), (self.left, self.bottom)], 1.5, AXIS);
        let scale = if self.axis.logarithmic { " (log scale)" } else { "" };
        let place = (MARGIN + TEXT.size * 0.8, f64::midpoint(self.top, self.bottom));
        let lettering = TEXT.anchored(Anchor::Middle).upwards();
        canvas.text(format!("{quantity}{scale}"), place, lettering);
    }
}

/// How far from the picture's edge the panels begin that have these axes.
pub fn left_of<'a>(axes: impl Iterator<Item = (&'a Axis, fn(f64) -> String)>) -> f64 {
    let numbers = axes.flat_map(|(axis, write)| {
        axis.ticks.iter().filter(|tick| tick.labelled).map(move |tick| write(tick.value))
    });
    MARGIN + LEADING + widest(numbers) + TICK_GAP
}
