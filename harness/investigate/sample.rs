//! A story made up by hand, for tests: none of its figures was measured.

use std::time::Duration;

use super::plan::Plan;
use super::story::{
    Browser, CodeFile, Culprits, Heap, Load, Package, Pictures, Step, Story, Subject, Took,
    Versions, Window,
};
use crate::heap::analysis::Analysis;
use crate::heap::read::read;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Thresholds, suspects};
use crate::stats::Estimate;

pub(super) fn plan() -> Plan {
    Plan {
        leaking: "node@12.15.0".parse().unwrap(),
        fixed: "node@12.16.2".parse().unwrap(),
        rate: 1_000.0,
        duration: Duration::from_secs(20),
        versions: "node@10..14".parse().unwrap(),
        app: None,
        browsers: None,
        arguments: vec!["investigate".to_owned()],
    }
}

fn subject(runtime: &str, version: &str, engine_version: &str) -> Subject {
    Subject {
        runtime: runtime.to_owned(),
        version: version.to_owned(),
        engine_version: engine_version.to_owned(),
    }
}

fn load(version: &str, variant: &str, kept: f64) -> Load {
    let leaks = kept > 20.0;
    Load {
        subject: subject("node", version, "7.7.299.13-node.16"),
        variant: variant.to_owned(),
        rate: 1_000.0,
        requests_per_sec: 1_000.02,
        duration_s: 20.0,
        warm_up_requests: 2_000,
        requests: 20_000,
        failed: 0,
        heap_before_bytes: 4_800_000,
        heap_after_bytes: 4_800_000 + (kept * 20_000.0) as u64,
        bytes_per_request: Estimate { value: kept, low: kept - 12.0, high: kept + 9.0 },
        bytes_a_day: leaks.then_some(kept * 86_400_000.0),
        peak_rss_bytes: Some(71_000_000),
        p50_ns: 812_000,
        p99_ns: 3_120_000,
        p999_ns: 9_010_000,
        verdict: if leaks { "leaks" } else { "stable" }.to_owned(),
        reason: String::new(),
        further_requests: 0,
    }
}

/// The heap of the seed that has the article's leak.
fn heap_of_the_seed() -> Heap {
    let file = include_bytes!("../../fuzz/seeds/all-kinds.json");
    let analysis = Analysis::new(read(&file[..], None).unwrap(), Rules::Today);
    Heap {
        before_bytes: 4_900_000,
        after_bytes: analysis.total_bytes(),
        explained_share: Some(0.974),
        suspects: suspects(&analysis, None, &Thresholds::default()),
    }
}

fn service() -> Culprits {
    Culprits {
        folder: "service".to_owned(),
        packages_seen: 1,
        files_seen: 2,
        skipped: 0,
        packages: vec![Package {
            name: "service".to_owned(),
            version: None,
            files: vec![CodeFile { path: "generator.js".to_owned(), call_sites: 16 }],
            call_sites: 16,
            loaded_call_sites: 0,
            leaking_call_sites: 15,
            styles: vec!["typescript-awaiter".to_owned()],
            needed_by: Vec::new(),
            cure: Some("tsc: target es2017".to_owned()),
        }],
    }
}

fn app() -> Culprits {
    let package = |name: &str, call_sites: u64, needed_by: &[&str]| Package {
        name: name.to_owned(),
        version: Some("2.1.0".to_owned()),
        files: vec![CodeFile { path: "index.js".to_owned(), call_sites }],
        call_sites,
        loaded_call_sites: call_sites - 1,
        leaking_call_sites: call_sites - 2,
        styles: vec!["typescript-awaiter".to_owned(), "co".to_owned()],
        needed_by: needed_by.iter().map(|&name| name.to_owned()).collect(),
        cure: Some("tsc: target es2017".to_owned()),
    };
    Culprits {
        folder: "sample-app".to_owned(),
        packages_seen: 41,
        files_seen: 1_210,
        skipped: 0,
        packages: vec![
            package("queue|writer", 14, &["sample-app", "a", "b", "c"]),
            package("@scope/other", 3, &[]),
        ],
    }
}

fn browser(version: &str, engine_version: &str, rate: Option<f64>) -> Browser {
    Browser {
        subject: subject("chromium", version, engine_version),
        case: "instance-loop".to_owned(),
        ops: 393_216,
        elapsed_s: 1.8,
        bytes_per_op: rate.map(|rate| Estimate { value: rate, low: rate - 0.6, high: rate + 0.7 }),
        verdict: if rate.is_some() { "leaks" } else { "stable" }.to_owned(),
        reason: "does not grow".to_owned(),
    }
}

pub(super) fn story() -> Story {
    Story {
        started_at: "2026-02-03T04:05:06Z".to_owned(),
        elapsed_s: 201.4,
        steps: [("growth", 24.1), ("culprits", 6.3), ("versions", 58.2)]
            .map(|(step, elapsed_s)| Took { step, elapsed_s })
            .to_vec(),
        machine: "a machine, 2 cores".to_owned(),
        arguments: ["investigate", "--rate", "1000"].map(str::to_owned).to_vec(),
        growth: Step::Found(load("12.15.0", "generator", 160.0)),
        heap: Step::Found(heap_of_the_seed()),
        service: Step::Found(service()),
        app: Step::Found(app()),
        app_is_sample: true,
        versions: Step::Found(Versions {
            summary: "instance-loop as generator leaks in node [11.0.0, 12.16.0)".to_owned(),
            published: 203,
            asked: 37,
            probes: 52,
            elapsed_s: 58.2,
            is_exact: true,
            windows: vec![
                Window {
                    line: "11".to_owned(),
                    first_leaking: "11.0.0".to_owned(),
                    last_leaking: "11.15.0".to_owned(),
                    fixed_in: None,
                },
                Window {
                    line: "12".to_owned(),
                    first_leaking: "12.0.0".to_owned(),
                    last_leaking: "12.15.0".to_owned(),
                    fixed_in: Some("12.16.0".to_owned()),
                },
            ],
        }),
        cure: Step::Found(load("12.15.0", "async", 1.0)),
        fixed: vec![
            Step::Found(load("12.16.2", "generator", 2.0)),
            Step::Found(load("12.16.2", "async", 1.0)),
        ],
        browsers: vec![
            Step::Found(browser("80.0.3987", "8.0.426", Some(9.7))),
            Step::Found(browser("81.0.4044", "8.1.307", None)),
        ],
        pictures: Pictures {
            growth: Some("memory-growth.svg".to_owned()),
            cure: Some("memory-cure.svg".to_owned()),
            fixed: Some("memory-fixed.svg".to_owned()),
        },
    }
}

/// One in which everything failed or was left out that can be.
pub(super) fn broken() -> Story {
    let failed = || "node-12.15.0 as generator: the service ended with exit status 7";
    Story {
        growth: Step::Failed(failed().to_owned()),
        heap: Step::Skipped("there is no load whose snapshots could be compared".to_owned()),
        app: Step::Skipped("--offline forbids it".to_owned()),
        versions: Step::Failed("the registry gave no list".to_owned()),
        fixed: vec![Step::Failed("node-12.16.2 is not here".to_owned()); 2],
        browsers: vec![Step::Skipped("--no-browser was given".to_owned())],
        pictures: Pictures::default(),
        ..story()
    }
}
