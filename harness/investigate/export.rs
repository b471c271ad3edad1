//! The story as rows, for programs that read no JSON.

use serde::Serialize;

use super::culprits::styles;
use super::markdown::markdown;
use super::page::page;
use super::story::{Browser, Culprits, Load, Step, Story, Versions};
use crate::heap::suspects::Suspect;
use crate::key::Key;
use crate::record::{Space, Verdict};
use crate::show::{Answer, Page, ShowError, csv};

/// One thing that was found out, or why it was not, and of whom. Names and units are those of the records; what a row
/// is not about is empty.
type Row = (Outcome, Key, Figures);

#[derive(Serialize)]
struct Outcome {
    step: &'static str,
    outcome: &'static str,
}

#[derive(Default, Serialize)]
struct Figures {
    verdict: Option<Verdict>,
    space: Option<Space>,
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
    package_version: Option<String>,
    call_sites: Option<u64>,
    loaded_call_sites: Option<u64>,
    leaking_call_sites: Option<u64>,
    line: String,
    first_leaking: String,
    last_leaking: String,
    fixed_in: Option<String>,
    stable_before: Option<String>,
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
    let served = story.growth.found().map(|load| load.key.clone()).unwrap_or_default();
    let mut rows = of_step("growth", &story.growth, of_load);
    rows.extend(of_step("heap", &story.heap, |heap| {
        heap.suspects.iter().map(|suspect| (served.clone(), of_suspect(suspect))).collect()
    }));
    rows.extend(of_step("service", &story.service, of_tree));
    rows.extend(of_step("app", &story.app, of_tree));
    rows.extend(of_step("versions", &story.versions, of_versions));
    rows.extend(of_step("cure", &story.cure, of_load));
    rows.extend(story.fixed.iter().flat_map(|step| of_step("fixed", step, of_load)));
    rows.extend(story.browsers.iter().flat_map(|step| of_step("browsers", step, of_browser)));
    rows
}

fn of_step<T>(
    step: &'static str,
    outcome: &Step<T>,
    of: impl Fn(&T) -> Vec<(Key, Figures)>,
) -> Vec<Row> {
    let nothing = |why: &str| {
        vec![(Key::default(), Figures { detail: why.to_owned(), ..Figures::default() })]
    };
    let (outcome, rows) = match outcome {
        Step::Found(found) => ("found", of(found)),
        Step::Failed(why) => ("failed", nothing(why)),
        Step::Skipped(why) => ("skipped", nothing(why)),
    };
    rows.into_iter().map(|(key, row)| (Outcome { step, outcome }, key, row)).collect()
}

fn of_load(load: &Load) -> Vec<(Key, Figures)> {
    let figures = Figures {
        verdict: load.verdict,
        space: load.space,
        bytes_per_request: load.bytes_per_request,
        bytes_per_request_low: load.bytes_per_request_low,
        bytes_per_request_high: load.bytes_per_request_high,
        detail: load.reason.clone(),
        ..Figures::default()
    };
    vec![(load.key.clone(), figures)]
}

fn of_suspect(suspect: &Suspect) -> Figures {
    Figures {
        suspect: suspect.name.clone(),
        retained_bytes: Some(suspect.retained_bytes),
        shallow_bytes: Some(suspect.shallow_bytes),
        growth_bytes: suspect.growth_bytes,
        detail: suspect.sentence(),
        ..Figures::default()
    }
}

fn of_tree(found: &Culprits) -> Vec<(Key, Figures)> {
    let packages = found.packages.iter().map(|package| Figures {
        package: package.name.clone(),
        package_version: package.version.clone(),
        call_sites: Some(package.call_sites),
        loaded_call_sites: Some(package.loaded_call_sites),
        leaking_call_sites: Some(package.leaking_call_sites),
        detail: styles(package, " "),
        ..Figures::default()
    });
    packages.map(|figures| (Key::default(), figures)).collect()
}

fn of_versions(Versions(found): &Versions) -> Vec<(Key, Figures)> {
    let windows = found.windows().into_iter().map(|window| {
        let key = Key {
            case: found.case.clone(),
            variant: found.variants.join(" "),
            flags: found.flags.clone(),
            runtime: window.runtime.to_owned(),
            ..Key::default()
        };
        let [first, last] = window.bounds.ends().map(str::to_owned);
        let figures = Figures {
            line: window.line,
            first_leaking: first,
            last_leaking: last,
            fixed_in: window.fixed_in,
            stable_before: window.stable_before,
            is_exact: Some(window.is_exact),
            untested_before: window.untested_before.join(" "),
            untested_after: window.untested_after.join(" "),
            ..Figures::default()
        };
        (key, figures)
    });
    windows.collect()
}

fn of_browser(browser: &Browser) -> Vec<(Key, Figures)> {
    let figures = Figures {
        verdict: browser.verdict,
        space: browser.space,
        bytes_per_op: browser.bytes_per_op,
        bytes_per_op_low: browser.bytes_per_op_low,
        bytes_per_op_high: browser.bytes_per_op_high,
        detail: browser.reason.clone(),
        ..Figures::default()
    };
    vec![(browser.key.clone(), figures)]
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
                row.iter().filter(|field| !field.is_empty()).map(str::to_owned).collect();
            filled
        };
        assert_eq!(told(&rows[0]), ["growth", "failed", "it broke"]);
        assert_eq!(told(rows.last().unwrap()), ["browsers", "skipped", "nobody asked"]);
    }
}
