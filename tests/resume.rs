//! A run that is killed goes on where it was: nothing twice, nothing lost.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use awaitbench::facade::{Kind, SampleRow, find_machines};

use crate::support::{awaitbench, stderr, wait_until};

/// The arguments of the run that is broken off again and again.
fn arguments(extra: &[&str]) -> Vec<String> {
    let plan = ["run", "--quick", "--quiet", "--case", "await-two", "--runtime", "node@12.16.2"];
    plan.iter().chain(extra).map(|text| (*text).to_owned()).collect()
}

fn count(samples: &[SampleRow], variant: &str, kind: Kind) -> usize {
    samples.iter().filter(|row| row.key.variant == variant && row.kind == kind).count()
}

fn samples(folder: &Path) -> Vec<SampleRow> {
    find_machines(&folder.join("results")).unwrap()[0].samples().unwrap()
}

/// The living processes that work in `folder`: whatever a run there has started.
fn living_in(folder: &Path) -> Vec<u32> {
    let folder = folder.canonicalize().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    // That of a process which is only waiting to be reaped can't be read.
    ids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|at| at == folder))
        .collect()
}

#[test]
fn a_run_killed_at_five_random_moments_ends_like_an_unbroken_one() {
    let folder = tempfile::tempdir().unwrap();
    for attempt in 0..5 {
        let resume: &[&str] = if attempt == 0 { &[] } else { &["--resume"] };
        let mut child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
            .current_dir(folder.path())
            .args(arguments(&[&["--invocations", "15"], resume].concat()))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if attempt == 0 {
            // Later attempts need a plan to resume.
            let results = folder.path().join("results");
            wait_until("the plan is on disk", || {
                let machines = fs::read_dir(&results).into_iter().flatten().flatten();
                machines
                    .map(|entry| entry.path().join("unfinished.toml"))
                    .any(|file| file.is_file())
            });
        }
        // From before the first sample to after the second invocation.
        let moment = Duration::from_millis(rand::random_range(200..1_200));
        println!("attempt {attempt} is killed after {moment:?}");
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        wait_until("nothing that it started is left", || living_in(folder.path()).is_empty());
    }
    let before: BTreeSet<u32> = samples(folder.path())
        .iter()
        .filter(|row| row.kind == Kind::MemoryAfter)
        .map(|row| row.invocation)
        .collect();
    let end = awaitbench(folder.path())
        .args(arguments(&["--invocations", "15", "--resume"]))
        .output()
        .unwrap();
    assert!(end.status.success(), "{}", stderr(&end));
    let samples = samples(folder.path());
    for variant in ["async", "generator"] {
        assert_eq!(count(&samples, variant, Kind::Batch), 15 * 8, "{variant}");
        assert_eq!(count(&samples, variant, Kind::MemoryAfter), 15, "{variant}");
    }
    let counted = samples.iter().filter(|row| row.kind == Kind::Batch);
    let places: BTreeSet<_> =
        counted.clone().map(|row| (&row.key.variant, row.invocation, row.position)).collect();
    assert_eq!(places.len(), counted.count(), "no place is taken twice");
    let runs: BTreeSet<&String> = samples.iter().map(|row| &row.run).collect();
    assert_eq!(runs.len(), 1, "one run from start to end");
    assert!(before.len() < 15, "the run was never broken off");
    let machine = &find_machines(&folder.path().join("results")).unwrap()[0];
    assert_eq!(machine.unfinished().unwrap(), None);
    for cell in machine.cells().unwrap() {
        assert_eq!((cell.invocations, cell.samples), (Some(15), Some(120)));
    }
}

#[test]
fn another_plan_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = awaitbench(folder.path()).args(arguments(&["--resume"])).output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
    assert!(stderr(&nothing).contains("nothing to resume"), "{}", stderr(&nothing));

    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder.path())
        .args(arguments(&["--invocations", "15"]))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let results = folder.path().join("results");
    wait_until("the plan is on disk", || {
        let machines = fs::read_dir(&results).into_iter().flatten().flatten();
        machines.map(|entry| entry.path().join("unfinished.toml")).any(|file| file.is_file())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let refused = awaitbench(folder.path())
        .args(arguments(&["--resume", "--invocations", "4"]))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let words = stderr(&refused);
    assert!(words.contains("invocations is \"15\" there and \"4\" here"), "{words}");
}

#[test]
fn precision_ends_a_run_when_it_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let output = awaitbench(folder.path())
        .args(arguments(&["--precision", "60%", "--format", "json"]))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let invocations = answer["cells"][0]["invocations"].as_u64().unwrap();
    assert!((5..50).contains(&invocations), "{invocations}");
    let ratio = &answer["ratios"][0];
    let width = ratio["ratio_high"].as_f64().unwrap() - ratio["ratio_low"].as_f64().unwrap();
    assert!(width / 2.0 / ratio["ratio"].as_f64().unwrap() <= 0.6, "{ratio}");
}
