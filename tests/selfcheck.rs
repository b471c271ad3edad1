//! `awaitbench selfcheck` on a real Node.js: what it says, what it leaves, and when it fails.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::support::{
    awaitbench, fake_node, living_with, machine_folder, stderr, stdout, wait_until,
};

/// The version that the article is about.
const RUNTIME: &str = "node@12.16.2";

/// Two rounds are the fewest from which a claim can follow: both have to be false.
const ROUNDS: &str = "2";

/// Where a check that runs in `folder` keeps its rounds meanwhile.
fn scratch(folder: &Path) -> PathBuf {
    let scratch = folder.join("scratch");
    fs::create_dir_all(&scratch).unwrap();
    scratch
}

fn selfcheck(folder: &Path, arguments: &[&str]) -> Output {
    awaitbench(folder)
        .env("TMPDIR", scratch(folder))
        .args(["selfcheck", "--runtime", RUNTIME, "--rounds", ROUNDS])
        .args(arguments)
        .output()
        .unwrap()
}

/// Nothing but what the test itself put there: no results, no rounds.
fn has_left_nothing(folder: &Path) {
    assert_eq!(fs::read_dir(scratch(folder)).unwrap().count(), 0);
    assert!(!folder.join("results").exists());
}

/// A case whose variant is not the same under two names, although it is one file: of the two processes
/// that live side by side, the one that was started first does ten times the work.
fn unfair_case(folder: &Path) -> String {
    let case = folder.join("unfair");
    fs::create_dir(&case).unwrap();
    let manifest = "title = \"t\"\nshape = \"sync\"\nvariants = [\"x\"]\ncheck = { per_op = 1 }\n";
    fs::write(case.join("case.toml"), manifest).unwrap();
    let script = "'use strict';
var fs = require('fs');
var path = require('path');
var pids = path.join(__dirname, 'pids');
var own = path.join(pids, String(process.pid));
fs.writeFileSync(own, '');
process.on('exit', function () { fs.unlinkSync(own); });
function isOther(pid) {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return false;
  }
}
var turns = 0;
var x = 1;
module.exports = function () {
  if (turns === 0) {
    var others = fs.readdirSync(pids).map(Number).filter(isOther);
    if (others.length > 0) turns = process.pid < others[0] ? 10000 : 1000;
  }
  for (var i = 0; i < turns; i++) x = (x * 5 + 1) & 0xffff;
  return 1;
};
";
    fs::write(case.join("x.js"), script).unwrap();
    fs::create_dir(case.join("pids")).unwrap();
    case.to_str().unwrap().to_owned()
}

#[test]
fn it_answers_with_the_documented_names_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = selfcheck(
        folder.path(),
        &["--case", "await-two", "--variant", "async", "--format", "json"],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["advice", "false_claims", "machine", "resolutions", "schema", "warnings"],
        "{answer:#}"
    );
    assert_eq!(answer["schema"], "awaitbench/selfcheck/1");
    let rows = answer["resolutions"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "one row per variant, not one per name: {answer:#}");
    let row = &rows[0];
    for (name, value) in [
        ("runtime", "node"),
        ("version", "12.16.2"),
        ("case", "await-two"),
        ("variant", "async"),
        ("flags", ""),
    ] {
        assert_eq!(row[name], value, "{row:#}");
    }
    assert_eq!((&row["rounds"], &row["invocations"]), (&2.into(), &6.into()));
    let figure = |name: &str| row[name].as_f64().unwrap_or_else(|| panic!("{name}: {row:#}"));
    // The same code: far from it would be a defect, however busy the machine is.
    assert!(figure("ratio") > 0.5 && figure("ratio") < 2.0, "{row:#}");
    assert!(figure("ratio_low") < figure("ratio") && figure("ratio") < figure("ratio_high"));
    assert!(figure("deviation_within") > 0.0 && figure("deviation_between") >= 0.0, "{row:#}");
    let found = ["detectable_thorough", "detectable_default", "detectable_quick"].map(figure);
    assert!(1.0 < found[0] && found[0] < found[1] && found[1] < found[2], "{row:#}");
    let claims = &answer["false_claims"];
    assert_eq!((&claims["rounds"], &claims["claims"]), (&2.into(), &row["false_claims"]));
    assert!(claims["share_low"].as_f64() <= claims["share"].as_f64());
    has_left_nothing(folder.path());
}

/// On a fake whose processes differ as real ones do: what is asked is what becomes of their figures.
#[test]
fn what_whole_runs_differ_by_is_kept_and_widens_intervals_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let fake = fake_node(folder.path(), "varied").display().to_string();
    let json = |arguments: &[&str]| -> Value {
        let output = awaitbench(folder.path())
            .env("TMPDIR", scratch(folder.path()))
            .args(arguments)
            .args(["--runtime", &fake, "--case", "instance-loop", "--format", "json"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let answer = json(&["selfcheck", "--between-runs", "2"]);
    let rows = answer["between_runs"].as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| (&row["figure"], &row["variant"])).collect();
    let [ratio, rate] = ["ratio", "ops_per_sec"].map(Value::from);
    let [none, generator, native] = ["", "generator", "async"].map(Value::from);
    assert_eq!(names, [(&ratio, &none), (&rate, &generator), (&rate, &native)], "{answer:#}");
    for row in rows {
        let figure = |name: &str| row[name].as_f64().unwrap_or_else(|| panic!("{name}: {row:#}"));
        assert_eq!((figure("runs"), figure("invocations")), (2.0, 6.0));
        assert!(figure("birge_ratio_low") < figure("birge_ratio"), "{row:#}");
        assert!(figure("birge_ratio") < figure("birge_ratio_high"), "{row:#}");
    }
    assert_eq!(fs::read_dir(scratch(folder.path())).unwrap().count(), 0);
    let machine = machine_folder(&folder.path().join("results"));
    let kept = fs::read_to_string(machine.join("between-runs.csv")).unwrap();
    assert_eq!(kept.lines().count(), 4, "{kept}");
    let answer = json(&["run", "--quick"]);
    let intervals = &answer["machines"][0]["intervals"];
    // Two runs are believed only if they differ by more than is assumed.
    let (found, used) = (rows[0]["birge_ratio"].as_f64(), intervals["birge_of_ratio"].as_f64());
    match intervals["birge_of_ratio_is"].as_str().unwrap() {
        "measured" => assert!((used.unwrap() - found.unwrap()).abs() < 1e-9, "{intervals:#}"),
        _ => assert!(used.unwrap() >= found.unwrap().min(1.0), "{intervals:#}"),
    }
}

#[test]
fn false_differences_fail_a_check_and_only_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let case = unfair_case(folder.path());
    for (check, status) in [(None, 0), (Some("--check"), 1)] {
        let mut arguments = vec!["--case", &case, "--format", "json"];
        arguments.extend(check);
        let output = selfcheck(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["false_claims"]["claims"], 2, "{answer:#}");
        // The second name over the first, which does ten times the work.
        let ratio = answer["resolutions"][0]["ratio"].as_f64().unwrap();
        assert!(ratio > 3.0 && ratio < 20.0, "{answer:#}");
        assert_eq!(answer["advice"][0]["kind"], "too_many_claims", "{answer:#}");
        has_left_nothing(folder.path());
    }
    assert!(living_with(&case).is_empty());
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let case = unfair_case(folder.path());
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder.path())
        .env("TMPDIR", scratch(folder.path()))
        .args(["selfcheck", "--quiet", "--rounds", "1000", "--runtime", RUNTIME, "--case", &case])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("two processes measure", || living_with(&case).len() > 2);
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(stderr(&output).contains("a selfcheck leaves nothing behind"), "{}", stderr(&output));
    wait_until("no runtime is left", || living_with(&case).is_empty());
    has_left_nothing(folder.path());
}

#[test]
fn what_can_not_be_checked_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, status, words) in [
        (&["--rounds", "0"][..], 2, "0 is not in 1..=10000"),
        (&["--between-runs", "1"], 2, "1 is not in 2..=1000"),
        (&["--between-runs", "2", "--rounds", "3"], 2, "cannot be used with"),
        (&["--case", "nothing"], 2, "\"nothing\""),
        (&["--variant", "nobody"], 2, "no case here has a variant \"nobody\""),
        // Node 6 has no async functions.
        (&["--runtime", "node@6.17.1", "--variant", "async"], 1, "can't check await-two async"),
    ] {
        let output = awaitbench(folder.path())
            .env("TMPDIR", scratch(folder.path()))
            .args(["selfcheck", "--quiet"])
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{arguments:?}");
        has_left_nothing(folder.path());
    }
}
