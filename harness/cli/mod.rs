//! The command line: one file a subcommand, and the only place that prints.

// Printing is what this module is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod heap;
pub mod options;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What await costs, and what it leaks, in every JavaScript engine that you can install.
#[derive(Debug, Parser)]
#[command(name = "awaitbench", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    common: options::Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Heap(heap::Heap),
}

impl Cli {
    /// Carries out the command.
    ///
    /// # Errors
    /// Whatever the subcommand could not do, with what to do about it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::Heap(heap) => heap.run(&self.common),
        }
    }
}

/// Says on standard error what went wrong and what to do.
pub fn report_error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
