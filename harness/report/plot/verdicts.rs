//! A strip of versions coloured by verdict: one row per variant, one box per runtime.
//!
//! Colours are repeated by shapes: a box that leaks has a triangle in it, one that does not is empty.

use plotters::prelude::DrawingBackend;

use super::PlotError;
use super::axis::{Axis, Rule};
use super::canvas::{Anchor, Canvas};
use super::file::Picture;
use super::labels::Labels;
use super::palette::{Look, WHITE, of_verdict};
use super::plan::{
    Frame, LEADING, LEAST_STEP, MARGIN, Plan, Sample, TEXT, TICK_GAP, TITLE, WIDTH, below_heading,
    legend_rows,
};
use super::render::{HALF_CAPITAL, heading, runtimes};
use super::setting::{flowed, shortened, widest};
use crate::key::{Key, variant_order};
use crate::record::{LeakRow, Status};

const ROW: f64 = 52.0;

/// Between two rows, and between two boxes.
const GAP: f64 = 4.0;

/// A box is no wider than this.
const WIDEST: f64 = 90.0;

/// The radius of the shape in a box.
const RADIUS: f64 = 6.0;

/// The words that a box can stand for, in the order of the legend.
const WORDS: [&str; 5] = ["leaks", "stable", "inconclusive", "unsupported", "failed"];

/// The strip of one case.
#[derive(Clone, Debug)]
pub(super) struct Verdicts {
    title: String,
    about: Vec<String>,
    runtimes: Vec<Key>,
    variants: Vec<String>,
    /// For each variant, the word for each runtime, if there is one.
    words: Vec<Vec<Option<&'static str>>>,
}

impl Verdicts {
    /// The strip of these rows, which are of one case.
    pub(super) fn of(case: &str, about: &[String], rows: &[&LeakRow]) -> Self {
        let mut runtimes: Vec<Key> = rows.iter().map(|row| row.key.of_runtime()).collect();
        runtimes.sort();
        runtimes.dedup();
        let mut variants: Vec<String> = rows.iter().map(|row| row.key.variant.clone()).collect();
        variants.sort_by(|a, b| variant_order(a).cmp(&variant_order(b)));
        variants.dedup();
        let find = |variant: &String, runtime: &Key| {
            let is_it =
                |row: &&&LeakRow| row.key.variant == *variant && row.key.of_runtime() == *runtime;
            rows.iter().find(is_it).map(|row| word(row))
        };
        let words = variants
            .iter()
            .map(|variant| runtimes.iter().map(|runtime| find(variant, runtime)).collect())
            .collect();
        let title = format!("{case}: does memory grow with the number of ops?");
        Self { title, about: about.to_vec(), runtimes, variants, words }
    }
}

/// The word for a row.
fn word(row: &LeakRow) -> &'static str {
    match row.verdict {
        Some(verdict) => verdict.word(),
        None if row.status == Status::Unsupported => "unsupported",
        None => "failed",
    }
}

impl Picture for Verdicts {
    fn plan(&self) -> Result<Plan, PlotError> {
        let left = MARGIN + widest(&self.variants)? + TICK_GAP;
        let count = self.runtimes.len().max(1) as f64;
        let width = WIDTH.max(left + LEAST_STEP * count + MARGIN).ceil();
        let right = width - MARGIN;
        let shown = |word: &&str| self.words.iter().flatten().flatten().any(|it| it == word);
        let entries = WORDS.into_iter().filter(shown);
        let entries =
            entries.map(|word| (Sample::Marker(of_verdict(word), false), word.to_owned()));
        let legend = legend_rows(entries.collect(), MARGIN, right)?;
        let about = flowed(&self.about, "  ·  ", width - 2.0 * MARGIN)?;
        let labels = Labels::of(&self.runtimes, (right - left) / count)?;
        let top = below_heading(&about, &legend);
        let bottom = top + (ROW + GAP) * self.variants.len() as f64;
        // The rows are the scale; the axis only gives the panel its place.
        let axis = Axis::of(&[1.0], &[], Rule::Linear { at_least: 1.0 });
        let axis = axis.ok_or_else(|| PlotError::draw("an axis from 0 to 1 has no range"))?;
        Ok(Plan {
            width,
            height: (bottom + labels.height + LEADING + MARGIN).ceil(),
            title: shortened(&self.title, &TITLE, width - 2.0 * MARGIN)?,
            about,
            legend,
            left,
            right,
            frames: vec![Frame { top, bottom, axis }],
            strip: None,
            labels,
        })
    }

    fn render<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        plan: &Plan,
    ) -> Result<(), PlotError> {
        canvas.fill(WHITE)?;
        heading(canvas, plan)?;
        let half = ((plan.step() - GAP).min(WIDEST)) / 2.0;
        let mut top = plan.frames.first().map_or(0.0, |frame| frame.top);
        for (variant, words) in self.variants.iter().zip(&self.words) {
            let middle = top + ROW / 2.0;
            let place = (plan.left - TICK_GAP, middle + TEXT.size * HALF_CAPITAL);
            canvas.text(variant, place, TEXT.anchored(Anchor::End))?;
            for (i, word) in words.iter().enumerate() {
                let Some(word) = word else { continue };
                let (x, look) = (plan.centre(i), of_verdict(word));
                canvas.rectangle((x - half, top), (x + half, top + ROW), look.colour)?;
                if !matches!(*word, "stable" | "unsupported") {
                    let inside = Look { colour: WHITE, ..look };
                    canvas.marker((x, middle), RADIUS, inside, false)?;
                }
            }
            top += ROW + GAP;
        }
        runtimes(canvas, plan)?;
        canvas.present()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{draw_verdicts, file};
    use super::*;

    fn row(version: &str, variant: &str, verdict: Value, status: &str) -> LeakRow {
        let row = json!({
            "case": "instance-loop", "variant": variant, "runtime": "node", "version": version,
            "engine_version": "", "flags": "", "status": status, "detail": "",
            "verdict": verdict, "started_at": "", "harness_version": "",
        });
        serde_json::from_value(row).unwrap()
    }

    fn rows() -> Vec<LeakRow> {
        vec![
            row("12.16.0", "generator", json!("stable"), "ok"),
            row("6.17.1", "async", Value::Null, "unsupported"),
            row("12.15.0", "generator", json!("leaks"), "ok"),
            row("12.15.0", "async", json!("stable"), "ok"),
        ]
    }

    #[test]
    fn versions_and_variants_are_in_order_and_words_in_their_place() {
        let rows = rows();
        let strip = Verdicts::of("instance-loop", &[], &rows.iter().collect::<Vec<_>>());
        let versions: Vec<_> = strip.runtimes.iter().map(|key| key.version.as_str()).collect();
        assert_eq!(versions, ["6.17.1", "12.15.0", "12.16.0"]);
        assert_eq!(strip.variants, ["generator", "async"]);
        assert_eq!(
            strip.words,
            [[None, Some("leaks"), Some("stable")], [Some("unsupported"), Some("stable"), None],]
        );
    }

    #[test]
    fn the_legend_names_what_is_shown() {
        let rows = rows();
        let strip = Verdicts::of("instance-loop", &[], &rows.iter().collect::<Vec<_>>());
        let svg = file::svg(&strip).unwrap();
        for word in ["leaks", "stable", "unsupported", "12.15.0", "generator"] {
            assert!(svg.contains(word), "{word}: {svg}");
        }
        assert!(!svg.contains("inconclusive") && !svg.contains("failed"), "{svg}");
    }

    #[test]
    fn each_case_has_its_strip() {
        let folder = tempfile::tempdir().unwrap();
        let mut rows = rows();
        rows[0].key.case = "await-two".to_owned();
        let paths = draw_verdicts(&[], &rows, folder.path()).unwrap();
        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        let expected = ["leaks-await-two.svg", "leaks-await-two.png", "leaks-instance-loop.svg"];
        assert_eq!(names[..3], expected);
    }
}
