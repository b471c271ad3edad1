//! Verdicts on real versions of Node.js.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Duration;

use awaitbench::case::Catalogue;
use awaitbench::leak::{Holder, Limits, Plan, Probed, Verdict, probe};
use awaitbench::runtime::{Environment, Family, Resolver, Settings};
use node_semver::Version;

async fn instance_loop(version: &str, variant: &str) -> Probed {
    let resolver = Resolver::open(Environment::current(), false).await;
    let version = Version::parse(version).unwrap();
    let node = Family::named("node").unwrap();
    let runtime = resolver.provide(node, &version, &()).await.unwrap();
    let catalogue = Catalogue::locate();
    let case = catalogue.find("instance-loop").unwrap();
    let driver = catalogue.driver("node");
    let plan = Plan {
        driver: &driver,
        case: &case,
        variant: case.variant(variant).unwrap(),
        settings: Settings::NONE,
        budget: Duration::from_secs(10),
        limits: Limits::OPS,
    };
    let probed = probe(&runtime, &plan).await.unwrap();
    println!("{version} {variant}: {:?} {} ops {:?}", probed.finding, probed.ops, probed.elapsed);
    probed
}

#[tokio::test]
// Of generators that do not leak (8.17.0, 12.16.0, 24.21.0) the verdict is not sure yet: LEAK.md's issue is open.
async fn the_articles_leak_is_there_in_12_15_and_gone_in_12_16() {
    for (version, variant, verdict) in [
        ("11.15.0", "generator", Verdict::Leaks),
        ("12.15.0", "generator", Verdict::Leaks),
        ("12.15.0", "async", Verdict::Stable),
        ("24.21.0", "async", Verdict::Stable),
    ] {
        let probed = instance_loop(version, variant).await;
        // On a busy machine the budget may end before what does not leak has settled.
        let unsettled =
            verdict == Verdict::Stable && probed.finding.verdict == Verdict::Inconclusive;
        assert!(
            unsettled || probed.finding.verdict == verdict,
            "{version} {variant}: {:?}",
            probed.finding
        );
        if verdict == Verdict::Leaks {
            assert_eq!(probed.holder, Some(Holder::Runtime), "{version}");
        }
    }
}
