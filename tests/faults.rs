//! A runtime that goes wrong ends as one clear error, with nothing left alive.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::Duration;

use awaitbench::facade::Catalogue;
use awaitbench::facade::Status;
use awaitbench::facade::{Deadlines, Session, SessionError, Workload};
use awaitbench::facade::{Family, Origin, Settings, probe};

use crate::support::{case_of, fake_node, living_with, wait_until};

const SHORT: Duration = Duration::from_millis(700);

const DEADLINES: Deadlines =
    Deadlines { hello: SHORT, run: SHORT, memory: SHORT, snapshot: SHORT, exit: SHORT };

/// Starts a fake runtime in `mode`.
async fn started(folder: &Path, mode: &str) -> Result<Session, SessionError> {
    let path = fake_node(folder, mode);
    let runtime = probe(Family::named("node").unwrap(), &path, Origin::Given).await.unwrap();
    let driver = Catalogue::locate().driver("node");
    let case = case_of(folder, "callback", "");
    let workload = Workload::of(&case, &case.variants[0], &driver, Settings::NONE);
    Session::start(&runtime, workload, DEADLINES).await
}

/// Starts a fake runtime in `mode` and executes three batches.
async fn three_batches(folder: &Path, mode: &str) -> Result<(), SessionError> {
    let mut session = started(folder, mode).await?;
    for n in [1, 4, 16] {
        session.run(n).await?;
    }
    session.memory(true).await?;
    session.close().await;
    Ok(())
}

async fn error_of(mode: &str) -> (SessionError, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let error = three_batches(folder.path(), mode).await.expect_err(mode);
    let path = folder.path().display().to_string();
    wait_until("nothing is left", || living_with(&path).is_empty());
    (error, folder)
}

#[tokio::test]
async fn a_sound_fake_passes() {
    let folder = tempfile::tempdir().unwrap();
    three_batches(folder.path(), "ok").await.unwrap();
    assert!(living_with(&folder.path().display().to_string()).is_empty());
}

#[tokio::test]
async fn each_fault_is_one_clear_error() {
    for (mode, status, words) in [
        ("check", Status::Check, "computed 0 in a batch of 1 ops, where the case expects 1"),
        ("nan", Status::Check, "computed no number in a batch of 1 ops"),
        ("hang", Status::Timeout, "gave no reply to run within 0.7 s"),
        ("hello-hang", Status::Timeout, "gave no reply to hello within 0.7 s"),
        ("exit", Status::Error, "ended with exit status 3 instead of replying to run"),
        ("killed", Status::Error, "was killed (signal 9"),
        ("garbage", Status::Error, "wrote \"Hello from a stray console.log\" to standard output"),
        ("flood", Status::Error, "wrote a line of more than 1048576 bytes"),
        ("half", Status::Error, "ended with exit status 0 instead of replying to run"),
        ("closed", Status::Error, "closed its standard output instead of replying to run"),
        ("turn", Status::Error, "replied to run with hello"),
        ("reported", Status::Error, "failed: TypeError: x is not a function"),
        ("later", Status::Error, "ended with exit status 5"),
        ("hello-version", Status::Error, "was asked to be version 1.2.3 and says that it is 9.9.9"),
        ("hello-protocol", Status::Error, "speaks protocol 99, not 1"),
    ] {
        let (error, _folder) = error_of(mode).await;
        let text = error.to_string();
        assert!(text.contains(words), "{mode}: {text}");
        assert_eq!(error.status(), status, "{mode}");
        assert!(text.starts_with("node-1.2.3 ") && !text.contains('\n'), "{mode}: {text}");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_while_a_snapshot_is_written_there_is_no_file() {
    for (mode, status, words) in [
        ("snapshot-killed", Status::Error, "was killed (signal 9"),
        (
            "snapshot-exit",
            Status::Error,
            "ended with exit status 3 instead of replying to snapshot",
        ),
        ("snapshot-hang", Status::Timeout, "gave no reply to snapshot within 0.7 s"),
        ("snapshot-reported", Status::Error, "ENOSPC: no space left on device"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let heaps = folder.path().join("heaps");
        std::fs::create_dir(&heaps).unwrap();
        let mut session = started(folder.path(), mode).await.unwrap();
        let error = session.snapshot(&heaps.join("x.heapsnapshot")).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(words) && !text.contains('\n'), "{mode}: {text}");
        assert_eq!(error.status(), status, "{mode}");
        assert_eq!(std::fs::read_dir(&heaps).unwrap().count(), 0, "{mode}");
        let path = folder.path().display().to_string();
        wait_until("nothing is left", || living_with(&path).is_empty());
    }
}

#[tokio::test]
async fn the_end_of_standard_error_is_quoted() {
    let (error, _folder) = error_of("exit").await;
    assert!(error.stderr.ends_with("fatal: out of luck"), "{}", error.stderr);
}

#[tokio::test]
async fn a_grandchild_goes_with_its_runtime() {
    let (error, folder) = error_of("grandchild").await;
    assert!(error.to_string().contains("exit status 4"), "{error}");
    let file = folder.path().join("grandchild/node.grandchild");
    let pid: u32 = std::fs::read_to_string(file).unwrap().trim().parse().unwrap();
    wait_until("the grandchild is gone", || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
}

#[tokio::test]
async fn a_session_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let attempt =
        tokio::time::timeout(Duration::from_millis(300), three_batches(folder.path(), "hang"));
    assert!(attempt.await.is_err());
    let path = folder.path().display().to_string();
    wait_until("nothing is left", || living_with(&path).is_empty());
}

#[tokio::test]
async fn a_binary_that_does_not_say_its_version_is_named_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let family = Family::named("node").unwrap();
    for (mode, words) in [
        ("probe-garbage", "answered \"v12.16.2, honestly\" when asked for its version"),
        ("probe-exit", "ended with exit status 3: no such luck"),
        ("probe-flood", "wrote more than 65536 bytes"),
    ] {
        let path = fake_node(folder.path(), mode);
        let error = probe(family, &path, Origin::Given).await.unwrap_err().to_string();
        assert!(error.contains(words), "{mode}: {error}");
    }
    let missing = probe(family, &folder.path().join("nothing"), Origin::Given).await;
    assert_eq!(missing.unwrap_err().to_string(), "there is no such file");
    std::fs::write(folder.path().join("text"), "not a program").unwrap();
    let text = probe(family, &folder.path().join("text"), Origin::Given).await;
    assert!(text.unwrap_err().to_string().starts_with("can't be started"));
}
