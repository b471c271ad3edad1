//! The whole investigation, short and for real: on Node.js as it is installed, without a network.

#![cfg(target_os = "linux")]

mod figures;
mod told;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use figures::are_of;
use serde_json::Value;
use told::{figures_agree, number, sentences_say_their_fields};

use crate::support::{awaitbench, living_with, machine_folder, stderr, stdout, wait_until};

/// A load of more requests than a verdict needs, so that it needs few more, and of a leak that is large beside the code
/// that gets compiled; and one release line with the end of the leak in it.
const SHORT: [&str; 8] = [
    "--rate",
    "4000",
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

/// Of the four loads two: all four are made by `load::generators_leak_under_load_before_12_16`. The version to compare
/// with has no luck, which is told, and nothing else suffers.
#[test]
fn every_number_of_the_report_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let broken = node_without_luck(&folder.path().join("broken"), "12.16.2");
    let output = investigated(folder.path(), &["--fixed", &broken, "--format", "markdown"]);
    assert_eq!(output.status.code(), Some(1), "{}\n{}", stderr(&output), stdout(&output));
    assert_eq!(stderr(&output), "", "--quiet was given");
    let machine = machine_folder(&folder.path().join("results"));
    let pages = machine.join("investigation");
    let report = fs::read_to_string(pages.join("README.md")).unwrap();
    assert_eq!(report, stdout(&output));
    let text = fs::read_to_string(pages.join("story.json")).unwrap();
    let story: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(story["schema"], "awaitbench/investigate/1");

    // What the article found.
    assert_eq!(story["growth"]["found"]["verdict"], "leaks", "{report}");
    assert_eq!(story["growth"]["found"]["requests"], 16_000);
    let suspect = &story["heap"]["found"]["suspects"][0];
    assert_eq!(suspect["name"], "Generator", "{report}");
    assert_eq!(suspect["known_cause"]["id"], "v8-prototype-users");
    assert_eq!(story["service"]["found"]["packages"][0]["files"][0]["path"], "generator.js");
    assert_eq!(story["app"]["found"]["packages"][0]["name"], "culprit");
    let cure = &story["cure"]["found"];
    assert_eq!(
        (&cure["variant"], &cure["verdict"]),
        (&"async".into(), &"stable".into()),
        "{report}"
    );
    for load in [&story["growth"], &story["cure"]] {
        assert_eq!(load["found"]["requests_failed"], 0);
    }
    for load in story["fixed"].as_array().unwrap() {
        assert!(load["failed"].as_str().is_some_and(|why| why.contains("out of luck")), "{story}");
    }
    let share = story["heap"]["found"]["explained_share"].as_f64().unwrap();
    // Beside a megabyte of code, which is still compiled in so short a load.
    assert!((0.5..1.2).contains(&share), "{share}: {report}");
    let window = &story["versions"]["found"]["windows"][0];
    assert_eq!(
        (&window["last_leaking"], &window["fixed_in"], &window["is_exact"]),
        (&"12.15.0".into(), &"12.16.0".into(), &true.into())
    );
    assert!(story["browsers"][0]["skipped"].is_string());
    figures_agree(&story);
    sentences_say_their_fields(&report, &story);
    // What the steps took is all that it took.
    let steps: f64 =
        story["steps"].as_array().unwrap().iter().map(|it| number(&it["elapsed_s"])).sum();
    let all = number(&story["elapsed_s"]);
    assert!(steps <= all && steps > 0.95 * all, "{steps} s of {all} s: {report}");

    are_of(&report, &story);
    // Every file and every picture that is named is there.
    for file in story["files"].as_array().unwrap() {
        let file = file.as_str().unwrap();
        assert!(
            pages.join(file).is_file() && report.contains(&format!("`{file}`")),
            "{file}: {report}"
        );
    }
    assert!(!report.contains("leak.json"), "no browser was asked: {report}");
    let pictures: Vec<&str> =
        report.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(pictures, ["memory-growth.svg", "memory-cure.svg"]);
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

/// Folders for work in progress that are left.
fn scratch(machine: &Path) -> usize {
    let entries = fs::read_dir(machine).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".partial-")).count()
}

/// A Node.js that says it is this version, and ends when it is asked to run anything, with words that name
/// its place.
fn node_without_luck(folder: &Path, version: &str) -> String {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join("node");
    let script = "#!/bin/sh\n\
        if [ \"$1\" = -p ]; then\n\
          printf '{\"version\":\"VERSION\",\"engine_version\":\"7.7\",\"path\":\"%s\"}\\n' \"$0\"; exit 0\n\
        fi\n\
        echo \"Error: out of luck in $0\" >&2; exit 7\n";
    fs::write(&path, script.replace("VERSION", version)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_string_lossy().into_owned()
}

/// An investigation whose services all end at once, so that it takes seconds.
fn without_services(folder: &Path, format: &str) -> Output {
    let broken = node_without_luck(folder, "12.15.0");
    let more = ["--runtime", &broken, "--fixed", &broken, "--format", format];
    investigated(folder, &more)
}

/// A service that ends at once: what needs no service is told all the same. And a version that gives no answer
/// makes a boundary a range.
#[test]
fn a_step_that_fails_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let broken = node_without_luck(folder.path(), "12.15.0");
    node_without_luck(&folder.path().join("bin"), "12.15.1");
    let path = std::env::var("PATH").unwrap();
    let app = app(folder.path());
    let mut command = awaitbench(folder.path());
    command.env("PATH", format!("{}:{path}", folder.path().join("bin").display()));
    command.args(["investigate", "--offline", "--app", &app]).args(SHORT);
    command.args(["--runtime", &broken, "--fixed", &broken, "--format", "json"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let story: Value = serde_json::from_str(&stdout(&output)).unwrap();
    for step in [&story["growth"], &story["cure"], &story["fixed"][0], &story["fixed"][1]] {
        assert!(step["failed"].as_str().is_some_and(|why| why.contains("out of luck")), "{story}");
    }
    assert!(story["heap"]["skipped"].is_string(), "{story}");
    assert_eq!(story["app"]["found"]["packages"][0]["name"], "culprit");
    let window = &story["versions"]["found"]["windows"][0];
    assert_eq!(window["fixed_in"], "12.16.0", "{story}");
    assert_eq!(window["untested_after"], serde_json::json!(["12.15.1"]), "{story}");
    assert_eq!(window["is_exact"], false);
    let machine = machine_folder(&folder.path().join("results"));
    let pages = machine.join("investigation");
    let report = fs::read_to_string(pages.join("README.md")).unwrap();
    assert!(report.contains("**This step failed:**"), "{report}");
    assert!(report.contains("| 12.15.0 at the earliest | 12.16.0 at the latest |"), "{report}");
    assert!(report.contains("--runtime PATH --fixed PATH"), "{report}");
    assert!(!pages.join("memory-growth.svg").exists() && !pages.join("loads.json").exists());
    assert_eq!(story["files"], serde_json::json!(["story.json", "bisect.json"]));
    // Why there is no answer is told, and no place on this machine.
    let answers = fs::read_to_string(pages.join("bisect.json")).unwrap();
    assert!(answers.contains("out of luck in node"), "{answers}");
    for file in fs::read_dir(&pages).unwrap().flatten() {
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(!text.contains(&*folder.path().to_string_lossy()), "{:?}: {text}", file.path());
    }
}

/// Standard output has the answer although the report can't be written, and names nothing that is not there.
#[test]
fn without_a_report_there_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let output = without_services(folder.path(), "csv");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let field = |row: &csv::StringRecord, name: &str| {
        let at = columns.iter().position(|column| column == name).unwrap();
        row[at].to_owned()
    };
    let versions = rows.iter().find(|row| field(row, "step") == "versions").unwrap();
    assert_eq!(field(versions, "fixed_in"), "12.16.0");
    assert_eq!(
        (field(versions, "runtime"), field(versions, "is_exact")),
        ("node".into(), "true".into())
    );
    let app = rows.iter().find(|row| field(row, "step") == "app").unwrap();
    assert_eq!(
        (field(app, "package"), field(app, "package_version")),
        ("culprit".into(), "1.2.3".into())
    );
    let growth = rows.iter().find(|row| field(row, "step") == "growth").unwrap();
    assert_eq!(field(growth, "outcome"), "failed");

    let machine = machine_folder(&folder.path().join("results"));
    let pages = machine.join("investigation");
    fs::remove_dir_all(&pages).unwrap();
    fs::write(&pages, "in the way").unwrap();
    let output = without_services(folder.path(), "markdown");
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.starts_with("error: can't write ") && said.lines().count() == 1, "{said}");
    let text = stdout(&output);
    assert!(text.contains("| 12 | 12.15.0 | 12.15.0 | 12.16.0 |"), "{text}");
    assert!(!text.contains(".svg") && !text.contains("story.json"), "{text}");
    assert_eq!(fs::read_to_string(&pages).unwrap(), "in the way");
    assert_eq!(scratch(&machine), 0);
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

/// The files of a folder, with what is in them.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut files: Vec<_> =
        entries.map(|entry| (entry.path(), fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn an_interrupt_leaves_nothing_but_the_earlier_report() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let output = without_services(folder.path(), "table");
    let table = stdout(&output);
    assert!(table.contains("12    12.15.0        12.15.0       12.16.0"), "{table}");
    assert!(table.contains("failed¹") && table.contains("out of luck"), "{table}");
    let machine = machine_folder(&folder.path().join("results"));
    let pages = machine.join("investigation");
    let earlier = files(&pages);
    assert!(earlier.iter().any(|(path, _)| path.ends_with("README.md")));

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
    assert_eq!(scratch(&machine), 0);
    assert_eq!(files(&pages), earlier);
}

#[test]
fn wrong_usage_is_said_before_anything_begins() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["--runtime", "node@12.15.0,node@11.0.0"][..], "give one"),
        (&["--runtime", "chromium@80"], "\"chromium@80\": the service runs on Node.js"),
        (&["--fixed", "chromium@81"], "\"chromium@81\""),
        (&["--versions", "node@lts"], "\"node@lts\" is not a range"),
        (&["--app", "nowhere"], "there is no folder \"nowhere\""),
        (&["--case", "await-two"], "leave --case and --variant out"),
        (&["--runtime-flag=--no-opt"], "leave flags out"),
        (&["--rate", "0"], "between 0.1 and"),
        (&["--duration", "0"], "between 0.5 and"),
        (&["--rate", "0.1", "--duration", "0.5"], "fewer than two in 0.5 s"),
    ] {
        let mut command = awaitbench(folder.path());
        let output = command.arg("investigate").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    assert!(!folder.path().join("results").exists());
}
