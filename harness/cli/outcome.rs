//! How a command ends: what is said of an error, and the exit status.

use std::io;
use std::process::ExitCode;

use crate::case::CaseError;

/// Wrong usage, as clap has it too.
const USAGE: u8 = 2;

/// Says on standard error what went wrong and what to do; answers the exit status.
#[must_use]
pub fn report_error(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        // Whoever read our output has seen enough: `awaitbench … | head`.
        return ExitCode::SUCCESS;
    }
    eprintln!("error: {error:#}");
    match error.downcast_ref::<CaseError>() {
        Some(CaseError::Unknown { .. }) => ExitCode::from(USAGE),
        _ if error.is::<WrongUsage>() => ExitCode::from(USAGE),
        _ => ExitCode::FAILURE,
    }
}

/// Options that contradict each other or name what does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct WrongUsage(pub(super) String);

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
