//! `awaitbench run`: measure and publish.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::report::print_run;
use super::selection::select;
use super::{Common, MeasureBar, block_on};
use crate::machine::fingerprint;
use crate::measure::{Effort, Plan, Publisher, measure};
use crate::process::on_interrupt;
use crate::record::MachineFolder;
use crate::session::Deadlines;

/// Measures and publishes: throughput and memory.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A first look: fewer processes, fewer batches
    #[arg(long)]
    quick: bool,
    /// Fresh processes for each variant
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    invocations: Option<u32>,
    /// Seconds until a runtime that does not answer is given up
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// Decides the order of measuring
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Run {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let mut effort = if self.quick { Effort::QUICK } else { Effort::DEFAULT };
        if let Some(invocations) = self.invocations {
            effort.invocations = invocations;
        }
        let mut deadlines = Deadlines::default();
        if let Some(seconds) = self.timeout {
            let limit = Duration::from_secs(seconds);
            deadlines.hello = deadlines.hello.min(limit);
            deadlines.run = limit;
            deadlines.memory = limit;
        }
        let out = common.out.clone();
        on_interrupt(move || {
            eprintln!("interrupted: what was measured is in \"{}\"", out.display());
        });
        block_on(async {
            let selection = select(common).await?;
            let folder = MachineFolder::open(&common.out, &fingerprint())?;
            let mut publisher = Publisher::to(folder)?;
            let subjects = selection.subjects(&common.runtime_flags);
            let plan = Plan { subjects, effort, deadlines, seed: self.seed };
            let invocations = plan.subjects.len() as u64 * u64::from(effort.invocations);
            let bar = MeasureBar::new(invocations, common.quiet);
            measure(&plan, &mut publisher, &bar).await?;
            bar.clear();
            let cells = publisher.published().to_vec();
            print_run(publisher.folder(), cells, &publisher.samples(), common)?;
            if !common.quiet {
                eprintln!("results: {}", publisher.folder().path().display());
            }
            Ok(if publisher.has_failures() || selection.missing > 0 {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            })
        })
    }
}
