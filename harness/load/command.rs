//! How a service is started: a variant on a runtime, or a command of the user's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::target::Url;
use crate::runtime::Runtime;

/// Where a monitor finds the harness: its port and a token.
const MONITOR_VARIABLE: &str = "AWAITBENCH_MONITOR";

#[derive(Clone, Debug)]
pub enum Start {
    /// A service's file on a runtime; it listens on the port that it gets from the system.
    Variant {
        runtime: Box<Runtime>,
        file: PathBuf,
        /// The user's flags for the runtime.
        flags: Vec<String>,
        /// Where the service may write.
        folder: PathBuf,
    },
    /// A line for the shell, and where the service listens.
    Command { line: String, url: Url },
}

impl Start {
    /// The command, with the monitor preloaded wherever it is Node.js that runs.
    pub(super) fn command(&self, monitor: &Path, place: &str) -> Command {
        let mut command = match self {
            Self::Variant { runtime, file, flags, folder } => {
                let mut command = runtime.family.command(&runtime.path);
                command.arg("--expose-gc").args(flags);
                command.arg("-r").arg(monitor).arg(file);
                command.env("PORT", "0").env("VIEWS", folder.join("views.jsonl"));
                command
            }
            Self::Command { line, .. } => {
                let mut command = shell(line);
                command.env("NODE_OPTIONS", node_options(monitor));
                command
            }
        };
        command.env(MONITOR_VARIABLE, place);
        command
    }

    /// Where it must come to listen; `None` if it may choose.
    pub(super) const fn url(&self) -> Option<&Url> {
        match self {
            Self::Variant { .. } => None,
            Self::Command { url, .. } => Some(url),
        }
    }
}

fn shell(line: &str) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.arg(option).arg(line);
    command
}

/// The user's own options and ours. A path with a space can be quoted from Node 12 on.
fn node_options(monitor: &Path) -> OsString {
    let mut options = std::env::var_os("NODE_OPTIONS").unwrap_or_default();
    if !options.is_empty() {
        options.push(" ");
    }
    let path = monitor.to_string_lossy();
    if path.contains([' ', '"', '\\']) {
        let escaped = path.replace('\\', "\\\\").replace('"', "\\\"");
        options.push(format!("--require=\"{escaped}\""));
    } else {
        options.push(format!("--require={path}"));
    }
    options
}
