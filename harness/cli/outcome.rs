//! How a command ends: what is said of an error, and the exit status.

use std::process::ExitCode;

use crate::case::CaseError;
use crate::show::format::one_line;

/// Wrong usage, as clap has it too.
const USAGE: u8 = 2;

/// Says on standard error what went wrong and what to do; answers the exit status.
pub fn report_error(error: &anyhow::Error) -> ExitCode {
    say!("error: {}", in_one_sentence(error));
    match error.downcast_ref::<CaseError>() {
        Some(CaseError::Unknown { .. }) => ExitCode::from(USAGE),
        _ if error.is::<WrongUsage>() => ExitCode::from(USAGE),
        _ => ExitCode::FAILURE,
    }
}

/// The error and its causes, each said once: many errors quote their cause themselves.
fn in_one_sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if sentence.is_empty() {
            sentence = cause;
        } else if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    one_line(&sentence)
}

/// Options that contradict each other or name what does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct WrongUsage(pub(super) String);
