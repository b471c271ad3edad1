//! `awaitbench leak`: which runtimes leak, and the memory curve.

mod plots;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::outcome::WrongUsage;
use super::print::print;
use super::selection::{now, select};
use super::{Common, ProgressBars, block_on};
use crate::article::{BUDGET, INSTANCE_LOOP};
use crate::leak::{Curve, Curves, Inquiry, Judged, Verdicts, Wanted};
use crate::machine::fingerprint;
use crate::measure::Subject;
use crate::process::on_interrupt;
use crate::record::MachineFolder;

pub(super) use plots::draw_leaks;

/// How long a curve may take: the article's took 18 s in its slowest version.
const CURVE_BUDGET: Duration = Duration::from_secs(600);

/// Ops of a curve: the article's.
const CURVE_OPS: u64 = 10_000_000;

/// Ops between two snapshots: the article's leak holds 14.6 MB by then.
const SNAPSHOT_OPS: u64 = 1_500_000;

/// Says whether memory grows with the number of ops, and where
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  awaitbench leak --runtime node@11,node@12.15.0,node@12.16.0   which of these leak
  awaitbench leak --runtime node@12.15.0 --series               what the verdict was decided from
  awaitbench leak --runtime node@12.15.0 --snapshots heaps      why it leaks
  awaitbench leak --runtime node@12.15.0 --curve --max-heap 64  until the heap is full")]
pub(super) struct Leak {
    /// Seconds that a verdict may take at most, and twice that once more if it is inconclusive; and two snapshots
    /// [default: 10; of a curve: 600]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    budget: Option<u64>,
    /// Exit with status 1 if anything leaks
    #[arg(long, conflicts_with = "curve")]
    check: bool,
    /// Show every reading
    #[arg(long)]
    series: bool,
    /// Also take a heap snapshot before and after growth into this folder, for `heap suspects`
    #[arg(long, value_name = "DIR", conflicts_with = "curve")]
    snapshots: Option<PathBuf>,
    /// Instead of a verdict: execute many ops, and read the heap at every tenth of them as it is
    #[arg(long)]
    curve: bool,
    /// Ops of a curve [default: 10000000], or between two snapshots [default: 1500000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(10..=1_000_000_000_000))]
    ops: Option<u64>,
    /// With --curve: the most that V8's heap may hold, in MiB (--max-old-space-size). Running out of
    /// memory is a result
    #[arg(long, value_name = "MIB", requires = "curve", value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    max_heap: Option<u32>,
}

/// Everything that is probed, and where it is kept.
struct Setup {
    subjects: Vec<Subject>,
    folder: MachineFolder,
    machine: String,
    bars: ProgressBars,
    /// Whether a runtime could not be had.
    is_incomplete: bool,
}

impl Leak {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        if self.ops.is_some() && !self.curve && self.snapshots.is_none() {
            let words = "--ops is for --curve and --snapshots: a verdict takes as many as it needs";
            return Err(WrongUsage(words.to_owned()).into());
        }
        let mut common = common.clone();
        if common.cases.is_empty() {
            common.cases.push(INSTANCE_LOOP.to_owned());
        }
        common
            .runtime_flags
            .extend(self.max_heap.map(|size| format!("--max-old-space-size={size}")));
        let out = common.out.clone();
        on_interrupt(move || say!("interrupted: what was found is in \"{}\"", out.display()));
        block_on(async {
            let setup = Setup::of(&common).await?;
            if self.curve {
                self.curves(&setup, &common).await
            } else {
                self.verdicts(&setup, &common).await
            }
        })
    }

    fn inquiry<'a>(&self, setup: &'a Setup, usual: Duration) -> Inquiry<'a> {
        let budget = self.budget.map_or(usual, Duration::from_secs);
        let Setup { subjects, folder, bars, .. } = setup;
        Inquiry { subjects, folder, progress: bars, budget }
    }

    async fn verdicts(&self, setup: &Setup, common: &Common) -> anyhow::Result<ExitCode> {
        let ops = self.ops.unwrap_or(SNAPSHOT_OPS);
        let wanted = self.snapshots.as_deref().map(|folder| Wanted { folder, ops });
        let (judged, lacking) = self.inquiry(setup, BUDGET).verdicts(wanted).await?;
        lacking.iter().for_each(|error| say!("error: {error}"));
        let plots = setup.draw()?;
        let (machine, folder) = (&*setup.machine, &*setup.folder.name());
        let answer = Verdicts { judged: &judged, machine, folder, whole_series: self.series };
        print(&answer, common.format)?;
        setup.end(common, &plots);
        if !common.quiet {
            suggest(&judged);
        }
        let found = self.check && judged.iter().any(Judged::leaks);
        let failed = judged.iter().any(Judged::has_failed) || !lacking.is_empty();
        Ok(setup.status(found || failed))
    }

    async fn curves(&self, setup: &Setup, common: &Common) -> anyhow::Result<ExitCode> {
        let ops = self.ops.unwrap_or(CURVE_OPS);
        let curves = self.inquiry(setup, CURVE_BUDGET).curves(ops).await?;
        let plots = setup.draw()?;
        let (machine, folder) = (&*setup.machine, &*setup.folder.name());
        let answer = Curves { curves: &curves, machine, folder, whole_series: self.series };
        print(&answer, common.format)?;
        setup.end(common, &plots);
        Ok(setup.status(curves.iter().any(Curve::has_failed)))
    }
}

impl Setup {
    async fn of(common: &Common) -> anyhow::Result<Self> {
        let settings = common.settings()?;
        let selection = select(common).await?;
        let machine = fingerprint();
        Ok(Self {
            subjects: selection.subjects(&settings, &now()),
            folder: MachineFolder::open(&common.out, &machine)?,
            machine: machine.title,
            bars: ProgressBars::new(common.quiet),
            is_incomplete: selection.missing > 0,
        })
    }

    fn draw(&self) -> anyhow::Result<Vec<PathBuf>> {
        draw_leaks(&self.folder, &self.folder.path().join("plots"))
    }

    fn status(&self, failed: bool) -> ExitCode {
        if failed || self.is_incomplete { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    /// Says where everything is.
    fn end(&self, common: &Common, pictures: &[PathBuf]) {
        if common.quiet {
            return;
        }
        say!("results: {}", self.folder.path().display());
        if let Some(plots) = pictures.first().and_then(|path| path.parent()) {
            say!("plots:   {}", plots.display());
        }
    }
}

/// Says what to do with the snapshots.
fn suggest(judged: &[Judged]) {
    for [before, after] in judged.iter().filter_map(|it| it.snapshots.as_ref()) {
        let quoted = |path: &Path| {
            let text = path.display().to_string();
            if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text }
        };
        say!("next:    awaitbench heap suspects {} {}", quoted(before), quoted(after));
    }
}
