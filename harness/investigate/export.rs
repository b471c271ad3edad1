//! The story as rows, for programs that read no JSON.

use serde::Serialize;

use super::markdown::markdown;
use super::page::page;
use super::story::{Browser, Culprits, Load, Step, Story, Subject, Versions};
use crate::show::{Answer, Page, ShowError, csv};

/// One thing that was found out, or why it was not. Names and units are those of the records; what a row
/// is not about is empty.
#[derive(Clone, Debug, Default, Serialize)]
struct Row {
    step: &'static str,
    outcome: &'static str,
    case: String,
    variant: String,
    runtime: String,
    version: String,
    engine_version: String,
    flags: String,
    verdict: String,
    space: String,
    bytes_per_request: Option<f64>,
    bytes_per_request_low: Option<f64>,
    bytes_per_request_high: Option<f64>,
    bytes_per_op: Option<f64>,
    bytes_per_op_low: Option<f64>,
    bytes_per_op_high: Option<f64>,
    suspect: String,
    retained_bytes: Option<u64>,
    shallow_bytes: Option<u64>,
    growth_bytes: Option<i64>,
    package: String,
    package_version: String,
    call_sites: Option<u64>,
    loaded_call_sites: Option<u64>,
    leaking_call_sites: Option<u64>,
    line: String,
    first_leaking: String,
    last_leaking: String,
    fixed_in: String,
    stable_before: String,
    is_exact: Option<bool>,
    untested_before: String,
    untested_after: String,
    detail: String,
}

impl Answer for Story {
    fn schema(&self) -> &'static str {
        "awaitbench/investigate/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self)]
    }

    fn markdown(&self) -> String {
        markdown(self)
    }

    /// One row for each load, suspect, package, window and browser, and for each step that found nothing.
    fn csv(&self) -> Result<String, ShowError> {
        csv(rows(self))
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

fn rows(story: &Story) -> Vec<Row> {
    let mut rows = Vec::new();
    take(&mut rows, "growth", &story.growth, |load| vec![of_load(load)]);
    take(&mut rows, "heap", &story.heap, |heap| {
        let subject = story.growth.found().map(|load| of_subject(&load.subject));
        let suspects = heap.suspects.iter().map(|suspect| Row {
            suspect: suspect.name.clone(),
            retained_bytes: Some(suspect.retained_bytes),
            shallow_bytes: Some(suspect.shallow_bytes),
            growth_bytes: suspect.growth_bytes,
            detail: suspect.sentence(),
            ..subject.clone().unwrap_or_default()
        });
        suspects.collect()
    });
    take(&mut rows, "service", &story.service, of_tree);
    take(&mut rows, "app", &story.app, of_tree);
    take(&mut rows, "versions", &story.versions, of_versions);
    take(&mut rows, "cure", &story.cure, |load| vec![of_load(load)]);
    for step in &story.fixed {
        take(&mut rows, "fixed", step, |load| vec![of_load(load)]);
    }
    for step in &story.browsers {
        take(&mut rows, "browsers", step, |browser| vec![of_browser(browser)]);
    }
    rows
}

fn take<T>(
    rows: &mut Vec<Row>,
    step: &'static str,
    outcome: &Step<T>,
    of: impl Fn(&T) -> Vec<Row>,
) {
    match outcome {
        Step::Found(found) => {
            rows.extend(of(found).into_iter().map(|row| Row { step, outcome: "found", ..row }));
        }
        Step::Failed(why) => {
            rows.push(Row { step, outcome: "failed", detail: why.clone(), ..Row::default() });
        }
        Step::Skipped(why) => {
            rows.push(Row { step, outcome: "skipped", detail: why.clone(), ..Row::default() });
        }
    }
}

fn of_subject(subject: &Subject) -> Row {
    Row {
        case: subject.case.clone(),
        variant: subject.variant.clone(),
        runtime: subject.runtime.clone(),
        version: subject.version.clone(),
        engine_version: subject.engine_version.clone(),
        flags: subject.flags.clone(),
        ..Row::default()
    }
}

fn of_load(load: &Load) -> Row {
    Row {
        verdict: load.verdict.to_string(),
        space: load.space.map(|space| space.word().to_owned()).unwrap_or_default(),
        bytes_per_request: Some(load.bytes_per_request),
        bytes_per_request_low: Some(load.bytes_per_request_low),
        bytes_per_request_high: Some(load.bytes_per_request_high),
        detail: load.reason.clone(),
        ..of_subject(&load.subject)
    }
}

fn of_tree(found: &Culprits) -> Vec<Row> {
    let packages = found.packages.iter().map(|package| Row {
        package: package.name.clone(),
        package_version: package.version.clone().unwrap_or_default(),
        call_sites: Some(package.call_sites),
        loaded_call_sites: Some(package.loaded_call_sites),
        leaking_call_sites: Some(package.leaking_call_sites),
        detail: package.styles.join(" "),
        ..Row::default()
    });
    packages.collect()
}

fn of_versions(found: &Versions) -> Vec<Row> {
    let windows = found.windows.iter().map(|window| {
        let [first, last] = window.bounds.ends();
        Row {
            case: found.case.clone(),
            variant: found.variant.clone(),
            flags: found.flags.clone(),
            runtime: window.runtime.to_owned(),
            line: window.line.clone(),
            first_leaking: first.to_owned(),
            last_leaking: last.to_owned(),
            fixed_in: window.fixed_in.clone().unwrap_or_default(),
            stable_before: window.stable_before.clone().unwrap_or_default(),
            is_exact: Some(window.is_exact),
            untested_before: window.untested_before.join(" "),
            untested_after: window.untested_after.join(" "),
            ..Row::default()
        }
    });
    windows.collect()
}

fn of_browser(browser: &Browser) -> Row {
    Row {
        verdict: browser.verdict.to_string(),
        space: browser.space.word().to_owned(),
        bytes_per_op: browser.bytes_per_op,
        bytes_per_op_low: browser.bytes_per_op_low,
        bytes_per_op_high: browser.bytes_per_op_high,
        detail: browser.reason.clone(),
        ..of_subject(&browser.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_finding_is_a_row() {
        insta::assert_snapshot!(sample::story().csv().unwrap());
    }

    #[test]
    fn so_is_each_step_that_found_nothing() {
        let mut story = sample::story();
        story.growth = Step::Failed("it broke".to_owned());
        story.browsers = vec![Step::Skipped("nobody asked".to_owned())];
        let text = story.csv().unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let told = |row: &csv::StringRecord| {
            let filled: Vec<String> =
                row.iter().filter(|context| !context.is_empty()).map(str::to_owned).collect();
            filled
        };
        assert_eq!(told(&rows[0]), ["growth", "failed", "it broke"]);
        assert_eq!(told(rows.last().unwrap()), ["browsers", "skipped", "nobody asked"]);
    }
}
