//! Suspects in snapshots of real processes: the article's leak in Node.js and in Chromium, and the first
//! versions that have it cured.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::Duration;

use awaitbench::facade::Catalogue;
use awaitbench::facade::Settings;
use awaitbench::facade::{Pair, two_snapshots};
use awaitbench_heap::analysis::Analysis;
use awaitbench_heap::rules::Rules;
use awaitbench_heap::suspects::{Findings, Suspect, Thresholds, findings, suspects};

use crate::support::provided;

/// Enough for the list to be several megabytes, few enough for a slow machine.
const OPS: u64 = 600_000;

/// What is suspicious after the instance loop as generator, in the snapshots that `awaitbench leak --snapshots` takes: with
/// the older one and without.
async fn found_on(family: &'static str, version: &str) -> [Vec<Suspect>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let runtime = provided(family, version).await;
    let catalogue = Catalogue::locate();
    let case = catalogue.find("instance-loop").unwrap();
    let driver = catalogue.driver(family);
    let variant = case.variant("generator").unwrap();
    let pair = Pair {
        driver: &driver,
        case: &case,
        variant,
        settings: Settings::NONE,
        ops: OPS,
        time: Duration::from_secs(60),
        folder: folder.path(),
    };
    let files = two_snapshots(&runtime, &pair, &|_| ()).await.unwrap().files;
    let [before, after] = files.map(|file| Analysis::open(&file, Rules::Today).unwrap());
    let limits = Thresholds::default();
    [suspects(&after, Some(&before), &limits), suspects(&after, None, &limits)]
}

/// The share is that of the whole heap, which is larger in a browser.
fn assert_is_the_article_s_leak(found: &[Suspect], least_share: f64) {
    let first = &found[0];
    assert_eq!(first.name, "Generator", "{found:#?}");
    assert_eq!(first.known_cause.unwrap().id, "v8-prototype-users");
    assert!(first.retained_share > least_share, "{}", first.retained_share);
    assert!(first.shallow_share < 0.001, "{}", first.shallow_share);
    let edges: Vec<&str> = first.path.iter().map(|step| &step.edge[..]).collect();
    assert_eq!(
        edges[edges.len() - 4..edges.len() - 1],
        ["initial_generator_prototype", "map", "prototype_info"]
    );
    // The bytes are in one array that only V8 sees.
    assert!(first.path.last().unwrap().self_bytes > first.retained_bytes * 9 / 10);
}

#[tokio::test]
async fn the_article_s_leak_is_the_first_suspect_on_12_15_0() {
    for found in found_on("node", "12.15.0").await {
        assert_is_the_article_s_leak(&found, 0.5);
    }
}

#[tokio::test]
async fn nothing_is_suspicious_on_12_16_0() {
    for found in found_on("node", "12.16.0").await {
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn the_article_s_leak_is_the_first_suspect_in_chromium_80() {
    for found in found_on("chromium", "80.0.3987").await {
        assert_is_the_article_s_leak(&found, 0.5);
    }
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn nothing_is_suspicious_in_chromium_81_and_the_newest() {
    for version in ["81.0.4044", "153.0.8010"] {
        for found in found_on("chromium", version).await {
            assert!(found.is_empty(), "{version}: {found:#?}");
        }
    }
}

/// Takes two snapshots of a program of `tests/heap/causes` and asks what is suspicious.
async fn found_in(program: &str, version: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let runtime = provided("node", version).await;
    let causes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/heap/causes");
    let done = tokio::process::Command::new(runtime.path.as_path())
        .args([&causes.join("pair.js"), &causes.join(program)])
        .arg(folder.path())
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    let [before, after] = ["a", "b"].map(|name| {
        let file = folder.path().join(format!("{name}.heapsnapshot"));
        Analysis::open(&file, Rules::Today).unwrap()
    });
    findings(&after, &[before], &Thresholds::default())
}

/// Programs whose leak has a known cause: it is what is said first, with the variable and its file where the
/// program's own way leads there.
#[tokio::test]
async fn known_causes_are_named_first() {
    for (program, cause, variable) in [
        ("abort-listeners.js", "abort-signal-listeners", Some("shutdown.")),
        ("abort-any.js", "abort-signal-any", Some("gcPersistentSignals")),
        ("finalization.js", "finalization-registry-cells", Some("registry")),
        ("timers.js", "timers-as-numbers", Some("knownTimersById")),
        ("marks.js", "performance-entries", Some("markEntryBuffer")),
        ("race.js", "promise-reactions", Some("shutdown")),
        ("imports.js", "imported-modules", None),
    ] {
        let found = found_in(program, "18.20.8").await.suspects;
        let first = found.first().unwrap_or_else(|| panic!("{program}: no suspect"));
        assert_eq!(first.known_cause.map(|cause| cause.id), Some(cause), "{program}: {first}");
        if let Some(variable) = variable {
            let told = first.variable.as_deref().unwrap_or_default();
            assert!(told.starts_with(variable), "{program}: {first}");
        }
        let file = first.declared_in.as_deref().unwrap_or_default();
        let is_own = ["abort-listeners.js", "finalization.js", "race.js"].contains(&program);
        assert!(!is_own || file.ends_with(program), "{program}: {first}");
        let is_function = |function: &String| function.contains(&format!("{program}:"));
        assert!(!is_own || first.seen_by.as_ref().is_some_and(is_function), "{program}: {first}");
    }
}

/// Where each of many is held by itself, and below the size that is looked for.
#[tokio::test]
async fn classes_are_named_where_no_object_explains_the_growth() {
    let found = found_in("compiled.js", "16.14.0").await;
    assert!(found.suspects.is_empty(), "{:#?}", found.suspects);
    let first = &found.classes[0];
    assert_eq!((&first.name[..], first.count), ("CompiledFnEntry", 8000));
    assert!(first.is_suspicious && first.growth_bytes > 3_000_000, "{first:#?}");
    assert_eq!(first.held_by.as_deref(), Some("Node / CompiledFnEntry"));
    assert_eq!(first.known_cause.unwrap().id, "vm-compiled-functions");

    let found = found_in("storages.js", "18.20.8").await;
    assert!(found.suspects.is_empty(), "{:#?}", found.suspects);
    let first = &found.classes[0];
    assert!(!first.is_suspicious);
    assert_eq!((&first.name[..], first.count), ("AsyncLocalStorage", 1500));
    assert_eq!(first.known_cause.unwrap().id, "async-local-storages");
}
