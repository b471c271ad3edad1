//! Finding, resolving and installing real runtimes through the real npm.

#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use awaitbench::facade::{Environment, Found, Origin, Platform, Resolver, discover, install};
use awaitbench::facade::{Progress, Stage};
use node_semver::Version;

use crate::support::{awaitbench, fake_node, living_with, provided, stderr, stdout, wait_until};

const NODE_8: &str = "8.17.0";

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

async fn node_8() -> PathBuf {
    provided("node", NODE_8).await.path
}

fn link(target: &Path, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(target, path).unwrap();
}

#[tokio::test]
async fn every_version_manager_is_looked_into() {
    let node = node_8().await;
    let home = tempfile::tempdir().unwrap();
    let at = |path: &str| home.path().join(path);
    let copies = [
        ("nvm", ".nvm/versions/node/v8.17.0/bin/node"),
        ("fnm", "fnm-dir/node-versions/v8.17.0/installation/bin/node"),
        ("volta", ".volta/tools/image/node/8.17.0/bin/node"),
        ("asdf", "asdf-data/installs/nodejs/8.17.0/bin/node"),
        ("mise", ".local/share/mise/installs/node/8.17.0/bin/node"),
        ("n", "prefix/n/versions/node/8.17.0/bin/node"),
        ("nodenv", ".nodenv/versions/8.17.0/bin/node"),
        ("nvs", ".nvs/node/8.17.0/x64/bin/node"),
    ];
    for (_, path) in copies {
        fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        fs::hard_link(&node, at(path)).or_else(|_| fs::copy(&node, at(path)).map(drop)).unwrap();
    }
    let (fnm, asdf, n) = (at("fnm-dir"), at("asdf-data"), at("prefix"));
    let variables: [(&str, &OsStr); 4] = [
        ("FNM_DIR", fnm.as_os_str()),
        ("ASDF_DATA_DIR", asdf.as_os_str()),
        ("N_PREFIX", n.as_os_str()),
        ("VOLTA_HOME", OsStr::new("")),
    ];
    let environment = Environment::of(&variables, Some(home.path().to_owned()), at("cache"));
    let found = discover(&environment).await;
    let origins: Vec<&Origin> =
        found.runtimes.iter().flat_map(|runtime| &runtime.origins).collect();
    for (name, _) in copies {
        assert!(origins.contains(&&Origin::Manager(name)), "{name}: {origins:?}");
    }
    assert!(found.runtimes.iter().all(|runtime| runtime.version == version(NODE_8)));
    assert!(found.runtimes.iter().all(|runtime| runtime.engine_version == "6.2.414.78"));
    assert!(found.broken.is_empty(), "{:?}", found.broken);
}

#[tokio::test]
async fn one_binary_reached_in_several_ways_is_listed_once() {
    let node = node_8().await;
    let home = tempfile::tempdir().unwrap();
    link(&node, &home.path().join(".nvm/versions/node/v8.17.0/bin/node"));
    link(&node, &home.path().join(".local/share/mise/installs/node/8/bin/node"));
    link(&node, &home.path().join(".local/share/mise/installs/node/8.17.0/bin/node"));
    link(&node, &home.path().join("bin/node"));
    let path = home.path().join("bin");
    let environment = Environment::of(
        &[("PATH", path.as_os_str())],
        Some(home.path().to_owned()),
        home.path().join("cache"),
    );
    let found = discover(&environment).await;
    assert_eq!(found.runtimes.len(), 1, "{:?}", found.runtimes);
    let expected = [Origin::Path, Origin::Manager("mise"), Origin::Manager("nvm")];
    assert_eq!(found.runtimes[0].origins, expected);
    assert_eq!(found.runtimes[0].path, node.canonicalize().unwrap());
}

#[tokio::test]
async fn a_broken_binary_is_listed_with_its_reason_and_spoils_nothing() {
    let node = node_8().await;
    let home = tempfile::tempdir().unwrap();
    let versions = home.path().join(".nvm/versions/node");
    link(&node, &versions.join("v8.17.0/bin/node"));
    link(&fake_node(home.path(), "probe-exit"), &versions.join("v1.0.0/bin/node"));
    link(&home.path().join("gone"), &versions.join("v2.0.0/bin/node"));
    let environment = Environment::of(&[], Some(home.path().to_owned()), home.path().join("cache"));
    let found = discover(&environment).await;
    assert_eq!(found.runtimes.len(), 1);
    let reasons: Vec<String> = found.broken.iter().map(|broken| broken.error.to_string()).collect();
    assert_eq!(
        reasons,
        ["ended with exit status 3: no such luck", "there is no such file"],
        "in the order of their paths"
    );
}

#[tokio::test]
async fn specs_mean_what_they_say() {
    let resolver = Resolver::open(Environment::current(), false).await;
    let resolve = async |text: &str| match resolver.find(&text.parse().unwrap(), &()).await {
        Found::Here(runtime) => Ok(runtime.version),
        Found::ToFetch(_, version) => Ok(version),
        Found::Missing(why) => Err(why.to_string()),
    };
    assert_eq!(resolve("node@12.16.2").await, Ok(version("12.16.2")));
    assert_eq!(resolve("node@12").await, Ok(version("12.22.12")));
    assert_eq!(resolve("node@12.16").await, Ok(version("12.16.3")));
    assert_eq!(resolve("node@>=11 <14").await, Ok(version("13.14.0")));
    let near = resolve("node@12.16.99").await.unwrap_err();
    assert_eq!(
        near,
        "nothing matches node@12.16.99: near are node@12.16.3, node@12.17.0, node@12.22.12"
    );
    let latest = resolve("node@latest").await.unwrap();
    assert!(latest >= version("26.10.0"));
    let lts = resolve("node@lts").await.unwrap();
    assert!(lts >= version("24.11.0") && lts <= latest && lts.major % 2 == 0, "{lts}");
}

/// Every stage that any installation came to.
#[derive(Default)]
struct Stages(Mutex<Vec<Stage>>);

impl Progress for Stages {
    fn at(&self, _id: &str, stage: Stage) {
        self.0.lock().unwrap().push(stage);
    }
}

#[tokio::test]
async fn two_installations_of_one_version_do_not_disturb_each_other() {
    let cache = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let environment = Environment::of(&[("PATH", &path)], home, cache.path().to_owned());
    let registry = environment.registry(false);
    let platform = Platform::current();
    let family = awaitbench::facade::Family::named("node").unwrap();
    let (wanted, stages) = (version(NODE_8), Stages::default());
    let one = || install(family, &wanted, &platform, &environment, &registry, &stages);
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first.unwrap().path, second.unwrap().path);
    let left: Vec<_> = fs::read_dir(environment.runtimes(&platform))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["node-8.17.0"], "no partial download is left");
    let fetched =
        stages.0.lock().unwrap().iter().filter(|stage| **stage == Stage::Fetching).count();
    assert_eq!(fetched, 2);
    // A third finds it there and fetches nothing.
    one().await.unwrap();
    let fetched =
        stages.0.lock().unwrap().iter().filter(|stage| **stage == Stage::Fetching).count();
    assert_eq!(fetched, 2);
}

#[test]
fn offline_uses_what_is_there_and_fetches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let output = awaitbench(folder.path())
        .env("AWAITBENCH_CACHE_DIR", &cache)
        .args(["install", "--offline", "node@12.16.2"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = stderr(&output);
    assert!(words.contains("nothing matches node@12.16.2"), "{words}");
    assert!(!cache.join("runtimes").exists());
}

#[test]
fn a_version_that_was_never_published_says_what_is_near() {
    let folder = tempfile::tempdir().unwrap();
    let output = awaitbench(folder.path()).args(["install", "node@12.99.0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = stderr(&output);
    assert_eq!(words, "error: nothing matches node@12.99.0: near are node@12.22.12, node@13.0.0\n");
    assert!(stdout(&output).is_empty());
}

#[test]
fn a_spec_that_means_nothing_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["install", "nodejs"], ["install", "perl@5"], ["runtimes", "node@twelve"]] {
        let output = awaitbench(folder.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(arguments[1]), "{}", stderr(&output));
    }
}

#[test]
fn a_killed_installation_is_never_a_runtime_and_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let shelf = cache.join("runtimes").join(Platform::current().to_string());
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .env("AWAITBENCH_CACHE_DIR", &cache)
        .args(["install", "node@12.16.2", "--quiet"])
        .spawn()
        .unwrap();
    let partial = |shelf: &Path| {
        let entries = fs::read_dir(shelf).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".partial-")).count()
    };
    wait_until("the download has begun", || partial(&shelf) == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("npm is gone", || living_with(&cache.display().to_string()).is_empty());
    assert!(!shelf.join("node-12.16.2").exists());
    // What is younger might be just being made.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let output = awaitbench(folder.path())
        .env("AWAITBENCH_CACHE_DIR", &cache)
        .args(["install", "node@12.16.2", "--format", "csv"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("node,12.16.2,v8,7.8.279.23-node."), "{}", stdout(&output));
    assert_eq!(partial(&shelf), 0, "what the killed one left is gone");
}

#[test]
fn a_list_for_programs_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let output = awaitbench(folder.path())
        .args(["runtimes", "node@12.16", "--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["schema"], "awaitbench/runtimes/1");
    let rows = answer["runtimes"].as_array().unwrap();
    let mut versions: Vec<&str> = rows.iter().map(|row| row["version"].as_str().unwrap()).collect();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions, ["12.16.0", "12.16.1", "12.16.2", "12.16.3"]);
}
