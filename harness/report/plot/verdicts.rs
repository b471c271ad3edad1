//! A strip of versions coloured by verdict: one row per variant, one box per runtime.
//!
//! Colours are repeated by shapes: a box that leaks has a triangle in it, one that does not is empty.

use crate::key::{Key, variant_order};
use crate::record::{LeakRow, Status};
use crate::show::plot::Drawing;
use crate::show::plot::canvas::Canvas;
use crate::show::plot::frame::TICK_GAP;
use crate::show::plot::heading::{Heading, Sample};
use crate::show::plot::labels::{Columns, Labels};
use crate::show::plot::palette::{Look, WHITE, of_verdict};
use crate::show::plot::typesetting::{Anchor, HALF_CAPITAL, MARGIN, TEXT, widest};

const ROW: f64 = 52.0;

/// Between two rows, and between two boxes.
const GAP: f64 = 4.0;

/// A box is no wider than this.
const WIDEST: f64 = 90.0;

/// The radius of the shape in a box.
const RADIUS: f64 = 6.0;

/// The words that a box can stand for, in the order of the legend.
const WORDS: [&str; 5] = ["leaks", "stable", "inconclusive", "unsupported", "failed"];

/// The words of one case.
struct Words {
    runtimes: Vec<Key>,
    variants: Vec<String>,
    /// For each variant, the word for each runtime, if there is one.
    of: Vec<Vec<Option<&'static str>>>,
}

impl Words {
    fn of(rows: &[&LeakRow]) -> Self {
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
        let of = variants
            .iter()
            .map(|variant| runtimes.iter().map(|runtime| find(variant, runtime)).collect())
            .collect();
        Self { runtimes, variants, of }
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

/// The strip of one case.
pub(super) struct Verdicts {
    words: Words,
    heading: Heading,
    columns: Columns,
    labels: Labels,
}

impl Verdicts {
    /// The strip of these rows, which are of one case.
    pub(super) fn of(case: &str, about: &[String], rows: &[&LeakRow]) -> Self {
        let words = Words::of(rows);
        let left = MARGIN + widest(&words.variants) + TICK_GAP;
        let columns = Columns::of(left, words.runtimes.len());
        let shown = |word: &&str| words.of.iter().flatten().flatten().any(|it| it == word);
        let entries = WORDS.into_iter().filter(shown);
        let entries =
            entries.map(|word| (Sample::Marker(of_verdict(word), false), word.to_owned()));
        let title = format!("{case}: does memory grow with the number of ops?");
        let heading = Heading::of(&title, about, entries.collect(), MARGIN, columns.right);
        let labels = Labels::of(&words.runtimes, columns.step);
        Self { words, heading, columns, labels }
    }

    fn bottom(&self) -> f64 {
        self.heading.bottom() + (ROW + GAP) * self.words.variants.len() as f64
    }
}

impl Drawing for Verdicts {
    fn size(&self) -> (f64, f64) {
        let height = self.bottom() + self.labels.height() + MARGIN;
        (self.columns.right + MARGIN, height.ceil())
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.heading.draw(canvas);
        let half = ((self.columns.step - GAP).min(WIDEST)) / 2.0;
        let mut top = self.heading.bottom();
        for (variant, words) in self.words.variants.iter().zip(&self.words.of) {
            let middle = top + ROW / 2.0;
            let place = (self.columns.left - TICK_GAP, middle + HALF_CAPITAL);
            canvas.text(variant, place, TEXT.anchored(Anchor::End));
            for (i, word) in words.iter().enumerate() {
                let Some(word) = word else { continue };
                let (x, look) = (self.columns.centre(i), of_verdict(word));
                canvas.rectangle((x - half, top), (x + half, top + ROW), look.colour);
                if !matches!(*word, "stable" | "unsupported") {
                    let inside = Look { colour: WHITE, ..look };
                    canvas.marker((x, middle), RADIUS, inside, false);
                }
            }
            top += ROW + GAP;
        }
        self.labels.draw(canvas, &self.columns, self.bottom());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::draw_verdicts;
    use super::*;
    use crate::show::plot::svg;

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
        let words = Words::of(&rows.iter().collect::<Vec<_>>());
        let versions: Vec<_> = words.runtimes.iter().map(|key| key.version.as_str()).collect();
        assert_eq!(versions, ["6.17.1", "12.15.0", "12.16.0"]);
        assert_eq!(words.variants, ["generator", "async"]);
        assert_eq!(
            words.of,
            [[None, Some("leaks"), Some("stable")], [Some("unsupported"), Some("stable"), None],]
        );
    }

    #[test]
    fn the_legend_names_what_is_shown() {
        let rows = rows();
        let strip = Verdicts::of("instance-loop", &[], &rows.iter().collect::<Vec<_>>());
        let svg = svg(&strip).unwrap();
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
