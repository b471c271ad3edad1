use super::super::{Package, Window};
use super::*;
use crate::heap::analysis::Analysis;
use crate::heap::read::read;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Thresholds, suspects};

fn subject(runtime: &str, version: &str, engine_version: &str) -> Subject {
    Subject {
        runtime: runtime.to_owned(),
        version: version.to_owned(),
        engine_version: engine_version.to_owned(),
    }
}

fn load(version: &str, variant: &str, kept: f64) -> Load {
    Load {
        subject: subject("node", version, "7.7.299.13-node.16"),
        variant: variant.to_owned(),
        rate: 125.0,
        duration_s: 30.0,
        requests: 3750,
        failed: 0,
        heap_before_bytes: 4_800_000,
        heap_after_bytes: 4_800_000 + (kept * 3750.0) as u64,
        bytes_per_request: Estimate { value: kept, low: kept - 12.0, high: kept + 9.0 },
        p50_ns: 812_000,
        p99_ns: 3_120_000,
        verdict: if kept > 20.0 { "leaks" } else { "stable" }.to_owned(),
        picture: (kept > 20.0).then(|| "memory-generator.svg".to_owned()),
    }
}

/// The heap of the seed that has the article's leak.
fn heap_of_the_seed() -> Heap {
    let file = include_bytes!("../../../fuzz/seeds/all-kinds.json");
    let analysis = Analysis::new(read(&file[..], None).unwrap(), Rules::Today);
    Heap {
        before_bytes: 4_900_000,
        after_bytes: analysis.total_bytes(),
        suspects: suspects(&analysis, None, &Thresholds::default()),
    }
}

fn story() -> Story {
    Story {
        started_at: "2026-11-25T12:00:00Z".to_owned(),
        elapsed_s: 201.4,
        machine: "a machine, 2 cores".to_owned(),
        growth: Step::Found(load("12.15.0", "generator", 342.0)),
        heap: Step::Found(heap_of_the_seed()),
        culprits: Step::Found(Culprits {
            folder: "app/node_modules".to_owned(),
            packages_seen: 41,
            files_seen: 1210,
            packages: vec![Package {
                name: "queue|writer".to_owned(),
                version: Some("2.1.0".to_owned()),
                call_sites: 14,
                styles: vec!["typescript-awaiter".to_owned()],
                cure: None,
            }],
        }),
        versions: Step::Found(Versions {
            published: 203,
            asked: 37,
            elapsed_s: 58.2,
            windows: vec![Window {
                line: "12".to_owned(),
                first_leaking: "12.0.0".to_owned(),
                last_leaking: "12.15.0".to_owned(),
                fixed_in: Some("12.16.0".to_owned()),
            }],
        }),
        cure: Step::Found(load("12.15.0", "async", 1.0)),
        fixed: vec![
            Step::Found(load("12.16.2", "generator", 2.0)),
            Step::Found(load("12.16.2", "async", 1.0)),
        ],
        browsers: Step::Found(vec![
            Browser {
                subject: subject("chromium", "80.0.3987", "8.0.426"),
                bytes_per_op: Some(Estimate { value: 9.7, low: 9.1, high: 10.4 }),
                verdict: "leaks".to_owned(),
            },
            Browser {
                subject: subject("chromium", "81.0.4044", "8.1.307"),
                bytes_per_op: None,
                verdict: "stable".to_owned(),
            },
        ]),
    }
}

#[test]
fn the_whole_story() {
    insta::assert_snapshot!(markdown(&story()));
    assert!(!story().has_failures());
}

#[test]
fn a_step_that_failed_is_told_and_the_rest_goes_on() {
    let mut story = story();
    story.growth = Step::Failed("node 12.15.0 could not be started".to_owned());
    story.culprits = Step::Skipped("no folder was given".to_owned());
    story.versions = Step::Failed("there is no network".to_owned());
    story.fixed.clear();
    let text = markdown(&story);
    assert!(text.contains("**This step failed:** there is no network."), "{text}");
    assert!(text.contains("This step was left out: no folder was given."), "{text}");
    assert!(text.contains("## The cure"), "{text}");
    // Without the load to compare with there is no table of both.
    assert!(!text.contains("| build |"), "{text}");
    assert!(story.has_failures());
}

#[test]
fn json_has_a_schema_and_says_which_steps_failed() {
    let mut story = story();
    story.heap = Step::Failed("the disk is full".to_owned());
    let json = story.json().unwrap();
    assert_eq!(json["schema"], "awaitbench/investigate/1");
    assert_eq!(json["growth"]["found"]["requests"], 3750);
    assert_eq!(json["heap"]["failed"], "the disk is full");
}
