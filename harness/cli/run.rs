//! `awaitbench run`: measure and publish.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::outcome::WrongUsage;
use super::report::publish_run;
use super::selection::{Selection, now, select};
use super::{Common, MeasureBar, block_on};
use crate::machine::fingerprint;
use crate::measure::{Done, Effort, Goal, Plan, Publisher, measure, take_over};
use crate::process::on_interrupt;
use crate::record::MachineFolder;
use crate::session::Deadlines;

/// Invocations that `--precision` may take at most.
const MOST: u32 = 500;

/// Measures and publishes: throughput and memory.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A first look: 3 processes for each variant, 8 batches in each
    #[arg(long, conflicts_with = "thorough")]
    quick: bool,
    /// For publishing: 30 processes for each variant, 40 batches in each
    #[arg(long)]
    thorough: bool,
    /// Fresh processes for each variant [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    invocations: Option<u32>,
    /// Go on until half the interval of the ratio is that narrow, as in 2%, or --max-time is over
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent, conflicts_with = "invocations")]
    precision: Option<f64>,
    /// Seconds after which --precision gives up
    #[arg(long, value_name = "SECONDS", default_value_t = 600, requires = "precision")]
    max_time: u64,
    /// Go on where a run with the same options was broken off
    #[arg(long)]
    resume: bool,
    /// Seconds until a runtime that does not answer is given up
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// Decides the order of measuring
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// `2%`, `2 %` or `0.02`, as a fraction.
fn parse_percent(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent.trim(), 0.01),
        None => (text.trim(), 1.0),
    };
    let value = number.parse::<f64>().map_err(|_| "write it as in 2% or 0.02".to_owned())? * scale;
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err("it must lie between 0% and 100%".to_owned())
    }
}

impl Run {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let out = common.out.clone();
        on_interrupt(move || {
            let folder = out.display();
            say!("interrupted: what was measured is in \"{folder}\"; --resume goes on");
        });
        block_on(async {
            let selection = select(common).await?;
            let folder = MachineFolder::open(&common.out, &fingerprint())?;
            let mut publisher = Publisher::to(folder)?;
            let (plan, done) = self.prepare(&selection, common, &mut publisher)?;
            let bar = MeasureBar::new(0, common.quiet);
            measure(&plan, &done, &mut publisher, &bar).await?;
            bar.clear();
            publish_run(&publisher, common)?;
            Ok(if publisher.has_failures() || selection.missing > 0 {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            })
        })
    }

    /// The plan, noted on disk, and what of it is done already.
    fn prepare(
        &self,
        selection: &Selection,
        common: &Common,
        publisher: &mut Publisher,
    ) -> anyhow::Result<(Plan, Done)> {
        let unfinished = publisher.folder().unfinished()?;
        let earlier = match (self.resume, unfinished) {
            (true, None) => {
                let folder = publisher.folder().path().display();
                return Err(WrongUsage(format!(
                    "nothing to resume: no run in \"{folder}\" was broken off"
                ))
                .into());
            }
            (true, Some(earlier)) => Some(earlier),
            (false, Some(earlier)) if !common.quiet => {
                say!("note: the run of {} was broken off and is given up by this one", earlier.run);
                None
            }
            (false, _) => None,
        };
        let run = earlier.as_ref().map_or_else(now, |earlier| earlier.run.clone());
        let plan = self.plan(selection.subjects(&common.settings()?, &run), run);
        let record = plan.record();
        let Some(earlier) = earlier else {
            publisher.folder().begin(&record)?;
            return Ok((plan, Done::default()));
        };
        if let Some(difference) = earlier.difference(&record) {
            let begun = &earlier.run;
            return Err(WrongUsage(format!(
                "can't resume the run of {begun}: {difference}; use its options, or leave --resume out"
            ))
            .into());
        }
        let done = take_over(&plan, publisher)?;
        if !common.quiet {
            say!("resuming the run of {}: {} invocations are done", plan.run, done.count());
        }
        Ok((plan, done))
    }

    fn plan(&self, subjects: Vec<crate::measure::Subject>, run: String) -> Plan {
        let mut effort = match (self.quick, self.thorough) {
            (true, _) => Effort::QUICK,
            (_, true) => Effort::THOROUGH,
            _ => Effort::DEFAULT,
        };
        effort.invocations = self.invocations.unwrap_or(effort.invocations);
        let goal = match self.precision {
            Some(margin) => {
                effort.invocations = MOST;
                Goal::Precision { margin, max_time: Duration::from_secs(self.max_time) }
            }
            None => Goal::Invocations,
        };
        let mut deadlines = Deadlines::default();
        if let Some(seconds) = self.timeout {
            let limit = Duration::from_secs(seconds);
            deadlines.hello = deadlines.hello.min(limit);
            deadlines.run = limit;
            deadlines.memory = limit;
        }
        Plan { run, subjects, effort, goal, deadlines, seed: self.seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_a_percentage_or_a_fraction() {
        assert_eq!(parse_percent("2%"), Ok(0.02));
        assert_eq!(parse_percent("0.5 %"), Ok(0.005));
        assert_eq!(parse_percent("0.02"), Ok(0.02));
        assert!(
            parse_percent("0").is_err()
                && parse_percent("two").is_err()
                && parse_percent("200%").is_err()
        );
    }
}
