//! `awaitbench heap`: what is in a heap snapshot, what changed, what leaks and why it is held.

mod diff;
mod path;
mod summary;
mod suspects;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::options::Common;
use crate::heap::distance::SYSTEM;
use crate::heap::rules::Rules;
use crate::heap::script::short;
use crate::show::Entry;

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
}

/// Whose rules count.
#[derive(Clone, Copy, Debug, Args)]
struct RulesOption {
    /// Sizes and names as in Chrome 70 to 80, with exact dominators
    #[arg(long)]
    classic: bool,
}

impl RulesOption {
    fn rules(self) -> Rules {
        if self.classic { Rules::Classic } else { Rules::Today }
    }

    fn name(self) -> &'static str {
        if self.classic { "classic" } else { "today" }
    }
}

impl Heap {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        match &self.question {
            Question::Summary(arguments) => arguments.run(common),
            Question::Diff(arguments) => arguments.run(common),
            Question::Suspects(arguments) => arguments.run(common),
            Question::Path(arguments) => arguments.run(common),
        }
    }
}

/// A place in a program, which people get without folders.
fn place(source: Option<&str>) -> Entry {
    Entry::companion(source, |place| Entry::Place(short(place).to_owned()))
}

/// A distance from the roots; of what only system roots reach there is none to tell.
fn distance(distance: Option<u32>) -> Entry {
    let told = distance.filter(|distance| *distance < SYSTEM);
    Entry::figure(told, |distance| Entry::text(distance.to_string()))
}
