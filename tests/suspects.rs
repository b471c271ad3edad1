//! Suspects in snapshots of real processes: the article's leak, and a version that has it cured.

#![cfg(target_os = "linux")]
// A test that can't go on has failed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use awaitbench::case::Catalogue;
use awaitbench::heap::analysis::Analysis;
use awaitbench::heap::rules::Rules;
use awaitbench::heap::suspects::{Suspect, Thresholds, suspects};
use awaitbench::runtime::{Environment, Family, Resolver, Settings};
use awaitbench::session::{Deadlines, Session, Workload};
use node_semver::Version;

/// Enough for the list to be several megabytes, few enough for a slow machine.
const OPS: u64 = 600_000;

/// What is suspicious after the instance loop as generator: with an older snapshot and without.
async fn found_on(version: &str, folder: &Path) -> [Vec<Suspect>; 2] {
    let resolver = Resolver::open(Environment::current(), false).await;
    let version = Version::parse(version).unwrap();
    let node = Family::named("node").unwrap();
    let runtime = resolver.provide(node, &version, &()).await.unwrap();
    let catalogue = Catalogue::locate();
    let case = catalogue.find("instance-loop").unwrap();
    let driver = catalogue.driver("node");
    let variant = case.variant("generator").unwrap();
    let workload = Workload::of(&case, variant, &driver, Settings::NONE);
    let mut session = Session::start(&runtime, workload, Deadlines::default()).await.unwrap();
    let files = ["before", "after"].map(|name| folder.join(format!("{name}.heapsnapshot")));
    session.run(1000).await.unwrap();
    session.snapshot(&files[0]).await.unwrap();
    session.run(OPS).await.unwrap();
    session.snapshot(&files[1]).await.unwrap();
    session.close().await;
    let [before, after] = files.map(|file| Analysis::open(&file, Rules::Today).unwrap());
    let limits = Thresholds::default();
    [suspects(&after, Some(&before), &limits), suspects(&after, None, &limits)]
}

#[tokio::test]
async fn the_article_s_leak_is_the_first_suspect_on_12_15_0() {
    let folder = tempfile::tempdir().unwrap();
    for found in found_on("12.15.0", folder.path()).await {
        let first = &found[0];
        assert_eq!(first.name, "Generator", "{found:#?}");
        assert_eq!(first.known_cause.unwrap().id, "v8-prototype-users");
        assert!(first.retained_share > 0.5, "{}", first.retained_share);
        assert!(first.shallow_share < 0.001, "{}", first.shallow_share);
        let edges: Vec<&str> = first.path.iter().map(|step| &step.edge[..]).collect();
        assert_eq!(
            edges[edges.len() - 4..edges.len() - 1],
            ["initial_generator_prototype", "map", "prototype_info"]
        );
        // The bytes are in one array that only V8 sees.
        assert!(first.path.last().unwrap().self_bytes > first.retained_bytes * 9 / 10);
    }
}

#[tokio::test]
async fn nothing_is_suspicious_on_12_16_0() {
    let folder = tempfile::tempdir().unwrap();
    for found in found_on("12.16.0", folder.path()).await {
        assert!(found.is_empty(), "{found:#?}");
    }
}
