//! The whole way: real runtimes measured, results on disk, and what is left when it ends early.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{
    awaitbench, committed_results, fake_node, living_with, machine_folder, stderr, stdout,
    wait_until,
};

/// A copy of a built-in case under another name, so that its processes can be told from those of
/// other tests.
fn copied_case(folder: &Path, case: &str, name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("js-cases").join(case);
    let target = folder.join(name);
    fs::create_dir_all(&target).unwrap();
    for entry in fs::read_dir(source).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
    }
    target
}

fn cell<'a>(answer: &'a Value, version: &str, case: &str, variant: &str) -> &'a Value {
    let cells = answer["cells"].as_array().unwrap();
    let found = cells.iter().find(|cell| {
        cell["version"] == version && cell["case"] == case && cell["variant"] == variant
    });
    found.unwrap_or_else(|| panic!("no cell {version} {case} {variant} in {answer:#}"))
}

#[test]
fn the_matrix_has_a_row_for_everything_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let broken: Vec<String> = ["probe-hang", "probe-garbage", "probe-exit"]
        .map(|mode| fake_node(folder.path(), mode).display().to_string())
        .to_vec();
    let output = awaitbench(folder.path())
        .args(["run", "--quick", "--format", "json", "--case", "await-two"])
        .args([
            "--runtime",
            "node@6.17.1",
            "--runtime",
            "node@12.16.2",
            "--runtime",
            &broken.join(","),
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cells = answer["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 10);

    let fast = cell(&answer, "12.16.2", "await-two", "async");
    assert_eq!(
        (&fast["status"], &fast["invocations"], &fast["samples"]),
        (&"ok".into(), &3.into(), &24.into())
    );
    let (low, ops, high) =
        (&fast["ops_per_sec_low"], &fast["ops_per_sec"], &fast["ops_per_sec_high"]);
    assert!(low.as_f64() < ops.as_f64() && ops.as_f64() < high.as_f64(), "{fast:#}");
    assert!(fast["engine_version"].as_str().unwrap().starts_with("7.8.279.23"));
    assert!(fast["peak_rss_bytes"].as_u64().unwrap() > 20_000_000);

    assert_eq!(cell(&answer, "6.17.1", "await-two", "generator")["status"], "ok");
    let unsupported = cell(&answer, "6.17.1", "await-two", "async");
    assert_eq!(
        (&unsupported["status"], &unsupported["ops_per_sec"]),
        (&"unsupported".into(), &Value::Null)
    );

    let details: Vec<(&str, &str)> = cells
        .iter()
        .filter(|cell| cell["version"].as_str().unwrap().starts_with("unknown-"))
        .map(|cell| (cell["status"].as_str().unwrap(), cell["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(details.len(), 6, "one a variant");
    for (status, words) in [
        ("timeout", "did not say its version within 10 s"),
        ("error", "answered \"v12.16.2, honestly\""),
        ("error", "ended with exit status 3: no such luck"),
    ] {
        let found = details.iter().filter(|(is, detail)| *is == status && detail.contains(words));
        assert_eq!(found.count(), 2, "{words}: {details:?}");
    }

    let ratios = answer["ratios"].as_array().unwrap();
    assert_eq!(ratios.len(), 1);
    // Async functions are the faster ones there: by how much is the machine's.
    assert!(ratios[0]["ratio"].as_f64().unwrap() > 1.0, "{ratios:?}");
    assert_eq!(ratios[0]["version"], "12.16.2");
    assert!(living_with(&folder.path().display().to_string()).is_empty());

    let plots = machine_folder(&folder.path().join("results")).join("plots");
    let words = stderr(&output);
    assert!(
        words.lines().any(|line| line.starts_with("plots:") && line.ends_with("plots")),
        "{words}"
    );
    what_is_on_disk_is_the_same_table(folder.path(), &answer, &plots);
}

/// And the same plots, which `report` draws only where it is asked to.
fn what_is_on_disk_is_the_same_table(folder: &Path, answer: &Value, plots: &Path) {
    let pictures = |folder: &Path| {
        let names = ["throughput-await-two.svg", "memory-await-two.svg", "ratio.png"];
        names.map(|name| fs::read(folder.join(name)).unwrap())
    };
    let of_run = pictures(plots);
    fs::remove_dir_all(plots).unwrap();
    let report = |arguments: &[&str]| {
        let output = awaitbench(folder).arg("report").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    let again: Value = serde_json::from_slice(&report(&["--format", "json"]).stdout).unwrap();
    for part in ["cells", "ratios"] {
        let sorted = |answer: &Value| {
            let mut rows: Vec<String> =
                answer[part].as_array().unwrap().iter().map(Value::to_string).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(answer), sorted(&again), "{part}");
    }
    let machine = machine_folder(&folder.join("results"));
    assert!(!plots.exists(), "nobody has asked for plots");
    report(&["--plots", "drawn"]);
    let drawn = folder.join("drawn").join(machine.file_name().unwrap());
    assert!(of_run == pictures(&drawn), "the plots differ");
    let table = stdout(&report(&["--no-plots"]));
    assert!(table.contains("unsupported") && table.contains("timeout"), "{table}");
}

/// Ten lines, as in the README.
#[test]
fn a_case_of_ones_own_is_measured_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("my-case");
    fs::create_dir(&case).unwrap();
    let manifest = "title = \"one await\"\nshape = \"promise\"\nvariants = [\"async\", \"wrong\", \"throws\"]\n[check]\nper_op = 1\n";
    fs::write(case.join("case.toml"), manifest).unwrap();
    fs::write(case.join("async.js"), "module.exports = async () => await 1;").unwrap();
    fs::write(case.join("wrong.js"), "module.exports = async () => 0;").unwrap();
    fs::write(case.join("throws.js"), "exports.op = async () => { throw new TypeError('no'); };")
        .unwrap();
    let output = awaitbench(folder.path())
        .args([
            "run",
            "--quick",
            "--format",
            "json",
            "--case",
            "./my-case",
            "--runtime",
            "node@12.16.2",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(cell(&answer, "12.16.2", "my-case", "async")["status"], "ok");
    let wrong = cell(&answer, "12.16.2", "my-case", "wrong");
    assert_eq!((&wrong["status"], &wrong["ns_per_op"]), (&"check".into(), &Value::Null));
    let throws = cell(&answer, "12.16.2", "my-case", "throws");
    assert_eq!(throws["status"], "error");
    assert!(throws["detail"].as_str().unwrap().contains("TypeError: no"), "{throws:#}");
}

/// Starts a long run of a case that no other test runs; answers it once it measures.
fn long_run(folder: &Path, case: &Path) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder)
        .args(["run", "--invocations", "100", "--quiet", "--runtime", "node@12.16.2", "--case"])
        .arg(case)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let results = folder.join("results");
    wait_until("an invocation is on disk", || {
        let machines = fs::read_dir(&results).into_iter().flatten().flatten();
        machines.map(|entry| entry.path().join("node-12.16.2.csv")).any(|file| file.is_file())
    });
    child
}

#[test]
fn a_harness_that_is_killed_leaves_no_runtime_and_what_it_measured() {
    let folder = tempfile::tempdir().unwrap();
    let case = copied_case(folder.path(), "await-two", "killed-case");
    let mut child = long_run(folder.path(), &case);
    wait_until("both variants are alive", || living_with("killed-case").len() > 2);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("no runtime is left", || living_with("killed-case").is_empty());
    let output = awaitbench(folder.path()).args(["report", "--format", "json"]).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(cell(&answer, "12.16.2", "killed-case", "async")["status"], "ok");
    assert_eq!(cell(&answer, "12.16.2", "killed-case", "generator")["status"], "ok");
}

#[test]
fn an_interrupt_ends_everything_and_keeps_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let case = copied_case(folder.path(), "await-two", "interrupted-case");
    let mut child = long_run(folder.path(), &case);
    let machine = machine_folder(&folder.path().join("results"));
    let summary = || fs::read_to_string(machine.join("node-12.16.2.csv")).unwrap_or_default();
    wait_until("both variants are on disk", || summary().lines().count() > 2);
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    wait_until("no runtime is left", || living_with("interrupted-case").is_empty());
    let summary = summary();
    assert!(
        summary.contains("interrupted-case,async,node,12.16.2,") && !summary.contains(",error,")
    );
    let left: Vec<_> = fs::read_dir(&machine)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".partial"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_clock_that_stands_still_is_an_error_and_not_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("counted");
    fs::create_dir(&case).unwrap();
    let manifest = "title = \"t\"\nshape = \"sync\"\nvariants = [\"a\"]\ncheck = { per_op = 1 }\n";
    fs::write(case.join("case.toml"), manifest).unwrap();
    fs::write(case.join("a.js"), "module.exports = () => 1;").unwrap();
    let output = awaitbench(folder.path())
        .args(["run", "--quick", "--format", "json", "--case", "counted", "--runtime"])
        .arg(fake_node(folder.path(), "still"))
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cell = cell(&answer, "1.2.3", "counted", "a");
    assert_eq!((&cell["status"], &cell["ops_per_sec"]), (&"error".into(), &Value::Null));
    assert!(cell["detail"].as_str().unwrap().contains("its clock stands still"), "{cell}");
}

/// docs/FORMAT.md shows how to send a request by hand: the line is executed as it stands there.
#[test]
fn the_documented_request_can_be_sent_by_hand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let format = fs::read_to_string(root.join("docs/FORMAT.md")).unwrap();
    let line = format.lines().find(|line| line.starts_with("echo '{\"type\":\"run\"")).unwrap();
    let output = Command::new("sh").args(["-c", line]).current_dir(root).output().unwrap();
    let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&reply["type"], &reply["n"]), (&"run".into(), &1000.into()));
    assert_eq!(reply["check"], 3000);
}

#[test]
fn a_report_shows_what_was_asked_for_or_says_that_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let results = committed_results();
    let article = results.path().join("article-2020-macbook-pro-13-2017");
    let report = |arguments: &[&str]| {
        let mut command = awaitbench(folder.path());
        command
            .args(["report", "--no-plots", "--quiet"])
            .arg(&article)
            .args(arguments)
            .output()
            .unwrap()
    };
    let table = stdout(&report(&["--runtime", "node@>=11 <13", "--case", "await-two"]));
    assert!(table.contains("11.15.0") && table.contains("10.29"), "{table}");
    assert!(!table.contains("8.17.0") && !table.contains("instance-loop: throughput"), "{table}");
    for (arguments, status, words) in [
        (["--case", "nonsense"], 1, "nothing in"),
        (["--runtime", "node@99"], 1, "nothing in"),
        (["--runtime", "node@lts"], 2, "\"node@lts\" names no version"),
    ] {
        let output = report(&arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(
            stderr(&output).contains(words) && stdout(&output).is_empty(),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn two_runs_do_not_write_to_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let case = copied_case(folder.path(), "noop", "busy-case");
    let mut child = long_run(folder.path(), &case);
    let second = awaitbench(folder.path())
        .args(["run", "--quick", "--runtime", "node@12.16.2", "--case", "noop"])
        .output()
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(stderr(&second).contains("another awaitbench is writing"), "{}", stderr(&second));
}

/// No file may grow beyond 4 KiB: every write past that fails half-way, as on a full disk.
#[test]
fn a_full_disk_is_one_clear_error_and_spoils_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let case = copied_case(folder.path(), "noop", "full-case");
    let run = |limit: &str| {
        let script = format!("trap '' XFSZ; {limit} exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &script,
            env!("CARGO_BIN_EXE_awaitbench"),
            "run",
            "--quick",
            "--quiet",
        ]);
        command.args(["--runtime", "node@12.16.2", "--case"]).arg(&case).current_dir(folder.path());
        command.output().unwrap()
    };
    let output = run("ulimit -f 8;");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let words = stderr(&output);
    assert!(words.contains("samples/node-12.16.2.csv\": File too large"), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    wait_until("no runtime is left", || living_with("full-case").is_empty());
    // The line that was half written is mended, and the run with room enough is whole.
    let output = run("");
    assert!(output.status.success(), "{}", stderr(&output));
    let report = awaitbench(folder.path()).args(["report", "--format", "json"]).output().unwrap();
    let answer: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(cell(&answer, "12.16.2", "full-case", "promise")["samples"], 24);
}

#[test]
fn a_folder_that_can_not_be_written_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = awaitbench(folder.path())
        .args([
            "run",
            "--quick",
            "--quiet",
            "--runtime",
            "node@12.16.2",
            "--case",
            "noop",
            "--out",
            "/dev/null/x",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = stderr(&output);
    assert!(words.starts_with("error: \"/dev/null\"") && words.lines().count() == 1, "{words}");
}

#[test]
fn what_is_wrong_with_a_command_line_is_said_with_status_2() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["run", "--case", "await-too"][..], "no case and no folder \"await-too\""),
        (&["run", "--variant", "asink"], "no case here has a variant \"asink\""),
        (&["run", "--invocations", "0"], "0 is not in 1..=1000"),
        (&["walk"], "unrecognized subcommand 'walk'"),
        (&["install"], "nothing to install"),
    ] {
        let output = awaitbench(folder.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    let output = awaitbench(folder.path()).arg("report").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no results in \"results\""), "{}", stderr(&output));
}
