//! Memory over the number of ops, all variants and versions in one picture.
//!
//! Markers are readings without a forced collection; a hollow one at the end of a line is what was still
//! held after one. A line that ends early says why in the legend.

use plotters::prelude::DrawingBackend;

use super::PlotError;
use super::axis::{Axis, Rule};
use super::canvas::{Anchor, Canvas, Place};
use super::figure::Panel;
use super::file::Picture;
use super::labels::Labels;
use super::palette::{AXIS, GREY_TEXT, GRID, Look, WHITE, of_series, of_variant};
use super::plan::{
    Frame, HEIGHTS, LEADING, MARGIN, Plan, Sample, TEXT, TICK_GAP, TITLE, WIDTH, below_heading,
    legend_rows,
};
use super::render::{axes, heading, height, runtimes};
use super::setting::{flowed, shortened, widest};
use crate::key::variant_order;
use crate::record::{CurveRow, ReadingRow, Status};
use crate::show::format::{si, si_bytes};

/// Both axes begin at zero.
const FROM_ZERO: Rule = Rule::Linear { at_least: 0.0 };

/// Room for the numbers under the horizontal axis.
const NUMBERS: f64 = LEADING + 8.0;

/// The curves of one case.
#[derive(Clone, Debug)]
pub(super) struct Curves {
    title: String,
    about: Vec<String>,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    name: String,
    look: Look,
    /// Ops, and bytes of heap in use.
    points: Vec<(f64, f64)>,
    /// The same after a forced collection.
    collected: Option<(f64, f64)>,
}

impl Curves {
    /// The curves of these rows, which are of one case, out of all readings.
    pub(super) fn of(
        case: &str,
        about: &[String],
        rows: &[&CurveRow],
        readings: &[ReadingRow],
    ) -> Self {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| {
            a.key
                .of_runtime()
                .cmp(&b.key.of_runtime())
                .then_with(|| variant_order(&a.key.variant).cmp(&variant_order(&b.key.variant)))
        });
        // With one version a variant has its usual look; with several, no two lines share one.
        let is_one = sorted.windows(2).all(|it| it[0].key.of_runtime() == it[1].key.of_runtime());
        let look = |i: usize, row: &CurveRow| {
            if is_one { of_variant(&row.key.variant, i) } else { of_series(i) }
        };
        let lines = sorted.iter().enumerate().map(|(i, row)| line(row, look(i, row), readings));
        Self {
            title: format!("{case}: heap in use, no collection forced"),
            about: about.to_vec(),
            lines: lines.filter(|line| !line.points.is_empty()).collect(),
        }
    }

    /// Whether there is anything to draw.
    pub(super) fn has_points(&self) -> bool {
        !self.lines.is_empty()
    }

    fn axis(&self, of: fn(&(f64, f64)) -> f64, rule: Rule) -> Result<Axis, PlotError> {
        let all = self.lines.iter().flat_map(|line| line.points.iter().chain(&line.collected));
        let figures: Vec<f64> = all.map(of).collect();
        Axis::of(&figures, &[], rule).ok_or_else(|| PlotError::draw("no curve has a reading"))
    }

    fn horizontal(&self) -> Result<Axis, PlotError> {
        self.axis(|point| point.0, Rule::Along)
    }
}

fn line(row: &CurveRow, look: Look, readings: &[ReadingRow]) -> Line {
    let own = || readings.iter().filter(|reading| reading.key == row.key);
    let point = |reading: &ReadingRow| Some((reading.ops as f64, reading.heap_used_bytes? as f64));
    let end = match row.status {
        Status::Ok => String::new(),
        _ if row.out_of_memory => ", out of memory".to_owned(),
        status => format!(", {status}"),
    };
    Line {
        name: format!("{} {}{end}", row.key.full_label(), row.key.variant),
        look,
        points: own().filter(|reading| !reading.collected).filter_map(point).collect(),
        collected: own().filter(|reading| reading.collected).find_map(point),
    }
}

/// What the vertical axis shows.
fn panel() -> Panel {
    Panel {
        quantity: "heap in use".to_owned(),
        write: si_bytes,
        rule: FROM_ZERO,
        reference: None,
        series: Vec::new(),
    }
}

impl Picture for Curves {
    fn plan(&self) -> Result<Plan, PlotError> {
        let axis = self.axis(|point| point.1, FROM_ZERO)?;
        let numbers: Vec<String> = axis.ticks.iter().map(|tick| si_bytes(tick.value)).collect();
        let left = MARGIN + LEADING + widest(&numbers)? + TICK_GAP;
        let right = WIDTH - MARGIN;
        let sample = |line: &Line| (Sample::Marker(line.look, false), line.name.clone());
        let mut entries: Vec<(Sample, String)> = self.lines.iter().map(sample).collect();
        if let Some(line) = self.lines.iter().find(|line| line.collected.is_some()) {
            let look = Look { colour: GREY_TEXT, ..line.look };
            entries.push((Sample::Marker(look, true), "after a collection".to_owned()));
        }
        let legend = legend_rows(entries, left, right)?;
        let about = flowed(&self.about, "  ·  ", WIDTH - 2.0 * MARGIN)?;
        let top = below_heading(&about, &legend);
        let below = NUMBERS + LEADING + MARGIN;
        let total = HEIGHTS[0].max(top + HEIGHTS[0] / 2.0 + below);
        Ok(Plan {
            width: WIDTH,
            height: total,
            title: shortened(&self.title, &TITLE, WIDTH - 2.0 * MARGIN)?,
            about,
            legend,
            left,
            right,
            frames: vec![Frame { top, bottom: total - below, axis }],
            strip: None,
            labels: Labels {
                height: NUMBERS,
                upright: false,
                lines: Vec::new(),
                caption: "ops executed".to_owned(),
            },
        })
    }

    fn render<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        plan: &Plan,
    ) -> Result<(), PlotError> {
        canvas.fill(WHITE)?;
        heading(canvas, plan)?;
        let across = self.horizontal()?;
        let x = |ops: f64| plan.left + (plan.right - plan.left) * across.position(ops);
        for frame in &plan.frames {
            for tick in &across.ticks {
                let at = x(tick.value);
                canvas.line(&[(at, frame.top), (at, frame.bottom)], 1.0, GRID)?;
                canvas.line(&[(at, frame.bottom), (at, frame.bottom + 6.0)], 1.5, AXIS)?;
                let place = (at, frame.bottom + LEADING);
                canvas.text(&si(tick.value), place, TEXT.anchored(Anchor::Middle))?;
            }
            axes(canvas, plan, &panel(), frame)?;
            for line in &self.lines {
                let place = |point: &(f64, f64)| (x(point.0), height(frame, point.1));
                let places: Vec<Place> = line.points.iter().map(place).collect();
                canvas.line(&places, 2.5, line.look.colour)?;
                for at in places {
                    canvas.marker(at, 6.0, line.look, false)?;
                }
                if let Some(point) = &line.collected {
                    canvas.marker(place(point), 8.0, line.look, true)?;
                }
            }
        }
        runtimes(canvas, plan)?;
        canvas.present()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{draw_curves, file};
    use super::*;

    fn row(version: &str, status: &str, is_full: bool) -> CurveRow {
        let row = json!({
            "case": "instance-loop", "variant": "generator", "runtime": "node", "version": version,
            "engine_version": "", "flags": "", "status": status, "detail": "",
            "out_of_memory": is_full, "started_at": "", "harness_version": "",
        });
        serde_json::from_value(row).unwrap()
    }

    fn reading(version: &str, ops: u64, heap: u64, collected: bool) -> ReadingRow {
        let row = json!({
            "case": "instance-loop", "variant": "generator", "runtime": "node", "version": version,
            "engine_version": "", "flags": "", "run": "", "ops": ops, "collected": collected,
            "heap_used_bytes": heap,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn lines_have_their_own_readings_and_say_how_they_ended() {
        let rows = [row("12.16.0", "ok", false), row("12.15.0", "error", true)];
        let readings = [
            reading("12.15.0", 0, 2_000_000, false),
            reading("12.15.0", 1_000_000, 33_000_000, false),
            reading("12.16.0", 0, 2_000_000, false),
            reading("12.16.0", 1_000_000, 3_000_000, false),
            reading("12.16.0", 1_000_000, 1_900_000, true),
        ];
        let all: Vec<&CurveRow> = rows.iter().collect();
        let curves = Curves::of("instance-loop", &["Test CPU".to_owned()], &all, &readings);
        assert_eq!(curves.lines[0].name, "node 12.15.0 generator, out of memory");
        assert_eq!(curves.lines[0].points, [(0.0, 2e6), (1e6, 33e6)]);
        assert_eq!(curves.lines[1].collected, Some((1e6, 1.9e6)));
        let svg = file::svg(&curves).unwrap();
        for words in ["out of memory", "after a collection", "ops executed", "heap in use", "MB"] {
            assert!(svg.contains(words), "{words}: {svg}");
        }
    }

    #[test]
    fn a_curve_without_readings_is_not_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let paths =
            draw_curves(&[], &[row("6.17.1", "unsupported", false)], &[], folder.path()).unwrap();
        assert!(paths.is_empty());
    }
}
