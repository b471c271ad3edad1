//! Quantities over time as lines: panels above one another that share the time below them.

use plotters::prelude::DrawingBackend;

use super::PlotError;
use super::axis::{Axis, Rule};
use super::canvas::{Anchor, Canvas, Place};
use super::file::Drawing;
use super::palette::{self, AXIS, GREY_TEXT, GRID, Look, WHITE};
use super::plan::{LEADING, LEGEND_LEADING, MARGIN, TEXT, TICK_GAP, TITLE};
use super::render::HALF_CAPITAL;
use super::setting::{flowed, shortened};
use crate::show::format::{si, si_bytes};

const WIDTH: f64 = 1200.0;
/// The height of one panel, and the space between two.
const PANEL_HEIGHT: f64 = 280.0;
const PANEL_GAP: f64 = 34.0;
/// From the start of a legend's item to its name, and between two items.
const SAMPLE: f64 = 44.0;
const LEGEND_GAP: f64 = 34.0;
/// Markers on a line that has none of its own: so many, to tell lines apart without their colours.
const MARKERS: usize = 10;

/// A picture of quantities in bytes over seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    pub title: String,
    /// Machine, day, versions: pieces that may be set on one line or more.
    pub about: Vec<String>,
    pub panels: Vec<CoursePanel>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CoursePanel {
    /// What is along the vertical axis.
    pub quantity: String,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the legend says; lines of one name look alike in all panels.
    pub name: String,
    /// The variant, which has its look everywhere; empty if there is none.
    pub variant: String,
    /// Which of the runtimes of this variant it is, from 0: others have other looks.
    pub runtime: usize,
    /// Seconds and bytes, from the left.
    pub points: Vec<(f64, f64)>,
}

impl Line {
    fn look(&self) -> Look {
        if self.runtime == 0 {
            palette::of_variant(&self.variant, 0)
        } else {
            palette::of_case(self.runtime - 1)
        }
    }
}

/// A course and where everything in it goes.
pub(super) struct Planned<'a> {
    course: &'a Course,
    title: String,
    about: Vec<String>,
    /// Items of each row: where they start, and one line of that name.
    legend: Vec<Vec<(f64, &'a Line)>>,
    time: Axis,
    /// Top, bottom and axis of each panel that has something to draw.
    frames: Vec<(f64, f64, Axis, &'a CoursePanel)>,
    left: f64,
    right: f64,
    height: f64,
}

impl<'a> Planned<'a> {
    /// `None` if there is nothing to draw.
    pub(super) fn of(course: &'a Course) -> Result<Option<Self>, PlotError> {
        let points = || course.panels.iter().flat_map(|panel| &panel.lines).flat_map(|l| &l.points);
        let times: Vec<f64> = points().map(|point| point.0).collect();
        let Some(time) = Axis::of(&times, &[], Rule::Along) else {
            return Ok(None);
        };
        let axis = |panel: &CoursePanel| {
            let values: Vec<f64> =
                panel.lines.iter().flat_map(|line| &line.points).map(|point| point.1).collect();
            Axis::of(&values, &[], Rule::Linear { at_least: 0.0 })
        };
        let axes: Vec<_> =
            course.panels.iter().filter_map(|panel| Some((axis(panel)?, panel))).collect();
        let mut widest = 0.0_f64;
        for tick in axes.iter().flat_map(|(axis, _)| &axis.ticks) {
            widest = widest.max(TEXT.width(&si_bytes(tick.value))?);
        }
        let (left, right) = (MARGIN + LEADING + widest + TICK_GAP, WIDTH - MARGIN);
        let about = flowed(&course.about, "  ·  ", WIDTH - 2.0 * MARGIN)?;
        let legend = legend(course, left, right)?;
        let mut top = MARGIN
            + TITLE.size
            + LEADING * about.len() as f64
            + LEGEND_LEADING * legend.len() as f64
            + 24.0;
        let mut frames = Vec::new();
        for (axis, panel) in axes {
            frames.push((top, top + PANEL_HEIGHT, axis, panel));
            top += PANEL_HEIGHT + PANEL_GAP;
        }
        Ok(Some(Self {
            course,
            title: shortened(&course.title, &TITLE, WIDTH - 2.0 * MARGIN)?,
            about,
            legend,
            time,
            frames,
            left,
            right,
            height: (top - PANEL_GAP + 2.0 * LEADING + MARGIN).ceil(),
        }))
    }

    fn x(&self, seconds: f64) -> f64 {
        self.left + (self.right - self.left) * self.time.position(seconds)
    }

    fn heading<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<(), PlotError> {
        let mut y = MARGIN + TITLE.size * 0.8;
        canvas.text(&self.title, (MARGIN, y), TITLE)?;
        y += 6.0;
        for line in &self.about {
            y += LEADING;
            canvas.text(line, (MARGIN, y), TEXT.coloured(GREY_TEXT))?;
        }
        y += 6.0;
        for row in &self.legend {
            y += LEGEND_LEADING;
            let middle = y - TEXT.size * HALF_CAPITAL;
            for (x, line) in row {
                let ends = [(*x, middle), (x + SAMPLE - 10.0, middle)];
                let look = line.look();
                canvas.line(&ends, 3.0, look.colour)?;
                canvas.marker((x + (SAMPLE - 10.0) / 2.0, middle), 6.0, look, false)?;
                canvas.text(&line.name, (x + SAMPLE, y), TEXT)?;
            }
        }
        Ok(())
    }

    fn axes<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<(), PlotError> {
        for (top, bottom, axis, panel) in &self.frames {
            for tick in &axis.ticks {
                let y = bottom - (bottom - top) * axis.position(tick.value);
                canvas.line(&[(self.left, y), (self.right, y)], 1.0, GRID)?;
                let place = (self.left - TICK_GAP, y + TEXT.size * HALF_CAPITAL);
                canvas.text(&si_bytes(tick.value), place, TEXT.anchored(Anchor::End))?;
            }
            for tick in &self.time.ticks {
                let x = self.x(tick.value);
                canvas.line(&[(x, *top), (x, *bottom)], 1.0, GRID)?;
            }
            canvas.line(&[(self.left, *bottom), (self.right, *bottom)], 1.5, AXIS)?;
            canvas.line(&[(self.left, *top), (self.left, *bottom)], 1.5, AXIS)?;
            let place = (MARGIN + TEXT.size * 0.8, f64::midpoint(*top, *bottom));
            let lettering = TEXT.anchored(Anchor::Middle).upwards();
            canvas.text(&panel.quantity, place, lettering)?;
        }
        let bottom = self.frames.last().map_or(0.0, |frame| frame.1);
        for tick in &self.time.ticks {
            let place = (self.x(tick.value), bottom + LEADING);
            canvas.text(&si(tick.value), place, TEXT.anchored(Anchor::Middle))?;
        }
        let place = (f64::midpoint(self.left, self.right), self.height - MARGIN);
        let lettering = TEXT.coloured(GREY_TEXT).anchored(Anchor::Middle);
        canvas.text("time, seconds", place, lettering)
    }
}

impl Drawing for Planned<'_> {
    fn size(&self) -> (u32, u32) {
        (WIDTH as u32, self.height as u32)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<(), PlotError> {
        canvas.fill(WHITE)?;
        self.heading(canvas)?;
        self.axes(canvas)?;
        debug_assert!(self.frames.len() <= self.course.panels.len());
        for (top, bottom, axis, panel) in &self.frames {
            let place = |point: &(f64, f64)| -> Place {
                (self.x(point.0), bottom - (bottom - top) * axis.position(point.1))
            };
            for line in &panel.lines {
                let places: Vec<Place> = line.points.iter().map(place).collect();
                let look = line.look();
                canvas.line(&places, 3.0, look.colour)?;
                let every = places.len().div_ceil(MARKERS).max(1);
                for place in places.iter().skip(every / 2).step_by(every) {
                    canvas.marker(*place, 6.0, look, false)?;
                }
            }
        }
        canvas.present()
    }
}

fn legend(course: &Course, left: f64, right: f64) -> Result<Vec<Vec<(f64, &Line)>>, PlotError> {
    let mut entries: Vec<&Line> = Vec::new();
    for line in course.panels.iter().flat_map(|panel| &panel.lines) {
        if !line.points.is_empty() && !entries.iter().any(|known| known.name == line.name) {
            entries.push(line);
        }
    }
    let mut rows = vec![Vec::new()];
    let mut x = left;
    for line in entries {
        let length = SAMPLE + TEXT.width(&line.name)?;
        if x + length > right && x > left {
            rows.push(Vec::new());
            x = left;
        }
        if let Some(row) = rows.last_mut() {
            row.push((x, line));
        }
        x += length + LEGEND_GAP;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::super::draw_course;
    use super::*;

    fn line(name: &str, variant: &str, slope: f64) -> Line {
        let points = (0..30).map(|s| (f64::from(s), 5e6 + slope * f64::from(s))).collect();
        Line { name: name.to_owned(), variant: variant.to_owned(), runtime: 0, points }
    }

    #[test]
    fn both_files_are_drawn_and_tell_what_they_show() {
        let folder = tempfile::tempdir().unwrap();
        let lines = vec![
            line("generator, Node.js 12.15.0", "generator", 1e5),
            line("async, Node.js 12.15.0", "async", 0.0),
        ];
        let course = Course {
            title: "service: memory".to_owned(),
            about: vec!["a machine".to_owned()],
            panels: vec![
                CoursePanel { quantity: "heap".to_owned(), lines },
                CoursePanel { quantity: "nothing".to_owned(), lines: Vec::new() },
            ],
        };
        let paths = draw_course(&course, folder.path(), "load-service").unwrap();
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
        let folder = tempfile::tempdir().unwrap();
        let course = Course { title: String::new(), about: Vec::new(), panels: Vec::new() };
        assert!(draw_course(&course, folder.path(), "x").unwrap().is_empty());
    }
}
