//! Asks a binary what it is. Nobody's word but its own counts.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use node_semver::Version;
use serde::Deserialize;

use super::browser_probe::ask_browser;
use super::{Dialect, Family, Origin, Runtime};
use crate::process::{CaptureError, capture};

/// How long a binary may take to say what it is. A cold start from a slow disk takes seconds.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

const LIMIT: u64 = 64 * 1024;

/// Why a binary is of no use. Each says one thing.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    #[error("can't be started: {0}")]
    Start(io::Error),
    #[error("did not say its version within {} s", DEADLINE.as_secs())]
    Hang,
    /// It ended with an error.
    #[error("{ending}{}", quoted(.stderr))]
    Failed {
        ending: String,
        /// The end of its standard error.
        stderr: String,
    },
    /// A shared library that it needs is not here.
    #[error("needs {library}, which is not installed here: {}", advice(.library))]
    Library { library: String },
    #[error("answered {answer:?} when asked for its version")]
    Garbage {
        /// The beginning of its answer.
        answer: String,
    },
}

fn quoted(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

/// How to come by a library that a browser needs.
fn advice(library: &str) -> String {
    let debian = match library.split('.').next().unwrap_or_default() {
        "libnss3" | "libnssutil3" | "libsmime3" => "libnss3",
        "libnspr4" | "libplc4" | "libplds4" => "libnspr4",
        "libexpat" => "libexpat1",
        "libuuid" => "libuuid1",
        _ => return "install the package of your system that has it".to_owned(),
    };
    format!("`apt-get install {debian}` on Debian and Ubuntu, or your system's package of it")
}

/// The library that the system's loader misses, in its own words.
pub(super) fn missing_library(stderr: &str) -> Option<String> {
    let (_, after) = stderr.split_once("error while loading shared libraries: ")?;
    let library = after.split(':').next()?.trim();
    (!library.is_empty()).then(|| library.to_owned())
}

/// What the probe makes a runtime print.
#[derive(Deserialize)]
struct Answer {
    version: String,
    engine_version: String,
    path: PathBuf,
    lts: Option<serde_json::Value>,
}

/// Starts `binary` once and reads what it says of itself.
///
/// The path in the answer is the one that the process itself reports, so that a version manager's
/// wrapper is never what gets measured.
pub async fn probe(
    family: &'static Family,
    binary: &Path,
    origin: Origin,
) -> Result<Runtime, ProbeError> {
    if !binary.is_file() {
        return Err(ProbeError::Missing);
    }
    match family.dialect {
        Dialect::Lines { probe, .. } => read_answer(family, binary, probe, origin).await,
        Dialect::DevTools { launch } => ask_browser(family, binary, launch, origin).await,
    }
}

/// Lets `binary` print what it is.
async fn read_answer(
    family: &'static Family,
    binary: &Path,
    arguments: &[&str],
    origin: Origin,
) -> Result<Runtime, ProbeError> {
    let mut command = family.command(binary);
    command.args(arguments);
    let captured = match capture(command, DEADLINE, LIMIT).await {
        Ok(captured) => captured,
        Err(CaptureError::Io(error)) => return Err(ProbeError::Start(error)),
        Err(CaptureError::Deadline(_)) => return Err(ProbeError::Hang),
        Err(error @ CaptureError::Flood(_)) => {
            return Err(ProbeError::Garbage { answer: error.to_string() });
        }
    };
    if !captured.ending.success() {
        let stderr = captured.stderr.last_lines(1);
        if let Some(library) = missing_library(&stderr) {
            return Err(ProbeError::Library { library });
        }
        return Err(ProbeError::Failed { ending: captured.ending.to_string(), stderr });
    }
    let garbage = || ProbeError::Garbage { answer: beginning(&captured.stdout) };
    let answer: Answer = serde_json::from_slice(&captured.stdout).map_err(|_| garbage())?;
    let version = Version::parse(&answer.version).map_err(|_| garbage())?;
    let path = answer.path.canonicalize().unwrap_or(answer.path);
    Ok(Runtime {
        family,
        version,
        engine_version: answer.engine_version,
        lts: answer.lts.and_then(|lts| lts.as_str().map(str::to_owned)),
        path,
        origins: vec![origin],
    })
}

/// The first line of an answer, cut to what fits in a message.
fn beginning(answer: &[u8]) -> String {
    /// Characters of a stranger's output that a message quotes.
    const QUOTED: usize = 60;
    String::from_utf8_lossy(answer)
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(QUOTED)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named_with_advice() {
        let stderr = "/x/bin/chromium: error while loading shared libraries: libnss3.so: cannot \
                      open shared object file: No such file or directory";
        let library = missing_library(stderr).unwrap();
        let words = ProbeError::Library { library }.to_string();
        assert!(words.starts_with("needs libnss3.so, which is not installed here: "), "{words}");
        assert!(words.contains("apt-get install libnss3"), "{words}");
        assert_eq!(missing_library("no such luck"), None);
        let other = ProbeError::Library { library: "libfoo.so.1".to_owned() }.to_string();
        assert!(other.ends_with("install the package of your system that has it"), "{other}");
    }
}
