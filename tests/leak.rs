//! Verdicts on real versions of Node.js: the article's case, and a zoo of programs whose truth is known.
//!
//! Each program is judged once here. All of them ten times on old and new versions, with a table:
//! `cargo test --test main leak -- --ignored --nocapture`; `ZOO_RUNS` says how many times instead of ten, and
//! `ZOO_ONLY` which programs and versions, as parts of their names.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use awaitbench::facade::Catalogue;
use awaitbench::facade::Problem;
use awaitbench::facade::{Holder, Limits, ProbePlan, Probed, Space, Verdict, leak_probe};
use awaitbench::facade::{Runtime, Settings};
use node_semver::Version;

use crate::support::provided;

/// What a verdict may take by default: of the ten runs of each.
const BUDGET: Duration = Duration::from_secs(10);

/// What it may take here. A machine that compiles meanwhile is slower, and no test is about that; a verdict
/// that is sure earlier takes no longer for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// From here on there are `WeakRef` and `FinalizationRegistry`.
const WEAK_REFS: (u64, u64) = (14, 6);

/// A program of `tests/zoo`, and what is true of it.
struct Program {
    name: &'static str,
    verdict: Verdict,
    /// Where it may be said to leak.
    spaces: &'static [Space],
    /// The version that it is judged on every time the tests are run.
    version: &'static str,
    needs_weak_refs: bool,
}

const fn leaking(name: &'static str, version: &'static str) -> Program {
    let spaces = &[Space::Heap];
    Program { name, verdict: Verdict::Leaks, spaces, version, needs_weak_refs: false }
}

const fn stable(name: &'static str, version: &'static str) -> Program {
    Program { verdict: Verdict::Stable, spaces: &[], ..leaking(name, version) }
}

const ZOO: [Program; 20] = [
    leaking("list", "8.17.0"),
    leaking("list-thousandth", "24.21.0"),
    stable("cache-ten-thousand", "8.17.0"),
    stable("cache-million", "12.16.0"),
    stable("cache-searched", "8.17.0"),
    stable("ring", "24.21.0"),
    leaking("emitter-closures", "24.21.0"),
    leaking("timers", "8.17.0"),
    Program {
        spaces: &[Space::External, Space::ArrayBuffers],
        ..leaking("external-buffers", "12.16.0")
    },
    leaking("weakmap-live-keys", "24.21.0"),
    stable("weakmap-dead-keys", "8.17.0"),
    Program { needs_weak_refs: true, ..stable("weakref-registry", "24.21.0") },
    Program { needs_weak_refs: true, ..leaking("weakref-list", "24.21.0") },
    leaking("promise-race", "24.21.0"),
    leaking("recursive-chain", "12.16.0"),
    stable("microtask-loop", "12.16.0"),
    stable("interned-strings", "8.17.0"),
    stable("compiled-code", "24.21.0"),
    stable("global-cache", "12.16.0"),
    stable("module-cache", "24.21.0"),
];

/// Old and new.
const VERSIONS: [&str; 3] = ["8.17.0", "12.16.0", "24.21.0"];

/// The article's case on either side of its boundaries.
const ARTICLE: [(&str, &str, Verdict); 7] = [
    ("8.17.0", "generator", Verdict::Stable),
    ("11.15.0", "generator", Verdict::Leaks),
    ("12.15.0", "generator", Verdict::Leaks),
    ("12.15.0", "async", Verdict::Stable),
    ("12.16.0", "generator", Verdict::Stable),
    ("24.21.0", "generator", Verdict::Stable),
    ("24.21.0", "async", Verdict::Stable),
];

/// Each program's folder, the version that it is judged on, and what is true of it.
pub(crate) fn zoo() -> impl Iterator<Item = (PathBuf, &'static str, Verdict)> {
    ZOO.iter().map(|program| (PathBuf::from(program.folder()), program.version, program.verdict))
}

async fn node(version: &str) -> Runtime {
    provided("node", version).await
}

/// The verdict on a built-in case or one in a folder; `None` if the runtime can't execute it.
async fn judged(runtime: &Runtime, case: &str, variant: &str, budget: Duration) -> Option<Probed> {
    let catalogue = Catalogue::locate();
    let case = catalogue.find(case).unwrap();
    let driver = catalogue.driver("node");
    let plan = ProbePlan {
        driver: &driver,
        case: &case,
        variant: case.variant(variant).unwrap(),
        settings: Settings::NONE,
        budget,
        limits: Limits::OPS,
    };
    match leak_probe(runtime, &plan).await {
        Ok(probed) => Some(probed),
        Err(error) if matches!(error.problem, Problem::Unsupported(_)) => None,
        Err(error) => panic!("{} {}: {error}", runtime.id(), case.name),
    }
}

impl Program {
    fn folder(&self) -> String {
        let zoo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo");
        zoo.join(self.name).to_str().unwrap().to_owned()
    }

    fn is_supported(&self, version: &Version) -> bool {
        !self.needs_weak_refs || (version.major, version.minor) >= WEAK_REFS
    }

    /// What is wrong with what was found, if anything; an inconclusive verdict is not wrong.
    fn wrong(&self, version: &Version, found: Option<&Probed>) -> Option<String> {
        let of = format!("{} on {version}", self.name);
        let Some(probed) = found else {
            return self.is_supported(version).then(|| format!("{of}: unsupported"));
        };
        let finding = &probed.finding;
        let is_there = finding.verdict != Verdict::Leaks || self.spaces.contains(&finding.space);
        let is_right = finding.verdict == self.verdict && is_there;
        if self.is_supported(version) && (is_right || finding.verdict == Verdict::Inconclusive) {
            return None;
        }
        Some(format!("{of}: {finding:?} after {} ops, {:?}", probed.ops, probed.series))
    }
}

fn is(probed: &Probed, verdict: Verdict) -> bool {
    probed.finding.verdict == verdict
}

#[tokio::test]
async fn the_articles_leak_is_there_in_12_15_and_gone_in_12_16() {
    for (version, variant, verdict) in ARTICLE {
        let node = node(version).await;
        let probed = judged(&node, "instance-loop", variant, PATIENCE).await.unwrap();
        println!(
            "{version} {variant}: {:?} {} ops {:?}",
            probed.finding, probed.ops, probed.elapsed
        );
        assert!(is(&probed, verdict), "{version} {variant}: {probed:?}");
        if verdict == Verdict::Leaks {
            assert_eq!(probed.holder, Some(Holder::Runtime), "{version}");
        }
    }
}

/// Of the whole zoo: its versions are tests of their own, so that they need not wait for one another.
static INCONCLUSIVE: AtomicU32 = AtomicU32::new(0);

async fn no_program_is_judged_wrongly(version: &str) {
    assert!(ZOO.iter().all(|program| VERSIONS.contains(&program.version)), "one is left out");
    let runtime = node(version).await;
    let mut wrong = Vec::new();
    for program in ZOO.iter().filter(|program| program.version == version) {
        let found = judged(&runtime, &program.folder(), "plain", PATIENCE).await;
        let probed = found.as_ref();
        println!(
            "{} {}: {:?} {:?} ops {:?}",
            program.name,
            program.version,
            probed.map(|it| it.finding),
            probed.map(|it| it.ops),
            probed.map(|it| it.elapsed)
        );
        let is_open = probed.is_some_and(|it| is(it, Verdict::Inconclusive));
        INCONCLUSIVE.fetch_add(u32::from(is_open), Ordering::Relaxed);
        wrong.extend(program.wrong(&runtime.version, probed));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let inconclusive = INCONCLUSIVE.load(Ordering::Relaxed);
    assert!(inconclusive <= 1, "{inconclusive} verdicts are inconclusive");
}

#[tokio::test]
async fn no_program_of_the_zoo_is_judged_wrongly_on_8() {
    no_program_is_judged_wrongly(VERSIONS[0]).await;
}

#[tokio::test]
async fn no_program_of_the_zoo_is_judged_wrongly_on_12() {
    no_program_is_judged_wrongly(VERSIONS[1]).await;
}

#[tokio::test]
async fn no_program_of_the_zoo_is_judged_wrongly_on_24() {
    no_program_is_judged_wrongly(VERSIONS[2]).await;
}

#[tokio::test]
async fn what_a_version_lacks_is_unsupported() {
    let runtime = node("12.16.0").await;
    for program in ZOO.iter().filter(|program| program.needs_weak_refs) {
        let found = judged(&runtime, &program.folder(), "plain", PATIENCE).await;
        assert!(found.is_none(), "{}", program.name);
    }
}

/// How one program was judged on one version, many times.
#[derive(Default)]
struct Tally {
    leaks: u32,
    stable: u32,
    inconclusive: u32,
    unsupported: u32,
    elapsed: Vec<Duration>,
}

impl Tally {
    fn count(&mut self, found: Option<&Probed>) {
        let Some(probed) = found else {
            self.unsupported += 1;
            return;
        };
        match probed.finding.verdict {
            Verdict::Leaks => self.leaks += 1,
            Verdict::Stable => self.stable += 1,
            Verdict::Inconclusive => self.inconclusive += 1,
        }
        self.elapsed.push(probed.elapsed);
    }

    fn print(&mut self, version: &str, name: &str, truth: &str) {
        let Self { leaks, stable, inconclusive, unsupported, elapsed } = self;
        elapsed.sort();
        let seconds = |at: usize| elapsed.get(at).map_or(f64::NAN, Duration::as_secs_f64);
        let (median, longest) =
            (seconds(elapsed.len() / 2), seconds(elapsed.len().wrapping_sub(1)));
        println!(
            "{version:<9} {name:<24} {truth:<7} {leaks:>5} {stable:>6} {inconclusive:>12} \
             {unsupported:>11} {median:>8.2} {longest:>9.2}"
        );
    }
}

#[tokio::test]
#[ignore = "takes many minutes: prints a table of ten runs each"]
async fn ten_runs_of_each() {
    let variable = |name: &str| std::env::var(name).ok();
    let runs: u32 = variable("ZOO_RUNS").map_or(10, |runs| runs.parse().unwrap());
    let only = variable("ZOO_ONLY").unwrap_or_default();
    let is_wanted =
        |name: String| only.is_empty() || only.split(',').any(|part| name.contains(part));
    println!(
        "version   program                  truth   leaks stable inconclusive unsupported median_s longest_s"
    );
    let mut problems = Vec::new();
    for (version, variant, verdict) in ARTICLE {
        if !is_wanted(format!("instance-loop {variant} {version}")) {
            continue;
        }
        let runtime = node(version).await;
        let mut tally = Tally::default();
        for _ in 0..runs {
            let probed = judged(&runtime, "instance-loop", variant, BUDGET).await;
            if !probed.as_ref().is_some_and(|it| is(it, verdict)) {
                problems.push(format!("instance-loop {variant} on {version}: {probed:?}"));
            }
            tally.count(probed.as_ref());
        }
        tally.print(version, &format!("instance-loop {variant}"), verdict.word());
    }
    for program in &ZOO {
        for version in VERSIONS {
            if !is_wanted(format!("{} {version}", program.name)) {
                continue;
            }
            let runtime = node(version).await;
            let mut tally = Tally::default();
            for _ in 0..runs {
                let probed = judged(&runtime, &program.folder(), "plain", BUDGET).await;
                problems.extend(program.wrong(&runtime.version, probed.as_ref()));
                tally.count(probed.as_ref());
            }
            if tally.inconclusive > 1 {
                problems.push(format!("{} on {version}: too often inconclusive", program.name));
            }
            tally.print(version, program.name, program.verdict.word());
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
