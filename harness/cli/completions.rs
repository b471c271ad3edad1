//! `awaitbench completions SHELL`.

use std::process::ExitCode;

use clap::Args;
use clap_complete::{Shell, generate};

use super::print::print_text;

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut program: clap::Command) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        generate(self.shell, &mut program, "awaitbench", &mut script);
        print_text(&String::from_utf8_lossy(&script))?;
        Ok(ExitCode::SUCCESS)
    }
}
