//! Flags and settings are part of the key: results under different ones never mix.

#![cfg(target_os = "linux")]

use std::path::Path;

use serde_json::Value;

use crate::support::{awaitbench, machine_folder, stderr, stdout};

fn run(folder: &Path, arguments: &[&str]) -> Value {
    let output = awaitbench(folder)
        .args(["run", "--quick", "--invocations", "1", "--format", "json", "--quiet"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn words(answer: &Value, name: &str) -> Vec<String> {
    let rows = answer[name].as_array().unwrap().iter();
    let mut found: Vec<String> =
        rows.map(|row| row["flags"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

#[test]
fn results_under_different_settings_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let case = ["--case", "await-two", "--runtime", "node@12.16.2"];
    let settings: [&[&str]; 4] =
        [&[], &["--semi-space", "2"], &["--async-hooks"], &["--runtime-flag=--no-opt"]];
    for extra in settings {
        let answer = run(folder.path(), &[&case[..], extra].concat());
        assert_eq!(answer["cells"].as_array().unwrap().len(), 2, "this run's own: {extra:?}");
        assert_eq!(answer["ratios"].as_array().unwrap().len(), 1, "{extra:?}");
    }
    let report = awaitbench(folder.path()).args(["report", "--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let semi = "--min-semi-space-size=2 --max-semi-space-size=2";
    let all = ["", "--no-opt", "async-hooks", semi];
    let sorted = |repeat: usize| {
        let mut all: Vec<String> =
            all.iter().flat_map(|word| vec![(*word).to_owned(); repeat]).collect();
        all.sort();
        all
    };
    assert_eq!(words(&report, "cells"), sorted(2));
    assert_eq!(words(&report, "ratios"), sorted(1));
    let generator = |flags: &str| {
        let mut cells = report["cells"].as_array().unwrap().iter();
        cells.find(|cell| cell["flags"] == flags && cell["variant"] == "generator").unwrap()
    };
    // The flags reached the runtime, which says what it made of them.
    let space = |flags: &str| generator(flags)["semi_space_bytes"].as_u64().unwrap();
    assert!(space(semi) <= 2 << 20 && space(semi) > 1 << 20, "{}", space(semi));
    assert!(space("") > 4 << 20, "{}", space(""));

    // Rows, plots and comparisons keep them apart as well.
    let table = awaitbench(folder.path()).args(["report", "--plots", "drawn"]).output().unwrap();
    for label in ["12.16.2 --no-opt", "12.16.2 async-hooks", &format!("12.16.2 {semi}")] {
        assert!(stdout(&table).contains(label), "{label}: {}", stdout(&table));
    }
    let plots = machine_folder(&folder.path().join("results"));
    let plots = folder.path().join("drawn").join(plots.file_name().unwrap());
    let svg = std::fs::read_to_string(plots.join("throughput-await-two.svg")).unwrap();
    assert!(svg.contains("async-hooks") && svg.contains("--no-opt"), "{svg}");
    let machine = machine_folder(&folder.path().join("results"));
    let machine = machine.to_str().unwrap();
    let same =
        awaitbench(folder.path()).args(["compare", machine, machine, "--format", "json"]).output();
    let same: Value = serde_json::from_slice(&same.unwrap().stdout).unwrap();
    assert_eq!(words(&same, "changes"), sorted(2));
}

#[test]
fn another_setting_is_another_plan() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "--quick", "--case", "await-two", "--runtime", "node@12.16.2"];
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder.path())
        .args(arguments)
        .args(["--invocations", "50", "--async-hooks", "--quiet"])
        .spawn()
        .unwrap();
    crate::support::wait_until("the plan is on disk", || {
        let results = std::fs::read_dir(folder.path().join("results")).into_iter().flatten();
        results.flatten().any(|entry| entry.path().join("unfinished.toml").is_file())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let refused = awaitbench(folder.path())
        .args(arguments)
        .args(["--invocations", "50", "--resume"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let words = stderr(&refused);
    assert!(words.contains("await-two on node-12.16.2 async-hooks"), "{words}");
}

#[test]
fn settings_that_contradict_or_can_not_be_are_said() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (
            &["--semi-space", "4", "--runtime-flag=--max_semi_space_size=8"][..],
            "both set the semi-spaces",
        ),
        (&["--semi-space", "0"][..], "0 is not in 1..=1024"),
    ] {
        let output = awaitbench(folder.path())
            .args(["run", "--quick", "--case", "await-two", "--runtime", "node@12.16.2"])
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    // Node 6 has no async hooks: a result, not a failure.
    let output = awaitbench(folder.path())
        .args(["run", "--quick", "--case", "await-two", "--variant", "generator", "--quiet"])
        .args(["--runtime", "node@6.17.1", "--async-hooks", "--format", "json"])
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["cells"][0]["status"], "unsupported", "{answer:#}");
}
