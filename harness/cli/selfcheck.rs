//! `awaitbench selfcheck`: what differences this machine can resolve.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::report::terminal_look;
use super::selection::{Selection, now, select, subject};
use super::{Common, Format, MeasureBar, block_on};
use crate::machine::fingerprint;
use crate::measure::{
    Done, Effort, Goal, Plan, Publisher, Subject, Warning, measure, pairs, warnings,
};
use crate::process::{Scratch, on_interrupt};
use crate::record::{MachineFolder, Status};
use crate::report;
use crate::selfcheck::{Findings, Round, Trial, csv, json, page, twins};
use crate::session::Deadlines;

/// What is measured if nothing else is asked for: it is here wherever npm is.
const RUNTIME: &str = "node@system";

/// The article's case.
const CASE: &str = "await-two";

/// Measures every variant under two names: what can be resolved, and how often a difference is false.
#[derive(Debug, Args)]
pub(super) struct SelfCheck {
    /// How often each variant is measured with --quick against itself
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Exit with 1 if false differences are claimed significantly more often than in 5 %
    #[arg(long)]
    check: bool,
}

impl SelfCheck {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        on_interrupt(|| say!("interrupted: a selfcheck leaves nothing behind"));
        let mut common = common.clone();
        if common.runtimes.is_empty() {
            common.runtimes.push(RUNTIME.parse()?);
        }
        if common.cases.is_empty() {
            common.cases.push(CASE.to_owned());
        }
        block_on(async {
            let selection = select(&common).await?;
            let (trials, warnings) = self.trials(&selection, &common).await?;
            let findings = Findings::of(&trials, warnings);
            print(&findings, common.format)?;
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

fn empty_trial(subject: &Subject) -> Trial {
    let first = &subject.cells[0];
    Trial {
        runtime: first.runtime.clone(),
        version: first.version.clone(),
        case: first.case.clone(),
        variant: first.variant.clone(),
        flags: first.flags.clone(),
        rounds: Vec::new(),
    }
}

/// What one round gave for the two names of a variant.
fn measured(subject: &Subject, publisher: &Publisher) -> anyhow::Result<Round> {
    let mut rows = Vec::new();
    for cell in &subject.cells {
        let row = publisher.published().iter().find(|row| row.key() == cell.key());
        let row = row.with_context(|| format!("{} was not measured", cell.variant))?;
        if row.status != Status::Ok {
            anyhow::bail!(
                "can't check {} {} on {}: {}: {}; choose with --runtime, --case and --variant",
                cell.case,
                subject.cells[0].variant,
                subject.target.id(),
                row.status,
                row.detail
            );
        }
        rows.push(row);
    }
    Ok(pairs(rows[1], rows[0], &publisher.samples()))
}

fn print(findings: &Findings, format: Format) -> anyhow::Result<()> {
    let machine = fingerprint().title;
    let mut out = io::stdout().lock();
    match format {
        Format::Table => {
            let (width, colour) = terminal_look(&out);
            let page = page(findings, &machine);
            write!(out, "{}", report::terminal_pages(&[page], width, colour))?;
        }
        Format::Markdown => {
            write!(out, "{}", report::markdown_pages(&[page(findings, &machine)]))?;
        }
        Format::Csv => write!(out, "{}", csv(findings)?)?,
        Format::Json => {
            let value = json(findings, &machine)?;
            writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?;
        }
    }
    out.flush().context("standard output")
}
