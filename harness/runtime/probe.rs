//! Asks a binary what it is. Nobody's word but its own counts.

use std::path::{Path, PathBuf};

use node_semver::Version;
use serde::Deserialize;

use super::browser_probe::ask_browser;
use super::probe_error::{DEADLINE, ProbeError, missing_library};
use super::{Dialect, Family, Origin, Runtime};
use crate::process::{CaptureError, capture};

const LIMIT: u64 = 64 * 1024;

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
