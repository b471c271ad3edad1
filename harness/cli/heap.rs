//! `awaitbench heap`: what is in a heap snapshot, what changed, what leaks and why it is held.

mod diff;
mod entries;
mod path;
mod rules;
mod show;
mod standard_input;
mod summary;
mod suspects;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::options::Common;

/// Looks into heap snapshots
#[derive(Debug, Args)]
pub(super) struct Heap {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    Summary(summary::Arguments),
    Diff(diff::Arguments),
    Suspects(suspects::Arguments),
    Path(path::Arguments),
    Show(show::Arguments),
}

impl Heap {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        match &self.question {
            Question::Summary(arguments) => arguments.run(common),
            Question::Diff(arguments) => arguments.run(common),
            Question::Suspects(arguments) => arguments.run(common),
            Question::Path(arguments) => arguments.run(common),
            Question::Show(arguments) => arguments.run(common),
        }
    }
}
