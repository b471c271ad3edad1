//! Real Chromium, old and new: the same driver, messages and checks, over the DevTools protocol.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fs;
use std::path::Path;
use std::time::Duration;

use awaitbench::facade::Status;
use awaitbench::facade::{Case, Catalogue};
use awaitbench::facade::{Deadlines, Session, SessionError, Workload};
use awaitbench::facade::{Limits, ProbePlan, Verdict, leak_probe};
use awaitbench::facade::{Runtime, Settings};

use crate::support::{LARGE, case_of, kill, living_with, provided, wait_until, written};

/// The last that leaks, and the newest.
const VERSIONS: [&str; 2] = ["80.0.3987", "153.0.8010"];

async fn chromium(version: &str) -> Runtime {
    provided("chromium", version).await
}

async fn session(
    runtime: &Runtime,
    case: &Case,
    variant: &str,
    deadlines: Deadlines,
) -> Result<Session, SessionError> {
    let driver = Catalogue::locate().driver("chromium");
    let workload = Workload::of(case, case.variant(variant).unwrap(), &driver, Settings::NONE);
    Session::start(runtime, workload, deadlines).await
}

fn built_in(name: &str) -> Case {
    Catalogue::locate().find(name).unwrap()
}

/// Where the session's processes say that their profile lies: nobody else's do.
fn profile_of(session: &Session) -> String {
    let pid = session.hello().unwrap().pid.expect("one renderer");
    let group = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields: Vec<String> =
            stat.rsplit_once(')').unwrap().1.split_whitespace().map(str::to_owned).collect();
        fields[2].parse::<u32>().unwrap()
    };
    let leader = fs::read(format!("/proc/{}/cmdline", group(pid))).unwrap();
    let arguments = String::from_utf8(leader).unwrap();
    // Old versions write their own command line anew, with spaces.
    let profile =
        arguments.split(['\0', ' ']).find_map(|part| part.strip_prefix("--user-data-dir="));
    profile.unwrap().to_owned()
}

/// The members of a process group that are alive.
fn group_of(pid: u32) -> Vec<u32> {
    let field = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        (fields[0] != "Z").then(|| fields[2].parse::<u32>().ok())?
    };
    let Some(group) = field(pid) else { return Vec::new() };
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| field(*id) == Some(group)).collect()
}

fn are_gone(pids: &[u32]) -> bool {
    pids.iter().all(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    })
}

#[tokio::test]
async fn it_says_what_it_is_runs_and_leaves_nothing() {
    for version in VERSIONS {
        let runtime = chromium(version).await;
        let case = built_in("await-two");
        let mut session = session(&runtime, &case, "async", Deadlines::default()).await.unwrap();
        let hello = session.hello().unwrap().clone();
        assert_eq!((hello.runtime.as_str(), hello.version.as_str()), ("chromium", version));
        let major = if version.starts_with("80") { "8.0." } else { "15.3." };
        assert!(hello.engine_version.starts_with(major), "{}", hello.engine_version);
        assert!(hello.timer_resolution_ns >= 1000 && hello.timer_resolution_ns <= 1_000_000);
        for n in [1, 10, 100_000] {
            assert_eq!(session.run(n).await.unwrap().n, n);
        }
        assert_eq!(session.ticks().await.unwrap(), Some(2), "{version}");
        let reading = session.memory(true).await.unwrap();
        assert!(reading.heap_used_bytes.unwrap() > 100_000, "{reading:?}");
        assert!(reading.heap_total_bytes >= reading.heap_used_bytes, "{reading:?}");
        assert!(reading.peak_rss_bytes >= reading.rss_bytes, "{reading:?}");
        assert!(reading.rss_bytes.unwrap() > 10_000_000, "{reading:?}");
        let profile = profile_of(&session);
        let group = group_of(hello.pid.unwrap());
        assert!(group.len() >= 2 && Path::new(&profile).is_dir());
        session.close().await;
        wait_until("every process is gone", || are_gone(&group));
        assert!(!Path::new(&profile).exists(), "{profile}");
    }
}

/// The browser has no flags for semi-spaces and says nothing of those it does not know.
#[tokio::test]
async fn semi_spaces_have_the_size_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let script = "let last; module.exports = () => { last = new Array(100); return 1; };";
    let case = case_of(folder.path(), "sync", script);
    let driver = Catalogue::locate().driver("chromium");
    for version in VERSIONS {
        let runtime = chromium(version).await;
        let mut heap = Vec::new();
        for mebibytes in [1, 8] {
            let settings =
                Settings { flags: Settings::semi_space(mebibytes).to_vec(), async_hooks: false };
            let workload = Workload::of(&case, case.variant("x").unwrap(), &driver, &settings);
            let mut session =
                Session::start(&runtime, workload, Deadlines::default()).await.unwrap();
            // Some 400 MB, at 400 or 800 bytes each.
            session.run(1_000_000).await.unwrap();
            heap.push(session.memory(false).await.unwrap().heap_total_bytes.unwrap());
            session.close().await;
        }
        // 80 stays at 8 MiB if more is asked for.
        assert!(heap[1] > heap[0] + (7 << 20), "{version}: {heap:?}");
    }
}

#[tokio::test]
async fn the_port_is_of_the_loopback_interface_only() {
    let runtime = chromium(VERSIONS[0]).await;
    let case = built_in("noop");
    let session = session(&runtime, &case, "promise", Deadlines::default()).await.unwrap();
    let file = Path::new(&profile_of(&session)).join("DevToolsActivePort");
    let text = fs::read_to_string(file).unwrap();
    let port: u16 = text.lines().next().unwrap().parse().unwrap();
    let listens = |table: &str| -> Vec<String> {
        let text = fs::read_to_string(table).unwrap_or_default();
        let local = text.lines().skip(1).filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields[3] == "0A").then(|| fields[1].to_owned())
        });
        local.filter(|address| address.ends_with(&format!(":{port:04X}"))).collect()
    };
    assert_eq!(listens("/proc/net/tcp"), [format!("0100007F:{port:04X}")]);
    assert!(listens("/proc/net/tcp6").is_empty());
    session.close().await;
}

#[tokio::test]
async fn snapshots_of_one_session_are_whole_and_share_their_ids() {
    for version in VERSIONS {
        let runtime = chromium(version).await;
        let case = built_in("instance-loop");
        let folder = tempfile::tempdir().unwrap();
        let mut session =
            session(&runtime, &case, "generator", Deadlines::default()).await.unwrap();
        let mut ids = Vec::new();
        for name in ["first", "second"] {
            session.run(1000).await.unwrap();
            let file = folder.path().join(name);
            session.snapshot(&file).await.unwrap();
            let snapshot: serde_json::Value =
                serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            let fields = snapshot["snapshot"]["meta"]["node_fields"].as_array().unwrap();
            let nodes = snapshot["nodes"].as_array().unwrap();
            let count = snapshot["snapshot"]["node_count"].as_u64().unwrap();
            assert_eq!(nodes.len() as u64, count * fields.len() as u64, "{version}");
            let id = fields.iter().position(|field| field == "id").unwrap();
            let of_all = nodes.iter().skip(id).step_by(fields.len());
            ids.push(
                of_all.map(|id| id.as_u64().unwrap()).collect::<std::collections::HashSet<_>>(),
            );
        }
        let kept = ids[0].intersection(&ids[1]).count();
        assert!(kept * 2 > ids[0].len(), "{version}: {kept} of {}", ids[0].len());
        session.close().await;
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing partial is left");
    }
}

#[tokio::test]
async fn a_snapshot_that_can_not_be_written_is_one_error_and_no_file() {
    let runtime = chromium(VERSIONS[0]).await;
    let case = built_in("noop");
    for (place, words) in [("no-such-folder/x", "No such file"), ("full", "No space left")] {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/full", folder.path().join("full.partial")).unwrap();
        let mut session = session(&runtime, &case, "promise", Deadlines::default()).await.unwrap();
        let error = session.snapshot(&folder.path().join(place)).await.unwrap_err();
        assert_eq!(error.status(), Status::Error);
        assert!(error.to_string().contains(words), "{error}");
        assert!(!folder.path().join(place).exists());
    }
}

#[tokio::test]
async fn a_page_that_is_killed_while_its_snapshot_is_written_leaves_no_file() {
    for version in VERSIONS {
        let runtime = chromium(version).await;
        let folder = tempfile::tempdir().unwrap();
        let case = case_of(folder.path(), "sync", LARGE);
        let heaps = folder.path().join("heaps");
        fs::create_dir(&heaps).unwrap();
        let mut session = session(&runtime, &case, "x", Deadlines::default()).await.unwrap();
        session.run(1).await.unwrap();
        let renderer = session.hello().unwrap().pid.unwrap();
        let group = group_of(renderer);
        let death = async {
            while written(&heaps).is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            kill(renderer);
        };
        let file = heaps.join("x.heapsnapshot");
        let (outcome, ()) = tokio::join!(session.snapshot(&file), death);
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains("crashed in its page's process"), "{version}: {text}");
        assert!(text.contains("instead of replying to snapshot"), "{version}: {text}");
        drop(session);
        wait_until("every process is gone", || are_gone(&group));
        assert_eq!(fs::read_dir(&heaps).unwrap().count(), 0, "{version}");
    }
}

#[tokio::test]
async fn syntax_that_it_can_not_parse_is_a_result() {
    let runtime = chromium(VERSIONS[0]).await;
    let folder = tempfile::tempdir().unwrap();
    // Private methods came with Chromium 84.
    let case = case_of(
        folder.path(),
        "promise",
        "class A { #one() { return 1; } two() { return this.#one(); } }\n\
         module.exports = async () => new A().two();\n",
    );
    let mut session = session(&runtime, &case, "x", Deadlines::default()).await.unwrap();
    let error = session.run(1).await.unwrap_err();
    assert_eq!(error.status(), Status::Unsupported, "{error}");
    assert!(error.to_string().contains("SyntaxError"), "{error}");
    let newest = chromium(VERSIONS[1]).await;
    let mut session = self::session(&newest, &case, "x", Deadlines::default()).await.unwrap();
    session.run(10).await.unwrap();
    session.close().await;
}

#[tokio::test]
async fn each_fault_is_one_clear_error_and_leaves_nothing() {
    let short = Deadlines { run: Duration::from_millis(1500), ..Deadlines::default() };
    for version in VERSIONS {
        let runtime = chromium(version).await;
        for (shape, script, status, words) in [
            ("sync", "module.exports = () => { for (;;) {} };", Status::Timeout, "within 1.5 s"),
            (
                "promise",
                "module.exports = () => new Promise(() => {});",
                Status::Timeout,
                "within 1.5 s",
            ),
            ("sync", "module.exports = () => 2;", Status::Check, "computed 2 in a batch of 1 ops"),
            ("sync", "module.exports = () => 'x';", Status::Check, "computed no number"),
            ("sync", "module.exports = () => { null.x; };", Status::Error, "TypeError"),
            (
                "promise",
                "module.exports = async () => { throw new RangeError('too far'); };",
                Status::Error,
                "RangeError: too far",
            ),
            (
                "callback",
                "module.exports = done => { Promise.resolve().then(() => { throw new Error('lost'); }); };",
                Status::Error,
                "Error: lost",
            ),
            (
                "callback",
                "module.exports = done => { setTimeout(() => { throw new Error('late'); }); };",
                Status::Error,
                "Error: late",
            ),
            ("sync", "module.exports = () => require('fs');", Status::Error, "has no require"),
            ("sync", "exports.other = () => 1;", Status::Error, "no function \"op\""),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let case = case_of(folder.path(), shape, script);
            let mut session = session(&runtime, &case, "x", short).await.unwrap();
            let profile = profile_of(&session);
            let group = group_of(session.hello().unwrap().pid.unwrap());
            let error = session.run(1).await.unwrap_err();
            drop(session);
            let text = error.to_string();
            assert!(text.contains(words) && !text.contains('\n'), "{version} {script}: {text}");
            assert_eq!(error.status(), status, "{version} {script}: {text}");
            wait_until("every process is gone", || are_gone(&group));
            assert!(!Path::new(&profile).exists(), "{profile}");
        }
    }
}

#[tokio::test]
async fn the_end_of_the_page_or_of_the_browser_is_said() {
    for version in VERSIONS {
        let runtime = chromium(version).await;
        let case = built_in("await-two");
        for (whole, words) in [(false, "crashed in its page's process"), (true, "killed (signal 9")]
        {
            let mut session =
                session(&runtime, &case, "async", Deadlines::default()).await.unwrap();
            let profile = profile_of(&session);
            let renderer = session.hello().unwrap().pid.unwrap();
            let group = group_of(renderer);
            let leader = *group.iter().find(|pid| living_with(&profile).contains(pid)).unwrap();
            let victim = if whole { leader } else { renderer };
            let kill = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                kill(victim);
            };
            let (outcome, ()) = tokio::join!(session.run(1_000_000_000), kill);
            let text = outcome.unwrap_err().to_string();
            assert!(text.contains(words) && text.contains("instead of replying to run"), "{text}");
            drop(session);
            wait_until("every process is gone", || are_gone(&group));
            assert!(!Path::new(&profile).exists(), "{profile}");
        }
    }
}

#[tokio::test]
async fn the_articles_leak_is_there_in_80_and_gone_in_the_newest() {
    let catalogue = Catalogue::locate();
    let (driver, case) = (catalogue.driver("chromium"), built_in("instance-loop"));
    for version in VERSIONS {
        let runtime = chromium(version).await;
        for variant in ["generator", "async"] {
            let plan = ProbePlan {
                driver: &driver,
                case: &case,
                variant: case.variant(variant).unwrap(),
                settings: Settings::NONE,
                // A machine that does something else meanwhile is slower, and no test is about that.
                budget: Duration::from_secs(60),
                limits: Limits::OPS,
            };
            let probed = leak_probe(&runtime, &plan).await.unwrap();
            let leaks = version.starts_with("80.") && variant == "generator";
            let expected = if leaks { Verdict::Leaks } else { Verdict::Stable };
            assert_eq!(probed.finding.verdict, expected, "{version} {variant}: {probed:?}");
        }
    }
}
