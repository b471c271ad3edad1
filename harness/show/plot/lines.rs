//! Bytes as lines over a number that grows: panels above one another that share the axis below them.

use super::axis::{Axis, Rule};
use super::canvas::{Canvas, Place};
use super::file::Drawing;
use super::frame::{Frame, HEIGHT, PANEL_GAP, WIDTH, left_of};
use super::heading::{Heading, Sample};
use super::palette::{AXIS, GREY_TEXT, GRID, Look};
use super::typesetting::{Anchor, LEADING, MARGIN, TEXT};
use crate::show::format::{si, si_bytes};

/// What a picture of lines looks like.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The width of a line.
    width: f64,
    sample: fn(Look) -> Sample,
    /// The most markers on a line.
    markers: usize,
    /// The length of a tick's mark below the axis.
    tick: f64,
    /// What stands below the last panel.
    below: f64,
    /// The height of a panel; `None` for what is left of the usual height.
    panel: Option<f64>,
}

impl Style {
    /// Readings, each with its marker.
    pub const READINGS: Self = Self {
        width: 2.5,
        sample: |look| Sample::Marker(look, false),
        markers: usize::MAX,
        tick: 6.0,
        below: 2.0 * LEADING + 8.0 + MARGIN,
        panel: None,
    };
    /// A figure for each second: so many markers as tell lines apart without their colours.
    pub const SECONDS: Self = Self {
        width: 3.0,
        sample: Sample::Line,
        markers: 10,
        tick: 0.0,
        below: 2.0 * LEADING + MARGIN,
        panel: Some(280.0),
    };
}

pub struct Lines {
    pub title: String,
    /// Machine, day, versions: pieces that may be set on one line or more.
    pub about: Vec<String>,
    /// What is along the horizontal axis.
    pub across: &'static str,
    pub style: Style,
    pub panels: Vec<Panel>,
}

pub struct Panel {
    /// What is along the vertical axis.
    pub quantity: &'static str,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug)]
pub struct Line {
    /// What the legend says; lines of one name look alike in all panels.
    pub name: String,
    pub look: Look,
    /// From the left, in bytes.
    pub points: Vec<Place>,
    /// What was left after a forced collection: a hollow marker.
    pub collected: Option<Place>,
}

impl Panel {
    fn places(&self) -> impl Iterator<Item = &Place> {
        self.lines.iter().flat_map(|line| line.points.iter().chain(&line.collected))
    }
}

/// Where everything goes.
pub struct Planned {
    lines: Lines,
    heading: Heading,
    across: Axis,
    frames: Vec<Frame>,
    height: f64,
}

impl Lines {
    /// `None` if there is nothing to draw.
    pub fn planned(mut self) -> Option<Planned> {
        let figures: Vec<f64> =
            self.panels.iter().flat_map(Panel::places).map(|place| place.0).collect();
        let across = Axis::of(&figures, &[], Rule::Along)?;
        let axis = |panel: Panel| {
            let figures: Vec<f64> = panel.places().map(|place| place.1).collect();
            Some((Axis::of(&figures, &[], Rule::Linear { at_least: 0.0 })?, panel))
        };
        let (axes, panels): (Vec<Axis>, Vec<Panel>) =
            self.panels.into_iter().filter_map(axis).unzip();
        self.panels = panels;
        let left = left_of(axes.iter().map(|axis| (axis, si_bytes as fn(f64) -> String)));
        let right = WIDTH - MARGIN;
        let heading = Heading::of(&self.title, &self.about, self.legend(), left, right);
        let mut top = heading.bottom();
        let usual = (HEIGHT - top - self.style.below).max(HEIGHT / 2.0);
        let height = self.style.panel.unwrap_or(usual);
        let frame = |axis| {
            let frame = Frame { left, right, top, bottom: top + height, axis };
            top += height + PANEL_GAP;
            frame
        };
        let frames: Vec<Frame> = axes.into_iter().map(frame).collect();
        let height = (top - PANEL_GAP + self.style.below).ceil();
        Some(Planned { lines: self, heading, across, frames, height })
    }

    fn legend(&self) -> Vec<(Sample, String)> {
        let mut entries: Vec<(Sample, String)> = Vec::new();
        let lines = || self.panels.iter().flat_map(|panel| &panel.lines);
        for line in lines().filter(|line| !line.points.is_empty()) {
            if !entries.iter().any(|(_, name)| *name == line.name) {
                entries.push(((self.style.sample)(line.look), line.name.clone()));
            }
        }
        if let Some(line) = lines().find(|line| line.collected.is_some()) {
            let look = Look { colour: GREY_TEXT, ..line.look };
            entries.push((Sample::Marker(look, true), "after a collection".to_owned()));
        }
        entries
    }
}

impl Planned {
    fn grid(&self, canvas: &mut Canvas, frame: &Frame) {
        let tick_end = frame.bottom + self.lines.style.tick;
        for tick in &self.across.ticks {
            let x = self.x(frame, tick.value);
            canvas.line([(x, frame.top), (x, frame.bottom)], 1.0, GRID);
            if tick_end > frame.bottom {
                canvas.line([(x, frame.bottom), (x, tick_end)], 1.5, AXIS);
            }
        }
    }

    fn x(&self, frame: &Frame, value: f64) -> f64 {
        frame.left + (frame.right - frame.left) * self.across.position(value)
    }
}

impl Drawing for Planned {
    fn size(&self) -> (f64, f64) {
        (WIDTH, self.height)
    }

    fn draw(&self, canvas: &mut Canvas) {
        let style = self.lines.style;
        self.heading.draw(canvas);
        for (panel, frame) in self.lines.panels.iter().zip(&self.frames) {
            self.grid(canvas, frame);
            frame.draw(canvas, panel.quantity, si_bytes);
            let place = |point: &Place| (self.x(frame, point.0), frame.y(point.1));
            for line in &panel.lines {
                let places: Vec<Place> = line.points.iter().map(place).collect();
                let every = places.len().div_ceil(style.markers).max(1);
                canvas.line(places.as_slice(), style.width, line.look.colour);
                for at in places.iter().skip(every / 2).step_by(every) {
                    canvas.marker(*at, 6.0, line.look, false);
                }
                if let Some(point) = &line.collected {
                    canvas.marker(place(point), 8.0, line.look, true);
                }
            }
        }
        let Some(last) = self.frames.last() else { return };
        let centred = TEXT.anchored(Anchor::Middle);
        for tick in &self.across.ticks {
            let place = (self.x(last, tick.value), last.bottom + LEADING);
            canvas.text(si(tick.value), place, centred);
        }
        let place = (f64::midpoint(last.left, last.right), self.height - MARGIN);
        canvas.text(self.lines.across, place, centred.coloured(GREY_TEXT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::plot::palette::of_variant;
    use crate::show::plot::write_all;

    fn line(name: &str, variant: &str, slope: f64) -> Line {
        let points = (0..30).map(|s| (f64::from(s), 5e6 + slope * f64::from(s))).collect();
        Line { name: name.to_owned(), look: of_variant(variant, 0), points, collected: None }
    }

    fn course(panels: Vec<Panel>) -> Lines {
        Lines {
            title: "service: memory".to_owned(),
            about: vec!["a machine".to_owned()],
            across: "time, seconds",
            style: Style::SECONDS,
            panels,
        }
    }

    #[test]
    fn both_files_are_drawn_and_tell_what_they_show_of_a_course() {
        let folder = tempfile::tempdir().unwrap();
        let lines = vec![
            line("generator, Node.js 12.15.0", "generator", 1e5),
            line("async, Node.js 12.15.0", "async", 0.0),
        ];
        let panels = vec![
            Panel { quantity: "heap", lines },
            Panel { quantity: "nothing", lines: Vec::new() },
        ];
        let planned = course(panels).planned().unwrap();
        let paths = write_all([("load-service".to_owned(), planned)], folder.path()).unwrap();
        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["load-service.svg", "load-service.png"]);
        let svg = std::fs::read_to_string(&paths[0]).unwrap();
        for words in
            ["service: memory", "a machine", "generator, Node.js 12.15.0", "time, seconds", "8 MB"]
        {
            assert!(svg.contains(words), "{words}: {svg}");
        }
        assert!(!svg.contains("nothing") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn nothing_draws_nothing() {
        assert!(course(Vec::new()).planned().is_none());
    }
}
