//! The answer for programs.

use serde::Serialize;

use super::Bisection;
use super::hunt::Searched;
use super::page::{ends_in, skipped, word};
use super::windows::{widest_unasked, windows};
use super::words::sentence;

/// Names the meaning of the JSON object's fields.
const SCHEMA: &str = "awaitbench/bisect/1";

#[derive(Serialize)]
struct Answer {
    schema: &'static str,
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

#[derive(Serialize)]
struct WindowRow {
    runtime: &'static str,
    line: String,
    first_leaking: String,
    last_leaking: String,
    fixed_in: Option<String>,
    stable_before: Option<String>,
    is_exact: bool,
    untested_before: Vec<String>,
    untested_after: Vec<String>,
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

/// The JSON object.
pub(super) fn json(bisection: &Bisection) -> serde_json::Result<serde_json::Value> {
    let outcome = &bisection.outcome;
    serde_json::to_value(Answer {
        schema: SCHEMA,
        question: bisection.question.to_string(),
        case: bisection.case.clone(),
        variants: bisection.variants.clone(),
        flags: bisection.flags.clone(),
        summary: sentence(bisection),
        windows: outcome.lines.iter().flat_map(window_rows).collect(),
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
    })
}

/// The windows as CSV.
pub(super) fn csv(bisection: &Bisection) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "runtime",
        "line",
        "first_leaking",
        "last_leaking",
        "fixed_in",
        "stable_before",
        "is_exact",
        "untested_before",
        "untested_after",
    ])?;
    for row in bisection.outcome.lines.iter().flat_map(window_rows) {
        writer.write_record([
            row.runtime,
            &row.line,
            &row.first_leaking,
            &row.last_leaking,
            row.fixed_in.as_deref().unwrap_or_default(),
            row.stable_before.as_deref().unwrap_or_default(),
            if row.is_exact { "true" } else { "false" },
            &row.untested_before.join(" "),
            &row.untested_after.join(" "),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn window_rows(searched: &Searched) -> Vec<WindowRow> {
    let line = &searched.line;
    let version = |at: usize| line.versions[at].to_string();
    let rows = windows(&searched.answers()).into_iter().map(|window| WindowRow {
        runtime: line.family.name,
        line: line.name.clone(),
        first_leaking: version(window.first),
        last_leaking: version(window.last),
        fixed_in: ends_in(searched, &window).map(version),
        stable_before: window.before.map(version),
        is_exact: window.is_exact(),
        untested_before: window.untested_before.iter().copied().map(version).collect(),
        untested_after: window.untested_after.iter().copied().map(version).collect(),
    });
    rows.collect()
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
    use super::super::sample::bisection;
    use super::*;

    #[test]
    fn json_has_the_fixed_names() {
        let answer = json(&bisection(&[("11", "y.y"), ("12", "yy?n.n")])).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
    }

    #[test]
    fn csv_has_one_row_a_window() {
        insta::assert_snapshot!(csv(&bisection(&[("11", "y.y"), ("12", "yy?n.n")])).unwrap());
    }
}
