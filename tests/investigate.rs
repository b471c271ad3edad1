//! The whole investigation, short and for real: on Node.js as it is installed, without a network.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use awaitbench::report::format::quantity;
use awaitbench::units::{Bytes, thousands};
use serde_json::Value;
use support::{awaitbench, living_with, machine_folder, stderr, stdout, wait_until};

/// A load that is just long enough for a verdict, and one release line with the end of the leak in it.
const SHORT: [&str; 8] = [
    "--rate",
    "1500",
    "--duration",
    "4",
    "--versions",
    "node@12.15.0..12.16",
    "--no-browser",
    "--quiet",
];

/// An app with one culprit.
fn app(folder: &Path) -> String {
    let package = folder.join("the-app/node_modules/culprit");
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("package.json"), r#"{"name": "culprit", "version": "1.2.3"}"#).unwrap();
    let code = "exports.f = () => __awaiter(this, void 0, void 0, function* () {});";
    fs::write(package.join("index.js"), code).unwrap();
    folder.join("the-app").to_string_lossy().into_owned()
}

/// The versions that the investigation asks, here before it goes without a network.
fn installed(folder: &Path) {
    let mut command = awaitbench(folder);
    command.args(["install", "--quiet", "node@12.15.0", "node@12.16.0", "node@12.16.2"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

fn investigated(folder: &Path, more: &[&str]) -> Output {
    let app = app(folder);
    let mut command = awaitbench(folder);
    command.args(["investigate", "--offline", "--app", &app]).args(SHORT).args(more);
    command.output().unwrap()
}

#[test]
fn every_number_of_the_report_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let output = investigated(folder.path(), &["--format", "markdown"]);
    assert!(output.status.success(), "{}\n{}", stderr(&output), stdout(&output));
    let machine = machine_folder(&folder.path().join("results"));
    let pages = machine.join("investigation");
    let report = fs::read_to_string(pages.join("README.md")).unwrap();
    assert_eq!(report, stdout(&output));
    let text = fs::read_to_string(pages.join("story.json")).unwrap();
    let story: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(story["schema"], "awaitbench/investigate/1");

    // What the article found.
    assert_eq!(story["growth"]["found"]["verdict"], "leaks", "{report}");
    assert_eq!(story["growth"]["found"]["requests"], 6_000);
    let suspect = &story["heap"]["found"]["suspects"][0];
    assert_eq!(suspect["name"], "Generator", "{report}");
    assert_eq!(suspect["known_cause"]["id"], "v8-prototype-users");
    assert_eq!(story["service"]["found"]["packages"][0]["files"][0]["path"], "generator.js");
    assert_eq!(story["app"]["found"]["packages"][0]["name"], "culprit");
    assert_eq!(story["cure"]["found"]["variant"], "async");
    for load in [&story["cure"], &story["fixed"][0], &story["fixed"][1]] {
        assert_ne!(load["found"]["verdict"], "leaks", "{report}");
        assert_eq!(load["found"]["failed"], 0);
    }
    let window = &story["versions"]["found"]["windows"][0];
    assert_eq!(
        (&window["last_leaking"], &window["fixed_in"]),
        (&"12.15.0".into(), &"12.16.0".into())
    );
    assert!(story["browsers"][0]["skipped"].is_string());

    // Every number is one of the story's, and every picture is there.
    let mut known: BTreeSet<String> = FIXED.iter().map(|&text| text.to_owned()).collect();
    spellings(&story, &mut known);
    known.extend(numbers(env!("CARGO_PKG_VERSION")));
    for line in report.lines().filter(|line| !line.starts_with("Known of that path")) {
        for number in numbers(line) {
            assert!(known.contains(&number), "{number} in: {line}");
        }
    }
    let pictures: Vec<&str> =
        report.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(pictures, ["memory-growth.svg", "memory-cure.svg", "memory-fixed.svg"]);
    for picture in pictures {
        assert!(fs::metadata(pages.join(picture)).unwrap().len() > 1_000, "{picture}");
        assert!(pages.join(picture.replace(".svg", ".png")).is_file());
    }
    // Nothing large stays, nothing that was only for the while, and no place on this machine.
    for file in fs::read_dir(&pages).unwrap().flatten() {
        assert!(file.metadata().unwrap().len() < 1_000_000, "{:?}", file.path());
        let text = fs::read(file.path()).unwrap();
        let place = folder.path().to_string_lossy();
        assert!(!String::from_utf8_lossy(&text).contains(&*place), "{:?}", file.path());
    }
    assert_eq!(scratch(&machine), 0);
}

/// Numbers that are no findings: targets of the compiler, percentiles, the engine's and the image's name.
const FIXED: [&str; 8] = ["2015", "2017", "8", "99", "99.9", "50", "2020", "0"];

/// The numbers of a text: digits with what may stand between them.
fn numbers(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || ".,".contains(c)));
    let trimmed = parts.map(|part| part.trim_matches(|c: char| ".,".contains(c)).to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// All ways in which the numbers of a value may be written.
fn spellings(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| spellings(field, known)),
        Value::Array(items) => {
            known.insert(items.len().to_string());
            items.iter().for_each(|item| spellings(item, known));
        }
        Value::String(text) => known.extend(numbers(text)),
        Value::Number(number) => {
            let number = number.as_f64().unwrap().abs();
            let ways = [
                quantity(number),
                quantity(number / 1e6),
                thousands(number as u64),
                format!("{number:.1}"),
                format!("{number}"),
                format!("{:.1}", number * 100.0),
                format!("{:.0}", number * 100.0),
                Bytes(number as u64).to_string(),
            ];
            known.extend(ways.iter().flat_map(|way| numbers(way)));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Folders for work in progress that are left.
fn scratch(machine: &Path) -> usize {
    let entries = fs::read_dir(machine).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".partial-")).count()
}

/// A Node.js that says what it is, and ends when it is asked to run a service.
fn node_without_luck(folder: &Path) -> String {
    let path = folder.join("node");
    let script = "#!/bin/sh\n\
        if [ \"$1\" = -p ]; then\n\
          printf '{\"version\":\"12.15.0\",\"engine_version\":\"7.7\",\"path\":\"%s\"}\\n' \"$0\"; exit 0\n\
        fi\n\
        echo 'Error: out of luck' >&2; exit 7\n";
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_string_lossy().into_owned()
}

/// A service that ends at once: what needs no service is told all the same.
#[test]
fn a_step_that_fails_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let broken = node_without_luck(folder.path());
    let more = ["--runtime", &broken, "--fixed", &broken, "--format", "json"];
    let output = investigated(folder.path(), &more);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let story: Value = serde_json::from_str(&stdout(&output)).unwrap();
    for step in [&story["growth"], &story["cure"], &story["fixed"][0], &story["fixed"][1]] {
        assert!(step["failed"].as_str().is_some_and(|why| why.contains("out of luck")), "{story}");
    }
    assert!(story["heap"]["skipped"].is_string(), "{story}");
    assert_eq!(story["app"]["found"]["packages"][0]["name"], "culprit");
    assert_eq!(story["versions"]["found"]["windows"][0]["fixed_in"], "12.16.0", "{story}");
    let machine = machine_folder(&folder.path().join("results"));
    let report = fs::read_to_string(machine.join("investigation/README.md")).unwrap();
    assert!(report.contains("**This step failed:**"), "{report}");
    assert!(!report.contains(&*folder.path().to_string_lossy()), "{report}");
    assert!(!machine.join("investigation/memory-growth.svg").exists());
}

/// The living services that write below `place`: it stands in their environment.
fn services_in(place: &str) -> Vec<u32> {
    let mut services = living_with("service/generator.js");
    services.retain(|pid| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(place)
    });
    services
}

#[test]
fn an_interrupt_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let app = app(folder.path());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_awaitbench"));
    command.current_dir(folder.path()).env_remove("AWAITBENCH_OUT");
    command.args(["investigate", "--offline", "--no-browser", "--app", &app, "--duration", "60"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    let place = folder.path().to_string_lossy().into_owned();
    wait_until("the service runs", || !services_in(&place).is_empty());
    // Into the load.
    std::thread::sleep(Duration::from_secs(2));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    wait_until("nothing is left", || services_in(&place).is_empty());
    let machine = machine_folder(&folder.path().join("results"));
    assert_eq!(scratch(&machine), 0);
    assert!(!machine.join("investigation").exists());
}

#[test]
fn wrong_usage_is_said_before_anything_begins() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["--runtime", "node@12.15.0,node@11.0.0"][..], "give one"),
        (&["--runtime", "chromium@80"], "\"chromium@80\": the service runs on Node.js"),
        (&["--fixed", "chromium@81"], "\"chromium@81\""),
        (&["--versions", "node@lts"], "\"node@lts\" is no range"),
        (&["--app", "nowhere"], "there is no folder \"nowhere\""),
        (&["--case", "await-two"], "leave --case and --variant out"),
        (&["--runtime-flag=--no-opt"], "leave flags out"),
        (&["--rate", "0"], "between 0.1 and"),
        (&["--duration", "0"], "between 0.5 and"),
    ] {
        let mut command = awaitbench(folder.path());
        let output = command.arg("investigate").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    assert!(!folder.path().join("results").exists());
}
