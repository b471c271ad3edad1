//! A story made up by hand, for tests: none of its figures was measured.

use std::collections::BTreeMap;

use super::story::{Browser, Culprits, Heap, Load, Pictures, Step, Story, Took, Versions};
use crate::bisect::sample::bisection;
use crate::heap::analysis::Analysis;
use crate::heap::read::read;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};
use crate::key::Key;
use crate::leak::Judged;
use crate::load::LoadResult;
use crate::record::{Keyed, LeakFigures, LoadFigures, Space, Verdict};
use crate::scan::{Dependent, FileFinding, Findings, PackageFinding, Style};

const REQUESTS: u64 = 20_000;

/// The heap before each load.
const BEFORE: u64 = 5_200_000;

/// Bytes that the first load leaves behind for each request.
const KEPT: f64 = 480.0;

fn key(case: &str, variant: &str, runtime: &str, version: &str, engine: &str) -> Key {
    let engine_version = engine.to_owned();
    Key { runtime: runtime.to_owned(), engine_version, ..Key::node(case, variant, version) }
}

pub(super) fn load(version: &str, engine: &str, variant: &str, kept: f64) -> Load {
    let leaks = kept > 20.0;
    let rate = 1_000.0;
    let row = LoadFigures {
        rate: Some(rate),
        requests_per_sec: Some(1_000.02),
        requests: Some(REQUESTS),
        heap_before_bytes: Some(BEFORE),
        heap_after_bytes: Some(BEFORE + (kept * REQUESTS as f64) as u64),
        bytes_per_request: Some(kept),
        bytes_per_request_low: Some(kept * 0.75),
        bytes_per_request_high: Some(kept * 1.25),
        peak_rss_bytes: Some(71_000_000),
        p50_ns: Some(812_000),
        p99_ns: Some(3_120_000),
        p999_ns: Some(9_010_000),
        verdict: Some(if leaks { Verdict::Leaks } else { Verdict::Stable }),
        space: leaks.then_some(Space::Heap),
        ..LoadFigures::default()
    };
    let key = key("service", variant, "node", version, engine);
    Load {
        result: LoadResult::bare(Keyed { key, row }),
        duration_s: REQUESTS as f64 / rate,
        warm_up_requests: 2_000,
        first_failure: None,
        reason: String::new(),
    }
}

/// The same with other figures.
pub(super) fn with(mut load: Load, change: impl FnOnce(&mut LoadFigures)) -> Load {
    change(&mut load.result.row);
    load
}

/// The same where it is external memory that leaks.
pub(super) fn outside_the_heap(load: Load) -> Load {
    let reason = "what grows is external memory, as of buffers: 640 bytes/request".to_owned();
    let load = with(load, |row| {
        row.heap_after_bytes = row.heap_before_bytes;
        row.bytes_per_request = Some(0.0);
        (row.bytes_per_request_low, row.bytes_per_request_high) = (Some(0.0), Some(0.0));
        (row.verdict, row.space) = (Some(Verdict::Leaks), Some(Space::External));
    });
    Load { reason, ..load }
}

/// The same where nothing is sure.
pub(super) fn unsure(load: Load) -> Load {
    let load = with(load, |row| {
        (row.verdict, row.space) = (Some(Verdict::Inconclusive), None);
        row.further_requests = Some(4_321);
    });
    Load { reason: "has not settled".to_owned(), ..load }
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

fn package(name: &str, file: &str, call_sites: u64, leaking_call_sites: u64) -> PackageFinding {
    let file = FileFinding {
        path: file.to_owned(),
        call_sites,
        leaking_call_sites,
        styles: BTreeMap::new(),
        loaded_by: Vec::new(),
    };
    PackageFinding {
        name: name.to_owned(),
        call_sites,
        leaking_call_sites,
        styles: vec![Style::TypescriptAwaiter],
        file_list: vec![file],
        ..PackageFinding::default()
    }
}

fn service() -> Culprits {
    let packages = vec![package("service", "generator.js", 16, 15)];
    let findings = Findings { packages, packages_seen: 1, files_seen: 2, ..Findings::default() };
    Culprits { folder: "service".to_owned(), findings }
}

fn app() -> Culprits {
    let package = |name: &str, call_sites: u64, needed_by: &[&str]| {
        let dependent = |name: &&str| Dependent {
            name: (*name).to_owned(),
            version: None,
            path: String::new(),
        };
        PackageFinding {
            version: Some("2.1.0".to_owned()),
            loaded_call_sites: call_sites - 1,
            styles: vec![Style::TypescriptAwaiter, Style::Co],
            dependents: needed_by.iter().map(dependent).collect(),
            ..package(name, "index.js", call_sites, call_sites - 2)
        }
    };
    let packages = vec![
        package("queue|writer", 14, &["sample-app", "a", "b", "c"]),
        package("@scope/other", 3, &[]),
    ];
    let findings =
        Findings { packages, packages_seen: 41, files_seen: 1_210, ..Findings::default() };
    Culprits { folder: "sample-app".to_owned(), findings }
}

fn browser(version: &str, engine: &str, rate: f64) -> Browser {
    let leaks = rate > 1.0;
    let row = LeakFigures {
        ops: Some(393_216),
        elapsed_s: Some(1.8),
        bytes_per_op: Some(rate),
        bytes_per_op_low: Some(rate * 0.75),
        bytes_per_op_high: Some(rate * 1.25),
        verdict: Some(if leaks { Verdict::Leaks } else { Verdict::Stable }),
        space: Some(Space::Heap),
        ..LeakFigures::default()
    };
    let row = Keyed { key: key("instance-loop", "generator", "chromium", version, engine), row };
    let judged = Judged { row, series: Vec::new(), snapshots: None };
    let reason = if leaks { "grows in proportion to ops" } else { "does not grow" }.to_owned();
    Browser { judged, reason }
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
        versions: Step::Found(Versions(bisection(&[
            ("11", "y..............y"),
            ("12", "y..............yn"),
        ]))),
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
