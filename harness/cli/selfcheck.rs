//! `awaitbench selfcheck`: what differences this machine can resolve.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::print::print;
use super::selection::{Selection, now, select, subject};
use super::{Common, MeasureBar, block_on};
use crate::article::AWAIT_TWO;
use crate::machine::fingerprint;
use crate::measure::{
    Done, Effort, Goal, Plan, Publisher, Subject, Warning, measure, pairs, warnings,
};
use crate::process::{Scratch, on_interrupt};
use crate::record::{MachineFolder, Status};
use crate::selfcheck::{Checked, Differing, Findings, Round, Runs, Trial, twins};
use crate::session::Deadlines;

/// What is measured if nothing else is asked for: it is here wherever npm is.
const RUNTIME: &str = "node@system";

/// Measures every variant under two names: what can be resolved, and how often a difference is false.
#[derive(Debug, Args)]
pub(super) struct SelfCheck {
    /// How often each variant is measured with --quick against itself
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Repeat whole runs instead (20 are enough, 15 s each for one case on one runtime), and keep in results how much more
    /// they differ than one run can tell: intervals of this machine are widened by it from then on
    #[arg(long, value_name = "N", conflicts_with_all = ["rounds", "check"], value_parser = clap::value_parser!(u32).range(2..=1000))]
    between_runs: Option<u32>,
    /// Exit with 1 if false differences are claimed significantly more often than in 5 %
    #[arg(long)]
    check: bool,
}

impl SelfCheck {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let words = match self.between_runs {
            Some(_) => "interrupted: the runs so far are given up",
            None => "interrupted: a selfcheck leaves nothing behind",
        };
        on_interrupt(move || say!("{words}"));
        let mut common = common.clone();
        if common.runtimes.is_empty() {
            common.runtimes.push(RUNTIME.parse()?);
        }
        if common.cases.is_empty() {
            common.cases.push(AWAIT_TWO.to_owned());
        }
        block_on(async {
            let selection = select(&common).await?;
            if let Some(runs) = self.between_runs {
                return repeat_runs(&selection, &common, runs).await;
            }
            let (trials, warnings) = self.trials(&selection, &common).await?;
            let findings = Findings::of(&trials, warnings);
            let machine = fingerprint().title;
            print(&Checked { findings: &findings, machine: &machine }, common.format)?;
            let too_many = findings.false_claims.is_some_and(|claims| claims.are_too_many());
            let failed = selection.missing > 0 || (self.check && too_many);
            Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        })
    }

    /// Measures all rounds, each as a run of its own in a folder that is not kept.
    async fn trials(
        &self,
        selection: &Selection,
        common: &Common,
    ) -> anyhow::Result<(Vec<Trial>, Vec<Warning>)> {
        let scratch = Scratch::inside(&std::env::temp_dir()).context("a folder for the rounds")?;
        let settings = common.settings()?;
        let run = now();
        let subjects: Vec<Subject> = selection
            .targets
            .iter()
            .flat_map(|target| selection.cases.iter().map(move |case| (target, case)))
            .flat_map(|(target, case)| case.variants.iter().map(move |of| (target, case, of)))
            .map(|(target, case, variant)| {
                subject(target, &twins(case, variant), &selection.catalogue, &settings, &run)
            })
            .collect();
        let mut trials: Vec<Trial> = subjects.iter().map(empty_trial).collect();
        let each = u64::from(Effort::QUICK.invocations) * subjects.len() as u64;
        let bar = MeasureBar::new(each * u64::from(self.rounds), common.quiet);
        let (mut cells, mut invocations) = (Vec::new(), Vec::new());
        for round in 0..self.rounds {
            let folder = scratch.path().join(round.to_string());
            let mut publisher = Publisher::to(MachineFolder::open(&folder, &fingerprint())?)?;
            let plan = Plan {
                run: run.clone(),
                subjects: subjects.clone(),
                effort: Effort::QUICK,
                goal: Goal::Invocations,
                deadlines: Deadlines::default(),
                seed: u64::from(round),
            };
            measure(&plan, &Done::default(), &mut publisher, &bar).await?;
            cells = publisher.published().to_vec();
            // Warnings count invocations: those of another round are others.
            invocations.extend(publisher.invocations().into_iter().map(|mut row| {
                row.invocation += round * 1000;
                row
            }));
            for (trial, subject) in trials.iter_mut().zip(&subjects) {
                trial.rounds.push(measured(subject, &publisher)?);
            }
        }
        bar.clear();
        Ok((trials, warnings(&cells, &invocations)))
    }
}

/// Measures whole runs, each in a folder that is not kept, and publishes how much they differ.
async fn repeat_runs(
    selection: &Selection,
    common: &Common,
    runs: u32,
) -> anyhow::Result<ExitCode> {
    let scratch = Scratch::inside(&std::env::temp_dir()).context("a folder for the runs")?;
    // Found now and not after minutes of measuring, if results can't be read or written.
    let results = MachineFolder::open(&common.out, &fingerprint())?;
    results.between_runs()?;
    let settings = common.settings()?;
    let effort = Effort::DEFAULT;
    let each = u64::from(effort.invocations) * selection.subjects(&settings, "").len() as u64;
    let bar = MeasureBar::new(each * u64::from(runs), common.quiet);
    let (mut all, mut failed) = (Runs::default(), false);
    for seed in 1..=runs {
        if !common.quiet {
            say!("run {seed} of {runs}");
        }
        let run = now();
        let folder = scratch.path().join(seed.to_string());
        let mut publisher = Publisher::to(MachineFolder::open(&folder, &fingerprint())?)?;
        let plan = Plan {
            subjects: selection.subjects(&settings, &run),
            run,
            effort,
            goal: Goal::Invocations,
            deadlines: Deadlines::default(),
            seed: seed.into(),
        };
        measure(&plan, &Done::default(), &mut publisher, &bar).await?;
        failed |= publisher.has_failures();
        all.add(publisher.published(), &publisher.samples());
    }
    bar.clear();
    let rows = all.rows();
    if rows.is_empty() {
        anyhow::bail!("no figure that every run has: choose with --runtime, --case and --variant");
    }
    let kept = results.publish_between_runs(&rows);
    // In any case: if the disk is full, what took minutes is not lost.
    let machine = fingerprint().title;
    print(&Differing { machine: &machine, rows: &rows }, common.format)?;
    kept?;
    if !common.quiet {
        say!("results: {}", results.path().display());
    }
    Ok(if failed || selection.missing > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn empty_trial(subject: &Subject) -> Trial {
    Trial { key: subject.cells[0].key.clone(), rounds: Vec::new() }
}

/// What one round gave for the two names of a variant.
fn measured(subject: &Subject, publisher: &Publisher) -> anyhow::Result<Round> {
    let mut rows = Vec::new();
    for cell in &subject.cells {
        let row = publisher.published().iter().find(|row| row.key == cell.key);
        let row = row.with_context(|| format!("{} was not measured", cell.key.variant))?;
        if row.status != Status::Ok {
            anyhow::bail!(
                "can't check {} {} on {}: {}: {}; choose with --runtime, --case and --variant",
                cell.key.case,
                subject.cells[0].key.variant,
                subject.target.id(),
                row.status,
                row.detail
            );
        }
        rows.push(row);
    }
    Ok(pairs(rows[1], rows[0], &publisher.samples()))
}
