//! Where everything in a picture goes, decided before anything is drawn.
//!
//! The size follows from what is to be said: headings wrap, labels of runtimes stand upright where
//! they would touch, the words for failures get a strip of their own below the panels, and a
//! picture with very many runtimes grows wider. So no text ever lies upon another or on a point.

use super::PlotError;
use super::axis::Axis;
use super::canvas::Lettering;
use super::figure::{Figure, Panel};
use super::labels::Labels;
use super::palette::Look;
use super::setting::{flowed, shortened};
use super::strip::Strip;

pub(super) const MARGIN: f64 = 28.0;
/// Height of an em of the title.
pub(super) const TITLE: Lettering = Lettering::new(28.0).bold();
/// All other text: nothing is smaller.
pub(super) const TEXT: Lettering = Lettering::new(18.0);
/// From one line of text to the next.
pub(super) const LEADING: f64 = 26.0;
/// From one row of the legend to the next.
pub(super) const LEGEND_LEADING: f64 = 32.0;
/// Between two items of the legend.
const LEGEND_GAP: f64 = 34.0;
/// From the start of a legend's item to its name.
pub(super) const LEGEND_SAMPLE: f64 = 22.0;
/// Between a tick's label and the axis.
pub(super) const TICK_GAP: f64 = 10.0;
const PANEL_GAP: f64 = 34.0;

pub(super) const WIDTH: f64 = 1200.0;
/// The height of a picture with one panel, and with more.
pub(super) const HEIGHTS: [f64; 2] = [720.0, 960.0];
const LEAST_PANEL_HEIGHT: f64 = 300.0;
/// Room for one upright label.
pub(super) const LEAST_STEP: f64 = 27.0;

/// A picture's measures, in its own units from the top left.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: String,
    pub(super) about: Vec<String>,
    pub(super) legend: Vec<Vec<LegendItem>>,
    /// From where to where the panels reach, from left to right.
    pub(super) left: f64,
    pub(super) right: f64,
    /// Top, bottom and vertical axis of each panel.
    pub(super) frames: Vec<Frame>,
    pub(super) strip: Option<Strip>,
    pub(super) labels: Labels,
}

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) axis: Axis,
}

/// One entry of the legend and where it starts.
#[derive(Debug)]
pub(super) struct LegendItem {
    pub(super) x: f64,
    pub(super) sample: Sample,
    pub(super) name: String,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Marker(Look, bool),
    Interval,
    Reference,
}

impl Plan {
    /// Lays a figure out; a panel that has nothing to draw has no place in it.
    pub(super) fn of(figure: &Figure) -> Result<Self, PlotError> {
        let axes: Vec<Axis> = figure.panels.iter().filter_map(axis).collect();
        let left = MARGIN + LEADING + widest_tick(figure, &axes)? + TICK_GAP;
        let count = figure.runtimes.len().max(1) as f64;
        let width = WIDTH.max(left + LEAST_STEP * count + MARGIN).ceil();
        let right = width - MARGIN;
        let step = (right - left) / count;

        let about = flowed(&figure.about, "  ·  ", width - 2.0 * MARGIN)?;
        let legend = legend(figure, left, right)?;
        let said = (0..figure.runtimes.len()).map(|i| figure.failure_lines(i)).collect();
        let strip = Strip::of(said, left, right)?;
        let labels = Labels::of(&figure.runtimes, step)?;

        let top = below_heading(&about, &legend);
        let below =
            strip.as_ref().map_or(0.0, |strip| strip.height) + labels.height + LEADING + MARGIN;
        let (frames, bottom) = frames(axes, top, below);
        Ok(Self {
            width,
            height: (bottom + below).ceil(),
            title: shortened(&figure.title, &TITLE, width - 2.0 * MARGIN)?,
            about,
            legend,
            left,
            right,
            frames,
            strip,
            labels,
        })
    }

    /// The width that belongs to one runtime.
    pub(super) fn step(&self) -> f64 {
        (self.right - self.left) / self.labels.lines.len().max(1) as f64
    }

    /// The middle of the i-th runtime's width.
    pub(super) fn centre(&self, index: usize) -> f64 {
        self.left + self.step() * (index as f64 + 0.5)
    }

    /// The lower end of the last panel.
    pub(super) fn bottom(&self) -> f64 {
        self.frames.last().map_or(0.0, |frame| frame.bottom)
    }
}

/// Where the first panel may begin, under a heading of so many lines.
pub(super) fn below_heading(about: &[String], legend: &[Vec<LegendItem>]) -> f64 {
    let lines = LEADING * about.len() as f64 + LEGEND_LEADING * legend.len() as f64;
    MARGIN + TITLE.size + lines + 24.0
}

fn axis(panel: &Panel) -> Option<Axis> {
    let (figures, bounds) = panel.figures_and_bounds();
    Axis::of(&figures, &bounds, panel.rule)
}

fn widest_tick(figure: &Figure, axes: &[Axis]) -> Result<f64, PlotError> {
    let mut widest = 0.0_f64;
    for (panel, axis) in figure.panels.iter().zip(axes) {
        for tick in axis.ticks.iter().filter(|tick| tick.labelled) {
            widest = widest.max(TEXT.width(&(panel.write)(tick.value))?);
        }
    }
    Ok(widest)
}

/// Panels of equal height, so that the whole has its usual height if they need no more.
fn frames(axes: Vec<Axis>, top: f64, below: f64) -> (Vec<Frame>, f64) {
    let count = axes.len().max(1) as f64;
    let usual = HEIGHTS[usize::from(axes.len() > 1)];
    let free = usual - top - below - PANEL_GAP * (count - 1.0);
    let height = (free / count).max(LEAST_PANEL_HEIGHT);
    let frames: Vec<_> = axes
        .into_iter()
        .enumerate()
        .map(|(i, axis)| {
            let top = top + (height + PANEL_GAP) * i as f64;
            Frame { top, bottom: top + height, axis }
        })
        .collect();
    let bottom = frames.last().map_or(top, |frame| frame.bottom);
    (frames, bottom)
}

fn legend(figure: &Figure, left: f64, right: f64) -> Result<Vec<Vec<LegendItem>>, PlotError> {
    let mut entries: Vec<(Sample, String)> = Vec::new();
    // Panels of one figure show the same series.
    for series in figure.panels.iter().flat_map(|panel| &panel.series) {
        if !entries.iter().any(|(_, name)| *name == series.name) {
            entries.push((Sample::Marker(series.look, series.published), series.name.clone()));
        }
    }
    let points = || figure.panels.iter().flat_map(|panel| &panel.series).flat_map(|s| &s.points);
    if points().flatten().any(|point| point.bounds.is_some()) {
        entries.push((Sample::Interval, "95 % interval".to_owned()));
    }
    for (value, meaning) in figure.panels.iter().filter_map(|panel| panel.reference) {
        entries.push((Sample::Reference, format!("{value} = {meaning}")));
    }
    legend_rows(entries, left, right)
}

/// The entries of a legend on as many rows as they need.
pub(super) fn legend_rows(
    entries: Vec<(Sample, String)>,
    left: f64,
    right: f64,
) -> Result<Vec<Vec<LegendItem>>, PlotError> {
    let mut rows = vec![Vec::new()];
    let mut x = left;
    for (sample, name) in entries {
        let name = shortened(&name, &TEXT, right - left - LEGEND_SAMPLE)?;
        let length = LEGEND_SAMPLE + TEXT.width(&name)?;
        if x + length > right && x > left {
            rows.push(Vec::new());
            x = left;
        }
        if let Some(row) = rows.last_mut() {
            row.push(LegendItem { x, sample, name });
        }
        x += length + LEGEND_GAP;
    }
    Ok(rows)
}
