//! What stands above the panels: a title, where the figures come from, and what each look means.

use super::canvas::{Canvas, Place};
use super::palette::{AXIS, GREY_TEXT, Look};
use super::typesetting::{HALF_CAPITAL, LEADING, MARGIN, TEXT, TITLE, flowed, shortened};

/// From one row of the legend to the next.
const LEGEND_LEADING: f64 = 32.0;
/// Between two items of the legend.
const LEGEND_GAP: f64 = 34.0;

pub struct Heading {
    title: String,
    about: Vec<String>,
    legend: Vec<Vec<Item>>,
}

/// One entry of the legend and where it starts.
struct Item {
    x: f64,
    sample: Sample,
    name: String,
}

#[derive(Clone, Copy, Debug)]
pub enum Sample {
    /// A marker, which may be hollow.
    Marker(Look, bool),
    Line(Look),
    Interval,
    Reference,
}

impl Sample {
    /// From its start to its name.
    const fn width(self) -> f64 {
        if matches!(self, Self::Line(_)) { 44.0 } else { 22.0 }
    }

    fn draw(self, canvas: &mut Canvas, (start, y): Place) {
        let x = start + 7.0;
        match self {
            Self::Marker(look, hollow) => canvas.marker((x, y), 7.0, look, hollow),
            Self::Line(look) => {
                canvas.line([(start, y), (start + 34.0, y)], 3.0, look.colour);
                canvas.marker((start + 17.0, y), 6.0, look, false);
            }
            Self::Interval => canvas.interval(x, (y - 9.0, y + 9.0), 7.0, GREY_TEXT),
            Self::Reference => canvas.line([(x - 7.0, y), (x + 9.0, y)], 2.0, AXIS),
        }
    }
}

impl Heading {
    /// The legend begins at `left`; all ends at `right`.
    pub fn of(
        title: &str,
        about: &[String],
        entries: Vec<(Sample, String)>,
        left: f64,
        right: f64,
    ) -> Self {
        let mut legend = vec![Vec::new()];
        let mut x = left;
        for (sample, name) in entries {
            let name = shortened(&name, &TEXT, right - left - sample.width());
            let length = sample.width() + TEXT.width(&name);
            if x + length > right && x > left {
                legend.push(Vec::new());
                x = left;
            }
            if let Some(row) = legend.last_mut() {
                row.push(Item { x, sample, name });
            }
            x += length + LEGEND_GAP;
        }
        let width = right - MARGIN;
        Self {
            title: shortened(title, &TITLE, width),
            about: flowed(about, "  ·  ", width),
            legend,
        }
    }

    /// Where the first panel may begin.
    pub fn bottom(&self) -> f64 {
        let lines = LEADING * self.about.len() as f64 + LEGEND_LEADING * self.legend.len() as f64;
        MARGIN + TITLE.size + lines + 24.0
    }

    pub fn draw(&self, canvas: &mut Canvas) {
        let mut y = MARGIN + TITLE.size * 0.8;
        canvas.text(&self.title, (MARGIN, y), TITLE);
        y += 6.0;
        for line in &self.about {
            y += LEADING;
            canvas.text(line, (MARGIN, y), TEXT.coloured(GREY_TEXT));
        }
        y += 6.0;
        for row in &self.legend {
            y += LEGEND_LEADING;
            for Item { x, sample, name } in row {
                sample.draw(canvas, (*x, y - HALF_CAPITAL));
                canvas.text(name, (x + sample.width(), y), TEXT);
            }
        }
    }
}
