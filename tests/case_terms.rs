//! What `case.toml` and a variant say of how ops are executed holds in a real process.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use awaitbench::facade::{Case, Catalogue, Deadlines, Session, SessionError, Settings, Workload};
use awaitbench::facade::{Problem, read_cases};

use crate::support::{case_of, provided};

/// A case of one variant `x`, with `terms` in its manifest.
fn case_with(folder: &Path, shape: &str, terms: &str, script: &str) -> Case {
    let case = case_of(folder, shape, script);
    let manifest = case.variants[0].file.with_file_name("case.toml");
    let plain = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{terms}\n{plain}")).unwrap();
    read_cases(manifest.parent().unwrap()).unwrap().remove(0)
}

/// Executes a batch of 1,000 ops, and ends the process in order.
async fn outcome(version: &str, case: &Case, settings: &Settings) -> Result<(), SessionError> {
    let driver = Catalogue::locate().driver("node");
    let runtime = provided("node", version).await;
    let workload = Workload::of(case, &case.variants[0], &driver, settings);
    let mut session = Session::start(&runtime, workload, Deadlines::default()).await?;
    session.run(1000).await?;
    session.run(1000).await?;
    session.close().await;
    Ok(())
}

/// The sum is right only if exactly `most` ops were under way at some time, and never more.
fn counting(op: &str) -> String {
    format!(
        "let under = 0, most = 0;
         function begin() {{ under += 1; if (under > most) most = under; if (under > 16) throw new Error('too many'); }}
         function end() {{ under -= 1; return 1; }}
         {op}
         exports.teardown = function () {{ if (most !== 16) throw new Error('most ' + most); \
           require('fs').writeFileSync(__dirname + '/gone', 'x'); }};"
    )
}

#[tokio::test]
async fn ops_run_side_by_side_where_the_case_says_so() {
    for (shape, op) in [
        ("callback", "exports.op = done => { begin(); setTimeout(() => done(end()), 1); };"),
        (
            "promise",
            "exports.op = () => { begin(); return new Promise(r => setTimeout(r, 1)).then(end); };",
        ),
    ] {
        for version in ["8.17.0", "24.21.0"] {
            let folder = tempfile::tempdir().unwrap();
            let case = case_with(folder.path(), shape, "concurrency = 16", &counting(op));
            outcome(version, &case, Settings::NONE).await.unwrap();
            assert!(case.variants[0].file.with_file_name("gone").exists(), "{version} {shape}");
        }
    }
}

#[tokio::test]
async fn a_case_is_set_up_once_before_its_first_op() {
    for setup in [
        "exports.setup = function () { ready += 1; };",
        "exports.setup = () => new Promise(done => setTimeout(() => { ready += 1; done(); }, 20));",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("let ready = 0; exports.op = () => ready; {setup}");
        let case = case_with(folder.path(), "sync", "", &script);
        outcome("24.21.0", &case, Settings::NONE).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let script =
        "exports.op = () => 1; exports.setup = async () => { throw new Error('no port'); };";
    let case = case_with(folder.path(), "sync", "", script);
    let error = outcome("24.21.0", &case, Settings::NONE).await.unwrap_err().to_string();
    assert!(error.contains("setup failed: Error: no port"), "{error}");
}

#[tokio::test]
async fn a_case_brings_its_own_flags() {
    let folder = tempfile::tempdir().unwrap();
    let native = "exports.op = () => { (0, eval)('%DeoptimizeNow()'); return 1; };";
    let case = case_with(folder.path(), "sync", "", native);
    assert!(outcome("24.21.0", &case, Settings::NONE).await.is_err());
    let case = case_with(folder.path(), "sync", "flags = [\"--allow-natives-syntax\"]", native);
    outcome("24.21.0", &case, Settings::NONE).await.unwrap();
}

#[tokio::test]
async fn what_a_version_lacks_of_a_variants_needs_is_unsupported() {
    let script =
        "const channels = require('diagnostics_channel'); exports.op = () => channels ? 1 : 0;";
    let folder = tempfile::tempdir().unwrap();
    for (needs, version, lacks) in [
        ("needs = \"diagnostics_channel\"", "12.16.0", Some("diagnostics_channel")),
        ("needs = \"diagnostics_channel\"", "24.21.0", None),
        ("needs = [\"fs\", \"Promise.all\", \"events.on\", \"AbortSignal.any\"]", "24.21.0", None),
        ("needs = [\"fs\", \"Promise.race.nothing\"]", "24.21.0", Some("Promise.race.nothing")),
    ] {
        let case = case_with(folder.path(), "sync", needs, script);
        match (outcome(version, &case, Settings::NONE).await, lacks) {
            (Ok(()), None) => {}
            (Err(SessionError { problem: Problem::Unsupported(words), .. }), Some(name)) => {
                assert!(words.contains(&format!("\"{name}\"")), "{words}");
            }
            (other, _) => panic!("{needs} on {version}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_rejection_that_nobody_handles_is_an_error_unless_the_case_or_a_flag_says_otherwise() {
    let script = "exports.op = async () => { Promise.reject(new Error('late')); return 1; };";
    let flag =
        Settings { flags: vec!["--unhandled-rejections=none".to_owned()], ..Settings::default() };
    let folder = tempfile::tempdir().unwrap();
    for version in ["12.16.0", "24.21.0"] {
        let case = case_with(folder.path(), "promise", "", script);
        let error = outcome(version, &case, Settings::NONE).await.unwrap_err().to_string();
        assert!(error.contains("unhandled rejection: Error: late"), "{error}");
        outcome(version, &case, &flag).await.unwrap();
        let case = case_with(folder.path(), "promise", "unhandled = \"ignore\"", script);
        outcome(version, &case, Settings::NONE).await.unwrap();
    }
}
