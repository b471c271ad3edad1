//! Standard output closed by a reader that has seen enough, as in `| head -1`, and standard error closed: no command
//! panics or fails by it, and what is on standard output stays whole.

#![cfg(target_os = "linux")]

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{case_of, committed_results, fake_versions};

/// Where no versions are kept.
const NOWHERE: &str = "nowhere";

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

/// Commands that measure, with their statuses, on versions that go wrong at once: that is a result too. 1.1.0 is
/// sound, since a selfcheck has no answer without figures.
fn measurers(folder: &Path) -> Vec<(Vec<String>, i32)> {
    case_of(folder, "sync", "module.exports = () => 1;");
    let case = folder.join("a-case").display().to_string();
    let [app, broken] = [root("harness/scan/fixtures"), "--runtime=node@1.0.0".to_owned()];
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let investigate = ["investigate", &broken, "--fixed=node@1.0.0", "--versions=node@1.0"];
    vec![
        (words(&["install", "node@1.0.0"]), 0),
        (words(&["run", "--quick", "--case=await-two", &broken]), 1),
        (words(&["leak", &broken]), 1),
        (words(&["leak", "--curve", &broken]), 1),
        (words(&["bisect", "--runtime=node@1.0", "--keep-going"]), 1),
        (words(&["load", "--command=exit 7", "--url=http://127.0.0.1:9/"]), 1),
        (words(&["selfcheck", "--rounds=2", "--runtime=node@1.1.0", "--case", &case]), 0),
        (words(&[&investigate[..], &["--app", &app, "--no-browser"]].concat()), 1),
    ]
}

struct Ended {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program in a folder of its own, with one of its streams closed or none.
fn ended(arguments: &[String], nvm: &Path, out_is_closed: bool, err_is_closed: bool) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitbench"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("AWAITBENCH_OUT")
        .env("AWAITBENCH_OFFLINE", "1")
        .env("AWAITBENCH_CACHE_DIR", folder.path().join("cache"))
        .env("NVM_DIR", nvm)
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

/// What is the same every time: without digits, since times differ, and of a selfcheck without its warnings, which
/// tell what else this machine did.
fn lasting(command: &[String], text: &str) -> String {
    const LINES_OF_SELFCHECK: usize = 6;
    let lines = if command[0] == "selfcheck" { LINES_OF_SELFCHECK } else { usize::MAX };
    let lasts = |c: &char| !c.is_ascii_digit() && !" .─-|:".contains(*c);
    text.lines().take(lines).flat_map(str::chars).filter(lasts).collect()
}

fn streams_may_close(command: &[String], nvm: &Path, status: Option<i32>) {
    for format in FORMATS {
        let arguments = [command, &["--format".to_owned(), format.to_owned()]].concat();
        let open = ended(&arguments, nvm, false, false);
        assert_eq!(open.status, status, "{arguments:?}: {}", open.err);
        assert!(!open.out.is_empty(), "{arguments:?}: {}", open.err);
        let unread = ended(&arguments, nvm, true, false);
        assert_eq!(unread.status, open.status, "{arguments:?}: {}", unread.err);
        let complaints = ["panicked", "Broken pipe", "os error"];
        let found = complaints.iter().find(|words| unread.err.contains(**words));
        assert_eq!(found, None, "{arguments:?}: {}", unread.err);
        let unheard = ended(&arguments, nvm, false, true);
        assert_eq!(unheard.status, open.status, "{arguments:?}");
        let [unheard, open] = [unheard, open].map(|ended| lasting(command, &ended.out));
        assert_eq!(unheard, open, "{arguments:?}");
    }
}

#[test]
fn what_only_reads_ends_well() {
    let results = committed_results();
    for command in readers(results.path()) {
        streams_may_close(&command, Path::new(NOWHERE), Some(0));
    }
}

#[test]
fn what_measures_ends_as_it_would() {
    let folder = tempfile::tempdir().unwrap();
    let nvm = fake_versions(folder.path(), &[("1.0.0", "ends", 100), ("1.1.0", "ok", 100)]);
    for (command, status) in measurers(folder.path()) {
        streams_may_close(&command, &nvm, Some(status));
    }
}

/// Neither asks for a format.
#[test]
fn help_and_completions_may_be_cut_short() {
    for words in [&["completions", "bash"][..], &["--help"], &["run", "--help"]] {
        let arguments: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let unread = ended(&arguments, Path::new(NOWHERE), true, false);
        assert_eq!((unread.status, unread.err.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn an_answer_may_be_larger_than_a_pipe() {
    let results = committed_results();
    let machine = results.path().join("amd-epyc-2-cores-24-gib-linux-x64-virtualised");
    let arguments =
        ["report", &machine.display().to_string(), "--format", "json"].map(str::to_owned);
    let nvm = Path::new(NOWHERE);
    let open = ended(&arguments, nvm, false, false);
    assert!(open.out.len() > 1 << 16, "{} bytes", open.out.len());
    assert_eq!(ended(&arguments, nvm, true, false).status, Some(0));
}
