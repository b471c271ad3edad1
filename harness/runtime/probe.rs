//! Asks a binary what it is. Nobody's word but its own counts.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use node_semver::Version;
use serde::Deserialize;

use super::{Family, Origin, Runtime};
use crate::process::{CaptureError, capture};

/// How long a binary may take to say what it is. A cold start from a slow disk takes seconds.
const DEADLINE: Duration = Duration::from_secs(10);

/// More than any answer.
const LIMIT: u64 = 64 * 1024;

/// Why a binary is of no use. Each says one thing.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It can't be started.
    #[error("can't be started: {0}")]
    Start(io::Error),
    /// It hangs.
    #[error("did not say its version within {} s", DEADLINE.as_secs())]
    Hang,
    /// It ended with an error.
    #[error("{ending}{}", quoted(.stderr))]
    Failed {
        /// How it ended.
        ending: String,
        /// The end of its standard error.
        stderr: String,
    },
    /// It answered something else.
    #[error("answered {answer:?} when asked for its version")]
    Garbage {
        /// The beginning of its answer.
        answer: String,
    },
}

fn quoted(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
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
///
/// # Errors
/// It is missing, won't start, hangs, fails or prints something else; it is gone afterwards.
pub async fn probe(
    family: &'static Family,
    binary: &Path,
    origin: Origin,
) -> Result<Runtime, ProbeError> {
    if !binary.is_file() {
        return Err(ProbeError::Missing);
    }
    let mut command = family.command(binary);
    command.args(family.probe);
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
