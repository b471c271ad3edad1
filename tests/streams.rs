//! Standard output closed by a reader that has seen enough, as in `| head -1`, and standard error closed: no command
//! panics or fails by it, and what is on standard output stays whole.

#![cfg(target_os = "linux")]

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{committed_results, fake_node};

const FORMATS: [&str; 4] = ["table", "json", "csv", "markdown"];

fn root(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// Commands that only read. The article's few rows will do: a closed pipe is found at the first byte.
fn readers(results: &Path) -> Vec<Vec<String>> {
    let article = results.join("article-2020-macbook-pro-13-2017").display().to_string();
    let seed = root("fuzz/seeds/all-kinds.json");
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        words(&["runtimes", "--offline"]),
        words(&["heap", "summary", &seed, "--limit", "0"]),
        words(&["heap", "diff", &seed, &seed]),
        words(&["heap", "suspects", &seed]),
        words(&["heap", "path", &seed, "1"]),
        words(&["scan", &root("harness/scan/fixtures"), "--files"]),
        words(&["compare", &article, &article]),
        words(&["report", &article]),
    ]
}

/// Commands that measure, on a runtime that goes wrong at once: that is a result too.
fn measurers(fake: &str) -> Vec<(Vec<String>, i32)> {
    let runtime = format!("--runtime={fake}");
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        (words(&["install", fake]), 0),
        (words(&["run", "--quick", "--case=await-two", &runtime]), 1),
        (words(&["leak", &runtime]), 1),
        (words(&["leak", "--curve", &runtime]), 1),
    ]
}

struct Ended {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program in a folder of its own, with one of its streams closed or none.
fn ended(arguments: &[String], out_is_closed: bool, err_is_closed: bool) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("AWAITBENCH_OUT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    if out_is_closed {
        out = None;
    }
    if err_is_closed {
        err = None;
    }
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        err.map(|mut err| err.read_to_string(&mut text).unwrap());
        text
    });
    let mut text = String::new();
    out.map(|mut out| out.read_to_string(&mut text).unwrap());
    Ended { status: child.wait().unwrap().code(), out: text, err: reader.join().unwrap() }
}

/// Without digits: times differ from run to run.
fn without_times(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit() && !" .─-|:".contains(*c)).collect()
}

fn streams_may_close(command: &[String], status: Option<i32>) {
    for format in FORMATS {
        let arguments = [command, &["--format".to_owned(), format.to_owned()]].concat();
        let open = ended(&arguments, false, false);
        assert_eq!(open.status, status, "{arguments:?}: {}", open.err);
        assert!(!open.out.is_empty(), "{arguments:?}: {}", open.err);
        let unread = ended(&arguments, true, false);
        assert_eq!(unread.status, open.status, "{arguments:?}: {}", unread.err);
        let complaints = ["panicked", "Broken pipe", "os error"];
        let found = complaints.iter().find(|words| unread.err.contains(**words));
        assert_eq!(found, None, "{arguments:?}: {}", unread.err);
        let unheard = ended(&arguments, false, true);
        assert_eq!(unheard.status, open.status, "{arguments:?}");
        assert_eq!(without_times(&unheard.out), without_times(&open.out), "{arguments:?}");
    }
}

#[test]
fn what_only_reads_ends_well() {
    let results = committed_results();
    for command in readers(results.path()) {
        streams_may_close(&command, Some(0));
    }
}

#[test]
fn what_measures_ends_as_it_would() {
    let folder = tempfile::tempdir().unwrap();
    let fake = fake_node(folder.path(), "exit").display().to_string();
    for (command, status) in measurers(&fake) {
        streams_may_close(&command, Some(status));
    }
}

/// Neither asks for a format.
#[test]
fn help_and_completions_may_be_cut_short() {
    for words in [&["completions", "bash"][..], &["--help"], &["run", "--help"]] {
        let arguments: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let unread = ended(&arguments, true, false);
        assert_eq!((unread.status, unread.err.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn an_answer_may_be_larger_than_a_pipe() {
    let results = committed_results();
    let arguments =
        ["report", &results.path().display().to_string(), "--format", "json"].map(str::to_owned);
    let open = ended(&arguments, false, false);
    assert!(open.out.len() > 1 << 16, "{} bytes", open.out.len());
    assert_eq!(ended(&arguments, true, false).status, Some(0));
}
