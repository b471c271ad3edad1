//! What the integration tests share: a fake runtime that goes wrong on demand, the program itself,
//! and a look at the processes that are alive.

// On other systems most tests are left out.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assert_cmd::Command;
use awaitbench::facade::{Case, read_cases};
use awaitbench::facade::{Environment, Family, Resolver, Runtime};
use node_semver::Version;

/// A runtime in the user's own cache, installed through npm if need be.
pub(crate) async fn provided(family: &str, version: &str) -> Runtime {
    let resolver = Resolver::open(Environment::current(), false).await;
    let version = Version::parse(version).unwrap();
    resolver.fetch(Family::named(family).unwrap(), &version, &()).await.unwrap()
}

/// The committed results in a folder of their own: those of this machine are not among them, nor what was measured since.
pub(crate) fn committed_results() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = std::process::Command::new("git")
        .args(["ls-files", "-z", "results"])
        .current_dir(root)
        .output()
        .expect("git on PATH");
    assert!(listed.status.success() && !listed.stdout.is_empty(), "{}", stderr(&listed));
    for name in stdout(&listed).split_terminator('\0') {
        let copy = folder.path().join(Path::new(name).strip_prefix("results").unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(root.join(name), copy).unwrap();
    }
    folder
}

/// Writes a fake `node` that goes wrong in the way that `mode` names; see `fake-node.sh`.
pub(crate) fn fake_node(folder: &Path, mode: &str) -> PathBuf {
    write_fake(&folder.join(mode), &format!("mode={mode}"))
}

/// Fake versions of Node.js, each with the way in which it goes wrong and the nanoseconds of an op,
/// where nvm would keep them. Answers nvm's folder.
pub(crate) fn fake_versions(folder: &Path, versions: &[(&str, &str, u32)]) -> PathBuf {
    let nvm = folder.join("nvm");
    for (version, mode, ns) in versions {
        let bin = nvm.join("versions/node").join(version).join("bin");
        write_fake(&bin, &format!("mode={mode}\nversion={version}\nns={ns}"));
    }
    nvm
}

fn write_fake(folder: &Path, settings: &str) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join("node");
    let script = include_str!("fake-node.sh");
    fs::write(&path, format!("#!/bin/sh\n{settings}\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A case of one variant, whose ops do what `script` says.
pub(crate) fn case_of(folder: &Path, shape: &str, script: &str) -> Case {
    let folder = folder.join("a-case");
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "title = \"t\"\nshape = \"{shape}\"\nvariants = [\"x\"]\ncheck = {{ per_op = 1 }}\n"
    );
    fs::write(folder.join("case.toml"), manifest).unwrap();
    fs::write(folder.join("x.js"), script).unwrap();
    read_cases(&folder).unwrap().remove(0)
}

/// A variant's script that keeps so much that its snapshot is 50 MB and takes seconds.
pub(crate) const LARGE: &str = "const kept = [];\n\
    for (let i = 0; i < 300000; i++) kept.push({ i: [i] });\n\
    module.exports = () => kept.length > 0 ? 1 : 0;\n";

/// The files in a folder and below, except those that are empty.
pub(crate) fn written(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(about) if about.is_dir() => found.extend(written(&entry.path())),
            Ok(about) if about.len() > 0 => found.push(entry.path()),
            // Gone again, perhaps.
            _ => {}
        }
    }
    found
}

/// Kills a process by SIGKILL.
pub(crate) fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

/// The program under test, in a folder of its own, without the variables of whoever runs the tests
/// except where runtimes are kept.
pub(crate) fn awaitbench(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awaitbench"));
    command.current_dir(folder);
    for variable in
        ["AWAITBENCH_RUNTIME", "AWAITBENCH_CASE", "AWAITBENCH_OUT", "AWAITBENCH_OFFLINE"]
    {
        command.env_remove(variable);
    }
    command
}

/// Standard output as text.
pub(crate) fn stdout(output: &std::process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub(crate) fn stderr(output: &std::process::Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The living processes with `text` in their command line; those that are only waiting to be
/// reaped do not live.
pub(crate) fn living_with(text: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|pid| {
        let read =
            |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
        *pid != std::process::id()
            && read("cmdline").contains(text)
            && !read("stat").contains(") Z ")
    })
    .collect()
}

/// Waits until `condition` holds, at most for half a minute.
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The one folder in `results` that holds a machine.
pub(crate) fn machine_folder(results: &Path) -> PathBuf {
    let mut folders = fs::read_dir(results).unwrap().flatten().map(|entry| entry.path());
    let folder = folders.find(|path| path.join("machine.toml").is_file()).unwrap();
    assert!(folders.all(|path| !path.join("machine.toml").is_file()));
    folder
}
