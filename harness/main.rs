//! Parse, dispatch, print the error.

use std::process::ExitCode;

use awaitbench::{Cli, report_error};
use clap::Parser;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::builder()
                .with_default_directive(tracing::level_filters::LevelFilter::WARN.into())
                .with_env_var("AWAITBENCH_LOG")
                .from_env_lossy(),
        )
        .with_writer(std::io::stderr)
        // It would say on standard error that standard error is closed, and panic.
        .log_internal_errors(false)
        .init();
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => report_error(&error),
    }
}
