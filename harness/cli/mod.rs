//! The command line: one file per subcommand, and the only place that prints.

// Standard output is written to by `print`, standard error by `say!`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

/// Says something on standard error, where nobody needs to listen: a closed pipe or a full disk there
/// must not end a measurement.
#[macro_export]
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

mod bisect;
mod compare;
mod compare_side;
mod completions;
mod events;
mod heap;
mod install;
mod investigate;
mod leak;
mod load;
mod options;
mod outcome;
mod print;
mod progress;
mod report;
mod run;
mod runtimes;
mod scan;
pub mod selection;
mod selfcheck;
mod splice;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use events::block_on;
pub use options::Common;
pub use outcome::report_error;
pub use progress::{MeasureBar, ProgressBars};
pub use report::publish_report;

/// What await costs, and what it leaks, in every JavaScript engine that you can install.
#[derive(Debug, Parser)]
#[command(name = "awaitbench", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done, 1 something failed, 2 wrong usage.")]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the runtimes that are installed here, and what could be
    Runtimes(runtimes::Runtimes),
    /// Installs runtimes from the npm registry: verified, cached, atomic
    Install(install::Install),
    /// Measures and publishes: throughput and memory
    Run(run::Run),
    /// Says whether memory grows with the number of ops; the memory curve
    Leak(leak::Leak),
    /// Says which versions leak, release line by release line
    Bisect(bisect::Bisect),
    /// Makes tables and plots out of results
    Report(report::Report),
    /// Says what is in heap snapshots, what grew, and why it is held
    Heap(heap::Heap),
    /// Compares machines, versions, days, or published figures
    Compare(compare::Compare),
    /// Puts a service under a fixed request rate
    Load(load::Load),
    /// Finds packages that ship async functions compiled to generators
    Scan(scan::Scan),
    /// The whole investigation in one report: growth, what holds it, who makes it, since when, the cure
    Investigate(investigate::Investigate),
    /// Says what differences this machine can resolve, and how often it claims a false one
    Selfcheck(selfcheck::SelfCheck),
    /// Prints a completion script for a shell
    Completions(completions::Completions),
}

impl Cli {
    /// Carries out the command.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let common = &self.common;
        match self.command {
            Command::Runtimes(command) => command.run(common),
            Command::Install(command) => command.run(common),
            Command::Run(command) => command.run(common),
            Command::Leak(command) => command.run(common),
            Command::Bisect(command) => command.run(common),
            Command::Report(command) => command.run(common),
            Command::Heap(command) => command.run(common),
            Command::Compare(command) => command.run(common),
            Command::Load(command) => command.run(common),
            Command::Scan(command) => command.run(common),
            Command::Investigate(command) => command.run(common),
            Command::Selfcheck(command) => command.run(common),
            Command::Completions(command) => command.run(Self::command()),
        }
    }
}
