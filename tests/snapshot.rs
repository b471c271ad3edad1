//! Heap snapshots through the session: complete or absent.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::Duration;

use awaitbench::facade::Catalogue;
use awaitbench::facade::Settings;
use awaitbench::facade::Status;
use awaitbench::facade::{Deadlines, Session, SessionError, Workload};

use crate::support::{LARGE, case_of, kill, provided, written};

/// Takes two snapshots in one session of a real Node.js.
async fn two_snapshots(version: &str, first: &Path, second: &Path) -> Result<(), SessionError> {
    let runtime = provided("node", version).await;
    let catalogue = Catalogue::locate();
    let case = catalogue.find("await-two").unwrap();
    let driver = catalogue.driver("node");
    let variant = case.variant("generator").unwrap();
    let workload = Workload::of(&case, variant, &driver, Settings::NONE);
    let mut session = Session::start(&runtime, workload, Deadlines::default()).await?;
    session.run(100).await?;
    session.snapshot(first).await?;
    session.run(100).await?;
    session.snapshot(second).await?;
    session.close().await;
    Ok(())
}

#[tokio::test]
async fn from_node_8_to_the_newest_lts_snapshots_are_whole() {
    for version in ["8.17.0", "12.16.2", "24.21.0"] {
        let folder = tempfile::tempdir().unwrap();
        let files =
            ["first", "second"].map(|name| folder.path().join(format!("{name}.heapsnapshot")));
        two_snapshots(version, &files[0], &files[1]).await.unwrap();
        for file in &files {
            let text = std::fs::read(file).unwrap();
            let snapshot: serde_json::Value = serde_json::from_slice(&text).unwrap();
            let count = snapshot["snapshot"]["node_count"].as_u64().unwrap();
            let fields = snapshot["snapshot"]["meta"]["node_fields"].as_array().unwrap().len();
            let nodes = snapshot["nodes"].as_array().unwrap().len();
            assert_eq!(nodes as u64, count * fields as u64, "{version}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing partial is left");
    }
}

#[tokio::test]
async fn a_runtime_without_an_inspector_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("never.heapsnapshot");
    let error = two_snapshots("6.17.1", &file, &file).await.unwrap_err();
    assert_eq!(error.status(), Status::Unsupported);
    assert!(error.to_string().contains("snapshots need Node 8"), "{error}");
}

#[tokio::test]
async fn a_place_that_can_not_be_written_is_one_error_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-such-folder/x.heapsnapshot");
    let error = two_snapshots("12.16.2", &file, &file).await.unwrap_err();
    assert_eq!(error.status(), Status::Error);
    assert!(error.to_string().contains("ENOENT"), "{error}");
}

/// Each version writes its snapshot in its own way: the oldest, one in one piece, one that is asynchronous.
#[tokio::test]
async fn a_process_that_is_killed_while_writing_leaves_no_file() {
    let driver = Catalogue::locate().driver("node");
    for version in ["8.17.0", "12.16.2", "24.21.0"] {
        let runtime = provided("node", version).await;
        let folder = tempfile::tempdir().unwrap();
        let case = case_of(folder.path(), "sync", LARGE);
        let heaps = folder.path().join("heaps");
        std::fs::create_dir(&heaps).unwrap();
        let workload = Workload::of(&case, case.variant("x").unwrap(), &driver, Settings::NONE);
        let mut session = Session::start(&runtime, workload, Deadlines::default()).await.unwrap();
        session.run(1).await.unwrap();
        let pid = session.hello().unwrap().pid.unwrap();
        let death = async {
            while written(&heaps).is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            kill(pid);
        };
        let file = heaps.join("x.heapsnapshot");
        let (outcome, ()) = tokio::join!(session.snapshot(&file), death);
        let error = outcome.unwrap_err();
        assert_eq!(error.status(), Status::Error);
        let text = error.to_string();
        assert!(
            text.contains("was killed (signal 9")
                && text.contains("instead of replying to snapshot"),
            "{version}: {text}"
        );
        assert_eq!(std::fs::read_dir(&heaps).unwrap().count(), 0, "{version}");
    }
}
