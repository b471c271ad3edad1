//! `awaitbench leak` as a user calls it, on real versions of Node.js.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{
    LARGE, awaitbench, case_of, fake_node, kill, living_with, machine_folder, stderr, stdout,
    wait_until, written,
};

/// `awaitbench leak` on one version, with what else is asked.
fn leak(folder: &Path, runtime: &str, more: &[&str]) -> Output {
    let mut command = awaitbench(folder);
    command.args(["leak", "--format", "json", "--runtime", runtime]).args(more);
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)))
}

/// The lines of a file of the one machine that has results.
fn lines(folder: &Path, file: &str) -> Vec<String> {
    let path = machine_folder(&folder.join("results")).join(file);
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn verdicts_have_the_fixed_names_and_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let output = leak(folder.path(), "node@12.15.0", &["--check"]);
    assert_eq!(output.status.code(), Some(1), "it leaks: {}", stderr(&output));
    let answer = json(&output);
    let verdicts = answer["verdicts"].as_array().unwrap();
    assert_eq!(answer["schema"], "awaitbench/leak/1");
    for row in verdicts {
        let word = if row["variant"] == "generator" { "leaks" } else { "stable" };
        assert_eq!((&row["verdict"], &row["status"]), (&word.into(), &"ok".into()), "{row}");
        for (field, text) in [
            ("runtime", "node"),
            ("version", "12.15.0"),
            ("case", "instance-loop"),
            ("space", "heap"),
        ] {
            assert_eq!(row[field], text, "{row}");
        }
        for field in ["bytes_per_op", "bytes_per_op_low", "bytes_per_op_high", "elapsed_s"] {
            assert!(row[field].is_f64(), "{field}: {row}");
        }
        assert!(row["ops"].as_u64().unwrap() > 100_000 && row["engine_version"].is_string());
        assert!(row["series"].as_array().unwrap().len() >= 8, "{row}");
    }
    assert_eq!(verdicts.len(), 2);
    let rows = lines(folder.path(), "leaks.csv");
    let series = lines(folder.path(), "leaks/node-12.15.0.csv").len();
    assert!(rows.len() == 3 && series > 16, "{rows:?} {series}");

    // One of them again: its row is another, that of the other stays.
    let output = leak(folder.path(), "node@12.15.0", &["--variant", "generator"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let again = lines(folder.path(), "leaks.csv");
    let of = |rows: &[String], variant: &str| {
        rows.iter().filter(|row| row.contains(variant)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of(&again, ",async,"), of(&rows, ",async,"));
    assert_ne!(of(&again, ",generator,"), of(&rows, ",generator,"));
    let plots = files(&machine_folder(&folder.path().join("results")).join("plots"));
    assert_eq!(plots, ["leaks-instance-loop.png", "leaks-instance-loop.svg"]);
}

#[test]
fn what_a_runtime_can_not_parse_is_a_result() {
    let folder = tempfile::tempdir().unwrap();
    let output = leak(folder.path(), "node@6.17.1", &["--variant", "async", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let row = &json(&output)["verdicts"][0];
    assert_eq!((&row["status"], &row["verdict"]), (&"unsupported".into(), &Value::Null), "{row}");
    assert!(row["detail"].as_str().unwrap().contains("SyntaxError"), "{row}");
}

#[test]
fn a_failing_cell_is_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let node = fake_node(folder.path(), "exit");
    let output = leak(folder.path(), node.to_str().unwrap(), &["--variant", "generator"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let row = &json(&output)["verdicts"][0];
    assert_eq!(row["status"], "error", "{row}");
    assert!(row["detail"].as_str().unwrap().contains("out of luck"), "{row}");
    assert!(lines(folder.path(), "leaks.csv")[1].contains("out of luck"));
}

#[test]
fn two_snapshots_lead_to_the_suspect() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--variant", "generator", "--snapshots", "heaps", "--ops", "600000"];
    let output = leak(folder.path(), "node@12.15.0", &more);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let names = ["1", "2"]
        .map(|number| format!("node-12.15.0-instance-loop-generator-{number}.heapsnapshot"));
    assert_eq!(files(&folder.path().join("heaps")), names);
    let paths = names.map(|name| format!("heaps/{name}"));
    let next = format!("awaitbench heap suspects {} {}", paths[0], paths[1]);
    assert!(stderr(&output).contains(&next), "{}", stderr(&output));
    assert_eq!(json(&output)["verdicts"][0]["snapshots"], serde_json::json!(paths));
    let heap = |question: &str| {
        let mut command = awaitbench(folder.path());
        command.args(["heap", question, "--format", "json"]).args(&paths);
        json(&command.output().unwrap())
    };
    assert_eq!(heap("suspects")["suspects"][0]["name"], "Generator");
    assert_eq!(heap("diff")["matched_by"], "id");
}

/// A limit on the size of files stands for a full disk.
#[test]
fn a_full_disk_leaves_no_snapshot_and_is_said() {
    for version in ["24.21.0", "12.15.0"] {
        let folder = tempfile::tempdir().unwrap();
        let program = env!("CARGO_BIN_EXE_awaitbench");
        let script = format!(
            "ulimit -c 0; ulimit -f 1000; exec '{program}' leak --format json --variant async \
             --runtime node@{version} --snapshots heaps --ops 1000"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(folder.path()).env_remove("AWAITBENCH_OUT");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let said = stderr(&output);
        assert!(
            said.contains("error: no snapshots in \"heaps\"") && said.contains("EFBIG"),
            "{said}"
        );
        assert_eq!(files(&folder.path().join("heaps")), Vec::<String>::new());
        // The verdict stands all the same.
        assert_eq!(json(&output)["verdicts"][0]["verdict"], "stable", "{}", stdout(&output));
    }
}

#[test]
fn a_runtime_that_is_killed_while_writing_leaves_no_snapshot_and_is_said() {
    for version in ["24.21.0", "12.15.0"] {
        let folder = tempfile::tempdir().unwrap();
        case_of(folder.path(), "sync", LARGE);
        let heaps = folder.path().join("heaps");
        let mut command = Command::new(env!("CARGO_BIN_EXE_awaitbench"));
        command.args(["leak", "--format", "json", "--snapshots", "heaps", "--ops", "1000"]);
        command.args(["--runtime", &format!("node@{version}")]);
        command.arg("--case").arg(folder.path().join("a-case"));
        command.current_dir(folder.path()).env_remove("AWAITBENCH_OUT");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        wait_until("a snapshot is being written", || !written(&heaps).is_empty());
        let script = folder.path().join("a-case/x.js").display().to_string();
        let runtimes: Vec<u32> =
            living_with(&script).into_iter().filter(|&pid| pid != child.id()).collect();
        assert_eq!(runtimes.len(), 1, "{runtimes:?}");
        kill(runtimes[0]);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let said = stderr(&output);
        assert!(said.contains("error: no snapshots in \"heaps\""), "{said}");
        assert!(
            said.contains("killed (signal 9") && said.contains("replying to snapshot"),
            "{said}"
        );
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        assert_eq!(files(&heaps), Vec::<String>::new());
        assert_eq!(json(&output)["verdicts"][0]["status"], "ok", "{}", stdout(&output));
    }
}

#[test]
fn a_curve_has_its_ten_readings_and_a_full_heap_its_last_ones() {
    let folder = tempfile::tempdir().unwrap();
    let usual = ["--variant", "generator", "--curve", "--ops"];
    let output = leak(folder.path(), "node@12.15.0", &[&usual[..], &["100000"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let curve = &json(&output)["curves"][0];
    let readings = curve["readings"].as_array().unwrap();
    let ops: Vec<u64> = readings.iter().map(|row| row["ops"].as_u64().unwrap()).collect();
    let expected: Vec<u64> = (0..=10).chain([10]).map(|tenth| tenth * 10_000).collect();
    assert_eq!((ops, &curve["status"]), (expected, &"ok".into()), "{curve}");
    assert_eq!(curve["heap_collected_bytes"], readings[11]["heap_used_bytes"]);
    assert!(curve["heap_collected_bytes"].as_u64() > Some(1_000_000), "{curve}");

    let full = [&usual[..], &["4000000", "--max-heap", "10"]].concat();
    let output = leak(folder.path(), "node@12.15.0", &full);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let curve = &json(&output)["curves"][0];
    assert_eq!((&curve["out_of_memory"], &curve["status"]), (&true.into(), &"error".into()));
    assert!(curve["detail"].as_str().unwrap().contains("heap out of memory"), "{curve}");
    assert!(curve["ops"].as_u64() < Some(4_000_000), "{curve}");
    // Another limit is another cell.
    assert_eq!(lines(folder.path(), "curves.csv").len(), 3);
    let plots = files(&machine_folder(&folder.path().join("results")).join("plots"));
    assert_eq!(plots, ["curve-instance-loop.png", "curve-instance-loop.svg"]);
}

#[test]
fn an_interrupt_keeps_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results");
    let mut command = Command::new(env!("CARGO_BIN_EXE_awaitbench"));
    command.args(["leak", "--runtime", "node@12.16.0", "--budget", "60"]);
    command.args([
        "--variant",
        "async,generator",
        "--case",
        "instance-loop",
        "--case",
        "await-two",
    ]);
    command.current_dir(folder.path()).env_remove("AWAITBENCH_OUT").stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let found = || -> Option<PathBuf> {
        let entries = fs::read_dir(&results).ok()?;
        entries.flatten().map(|entry| entry.path().join("leaks.csv")).find(|path| path.exists())
    };
    wait_until("the first verdict is known", || found().is_some());
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    let rows = fs::read_to_string(found().unwrap()).unwrap();
    assert!(rows.lines().count() >= 2, "{rows}");
}

#[test]
fn wrong_usage_is_told_from_failure() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [(&[&str], &str); 7] = [
        (&["--ops", "1000"], "--ops is for --curve and --snapshots"),
        (&["--budget", "0"], "--budget"),
        (&["--max-heap", "64"], "--curve"),
        (&["--curve", "--check"], "--check"),
        (&["--curve", "--ops", "5"], "--ops"),
        (&["--case", "no-such-case"], "no-such-case"),
        (&["--variant", "no-such-variant"], "no-such-variant"),
    ];
    for (arguments, words) in wrong {
        let output = leak(folder.path(), "node@12.16.0", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}
