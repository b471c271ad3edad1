//! `awaitbench scan` as a user runs it: answers, exit status, notes.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use awaitbench::facade::find_machines;

use crate::support::committed_results;

const BINARY: &str = env!("CARGO_BIN_EXE_awaitbench");

const AWAITER: &str = "exports.f = () => __awaiter(this, void 0, void 0, function* () {});";

fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let package = root.path().join("node_modules/a");
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("package.json"), r#"{"name": "a", "version": "1.0.0"}"#).unwrap();
    fs::write(package.join("index.js"), AWAITER).unwrap();
    root
}

fn awaitbench(folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder).env("AWAITBENCH_OFFLINE", "1").env_remove("AWAITBENCH_OUT");
    command
}

/// Standard output, standard error and exit status.
fn run(command: &mut Command) -> (String, String, Option<i32>) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn check_fails_where_something_is_found_and_only_there() {
    let root = project();
    let (out, _, code) = run(awaitbench(root.path()).args(["scan", "--check"]));
    assert_eq!(code, Some(1));
    assert!(
        out.starts_with("1 package under . ships down-levelled async: 1 call site in 1 file\n"),
        "{out}"
    );
    assert_eq!(run(awaitbench(root.path()).arg("scan")).2, Some(0));
    fs::write(root.path().join("node_modules/a/index.js"), "// __awaiter()").unwrap();
    let (out, _, code) = run(awaitbench(root.path()).args(["scan", "--check"]));
    assert_eq!((code, out.lines().next()), (Some(0), Some("No down-levelled async under .")));
}

#[test]
fn a_version_is_judged_and_priced_without_being_there() {
    let root = project();
    let results = committed_results();
    let mut command = awaitbench(root.path());
    command.args([
        "scan",
        ".",
        "--format",
        "json",
        "--runtime",
        "node@12.15.0,node@12.16.2",
        "--out",
    ]);
    let (out, _, code) = run(command.arg(results.path()));
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(answer["schema"], "awaitbench/scan/1");
    let package = &answer["packages"][0];
    assert_eq!((&package["name"], &package["files"]), (&"a".into(), &1.into()));
    assert_eq!(package["effects"][0]["effect"], "leaks");
    assert_eq!(package["effects"][1]["effect"], "slower");
    // 12.15.0 was never measured; of 12.16.2 it is what the machine's own summary says.
    assert!(answer["runtimes"][0]["price"].is_null());
    let price = &answer["runtimes"][1]["price"];
    let machines = find_machines(results.path()).unwrap();
    let machine = machines.iter().find(|folder| folder.name() == price["machine"]).unwrap();
    let cells = machine.cells().unwrap();
    let ns = |variant: &str| {
        let mut of =
            cells.iter().filter(|cell| cell.key.version == "12.16.2" && cell.key.flags.is_empty());
        let cell = of.find(|cell| (&*cell.key.case, &*cell.key.variant) == ("await-two", variant));
        cell.unwrap().ns_per_op.unwrap()
    };
    let (found, told) = (ns("generator") - ns("async"), price["ns_per_call"].as_f64().unwrap());
    assert!((found - told).abs() < 1e-6, "{found} {told}");
}

#[test]
fn wrong_usage_and_failures_differ() {
    let root = project();
    let (out, error, code) = run(awaitbench(root.path()).args(["scan", "nowhere"]));
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert!(error.contains("nowhere") && error.lines().count() == 1, "{error}");
    let (_, error, code) = run(awaitbench(root.path()).args(["scan", "--suggest", "--offline"]));
    assert_eq!(code, Some(2), "{error}");
}

/// Root may read everything, and so the scan runs as nobody if the test runs as root.
#[cfg(target_os = "linux")]
#[test]
fn what_may_not_be_read_is_skipped_and_said() {
    use std::os::unix::fs::PermissionsExt;
    let root = project();
    let package = root.path().join("node_modules/a");
    let forbid =
        |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    fs::write(package.join("secret.js"), AWAITER).unwrap();
    fs::create_dir(package.join("closed")).unwrap();
    forbid(&package.join("secret.js"));
    forbid(&package.join("closed"));
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let is_root = fs::read(package.join("secret.js")).is_ok();
    let mut command = if is_root {
        // Nobody may enter the folder that the binary was built in.
        let copy = root.path().join("awaitbench");
        fs::copy(BINARY, &copy).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(copy);
        command
    } else {
        Command::new(BINARY)
    };
    let (out, error, code) =
        run(command.current_dir(root.path()).args(["scan", ".", "--format", "json"]));
    fs::set_permissions(package.join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, Some(0), "{error}");
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let skipped: Vec<_> = answer["skipped"].as_array().unwrap().iter().collect();
    let paths: Vec<_> = skipped.iter().map(|skip| skip["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["node_modules/a/closed", "node_modules/a/secret.js"]);
    assert!(skipped.iter().all(|skip| skip["reason"] == "permission denied"));
    assert!(
        error.contains("note: skipped \"node_modules/a/closed\": permission denied"),
        "{error}"
    );
    assert_eq!(answer["packages"][0]["call_sites"], 1);
}
