//! What can end a session: one cause, one sentence, with the end of the runtime's standard error.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::process::Tail;
use crate::record::Status;

/// Why a session ended before its time.
#[derive(Debug)]
pub struct SessionError {
    pub runtime: String,
    pub problem: Problem,
    /// What its standard error says of it.
    pub stderr: String,
}

/// What went wrong in a session.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The system can't start the process or read from it.
    #[error("can't be started: {0}")]
    Start(io::Error),
    #[error("gave no reply to {request} within {} s", .after.as_secs_f64())]
    Hang { request: &'static str, after: Duration },
    #[error("{ending} instead of replying to {request}")]
    Ended { request: &'static str, ending: String },
    /// The process lives, but speaks no more.
    #[error("closed its {outlet} instead of replying to {request}")]
    Closed { outlet: &'static str, request: &'static str },
    /// A line that is not a message.
    #[error(
        "wrote {0:?} to standard output, which belongs to the protocol: print to standard error"
    )]
    Garbage(String),
    #[error("wrote a line of more than {0} bytes to standard output")]
    Flood(usize),
    /// A message that does not answer the request.
    #[error("replied to {request} with {reply}")]
    OutOfTurn { request: &'static str, reply: &'static str },
    #[error("speaks protocol {0}, not {protocol}: harness and driver are of different versions", protocol = super::PROTOCOL)]
    Protocol(u32),
    /// Another version than asked for.
    #[error("was asked to be version {asked} and says that it is {found}")]
    Version { asked: String, found: String },
    /// The async hook is not as asked for.
    #[error("did not do as told about async hooks: harness and driver are of different versions")]
    Hooks,
    /// The runtime can't do what was asked: a result, not a failure.
    #[error("can't: {}{}", first_words(.0), place(.0))]
    Unsupported(String),
    #[error("failed: {}", first_words(.0))]
    Reported(String),
    /// The batch took no time to speak of.
    #[error(
        "says that {n} ops took {elapsed_ns} ns: they were not executed, or its clock stands still"
    )]
    Clock { n: u64, elapsed_ns: u64 },
    /// The batch did not compute what the case expects.
    #[error(
        "computed {} in a batch of {n} ops, where the case expects {expected}",
        .found.map_or_else(|| "no number".to_owned(), |found| found.to_string())
    )]
    Check {
        n: u64,
        /// The sum that the case declares.
        expected: f64,
        /// The sum that came; `None` if it was no number.
        found: Option<f64>,
    },
}

/// The line that says most of a stack trace: the one that names the error.
fn first_words(message: &str) -> &str {
    let named = |line: &&str| {
        let word = line.split(':').next().unwrap_or_default();
        word.ends_with("Error") && !word.contains(' ')
    };
    message.lines().find(named).or_else(|| message.lines().next()).unwrap_or_default().trim()
}

/// Where a runtime says that it could not go on, as ` (async.js:5)`, if it says so on the first line.
fn place(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let is_place = first.rsplit_once(':').is_some_and(|(_, line)| line.parse::<u32>().is_ok());
    let file = first.rsplit(['/', '\\']).next().unwrap_or_default();
    if is_place { format!(" ({file})") } else { String::new() }
}

impl Problem {
    /// Quotes the beginning of a line that is not a message.
    pub(super) fn garbage(line: &[u8]) -> Self {
        /// Characters of a stranger's output that a message quotes.
        const QUOTED: usize = 80;
        Self::Garbage(String::from_utf8_lossy(line).chars().take(QUOTED).collect())
    }
}

impl SessionError {
    pub(super) fn new(runtime: &str, problem: Problem, stderr: &Tail) -> Self {
        Self { runtime: runtime.to_owned(), problem, stderr: stderr.gist() }
    }

    /// The word for it in the records.
    pub const fn status(&self) -> Status {
        match self.problem {
            Problem::Check { .. } => Status::Check,
            Problem::Hang { .. } => Status::Timeout,
            Problem::Unsupported(_) => Status::Unsupported,
            _ => Status::Error,
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.runtime, self.problem)?;
        // What an unsupported variant writes there only repeats the message.
        if !self.stderr.is_empty() && !matches!(self.problem, Problem::Unsupported(_)) {
            write!(f, "; its standard error says: {}", self.stderr)?;
        }
        Ok(())
    }
}

impl std::error::Error for SessionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_the_error_is_quoted() {
        let node6 = "/x/async.js:5\nasync function op(done) {\n      ^^^^^^^^\n\nSyntaxError: Unexpected token function\n    at createScript (vm.js:56:10)";
        assert_eq!(first_words(node6), "SyntaxError: Unexpected token function");
        assert_eq!(place(node6), " (async.js:5)");
        assert_eq!(place("SyntaxError: x"), "");
        assert_eq!(first_words("plain words\nmore"), "plain words");
        assert_eq!(first_words(""), "");
    }
}
