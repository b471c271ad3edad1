//! A story made up by hand, for tests: none of its figures was measured.

use std::time::Duration;

use super::plan::Plan;
use super::story::{
    Browser, CodeFile, Culprits, Heap, Load, Package, Pictures, Step, Story, Subject, Took,
    Versions,
};
use crate::bisect::{Bounds, WindowRow};
use crate::heap::analysis::Analysis;
use crate::heap::read::read;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};
use crate::record::{Space, Verdict};

const REQUESTS: u64 = 20_000;

/// The heap before each load.
const BEFORE: u64 = 5_200_000;

/// Bytes that the first load leaves behind for each request.
const KEPT: f64 = 480.0;

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

fn subject(case: &str, variant: &str, runtime: &str, version: &str, engine: &str) -> Subject {
    Subject {
        case: case.to_owned(),
        variant: variant.to_owned(),
        runtime: runtime.to_owned(),
        version: version.to_owned(),
        engine_version: engine.to_owned(),
        flags: String::new(),
    }
}

pub(super) fn load(version: &str, engine: &str, variant: &str, kept: f64) -> Load {
    let leaks = kept > 20.0;
    let rate = 1_000.0;
    Load {
        subject: subject("service", variant, "node", version, engine),
        rate,
        requests_per_sec: 1_000.02,
        duration_s: REQUESTS as f64 / rate,
        warm_up_requests: 2_000,
        requests: REQUESTS,
        requests_failed: 0,
        first_failure: None,
        heap_before_bytes: BEFORE,
        heap_after_bytes: BEFORE + (kept * REQUESTS as f64) as u64,
        bytes_per_request: kept,
        bytes_per_request_low: kept * 0.75,
        bytes_per_request_high: kept * 1.25,
        bytes_a_day: leaks.then_some(kept * rate * 86_400.0),
        peak_rss_bytes: Some(71_000_000),
        p50_ns: 812_000,
        p99_ns: 3_120_000,
        p999_ns: 9_010_000,
        verdict: if leaks { Verdict::Leaks } else { Verdict::Stable },
        space: leaks.then_some(Space::Heap),
        reason: String::new(),
        further_requests: 0,
    }
}

/// The same where it is external memory that leaks.
pub(super) fn outside_the_heap(load: Load) -> Load {
    Load {
        heap_after_bytes: load.heap_before_bytes,
        bytes_per_request: 0.0,
        bytes_per_request_low: 0.0,
        bytes_per_request_high: 0.0,
        bytes_a_day: None,
        verdict: Verdict::Leaks,
        space: Some(Space::External),
        reason: "what grows is external memory, as of buffers: 640 bytes/request".to_owned(),
        ..load
    }
}

/// The same where nothing is sure.
pub(super) fn unsure(load: Load) -> Load {
    Load {
        bytes_a_day: None,
        verdict: Verdict::Inconclusive,
        space: None,
        reason: "has not settled".to_owned(),
        further_requests: 4_321,
        ..load
    }
}

/// The heap of the seed that has the article's leak.
fn analysis() -> Analysis {
    let file = include_bytes!("../../fuzz/seeds/all-kinds.json");
    Analysis::new(read(&file[..], None).unwrap(), Rules::Today)
}

/// What leaks in it, as if it had been compared with an older one.
pub(super) fn suspect() -> Suspect {
    let mut suspect = suspects(&analysis(), None, &Thresholds::default()).remove(0);
    suspect.growth_bytes = Some(9_450_000);
    suspect
}

fn heap() -> Heap {
    let suspect = suspect();
    let gained = KEPT * REQUESTS as f64;
    Heap {
        before_bytes: 5_150_000,
        after_bytes: analysis().total_bytes(),
        explained_share: suspect.growth_bytes.map(|growth| growth as f64 / gained),
        suspects: vec![suspect],
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

fn browser(version: &str, engine: &str, rate: f64) -> Browser {
    let leaks = rate > 1.0;
    Browser {
        subject: subject("instance-loop", "generator", "chromium", version, engine),
        ops: 393_216,
        elapsed_s: 1.8,
        bytes_per_op: Some(rate),
        bytes_per_op_low: Some(rate * 0.75),
        bytes_per_op_high: Some(rate * 1.25),
        verdict: if leaks { Verdict::Leaks } else { Verdict::Stable },
        space: Space::Heap,
        reason: if leaks { "grows in proportion to ops" } else { "does not grow" }.to_owned(),
    }
}

/// A window that is exact.
pub(super) fn window(line: &str, first: &str, last: &str, fixed_in: Option<&str>) -> WindowRow {
    WindowRow {
        runtime: "node",
        line: line.to_owned(),
        bounds: Bounds::Leak { first_leaking: first.to_owned(), last_leaking: last.to_owned() },
        fixed_in: fixed_in.map(str::to_owned),
        stable_before: None,
        is_exact: true,
        untested_before: Vec::new(),
        untested_after: Vec::new(),
    }
}

pub(super) fn story() -> Story {
    let steps = [
        ("runtimes", 0.4),
        ("growth", 21.9),
        ("heap", 0.3),
        ("culprits", 6.3),
        ("versions", 58.2),
        ("cure", 21.5),
        ("fixed", 43.2),
        ("browsers", 3.6),
    ];
    let (leaking, fixed) = ("7.7.299.13-node.16", "7.8.279.23-node.34");
    let text = str::to_owned;
    Story {
        started_at: text("2026-02-03T04:05:06Z"),
        elapsed_s: 155.4,
        steps: steps.map(|(step, elapsed_s)| Took { step, elapsed_s }).to_vec(),
        machine: text("a machine, 2 cores"),
        arguments: ["investigate", "--rate", "1000"].map(text).to_vec(),
        growth: Step::Found(load("12.15.0", leaking, "generator", KEPT)),
        heap: Step::Found(heap()),
        service: Step::Found(service()),
        app: Step::Found(app()),
        app_is_sample: true,
        versions: Step::Found(Versions {
            case: text("instance-loop"),
            variant: text("generator"),
            flags: String::new(),
            summary: text("instance-loop as generator leaks in node [11.0.0, 12.16.0)"),
            versions_listed: 203,
            versions_asked: 37,
            probes: 52,
            elapsed_s: 58.1,
            is_exact: true,
            windows: vec![
                window("11", "11.0.0", "11.15.0", None),
                window("12", "12.0.0", "12.15.0", Some("12.16.0")),
            ],
        }),
        cure: Step::Found(load("12.15.0", leaking, "async", 1.0)),
        fixed: vec![
            Step::Found(load("12.16.2", fixed, "generator", 2.0)),
            Step::Found(load("12.16.2", fixed, "async", 1.0)),
        ],
        browsers: vec![
            Step::Found(browser("80.0.3987", "8.0.426", 9.72)),
            Step::Found(browser("81.0.4044", "8.1.307", 0.0)),
        ],
        pictures: Pictures {
            growth: Some(text("memory-growth.svg")),
            cure: Some(text("memory-cure.svg")),
            fixed: Some(text("memory-fixed.svg")),
        },
        files: ["story.json", "loads.json", "bisect.json", "leak.json"].map(text).to_vec(),
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
        files: ["story.json", "loads.json"].map(str::to_owned).to_vec(),
        ..story()
    }
}
