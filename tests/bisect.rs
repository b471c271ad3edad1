//! The whole way of a bisection: real runtimes, and fake ones that go wrong.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use awaitbench::facade::{Family, Platform};
use serde_json::Value;

use crate::support::{
    awaitbench, fake_versions, living_with, provided, stderr, stdout, wait_until,
};

/// `awaitbench bisect` with caches of its own, and with what nvm keeps in `nvm`.
fn bisect(folder: &Path, nvm: &Path) -> assert_cmd::Command {
    let mut command = awaitbench(folder);
    command.env("AWAITBENCH_CACHE_DIR", folder.join("cache")).env("NVM_DIR", nvm).arg("bisect");
    command
}

/// Asks the fake line for the versions in which an op takes less than 70 ns.
fn fast(folder: &Path, nvm: &Path) -> assert_cmd::Command {
    let mut command = bisect(folder, nvm);
    command.args(["--offline", "--quiet", "--runtime", "node@1", "--timeout", "2"]);
    command.args(["--metric", "ns-per-op", "--below", "70", "--format", "json"]);
    command
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)))
}

/// The line, the first and the last version that answered yes, and where it ends, of every window.
fn windows(answer: &Value) -> Vec<String> {
    let text = |window: &Value, field: &str| window[field].as_str().unwrap_or("-").to_owned();
    let is_leak = answer["schema"] == "awaitbench/bisect/1";
    let ends =
        if is_leak { ["first_leaking", "last_leaking"] } else { ["first_true", "last_true"] };
    let fields = ["line", ends[0], ends[1], "fixed_in"];
    let windows = answer["windows"].as_array().unwrap().iter();
    windows.map(|window| fields.map(|field| text(window, field)).join(" ")).collect()
}

/// How many living processes were started in `folder`: `sleep` shows no path in its command line.
fn living_in(folder: &Path) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let is_there = |process: &fs::DirEntry| {
        fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder)
    };
    processes.filter(is_there).count()
}

const LINE: [(&str, &str, u32); 6] = [
    ("1.0.0", "ok", 100),
    ("1.1.0", "ok", 100),
    ("1.2.0", "ok", 50),
    ("1.3.0", "ok", 50),
    ("1.4.0", "ok", 50),
    ("1.5.0", "ok", 50),
];

/// The line with one version that goes wrong in its own way.
fn with(version: &str, mode: &'static str) -> Vec<(&'static str, &'static str, u32)> {
    let change = |&(known, usual, ns)| (known, if known == version { mode } else { usual }, ns);
    LINE.iter().map(change).collect()
}

#[test]
fn the_boundary_is_exact_and_known_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = fake_versions(folder.path(), &LINE);
    let first = fast(folder.path(), &nvm).output().unwrap();
    assert!(first.status.success(), "{}", stderr(&first));
    let first = json(&first);
    assert_eq!(windows(&first), ["1 1.2.0 1.5.0 -"]);
    assert_eq!((&first["is_exact"], &first["downloads"]), (&true.into(), &0.into()));
    assert_eq!(
        first["summary"],
        "ns-per-op < 70 for instance-loop as generator in node [1.2.0, 1.5.0]"
    );
    assert_eq!(first["versions_listed"], 6);
    let probes = first["probes"].as_u64().unwrap();
    assert_eq!(probes, first["versions_asked"].as_u64().unwrap() + 2, "two are asked twice");

    let second = json(&fast(folder.path(), &nvm).output().unwrap());
    assert_eq!(windows(&second), windows(&first));
    assert_eq!(
        (&second["probes"], &second["probes_cached"]),
        (&0.into(), &first["versions_asked"])
    );
    // What could change the answer makes it unknown again: a binary, a flag, the question.
    let binary = nvm.join("versions/node/1.5.0/bin/node");
    fs::write(&binary, fs::read_to_string(&binary).unwrap() + "\n# another binary\n").unwrap();
    let third = json(&fast(folder.path(), &nvm).output().unwrap());
    assert_eq!(third["probes"], 1);
    let flag = json(&fast(folder.path(), &nvm).args(["--runtime-flag", "--x"]).output().unwrap());
    assert_eq!(flag["probes"], first["probes"]);
    let without = json(&fast(folder.path(), &nvm).arg("--no-cache").output().unwrap());
    assert_eq!(without["probes"], first["probes"]);
}

#[test]
fn a_version_that_goes_wrong_stops_the_search_unless_told_to_go_on() {
    for (mode, words) in [
        ("exit", "ended with exit status 3 instead of replying to run"),
        ("killed", "was killed (signal 9"),
        ("hang", "gave no reply to run within 2 s"),
        ("hello-hang", "gave no reply to hello within 2 s"),
        ("check", "where the case expects 1"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let nvm = fake_versions(folder.path(), &with("1.5.0", mode));
        let stopped = fast(folder.path(), &nvm).output().unwrap();
        assert_eq!(stopped.status.code(), Some(1), "{mode}");
        let said = stderr(&stopped);
        assert!(said.contains("error: node-1.5.0 ") && said.contains(words), "{mode}: {said}");
        assert!(said.ends_with("; --keep-going goes on without it\n"), "{mode}: {said}");
        assert_eq!(said.lines().count(), 1, "{mode}: {said}");
        // What is known by then is printed all the same.
        assert!(json(&stopped)["error"].as_str().unwrap().contains(words));

        let gone_on = fast(folder.path(), &nvm).arg("--keep-going").output().unwrap();
        assert!(gone_on.status.success(), "{mode}: {}", stderr(&gone_on));
        let answer = json(&gone_on);
        assert_eq!(windows(&answer), ["1 1.2.0 1.4.0 -"], "{mode}");
        assert_eq!(answer["windows"][0]["untested_after"], serde_json::json!(["1.5.0"]));
        assert_eq!(answer["is_exact"], false);
        let versions = answer["versions"].as_array().unwrap().iter();
        let broken: Vec<&Value> =
            versions.filter(|version| version["answer"] == "broken").collect();
        assert_eq!((broken.len(), &broken[0]["version"]), (1, &"1.5.0".into()), "{mode}");
        assert!(broken[0]["detail"].as_str().unwrap().contains(words), "{mode}");
        assert!(living_with(&nvm.display().to_string()).is_empty(), "{mode}");
    }
}

#[test]
fn a_boundary_beside_a_broken_version_is_a_range() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = fake_versions(folder.path(), &with("1.2.0", "exit"));
    let output = fast(folder.path(), &nvm).args(["--keep-going", "--exhaustive"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let answer = json(&output);
    assert_eq!(windows(&answer), ["1 1.3.0 1.5.0 -"]);
    assert_eq!(answer["windows"][0]["stable_before"], "1.1.0");
    assert_eq!(answer["windows"][0]["untested_before"], serde_json::json!(["1.2.0"]));
    assert_eq!((&answer["is_exact"], &answer["versions_asked"]), (&false.into(), &6.into()));
}

#[test]
fn check_finds_what_it_looks_for() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = fake_versions(folder.path(), &LINE);
    let found = fast(folder.path(), &nvm).arg("--check").output().unwrap();
    assert_eq!((found.status.code(), stderr(&found)), (Some(1), String::new()));
    let none = fast(folder.path(), &nvm).args(["--check", "--runtime", "node@1.0"]).output();
    // `--runtime node@1` is there as well: a narrower one alone has no version that is fast.
    assert_eq!(none.unwrap().status.code(), Some(1));
    let mut alone = bisect(folder.path(), &nvm);
    alone.args(["--offline", "--quiet", "--check", "--runtime", "node@1.0..1.1"]);
    alone.args(["--metric", "ns-per-op", "--below", "70"]);
    let alone = alone.output().unwrap();
    assert!(alone.status.success(), "{}", stderr(&alone));
    assert!(stdout(&alone).contains("in no version that was asked"), "{}", stdout(&alone));
}

/// What the system has by chance is no answer for a range that nothing was installed of.
#[test]
fn offline_with_nothing_installed_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::join_paths([
        fake_versions(folder.path(), &LINE[..1]).join("versions/node/1.0.0/bin").as_path(),
        Path::new("/usr/bin"),
        Path::new("/bin"),
    ])
    .unwrap();
    let nowhere = folder.path().join("nowhere");
    let mut command = fast(folder.path(), &nowhere);
    let output = command.env("PATH", &path).env("HOME", &nowhere).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{}", stdout(&output));
    assert!(
        said.starts_with(
            "error: nothing of node@1 is installed but the system's own node-1.0.0, and "
        ),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn an_interrupt_leaves_nothing_behind_and_keeps_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    // The ends of the line are asked first, one at a time; the second one hangs.
    let nvm = fake_versions(folder.path(), &with("1.5.0", "hang"));
    let child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder.path())
        .env("AWAITBENCH_CACHE_DIR", folder.path().join("cache"))
        .env("NVM_DIR", &nvm)
        .args(["bisect", "--offline", "--quiet", "--runtime", "node@1"])
        .args(["--metric", "ns-per-op", "--below", "70"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let verdicts = folder.path().join("cache/verdicts");
    let kept = || fs::read_dir(&verdicts).map_or(0, Iterator::count);
    wait_until("the first is known and the last one hangs", || {
        kept() == 1 && living_in(folder.path()) > 1
    });
    let pid = child.id().to_string();
    Command::new("kill").args(["-INT", &pid]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(stderr(&output).starts_with("interrupted: what was found out is kept"));
    assert!(output.stdout.is_empty());
    wait_until("nothing lives", || living_in(folder.path()) == 0);
    let names: Vec<String> = fs::read_dir(&verdicts)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.len() == 1 && names[0].ends_with(".json"), "{names:?}");
}

#[test]
fn wrong_usage_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["--metric", "ratio"][..], "--metric ratio needs a value to compare with"),
        (&["--above", "5"], "\"leak\" is a verdict"),
        (&["--metric", "ratio", "--above", "five"], "write a number"),
        (&["--metric", "ratio", "--above", "NaN"], "finite"),
        (&["--metric", "ratio", "--above", "5", "--variant", "async"], "leave --variant out"),
        (&["--metric", "speed", "--above", "5"], "ns-per-op"),
        (&["--metric", "ratio", "--above", "5", "--below", "7"], "cannot be used with"),
        (&["--exhaustive", "--widest-gap", "3"], "cannot be used with"),
        (&["--runtime", "node@system"], "\"node@system\" is not a range of versions"),
        (&["--runtime", "node@26..8"], "\"26..8\" in \"node@26..8\" is not a version"),
        (&["--case", "instance-lop"], "instance-loop"),
        (&["--variant", "regenerator"], "it has generator, async"),
        (&["--case", "noop", "--metric", "ratio", "--above", "5"], "has no variant \"generator\""),
        (&["--case", "noop", "--case", "await-two"], "give --case once"),
        (&["--variant", "async,generator"], "give --variant once"),
        (&["--jobs", "0"], "0 is not in 1..=256"),
    ] {
        let output = awaitbench(folder.path()).arg("bisect").args(arguments).output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}

/// Links a real runtime to where nvm would keep it.
async fn link_real(nvm: &Path, version: &str) {
    let real = provided("node", version).await.path;
    let bin = nvm.join("versions/node").join(version).join("bin");
    fs::create_dir_all(&bin).unwrap();
    symlink(real, bin.join("node")).unwrap();
}

/// The list of versions as if it had just been fetched.
fn list_versions(cache: &Path, versions: &[&str]) {
    let family = Family::named("node").unwrap();
    assert_eq!(family.name, "node");
    let lists = cache.join("registry");
    fs::create_dir_all(&lists).unwrap();
    let name = format!("node-{}.json", Platform::current());
    fs::write(lists.join(name), serde_json::to_string(versions).unwrap()).unwrap();
}

#[tokio::test]
async fn a_version_that_is_listed_and_not_published_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = folder.path().join("nvm");
    link_real(&nvm, "12.16.2").await;
    list_versions(&folder.path().join("cache"), &["12.16.2", "12.99.0"]);
    let ask = || {
        let mut command = bisect(folder.path(), &nvm);
        command.args(["--runtime", "node@12.16.2..12.99.0", "--quiet", "--format", "json"]);
        command.args(["--metric", "ns-per-op", "--above", "0.001"]);
        command
    };
    let stopped = ask().output().unwrap();
    assert_eq!(stopped.status.code(), Some(1));
    let said = stderr(&stopped);
    assert!(said.starts_with("error: node-12.99.0: the registry has no "), "{said}");
    let gone_on = ask().arg("--keep-going").output().unwrap();
    assert!(gone_on.status.success(), "{}", stderr(&gone_on));
    let answer = json(&gone_on);
    assert_eq!(windows(&answer), ["12 12.16.2 12.16.2 -"]);
    assert_eq!(answer["versions"][1]["answer"], "missing");
    assert_eq!(answer["downloads"], 0);
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = folder.path().join("nvm");
    link_real(&nvm, "12.16.2").await;
    let cache = folder.path().join("cache");
    let ask = || {
        let mut command = bisect(folder.path(), &nvm);
        // Nothing listens there.
        command.env("npm_config_registry", "http://127.0.0.1:9/");
        command.env("npm_config_fetch_retries", "0").env("npm_config_cache", &cache);
        command.args(["--runtime", "node@12.16..12.18", "--quiet", "--keep-going"]);
        command.args(["--metric", "ns-per-op", "--above", "0.001"]);
        command
    };
    // Without a list there is nothing to search.
    let nothing = ask().output().unwrap();
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        stderr(&nothing).starts_with("error: npm could not answer for node-"),
        "{}",
        stderr(&nothing)
    );
    assert!(nothing.stdout.is_empty());
    // With one, the first version that can't be fetched ends the search, even with --keep-going.
    list_versions(&cache, &["12.16.2", "12.17.0", "12.18.0", "12.18.1", "12.18.2"]);
    let output = ask().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.starts_with("error: npm could not answer for node-"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(stdout(&output).contains("The search stopped before its end"), "{}", stdout(&output));
    // Offline, it is a search over what is installed, and says what it does not know.
    let offline = ask().args(["--offline", "--format", "json"]).output().unwrap();
    assert!(offline.status.success(), "{}", stderr(&offline));
    let answer = json(&offline);
    assert_eq!(windows(&answer), ["12 12.16.2 12.16.2 -"]);
    assert_eq!((&answer["is_exact"], &answer["versions_asked"]), (&false.into(), &1.into()));
    assert_eq!(answer["windows"][0]["untested_after"].as_array().unwrap().len(), 4);
}
