//! Where everything of a figure goes, and how it is drawn.
//!
//! The size follows from what is to be said: headings wrap, labels of runtimes stand upright where
//! they would touch, the words for failures get a strip of their own below the panels, and a
//! picture with very many runtimes grows wider. So no text ever lies upon another or on a point.

use super::figure::{Figure, Panel, Point, Series};
use crate::show::plot::Drawing;
use crate::show::plot::axis::Axis;
use crate::show::plot::canvas::{Canvas, Place};
use crate::show::plot::frame::{Frame, HEIGHT, PANEL_GAP, left_of};
use crate::show::plot::heading::{Heading, Sample};
use crate::show::plot::labels::{Columns, Labels};
use crate::show::plot::palette::{AXIS, GRID, Look};
use crate::show::plot::strip::Strip;
use crate::show::plot::typesetting::MARGIN;

/// The height of a picture with several panels.
const TALL: f64 = 960.0;
const LEAST_PANEL_HEIGHT: f64 = 300.0;

/// How far apart the series of one runtime stand, at most.
const WIDEST_SLOT: f64 = 30.0;

pub(super) struct Chart {
    figure: Figure,
    heading: Heading,
    columns: Columns,
    /// Those of the panels that have something to draw, as the figure's now are.
    frames: Vec<Frame>,
    strip: Strip,
    labels: Labels,
    bottom: f64,
}

impl Chart {
    pub(super) fn of(mut figure: Figure) -> Self {
        let (panels, axes): (Vec<Panel>, Vec<Axis>) = figure
            .panels
            .into_iter()
            .filter_map(|panel| panel.axis().map(|axis| (panel, axis)))
            .unzip();
        figure.panels = panels;
        let left =
            left_of(figure.panels.iter().zip(&axes).map(|(panel, axis)| (axis, panel.write)));
        let columns = Columns::of(left, figure.runtimes.len());
        let heading =
            Heading::of(&figure.title, &figure.about, legend(&figure), left, columns.right);
        let said = (0..figure.runtimes.len()).map(|i| figure.failure_lines(i)).collect();
        let strip = Strip::of(said, left, columns.right);
        let labels = Labels::of(&figure.runtimes, columns.step);
        let below = strip.height + labels.height() + MARGIN;
        let frames = frames(axes, &columns, heading.bottom(), below);
        let bottom = frames.last().map_or(heading.bottom(), |frame| frame.bottom);
        Self { figure, heading, columns, frames, strip, labels, bottom }
    }

    fn panel(&self, canvas: &mut Canvas, panel: &Panel, frame: &Frame) {
        frame.draw(canvas, panel.quantity, panel.write);
        self.families(canvas, frame);
        if let Some((value, _)) = panel.reference {
            let y = frame.y(value);
            canvas.line([(frame.left, y), (frame.right, y)], 2.0, AXIS);
        }
        let slots = Slots::of(panel, &self.columns);
        let series = || panel.series.iter().enumerate();
        for (i, series) in series().filter(|(_, series)| !series.published) {
            self.trend(canvas, series, &slots.places(i, series, &self.columns, frame));
        }
        // Measured figures last, upon the published ones.
        for published in [true, false] {
            for (i, series) in series().filter(|(_, series)| series.published == published) {
                let places = slots.places(i, series, &self.columns, frame);
                points(canvas, series, &places, slots.radius, frame);
            }
        }
    }

    /// A line between runtimes of different families: versions are not to be compared across it.
    fn families(&self, canvas: &mut Canvas, frame: &Frame) {
        for (i, pair) in self.figure.runtimes.windows(2).enumerate() {
            if pair[0].runtime != pair[1].runtime {
                let x = self.columns.centre(i) + self.columns.step / 2.0;
                canvas.line([(x, frame.top), (x, frame.bottom)], 1.5, GRID);
            }
        }
    }

    /// A pale line along the versions of one family, interrupted where measuring failed.
    fn trend(&self, canvas: &mut Canvas, series: &Series, places: &[Option<(Place, Point)>]) {
        let mut previous: Option<(usize, Place)> = None;
        for (i, place) in places.iter().enumerate() {
            if self.figure.failed(series, i) {
                previous = None;
            }
            let Some((place, _)) = place else { continue };
            if let Some((before, from)) = previous {
                let (left, right) = (&self.figure.runtimes[before], &self.figure.runtimes[i]);
                if left.runtime == right.runtime && left.flags == right.flags {
                    canvas.line([from, *place], 2.0, series.look.colour.pale(0.4));
                }
            }
            previous = Some((i, *place));
        }
    }
}

impl Drawing for Chart {
    fn size(&self) -> (f64, f64) {
        let below = self.strip.height + self.labels.height() + MARGIN;
        (self.columns.right + MARGIN, (self.bottom + below).ceil())
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.heading.draw(canvas);
        for (panel, frame) in self.figure.panels.iter().zip(&self.frames) {
            self.panel(canvas, panel, frame);
        }
        self.strip.draw(canvas, self.bottom);
        self.labels.draw(canvas, &self.columns, self.bottom + self.strip.height);
    }
}

/// Panels of equal height, so that the whole has its usual height if they need no more.
fn frames(axes: Vec<Axis>, columns: &Columns, top: f64, below: f64) -> Vec<Frame> {
    let count = axes.len().max(1) as f64;
    let usual = if axes.len() > 1 { TALL } else { HEIGHT };
    let free = usual - top - below - PANEL_GAP * (count - 1.0);
    let height = (free / count).max(LEAST_PANEL_HEIGHT);
    let frame = |(i, axis)| {
        let top = top + (height + PANEL_GAP) * i as f64;
        Frame { left: columns.left, right: columns.right, top, bottom: top + height, axis }
    };
    axes.into_iter().enumerate().map(frame).collect()
}

fn legend(figure: &Figure) -> Vec<(Sample, String)> {
    let mut entries: Vec<(Sample, String)> = Vec::new();
    let series = || figure.panels.iter().flat_map(|panel| &panel.series);
    // Panels of one figure show the same series.
    for series in series() {
        if !entries.iter().any(|(_, name)| *name == series.name) {
            entries.push((Sample::Marker(series.look, series.published), series.name.clone()));
        }
    }
    if series().flat_map(|it| &it.points).flatten().any(|point| point.bounds.is_some()) {
        entries.push((Sample::Interval, "95 % interval".to_owned()));
    }
    for (value, meaning) in figure.panels.iter().filter_map(|panel| panel.reference) {
        entries.push((Sample::Reference, format!("{value} = {meaning}")));
    }
    entries
}

/// Where the series of one runtime stand beside one another, and how large their markers are.
struct Slots {
    count: usize,
    width: f64,
    radius: f64,
}

impl Slots {
    fn of(panel: &Panel, columns: &Columns) -> Self {
        let count = panel.series.len().max(1);
        let width = (columns.step * 0.8 / count as f64).min(WIDEST_SLOT);
        let radius = match columns.step {
            step if step >= 60.0 => 7.0,
            step if step >= 40.0 => 6.0,
            _ => 5.0,
        };
        Self { count, width, radius }
    }

    /// Where the points of the i-th series are.
    fn places(
        &self,
        i: usize,
        series: &Series,
        columns: &Columns,
        frame: &Frame,
    ) -> Vec<Option<(Place, Point)>> {
        let offset = (i as f64 - (self.count - 1) as f64 / 2.0) * self.width;
        let place = |(index, point): (usize, &Option<Point>)| {
            let point = (*point)?;
            Some(((columns.centre(index) + offset, frame.y(point.value)), point))
        };
        series.points.iter().enumerate().map(place).collect()
    }
}

fn points(
    canvas: &mut Canvas,
    series: &Series,
    places: &[Option<(Place, Point)>],
    radius: f64,
    frame: &Frame,
) {
    let Look { colour, .. } = series.look;
    for ((x, y), point) in places.iter().flatten() {
        if let Some((low, high)) = point.bounds {
            // Wider than the marker: a narrow interval would be hidden behind it.
            let cap = radius + if radius > 5.0 { 4.0 } else { 1.5 };
            canvas.interval(*x, (frame.y(high), frame.y(low)), cap, colour);
        }
        canvas.marker((*x, *y), radius, series.look, series.published);
    }
}
