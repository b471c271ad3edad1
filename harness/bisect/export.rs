//! The answer for programs.

use serde::Serialize;

use super::Bisection;
use super::hunt::Searched;
use super::page::{ends_in, page, skipped, word};
use super::question::Question;
use super::windows::{Window, widest_unasked, windows};
use super::words::sentence;
use crate::show::{Answer, Page, ShowError, csv_under};

/// Name the meaning of the JSON object's fields, where a leak is asked for and where a figure is.
const SCHEMAS: [&str; 2] = ["awaitbench/bisect/1", "awaitbench/bisect/2"];

impl Answer for Bisection {
    fn schema(&self) -> &'static str {
        SCHEMAS[usize::from(self.question != Question::Leak)]
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self)]
    }

    /// The windows; lists are separated by spaces.
    fn csv(&self) -> Result<String, ShowError> {
        let [first, last] = match self.question {
            Question::Leak => ["first_leaking", "last_leaking"],
            Question::Figure(..) => ["first_true", "last_true"],
        };
        let header = [
            "runtime",
            "line",
            first,
            last,
            "fixed_in",
            "stable_before",
            "is_exact",
            "untested_before",
            "untested_after",
        ];
        let row = |row: WindowRow| {
            let ends = row.bounds.ends().map(str::to_owned);
            let untested = [row.untested_before, row.untested_after].map(|of| of.join(" "));
            (row.runtime, row.line, ends, row.fixed_in, row.stable_before, row.is_exact, untested)
        };
        csv_under(&header, window_rows(self).into_iter().map(row))
    }

    fn json(&self) -> impl Serialize {
        document(self)
    }
}

#[derive(Serialize)]
struct Document {
    question: String,
    case: String,
    variants: Vec<String>,
    flags: String,
    summary: String,
    windows: Vec<WindowRow>,
    lines: Vec<LineRow>,
    versions: Vec<VersionRow>,
    versions_listed: usize,
    versions_asked: usize,
    probes: u32,
    probes_cached: u32,
    downloads: u32,
    elapsed_s: f64,
    is_exact: bool,
    error: Option<String>,
}

/// A range of versions within a release line that answered yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WindowRow {
    pub runtime: &'static str,
    pub line: String,
    /// The first and the last of them.
    #[serde(flatten)]
    pub bounds: Bounds,
    /// The first one after it that answered no; `None` if there is none among those that were looked at.
    pub fixed_in: Option<String>,
    /// The last one before the window that answered no, or can't parse the variant.
    pub stable_before: Option<String>,
    /// Whether nothing that gave no answer lies between the window and its neighbours.
    pub is_exact: bool,
    /// Versions right before it that gave no answer.
    pub untested_before: Vec<String>,
    /// Versions right after it that gave no answer.
    pub untested_after: Vec<String>,
}

/// The ends of a window, named by what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Bounds {
    Leak {
        first_leaking: String,
        last_leaking: String,
    },
    /// Versions whose figure lies there.
    Figure {
        first_true: String,
        last_true: String,
    },
}

impl Bounds {
    fn of(question: Question, [first, last]: [String; 2]) -> Self {
        match question {
            Question::Leak => Self::Leak { first_leaking: first, last_leaking: last },
            Question::Figure(..) => Self::Figure { first_true: first, last_true: last },
        }
    }

    /// The first version and the last one.
    pub fn ends(&self) -> [&str; 2] {
        match self {
            Self::Leak { first_leaking: first, last_leaking: last }
            | Self::Figure { first_true: first, last_true: last } => [first, last],
        }
    }
}

impl WindowRow {
    /// The first and the last version and the first one after them, each no surer than it is.
    pub fn boundaries(&self) -> [String; 3] {
        let sure = |version: &str, untested: &[String], otherwise: &str| {
            if untested.is_empty() { version.to_owned() } else { format!("{version} {otherwise}") }
        };
        let fixed_in = match &self.fixed_in {
            Some(version) => sure(version, &self.untested_after, "at the latest"),
            None => "none that was looked at".to_owned(),
        };
        let [first, last] = self.bounds.ends();
        [
            sure(first, &self.untested_before, "at the latest"),
            sure(last, &self.untested_after, "at the earliest"),
            fixed_in,
        ]
    }
}

#[derive(Serialize)]
struct LineRow {
    runtime: &'static str,
    line: String,
    answer: String,
    versions: usize,
    asked: usize,
    widest_unasked: usize,
    numbers_missing: Vec<(String, String)>,
}

#[derive(Serialize)]
struct VersionRow {
    runtime: &'static str,
    version: String,
    engine_version: Option<String>,
    line: String,
    answer: &'static str,
    value: Option<f64>,
    value_low: Option<f64>,
    value_high: Option<f64>,
    probes: u32,
    cached: bool,
    detail: Option<String>,
}

fn document(bisection: &Bisection) -> Document {
    let outcome = &bisection.outcome;
    Document {
        question: bisection.question.to_string(),
        case: bisection.case.clone(),
        variants: bisection.variants.clone(),
        flags: bisection.flags.clone(),
        summary: sentence(bisection),
        windows: window_rows(bisection),
        lines: outcome.lines.iter().map(|searched| line_row(bisection, searched)).collect(),
        versions: outcome
            .lines
            .iter()
            .flat_map(|searched| version_rows(bisection, searched))
            .collect(),
        versions_listed: bisection.listed(),
        versions_asked: bisection.asked(),
        probes: outcome.probes,
        probes_cached: outcome.cached,
        downloads: outcome.downloads,
        elapsed_s: bisection.elapsed.as_secs_f64(),
        is_exact: bisection.is_exact(),
        error: outcome.stopped.clone(),
    }
}

/// The windows of all lines.
pub(super) fn window_rows(bisection: &Bisection) -> Vec<WindowRow> {
    let of_line = |searched: &Searched| {
        let line = searched.line.clone();
        let version = move |at: usize| line.versions[at].to_string();
        let row = |window: Window| WindowRow {
            runtime: searched.line.family.name,
            line: searched.line.name.clone(),
            bounds: Bounds::of(bisection.question, [window.first, window.last].map(&version)),
            fixed_in: ends_in(searched, &window).map(&version),
            stable_before: window.before.map(&version),
            is_exact: window.is_exact(),
            untested_before: window.untested_before.iter().copied().map(&version).collect(),
            untested_after: window.untested_after.iter().copied().map(&version).collect(),
        };
        windows(&searched.answers()).into_iter().map(row).collect::<Vec<_>>()
    };
    bisection.outcome.lines.iter().flat_map(of_line).collect()
}

fn line_row(bisection: &Bisection, searched: &Searched) -> LineRow {
    let answers = searched.answers();
    LineRow {
        runtime: searched.line.family.name,
        line: searched.line.name.clone(),
        answer: word(bisection, searched),
        versions: answers.len(),
        asked: answers.iter().filter(|answer| answer.is_some()).count(),
        widest_unasked: widest_unasked(&answers),
        numbers_missing: skipped(searched),
    }
}

fn version_rows(bisection: &Bisection, searched: &Searched) -> Vec<VersionRow> {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let rows = searched.found.iter().flatten().map(|probed| {
        let finding = &probed.finding;
        VersionRow {
            runtime: searched.line.family.name,
            version: probed.version.to_string(),
            engine_version: filled(&probed.engine_version),
            line: searched.line.name.clone(),
            answer: bisection.question.word(finding.answer),
            value: finding.estimate.map(|estimate| estimate.value),
            value_low: finding.estimate.map(|estimate| estimate.low),
            value_high: finding.estimate.map(|estimate| estimate.high),
            probes: finding.probes,
            cached: finding.cached,
            detail: filled(&finding.detail),
        }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::super::question::{Bound, Metric};
    use super::super::sample::bisection;
    use super::*;
    use crate::show::value;

    #[test]
    fn json_has_the_fixed_names() {
        let answer = value(&bisection(&[("11", "y.y"), ("12", "yy?n.n")])).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
    }

    #[test]
    fn a_figure_is_true_and_does_not_leak() {
        let mut asked = bisection(&[("11", "y.y")]);
        asked.question = Question::Figure(Metric::Ratio, Bound::Above(5.0));
        let answer = value(&asked).unwrap();
        assert_eq!(answer["schema"], SCHEMAS[1]);
        let window = &answer["windows"][0];
        assert_eq!(
            (&window["first_true"], &window["last_true"]),
            (&"11.0.0".into(), &"11.2.0".into())
        );
        assert!(window.get("first_leaking").is_none());
        assert!(asked.csv().unwrap().starts_with("runtime,line,first_true,last_true,"));
    }

    #[test]
    fn csv_has_one_row_a_window() {
        insta::assert_snapshot!(bisection(&[("11", "y.y"), ("12", "yy?n.n")]).csv().unwrap());
    }
}
