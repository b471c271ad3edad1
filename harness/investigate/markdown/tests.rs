#[path = "../../../tests/investigate/figures.rs"]
mod figures;

#[path = "../../../tests/investigate/told.rs"]
mod told;

use crate::show::value;
use figures::are_of;
use told::{figures_agree, sentences_say_their_fields};

use super::super::sample;
use super::*;
use crate::bisect::sample::bisection;
use crate::investigate::story::{Load, Versions};

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

/// The titles of the chapters.
fn titles(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

fn load(step: &Step<Load>) -> Load {
    step.found().unwrap().clone()
}

#[test]
fn a_version_that_does_not_leak_is_told_as_it_is() {
    let mut story = sample::story();
    story.growth = story.fixed[0].clone();
    let text = markdown(&story);
    assert!(text.starts_with("# A service on Node.js 12.16.2 under load\n"), "{text}");
    assert!(text.contains("It **is stable**.") && !text.contains("a day"), "{text}");
    assert_eq!(
        titles(&text)[..5],
        [
            "The service does not grow",
            "What has grown in the heap",
            "What was compiled to generators",
            "Since when",
            "Compiled to ES2017"
        ]
    );
}

#[test]
fn titles_are_those_of_the_verdicts() {
    let story = sample::story();
    assert_eq!(
        titles(&markdown(&story))[..5],
        ["The service grows", "What holds the memory", "Who makes it", "Since when", "The cure"]
    );
    let mut other = story.clone();
    other.cure = story.growth.clone();
    other.versions = Step::Found(Versions(bisection(&[("12", "n")])));
    if let Step::Found(heap) = &mut other.heap {
        heap.suspects.clear();
    }
    let text = markdown(&other);
    assert_eq!(
        titles(&text)[1..5],
        [
            "Two heap snapshots",
            "Who makes it",
            "Which versions leak",
            "Compiled to ES2017 it grows as well"
        ]
    );
    other.growth = Step::Found(sample::unsure(load(&story.growth)));
    other.cure = story.cure.clone();
    let text = markdown(&other);
    assert_eq!(titles(&text)[0], "Whether the service grows is not clear");
    assert_eq!(titles(&text)[4], "Compiled to ES2017");
    other.growth = Step::Failed("it crashed".to_owned());
    assert_eq!(titles(&markdown(&other))[0], "The service under load");
}

#[test]
fn what_leaks_outside_the_heap_has_no_figures_of_the_heap() {
    let mut story = sample::story();
    story.growth = Step::Found(sample::outside_the_heap(load(&story.growth)));
    story.fixed = vec![story.growth.clone(), story.growth.clone()];
    let text = markdown(&story);
    let opening = text.lines().nth(2).unwrap();
    let expected = "A service that TypeScript compiled to ES2015 leaks outside the heap on Node.js 12.15.0. What \
                    grows is external memory, as of buffers: 640 bytes/request.";
    assert!(opening.starts_with(expected), "{opening}");
    assert!(!text.contains("left behind") && !text.contains("a day"), "{text}");
    assert!(text.contains("It **leaks**: what grows is external memory, as of buffers"), "{text}");
    assert!(text.contains("| leaks (external) |"), "{text}");
    assert!(text.contains("both variants leak outside the heap"), "{text}");
}

#[test]
fn requests_after_the_load_helped_or_not() {
    let mut story = sample::story();
    let unsure = sample::unsure(load(&story.cure));
    let sure = sample::with(load(&story.cure), |row| row.further_requests = Some(4_321));
    story.growth = Step::Found(unsure.clone());
    story.cure = Step::Found(sure.clone());
    story.fixed = vec![Step::Found(unsure), Step::Found(sure)];
    let text = markdown(&story);
    let verdict = "It **gives no clear verdict**: has not settled. Another 4,321 requests after the load made it \
                   no surer.\n";
    assert!(text.contains(verdict), "{text}");
    let took = "The verdict took another 4,321 requests after the load.\n";
    assert!(text.contains(&format!("It **is stable**. {took}")), "{text}");
    assert!(text.contains(&format!("\nES2017: {took}")), "{text}");
    assert!(text.contains("\nES2017: Has not settled. Another 4,321 requests"), "{text}");
    let opening = "gives no clear verdict on Node.js 12.15.0. Its heap gained 1.00 [0.75, 1.25] bytes a request \
                   under load.";
    assert!(text.contains(opening), "{text}");
    // Options of other commands are no advice here.
    assert!(!text.contains("--settle"), "{text}");
}

#[test]
fn what_grew_is_compared_with_the_heap() {
    let mut story = sample::story();
    let text = markdown(&story);
    assert!(
        text.contains("It grew by 9.45 MB: 98 % of what the heap gained under load."),
        "{text}"
    );
    if let Step::Found(heap) = &mut story.heap {
        heap.explained_share = Some(1.2);
    }
    let text = markdown(&story);
    assert!(text.contains("It grew by 9.45 MB: more than the heap gained as a whole"), "{text}");
    assert!(!text.contains("120 %"), "{text}");
}

#[test]
fn boundaries_are_no_surer_than_they_are() {
    let mut story = sample::story();
    let lines = [("11", "yy"), ("12", "?yy?n")];
    story.versions = Step::Found(Versions(bisection(&lines)));
    let text = markdown(&story);
    assert!(text.contains("| 11 | 11.0.0 | 11.1.0 | none that was looked at |"), "{text}");
    let line = "| 12 | 12.1.0 at the latest | 12.2.0 at the earliest | 12.4.0 at the latest |";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("some boundaries are ranges"), "{text}");
}

#[test]
fn one_is_not_several() {
    let mut story = sample::story();
    let Step::Found(app) = &mut story.app else { panic!("{:?}", story.app) };
    app.findings.packages.truncate(1);
    let Step::Found(service) = &mut story.service else { panic!("{:?}", story.service) };
    let package = &mut service.findings.packages[0];
    (package.call_sites, package.leaking_call_sites, package.file_list[0].call_sites) = (1, 1, 1);
    let text = markdown(&story);
    assert!(
        text.contains("One of the 41 packages of a sample app ships async functions"),
        "{text}"
    );
    let expected = "The service's own folder, with 2 files, was searched first. `generator.js` has 1 async function \
                    that was compiled to a generator (typescript-awaiter), which makes a generator";
    assert!(text.contains(expected), "{text}");
    if let Step::Found(app) = &mut story.app {
        app.findings.packages.clear();
    }
    let text = markdown(&story);
    assert!(text.contains("No package of a sample app ships"), "{text}");
}

/// A picture says what is in it, and the text what was executed where.
#[test]
fn nothing_is_claimed_that_is_not_there() {
    let mut story = sample::story();
    let text = markdown(&story);
    assert!(text.contains("![Memory against time: both variants on Node.js 12.15.0]"), "{text}");
    assert!(
        text.contains("Not the service but `instance-loop` as generator was executed"),
        "{text}"
    );
    let data = "`story.json` has all of it as data; `loads.json`, `bisect.json` and `leak.json` have every \
                reading that it was told from.\n";
    assert!(text.ends_with(data), "{text}");
    story.growth = Step::Failed("it crashed".to_owned());
    story.fixed.truncate(1);
    story.files.truncate(2);
    let text = markdown(&story);
    assert!(text.contains("![Memory against time: async on Node.js 12.15.0]"), "{text}");
    assert!(text.contains("![Memory against time: generator on Node.js 12.16.2]"), "{text}");
    assert!(!text.contains("both variants"), "{text}");
    let data = "as data; `loads.json` has every reading that it was told from.\n";
    assert!(text.ends_with(data), "{text}");
    story.files.clear();
    assert!(!markdown(&story).contains(".json`"), "{text}");
}

#[test]
fn the_command_can_be_pasted() {
    let mut story = sample::story();
    story.arguments = ["investigate", "--versions", "node@>=11 <14"].map(str::to_owned).to_vec();
    let text = markdown(&story);
    assert!(
        text.contains("```sh\nawaitbench investigate --versions 'node@>=11 <14'\n```"),
        "{text}"
    );
}

#[test]
fn requests_that_failed_say_what_the_first_met() {
    let mut story = sample::story();
    let failing = |step: &Step<Load>| Load {
        first_failure: Some("500".to_owned()),
        ..sample::with(load(step), |row| (row.non_2xx, row.timeouts) = (Some(1), Some(2)))
    };
    story.growth = Step::Found(failing(&story.growth));
    story.fixed[1] = Step::Found(failing(&story.fixed[1]));
    let text = markdown(&story);
    assert!(
        text.contains("20,000 requests, 3 of which failed (the first of them: 500)."),
        "{text}"
    );
    assert!(text.contains("\nES2017: 20,000 requests, 3 of which failed"), "{text}");
}

#[test]
fn json_has_a_schema_and_says_which_steps_failed() {
    let mut story = sample::story();
    story.heap = Step::Failed("the disk is full".to_owned());
    let json = value(&story).unwrap();
    assert_eq!(json["schema"], "awaitbench/investigate/1");
    let load = &json["growth"]["found"];
    assert_eq!(load["requests"], 20_000);
    // The names of the records.
    for key in ["case", "variant", "runtime", "version", "engine_version", "flags"] {
        assert!(load[key].is_string(), "{key}: {load}");
        assert!(json["browsers"][0]["found"][key].is_string(), "{key}: {json}");
    }
    assert_eq!((&load["verdict"], &load["space"]), (&"leaks".into(), &"heap".into()));
    assert_eq!(load["bytes_per_request"], 480.0);
    assert!(
        load["bytes_per_request_low"].is_number() && load["bytes_per_request_high"].is_number()
    );
    let versions = &json["versions"]["found"];
    assert_eq!(
        (&versions["versions_listed"], &versions["versions_asked"]),
        (&33.into(), &5.into())
    );
    assert_eq!(versions["windows"][1]["is_exact"], true);
    assert_eq!(json["heap"]["failed"], "the disk is full");
}

#[test]
fn every_number_is_in_the_story() {
    let story = sample::story();
    let (report, story) = (markdown(&story), value(&story).unwrap());
    are_of(&report, &story);
    figures_agree(&story);
    sentences_say_their_fields(&report, &story);
}
