use std::collections::BTreeSet;

use serde_json::Value;

use super::super::sample;
use super::*;
use crate::report::format::quantity;
use crate::units::Bytes;

#[test]
fn the_whole_story() {
    insta::assert_snapshot!(markdown(&sample::story()));
    assert!(!sample::story().has_failures());
}

#[test]
fn a_step_that_failed_is_told_and_the_rest_goes_on() {
    let story = sample::broken();
    insta::assert_snapshot!(markdown(&story));
    assert!(story.has_failures());
}

#[test]
fn what_was_left_out_is_no_failure() {
    let mut story = sample::story();
    story.app = Step::Skipped("--offline forbids it".to_owned());
    story.browsers = vec![Step::Skipped("--no-browser was given".to_owned())];
    let text = markdown(&story);
    assert!(text.contains("This step was left out: --no-browser was given."), "{text}");
    assert!(!story.has_failures());
    story.browsers.push(Step::Failed("it crashed".to_owned()));
    assert!(story.has_failures());
}

#[test]
fn a_version_that_does_not_leak_is_told_as_it_is() {
    let mut story = sample::story();
    story.growth = story.fixed[0].clone();
    let text = markdown(&story);
    assert!(text.starts_with("# A service on Node.js 12.16.2 under load\n"), "{text}");
    assert!(text.contains("It **is stable**.") && !text.contains("a day"), "{text}");
}

#[test]
fn json_has_a_schema_and_says_which_steps_failed() {
    let mut story = sample::story();
    story.heap = Step::Failed("the disk is full".to_owned());
    let json = story.json().unwrap();
    assert_eq!(json["schema"], "awaitbench/investigate/1");
    assert_eq!(json["growth"]["found"]["requests"], 20_000);
    assert_eq!(json["heap"]["failed"], "the disk is full");
}

/// Numbers that are no findings: targets of the compiler, percentiles, and what is known of the cause.
const FIXED: [&str; 8] = ["2015", "2017", "8", "99", "99.9", "50", "2020", "0"];

/// Every number of the report is of the story, in one of the ways in which figures are written.
#[test]
fn every_number_is_in_the_story() {
    let story = sample::story();
    let mut known: BTreeSet<String> = FIXED.iter().map(|&text| text.to_owned()).collect();
    spellings(&story.json().unwrap(), &mut known);
    known.extend(numbers(crate::HARNESS_VERSION));
    let text = markdown(&story);
    for line in text.lines().filter(|line| !line.starts_with("Known of that path")) {
        for number in numbers(line) {
            assert!(known.contains(&number), "{number} in: {line}");
        }
    }
}

/// The numbers of a text: digits with what may stand between them.
fn numbers(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || ".,".contains(c)));
    let trimmed = parts.map(|part| part.trim_matches(|c: char| ".,".contains(c)).to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// All ways in which the numbers of a value may be written.
fn spellings(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| spellings(field, known)),
        Value::Array(items) => {
            known.insert(items.len().to_string());
            items.iter().for_each(|item| spellings(item, known));
        }
        Value::String(text) => known.extend(numbers(text)),
        Value::Number(number) => {
            let number = number.as_f64().unwrap().abs();
            let ways = [
                quantity(number),
                quantity(number / 1e6),
                thousands(number as u64),
                format!("{number:.1}"),
                format!("{number}"),
                format!("{:.1}", number * 100.0),
                format!("{:.0}", number * 100.0),
                Bytes(number as u64).to_string(),
            ];
            known.extend(ways.iter().flat_map(|way| numbers(way)));
        }
        Value::Null | Value::Bool(_) => {}
    }
}
