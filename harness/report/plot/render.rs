//! Draws a figure according to its plan.

use plotters::prelude::DrawingBackend;

use super::PlotError;
use super::canvas::{Anchor, Canvas, Place};
use super::figure::{Figure, Panel, Point, Series};
use super::palette::{AXIS, FAINT, GREY_TEXT, GRID, Look, Rgb, STRIP, WHITE};
use super::plan::{
    Frame, LEADING, LEGEND_LEADING, LEGEND_SAMPLE, MARGIN, Plan, Sample, TEXT, TICK_GAP, TITLE,
};
use super::strip::Strip;

/// From a line's middle down to the baseline of text that is centred on it, in ems.
pub(super) const HALF_CAPITAL: f64 = 0.36;

/// How far apart the series of one runtime stand, at most.
const WIDEST_SLOT: f64 = 30.0;

/// Draws everything, from the back to the front.
pub(super) fn render<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    figure: &Figure,
    plan: &Plan,
) -> Result<(), PlotError> {
    canvas.fill(WHITE)?;
    heading(canvas, plan)?;
    for (panel, frame) in figure.panels.iter().zip(&plan.frames) {
        axes(canvas, plan, panel, frame)?;
        families(canvas, figure, plan, frame)?;
        if let Some((value, _)) = panel.reference {
            let y = height(frame, value);
            canvas.line(&[(plan.left, y), (plan.right, y)], 2.0, AXIS)?;
        }
        let slots = Slots::of(panel, plan);
        for (i, series) in panel.series.iter().enumerate() {
            if !series.published {
                trend(canvas, figure, series, &slots.places(i, series, plan, frame))?;
            }
        }
        // Measured figures last, upon the published ones.
        for published in [true, false] {
            for (i, series) in panel.series.iter().enumerate() {
                if series.published == published {
                    points(canvas, series, &slots.places(i, series, plan, frame), &slots, frame)?;
                }
            }
        }
    }
    if let Some(strip) = &plan.strip {
        words(canvas, plan, strip)?;
    }
    runtimes(canvas, plan)?;
    canvas.present()
}

fn heading<DB: DrawingBackend>(canvas: &Canvas<DB>, plan: &Plan) -> Result<(), PlotError> {
    let mut y = MARGIN + TITLE.size * 0.8;
    canvas.text(&plan.title, (MARGIN, y), TITLE)?;
    y += 6.0;
    for line in &plan.about {
        y += LEADING;
        canvas.text(line, (MARGIN, y), TEXT.coloured(GREY_TEXT))?;
    }
    y += 6.0;
    for row in &plan.legend {
        y += LEGEND_LEADING;
        let middle = y - TEXT.size * HALF_CAPITAL;
        for item in row {
            legend_sample(canvas, item.sample, (item.x + 7.0, middle))?;
            canvas.text(&item.name, (item.x + LEGEND_SAMPLE, y), TEXT)?;
        }
    }
    Ok(())
}

fn legend_sample<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    sample: Sample,
    (x, y): Place,
) -> Result<(), PlotError> {
    match sample {
        Sample::Marker(look, hollow) => canvas.marker((x, y), 7.0, look, hollow),
        Sample::Interval => interval(canvas, x, (y - 9.0, y + 9.0), 7.0, GREY_TEXT),
        Sample::Reference => canvas.line(&[(x - 7.0, y), (x + 9.0, y)], 2.0, AXIS),
    }
}

fn axes<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    plan: &Plan,
    panel: &Panel,
    frame: &Frame,
) -> Result<(), PlotError> {
    for tick in &frame.axis.ticks {
        let y = height(frame, tick.value);
        let colour = if tick.labelled { GRID } else { FAINT };
        canvas.line(&[(plan.left, y), (plan.right, y)], 1.0, colour)?;
        if tick.labelled {
            let place = (plan.left - TICK_GAP, y + TEXT.size * HALF_CAPITAL);
            let lettering = TEXT.anchored(Anchor::End);
            canvas.text(&(panel.write)(tick.value), place, lettering)?;
        }
    }
    // Zero is where a linear axis measures from, even if something lies below it.
    let base = if frame.axis.logarithmic { frame.bottom } else { height(frame, 0.0) };
    canvas.line(&[(plan.left, base), (plan.right, base)], 1.5, AXIS)?;
    canvas.line(&[(plan.left, frame.top), (plan.left, frame.bottom)], 1.5, AXIS)?;
    let scale = if frame.axis.logarithmic { " (log scale)" } else { "" };
    let place = (MARGIN + TEXT.size * 0.8, f64::midpoint(frame.top, frame.bottom));
    let lettering = TEXT.anchored(Anchor::Middle).upwards();
    canvas.text(&format!("{}{scale}", panel.quantity), place, lettering)
}

/// A line between runtimes of different families: versions are not to be compared across it.
fn families<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    figure: &Figure,
    plan: &Plan,
    frame: &Frame,
) -> Result<(), PlotError> {
    for (i, pair) in figure.runtimes.windows(2).enumerate() {
        if pair[0].runtime != pair[1].runtime {
            let x = plan.centre(i) + plan.step() / 2.0;
            canvas.line(&[(x, frame.top), (x, frame.bottom)], 1.5, GRID)?;
        }
    }
    Ok(())
}

/// Where the series of one runtime stand beside one another, and how large their markers are.
struct Slots {
    count: usize,
    width: f64,
    radius: f64,
}

impl Slots {
    fn of(panel: &Panel, plan: &Plan) -> Self {
        let count = panel.series.len().max(1);
        let width = (plan.step() * 0.8 / count as f64).min(WIDEST_SLOT);
        let radius = match plan.step() {
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
        plan: &Plan,
        frame: &Frame,
    ) -> Vec<Option<(Place, Point)>> {
        let offset = (i as f64 - (self.count - 1) as f64 / 2.0) * self.width;
        let place = |(index, point): (usize, &Option<Point>)| {
            let point = (*point)?;
            Some(((plan.centre(index) + offset, height(frame, point.value)), point))
        };
        series.points.iter().enumerate().map(place).collect()
    }
}

/// A pale line along the versions of one family, interrupted where measuring failed.
fn trend<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    figure: &Figure,
    series: &Series,
    places: &[Option<(Place, Point)>],
) -> Result<(), PlotError> {
    let mut previous: Option<(usize, Place)> = None;
    for (i, place) in places.iter().enumerate() {
        if figure.failed(series, i) {
            previous = None;
        }
        let Some((place, _)) = place else { continue };
        if let Some((before, from)) = previous {
            let (left, right) = (&figure.runtimes[before], &figure.runtimes[i]);
            if left.runtime == right.runtime && left.flags == right.flags {
                canvas.line(&[from, *place], 2.0, series.look.colour.pale(0.4))?;
            }
        }
        previous = Some((i, *place));
    }
    Ok(())
}

fn points<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    series: &Series,
    places: &[Option<(Place, Point)>],
    slots: &Slots,
    frame: &Frame,
) -> Result<(), PlotError> {
    let Look { colour, .. } = series.look;
    for ((x, y), point) in places.iter().flatten() {
        if let Some((low, high)) = point.bounds {
            // Wider than the marker: a narrow interval would be hidden behind it.
            let cap = slots.radius + if slots.radius > 5.0 { 4.0 } else { 1.5 };
            interval(canvas, *x, (height(frame, high), height(frame, low)), cap, colour)?;
        }
        canvas.marker((*x, *y), slots.radius, series.look, series.published)?;
    }
    Ok(())
}

fn interval<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    x: f64,
    (top, bottom): (f64, f64),
    cap: f64,
    colour: Rgb,
) -> Result<(), PlotError> {
    canvas.line(&[(x, top), (x, bottom)], 2.0, colour)?;
    for y in [top, bottom] {
        canvas.line(&[(x - cap, y), (x + cap, y)], 2.0, colour)?;
    }
    Ok(())
}

fn words<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    plan: &Plan,
    strip: &Strip,
) -> Result<(), PlotError> {
    // A little below the axis, so that the two are seen as two.
    let top = plan.bottom() + 4.0;
    canvas.rectangle((plan.left, top), (plan.right, plan.bottom() + strip.height), STRIP)?;
    for group in &strip.groups {
        canvas.line(&[(group.from, top + 2.0), (group.to, top + 2.0)], 3.0, AXIS)?;
        if group.leads {
            let end = top + Strip::baseline(group.lane) - TEXT.size;
            canvas.line(&[(group.stem(), top + 2.0), (group.stem(), end)], 1.5, AXIS)?;
        }
        for (i, line) in group.lines.iter().enumerate() {
            let place = (group.x, top + Strip::baseline(group.lane + i));
            canvas.text(line, place, TEXT)?;
        }
    }
    Ok(())
}

fn runtimes<DB: DrawingBackend>(canvas: &Canvas<DB>, plan: &Plan) -> Result<(), PlotError> {
    let top = plan.bottom() + plan.strip.as_ref().map_or(0.0, |strip| strip.height);
    for (i, lines) in plan.labels.lines.iter().enumerate() {
        for (row, line) in lines.iter().enumerate() {
            if plan.labels.upright {
                let place = (plan.centre(i) + TEXT.size * HALF_CAPITAL, top + 12.0);
                canvas.text(line, place, TEXT.anchored(Anchor::End).upwards())?;
            } else {
                let place = (plan.centre(i), top + LEADING * (row as f64 + 1.0));
                canvas.text(line.trim_end(), place, TEXT.anchored(Anchor::Middle))?;
            }
        }
    }
    let place = (f64::midpoint(plan.left, plan.right), plan.height - MARGIN);
    canvas.text(&plan.labels.caption, place, TEXT.coloured(GREY_TEXT).anchored(Anchor::Middle))
}

fn height(frame: &Frame, value: f64) -> f64 {
    frame.bottom - (frame.bottom - frame.top) * frame.axis.position(value)
}
