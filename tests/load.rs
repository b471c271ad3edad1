//! Services under load: real Node.js, real connections, and services that go wrong.

#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{awaitbench, living_with, machine_folder, stderr, stdout, wait_until};

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// The arguments that put the service of `tests/load/` in `mode` under load. `marker` stands in its
/// command line.
fn own(mode: &str, marker: &str) -> Vec<String> {
    let port = free_port();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/load/service.js");
    let line = format!("node '{}' {port} {mode} {marker}", file.display());
    let url = format!("http://127.0.0.1:{port}/");
    ["load", "--quiet", "--command", &line, "--url", &url].map(str::to_owned).into()
}

/// Only requests and latencies: no warm-up, no collections, no verdict.
const PLAIN: [&str; 6] = ["--warm-up", "0", "--checkpoints", "0", "--settle", "0"];

fn load_in(folder: &Path, mode: &str, more: &[&str]) -> Output {
    let marker = folder.file_name().unwrap().to_string_lossy().into_owned();
    let output = awaitbench(folder).args(own(mode, &marker)).args(more).output().unwrap();
    wait_until("nothing is left", || living_with(&marker).is_empty());
    output
}

/// The one load that a service in each of these modes was put under, side by side: they mostly wait.
fn loads_of<const N: usize>(modes: [&str; N], more: &[&str]) -> [Value; N] {
    std::thread::scope(|scope| {
        modes.map(|mode| scope.spawn(move || load(mode, more))).map(|load| load.join().unwrap())
    })
}

/// The one load that a service in `mode` was put under.
fn load(mode: &str, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = load_in(folder.path(), mode, &[&["--format", "json"], more].concat());
    assert!(output.status.success(), "{mode}: {}", stderr(&output));
    only(&output)
}

fn loads(output: &Output) -> Vec<Value> {
    let document: Value = serde_json::from_str(&stdout(output)).unwrap();
    assert_eq!(document["schema"], "awaitbench/load/1");
    document["loads"].as_array().unwrap().clone()
}

fn only(output: &Output) -> Value {
    let loads = loads(output);
    assert_eq!(loads.len(), 1);
    loads[0].clone()
}

fn counts(load: &Value) -> [u64; 5] {
    ["requests", "answered", "non_2xx", "errors", "timeouts"]
        .map(|name| load[name].as_u64().unwrap())
}

fn ms(load: &Value, name: &str) -> f64 {
    load[name].as_f64().unwrap() / 1e6
}

#[test]
fn the_rate_is_the_one_asked_for() {
    let load = load("sound", &[&PLAIN[..], &["--rate", "400", "--duration", "3"]].concat());
    assert_eq!(counts(&load), [1_200, 1_200, 0, 0, 0]);
    let rate = load["requests_per_sec"].as_f64().unwrap();
    assert!((rate / 400.0 - 1.0).abs() < 0.01, "{rate}");
    let seconds = load["seconds"].as_array().unwrap();
    assert!((3..=5).contains(&seconds.len()), "{seconds:?}");
    let sum = |name: &str| seconds.iter().map(|second| second[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("requests"), sum("answered")), (1_200, 1_200));
}

/// One connection: from when requests were sent, only one of them took long.
#[test]
fn a_second_of_standing_still_is_seen_in_full() {
    let plan = ["--rate", "200", "--duration", "4", "--connections", "1"];
    let load = load("stall", &[&PLAIN[..], &plan].concat());
    assert_eq!(counts(&load), [800, 800, 0, 0, 0]);
    assert!(ms(&load, "max_ns") >= 995.0, "{load}");
    assert!(ms(&load, "p999_ns") >= 985.0, "{load}");
    assert!(ms(&load, "p99_ns") >= 900.0, "{load}");
    assert!(ms(&load, "p50_ns") < 400.0, "{load}");
    assert!(ms(&load, "sent_max_ns") >= 995.0, "{load}");
    assert!(ms(&load, "sent_p99_ns") < 400.0, "{load}");
    // The event loop's timer would have been due within 20 ms of the beginning.
    let delay = ms(&load, "delay_max_ns");
    assert!((975.0..2_000.0).contains(&delay), "{delay}");
}

#[test]
fn what_fails_is_counted() {
    let plan = [&PLAIN[..], &["--rate", "100", "--duration", "3", "--timeout", "1"]].concat();
    let modes = ["half", "mute", "reset", "garbage", "refuse"];
    let [half, mute, reset, garbage, refused] = loads_of(modes, &plan);
    assert_eq!(counts(&half), [300, 150, 150, 0, 0]);
    assert!(half["detail"].as_str().unwrap().contains("500"), "{half}");
    assert_eq!(counts(&mute), [300, 200, 0, 0, 100]);
    assert!(ms(&mute, "p99_ns") >= 995.0 && ms(&mute, "p50_ns") < 900.0, "{mute}");
    assert_eq!(counts(&reset), [300, 0, 0, 300, 0]);
    assert!(reset["p50_ns"].is_null(), "{reset}");
    assert_eq!(counts(&garbage), [300, 0, 0, 300, 0]);
    assert!(garbage["detail"].as_str().unwrap().contains("invalid HTTP"), "{garbage}");
    // A connection may have been taken before the service closed its port at the hundredth request.
    let [all, answered, others, errors, timeouts] = counts(&refused);
    assert_eq!((all, answered + errors, others, timeouts), (300, 300, 0, 0), "{refused}");
    assert!((100..110).contains(&answered), "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("can't connect"), "{refused}");
}

#[test]
fn a_service_that_dies_is_a_row_and_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let plan = [&PLAIN[..], &["--rate", "100", "--duration", "3", "--format", "json"]].concat();
    let output = load_in(folder.path(), "die", &plan);
    assert_eq!(output.status.code(), Some(1));
    let load = only(&output);
    let detail = load["detail"].as_str().unwrap();
    assert_eq!(load["status"], "error");
    for words in ["ended with exit status 7", "under load, after", "out of luck"] {
        assert!(detail.contains(words), "{detail}");
    }
    assert!(load["p50_ns"].is_null() && load["requests"].is_null(), "{load}");
}

#[test]
fn a_service_that_opens_no_port_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let output = load_in(folder.path(), "deaf", &["--opening", "1", "--format", "json"]);
    assert!(start.elapsed() < Duration::from_secs(15));
    assert_eq!(output.status.code(), Some(1));
    let load = only(&output);
    assert_eq!(load["status"], "timeout");
    assert!(load["detail"].as_str().unwrap().contains("opened no port within 1 s"), "{load}");
}

#[test]
fn only_this_machine_is_put_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("started");
    let line = format!("touch '{}'", marker.display());
    for url in ["http://example.org/", "http://192.168.0.1:80/", "http://0.0.0.0:80/", "nonsense"] {
        let output = awaitbench(folder.path())
            .args(["load", "--command", &line, "--url", url])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}: {}", stderr(&output));
        assert!(stderr(&output).contains(url) && stdout(&output).is_empty(), "{}", stderr(&output));
    }
    assert!(!marker.exists());
}

#[test]
fn a_port_that_is_taken_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let output = awaitbench(folder.path())
        .args(["load", "--command", "sleep 60", "--url", &url])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("is in use before"), "{}", stderr(&output));
}

#[test]
fn an_interrupt_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let marker = format!("interrupted-{}", std::process::id());
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .current_dir(folder.path())
        .args(own("sound", &marker))
        .args(["--duration", "60", "--rate", "50"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The harness itself has it in its arguments as well, and so has the shell.
    wait_until("the service runs", || living_with(&marker).len() >= 2);
    std::thread::sleep(Duration::from_secs(1));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    wait_until("nothing is left", || living_with(&marker).is_empty());
    assert!(output.stdout.is_empty());
}

#[test]
fn every_format_has_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let of = |format: &str| {
        let plan = ["--rate", "100", "--duration", "0.5", "--format", format];
        let output = load_in(folder.path(), "sound", &[&PLAIN[..], &plan].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let csv = of("csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let field = |name: &str| &row[headers.iter().position(|header| header == name).unwrap()];
    assert_eq!((field("requests"), field("answered"), field("verdict")), ("50", "50", ""));
    assert!(of("markdown").contains("p99.9 (ms)"));
    let table = of("table");
    assert!(table.contains("p99.9") && !table.contains('\u{1b}'), "{table}");
    // Nothing is published about a service of one's own.
    assert!(!folder.path().join("results").exists());
}

#[test]
fn a_list_is_a_leak_and_a_bounded_cache_is_none() {
    let plan = ["--rate", "1000", "--duration", "6", "--warm-up", "3000", "--settle", "30"];
    let [keep, cache] = loads_of(["keep", "cache"], &plan);
    assert_eq!(keep["verdict"], "leaks", "{keep}");
    let kept = keep["bytes_per_request"].as_f64().unwrap();
    assert!((50.0..1_000.0).contains(&kept), "{kept}");
    assert_eq!(cache["verdict"], "stable", "{cache}");
}

fn catalogue(folder: &Path, more: &[&str]) -> Vec<Value> {
    let mut command = awaitbench(folder);
    command.args(["load", "--quiet", "--format", "json"]).args(more);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    loads(&output)
}

/// The article's service, with the heap snapshots beside the readings.
#[test]
fn generators_leak_under_load_before_12_16() {
    std::thread::scope(|scope| {
        for version in ["12.15.0", "12.16.2"] {
            scope.spawn(move || only_generators_leak_on(version));
        }
    });
}

fn only_generators_leak_on(version: &str) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = format!("--runtime=node@{version}");
    let plan = ["--rate", "500", "--duration", "4", "--settle", "60", "--snapshots", "snapshots"];
    for load in catalogue(folder.path(), &[&[&*runtime], &plan[..]].concat()) {
        let leaks = version == "12.15.0" && load["variant"] == "generator";
        let expected = if leaks { "leaks" } else { "stable" };
        assert_eq!(load["verdict"], expected, "{load}");
        assert_eq!(counts(&load)[..2], [2_000, 2_000], "{load}");
        assert_eq!(load["snapshots"].as_array().unwrap().len(), 2);
    }
    assert_eq!(fs::read_dir(folder.path().join("snapshots")).unwrap().count(), 4);
    let machine = machine_folder(&folder.path().join("results"));
    for folder in ["load", "load/seconds"] {
        let text =
            fs::read_to_string(machine.join(format!("{folder}/node-{version}.csv"))).unwrap();
        assert!(text.lines().count() >= 3 && text.starts_with("case,variant,runtime"), "{text}");
    }
    assert!(machine.join("plots/load-service-500.png").is_file());
}

#[test]
fn the_monitor_works_from_node_8_to_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let runtimes = ["--runtime", "node@8.17.0,node@12.16.2,node@26.10.0", "--variant", "async"];
    let plan = ["--rate", "200", "--duration", "4", "--settle", "0", "--warm-up", "200"];
    for load in catalogue(folder.path(), &[&runtimes[..], &plan].concat()) {
        assert_eq!(counts(&load), [800, 800, 0, 0, 0], "{load}");
        // What the first second adds up began before the load.
        let whole = load["seconds"].as_array().unwrap().iter().take(4).skip(1);
        let read = whole.filter(|second| !second["collections"].is_null());
        assert!(read.clone().count() >= 2, "{load}");
        for second in read.clone() {
            for name in
                ["heap_used_bytes", "rss_bytes", "delay_mean_ns", "delay_max_ns", "pauses_ns"]
            {
                assert!(second[name].as_u64().is_some(), "{name}: {second}");
            }
        }
        // The time between two samples, of which there is one in 20 ms, is in no mean: the least of them says
        // so on a busy machine too.
        let least = read.filter_map(|second| second["delay_mean_ns"].as_u64()).min().unwrap();
        assert!(least < 15_000_000, "{load}");
        assert!(load["collections"].as_u64().unwrap() > 0, "{load}");
        assert!(load["checkpoints"].as_array().unwrap().len() >= 3, "{load}");
    }
}
