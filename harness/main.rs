//! Parse, dispatch, print the error.

use std::process::ExitCode;

use awaitbench::cli::Cli;
use clap::Parser;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("AWAITBENCH_LOG"))
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => awaitbench::cli::report_error(&error),
    }
}
