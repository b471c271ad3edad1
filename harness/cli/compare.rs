//! `awaitbench compare A B`: machines, versions, days, published figures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::Common;
use super::compare_side::{Naming, read_sides};
use super::outcome::WrongUsage;
use super::print::print;
use super::report::is_chosen;
use crate::compare::{Compared, Margin, Subject, Version, compare, draw, save};
use crate::show::Advise;

/// Compares B with A: ratio, interval and verdict for each cell that both have.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// What to compare with: a machine under --out, a folder of results, a summary file in one, or a
    /// version such as node@11.15.0
    #[arg(value_name = "A")]
    a: String,
    /// What to compare, named as A is; above 1, it is the faster one
    #[arg(value_name = "B")]
    b: String,
    /// Where versions are looked up: a machine under --out, or its folder [default: this machine]
    #[arg(long, value_name = "DIR")]
    machine: Option<String>,
    /// Differences within this are called "same"
    #[arg(long, value_name = "PERCENT", default_value = "3%")]
    margin: Margin,
    /// Draws compare.svg and compare.png into this folder
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
    /// Keeps the page and its plot under --out, in <B's machine>/compare/<A>/
    #[arg(long)]
    save: bool,
}

impl Compare {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let is_part =
            !(common.runtimes.is_empty() && common.cases.is_empty() && common.variants.is_empty());
        if self.save && is_part {
            return Err(WrongUsage(
                "--save keeps whole comparisons: leave --runtime, --case and --variant out, or use \
                 --format markdown and --plot for a part"
                    .to_owned(),
            )
            .into());
        }
        let naming = Naming { results: &common.out, machine: self.machine.as_deref() };
        let (mut a, mut b) = read_sides(&naming, &self.a, &self.b)?;
        a.matrix.cells.retain(|cell| is_chosen(cell, common));
        b.matrix.cells.retain(|cell| is_chosen(cell, common));
        let comparison = compare(&a, &b, self.margin);
        for warning in &comparison.warnings {
            say!("warning: {warning}: {}", warning.advice());
        }
        if comparison.changes.is_empty() {
            return Err(WrongUsage(format!(
                "\"{}\" and \"{}\" have no cell in common{}: compare results of the same cases, \
                 variants, versions and flags",
                self.a,
                self.b,
                beside(&a, &b)
            ))
            .into());
        }
        if let Some(folder) = &self.plot {
            for path in draw(&comparison, &a, &b, folder)? {
                if !common.quiet {
                    say!("plot: {}", path.display());
                }
            }
        }
        if self.save {
            let folder = save(&comparison, &a, &b, &common.out)?;
            if !common.quiet {
                say!("saved: {}", folder.display());
            }
        }
        print(&Compared { comparison: &comparison, a: &a, b: &b }, common.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What is there instead, if one version was compared with another.
fn beside(a: &Subject, b: &Subject) -> String {
    let name = |version: &Version| format!("{} {}", version.runtime, version.version);
    match (&a.only, &b.only) {
        (Some(a), Some(b)) => format!(" ({} and {})", name(a), name(b)),
        _ => String::new(),
    }
}
