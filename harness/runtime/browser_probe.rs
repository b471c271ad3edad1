//! Asks a browser what it is, over the DevTools protocol: the oldest ones take no `--version`, and
//! none says its engine's version otherwise.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use super::probe_error::{DEADLINE, ProbeError, missing_library};
use super::{Family, Origin, Runtime, Visit};
use crate::devtools::{About, Browser, DevToolsError, Profile};
use crate::process::{Group, Pipes, Tail};

/// Starts a browser without a sandbox.
const NO_SANDBOX: &str = "--no-sandbox";

/// What Chromium says where the system allows it no sandbox.
const NO_USABLE_SANDBOX: &str = "No usable sandbox";

/// Starts the browser once and reads what it says of itself.
///
/// Where the system allows no sandbox it is asked without: it opens nothing but an empty page. A
/// session never does that by itself.
pub(super) async fn ask_browser(
    family: &'static Family,
    binary: &Path,
    launch: fn(&Visit<'_>) -> Vec<OsString>,
    origin: Origin,
) -> Result<Runtime, ProbeError> {
    let answer = match ask(family, binary, launch, &[]).await {
        Err(ProbeError::Failed { stderr, .. }) if stderr.contains(NO_USABLE_SANDBOX) => {
            ask(family, binary, launch, &[NO_SANDBOX.to_owned()]).await
        }
        other => other,
    };
    let (about, path) = answer?;
    Ok(Runtime {
        family,
        version: about.version,
        engine_version: about.engine_version,
        lts: None,
        path: path.unwrap_or_else(|| binary.canonicalize().unwrap_or_else(|_| binary.to_owned())),
        origins: vec![origin],
    })
}

/// The browser's answer, and the file that its process executes: often a script started it.
async fn ask(
    family: &Family,
    binary: &Path,
    launch: fn(&Visit<'_>) -> Vec<OsString>,
    flags: &[String],
) -> Result<(About, Option<PathBuf>), ProbeError> {
    let profile = Profile::fresh().map_err(ProbeError::Start)?;
    let mut command = family.command(binary);
    command.args(launch(&Visit { profile: profile.path(), version: None, flags }));
    profile.shelter(&mut command);
    let (mut group, Pipes { stdin, stdout, stderr }) =
        Group::spawn(command).map_err(ProbeError::Start)?;
    drop(stdin);
    let tail = Tail::default();
    tokio::spawn(Tail::default().drain(stdout));
    let draining = tokio::spawn(tail.clone().drain(stderr));
    let id = group.id();
    let conversation = async {
        let about = Browser::connect(profile.path()).await?.about().await?;
        Ok::<_, DevToolsError>((about, executable(id)))
    };
    let answer = timeout(DEADLINE, async {
        tokio::select! {
            answer = conversation => answer.map_err(Some),
            _ = group.wait() => Err(None),
        }
    });
    let problem = match answer.await {
        Err(_) => return Err(ProbeError::Hang),
        Ok(Ok(answer)) => {
            // It is gone before its profile is.
            let _ = group.kill().await;
            return Ok(answer);
        }
        Ok(Err(problem)) => problem,
    };
    let ending = match problem {
        None | Some(DevToolsError::Closed) => group.wait().await.map_err(ProbeError::Start)?,
        Some(other) => return Err(ProbeError::Garbage { answer: other.to_string() }),
    };
    let _ = timeout(Duration::from_secs(1), draining).await;
    let words = tail.last_lines(usize::MAX);
    if let Some(library) = missing_library(&words) {
        return Err(ProbeError::Library { library });
    }
    let telling = words.split(" | ").find(|line| line.contains(NO_USABLE_SANDBOX));
    let stderr = telling.map_or_else(|| tail.last_lines(1), str::to_owned);
    Err(ProbeError::Failed { ending: ending.to_string(), stderr })
}

/// The file that a process executes.
#[cfg(target_os = "linux")]
fn executable(pid: u32) -> Option<PathBuf> {
    /// What Snap mounts is there for its own launcher only.
    const SNAP: &str = "/snap";
    let path = std::fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    (path.is_file() && !path.starts_with(SNAP)).then_some(path)
}

/// Elsewhere a launcher is taken for the browser itself.
#[cfg(not(target_os = "linux"))]
const fn executable(_pid: u32) -> Option<PathBuf> {
    None
}
