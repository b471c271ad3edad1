//! The main job: every runtime × case × variant under criterion, then records, tables and plots.
//!
//! Criterion chooses the number of ops and draws its own reports; the ops are executed and timed in
//! the runtime. Several fresh processes take turns within a benchmark, and beside each batch the
//! other variants of the case execute one of the same length: the ratio is made from those pairs.
//!
//! Criterion's own arguments work (`cargo bench --bench matrix -- node-12 --save-baseline main`).
//! What is measured comes from `js-cases/suite.toml`, or from the variables `AWAITBENCH_RUNTIME`,
//! `AWAITBENCH_CASE`, `AWAITBENCH_OUT` and `AWAITBENCH_OFFLINE`.

#![allow(clippy::print_stderr, missing_docs)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, ExitCode};
use std::time::Duration;

use awaitbench::facade::Deadlines;
use awaitbench::facade::Progress;
use awaitbench::facade::fingerprint;
use awaitbench::facade::register_fonts;
use awaitbench::facade::selection;
use awaitbench::facade::{Case, Catalogue};
use awaitbench::facade::{Cell, Effort, Publisher, Rotation, Setting, Subject, Target};
use awaitbench::facade::{Common, MeasureBar, ProgressBars, publish_report, report_error};
use awaitbench::facade::{Environment, Found, Resolver, Settings};
use awaitbench::facade::{MachineFolder, RecordError};
use awaitbench::facade::{Scratch, on_interrupt};
use awaitbench::say;
use criterion::{Criterion, SamplingMode, Throughput};
use tokio::runtime::Runtime as EventLoop;

/// Five fresh processes a benchmark, and as many again as the other variant's companions; warm as those of
/// `awaitbench run` are, so that both find the same. The batches are criterion's, so that their number and length here
/// stand for nothing else.
const EFFORT: Effort = Effort {
    invocations: 5,
    warm_up: Effort::DEFAULT.warm_up,
    batch: Duration::from_millis(25),
    batches: 8,
};

/// Batches that criterion times in a benchmark: eight in each process.
const SAMPLE_SIZE: usize = 40;

/// How long those take together with their companions, which criterion's clock sees too: about 25 ms
/// each.
const MEASUREMENT: Duration = Duration::from_secs(2);

/// For criterion's own intervals: enough for them to be steady, and a tenth of its default's time.
const RESAMPLES: usize = 10_000;

/// The processes are warm when criterion gets them: this only tells it how many ops to ask for.
const WARM_UP: Duration = Duration::from_millis(100);

/// What a benchmark that can't go on unwinds with.
struct Abandoned;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => report_error(&error),
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let common = Common::from_environment();
    let mut criterion = Criterion::default()
        .sample_size(SAMPLE_SIZE)
        .measurement_time(MEASUREMENT)
        .warm_up_time(WARM_UP)
        .nresamples(RESAMPLES)
        .configure_from_args();
    register_fonts()?;
    let mode = Mode::of_arguments();
    let events = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let out = common.out.clone();
    on_interrupt(move || {
        say!("\ninterrupted: finished cells are in \"{}\"", out.display());
    });
    let suite = Suite::open(&common, &events)?;
    if mode == Mode::List {
        suite.list(&mut criterion);
        return Ok(ExitCode::SUCCESS);
    }
    let (subjects, missing) = suite.subjects(selected_ids(), &events);
    // Nothing that `--test` or a profiler sees is a result.
    let elsewhere = Scratch::inside(&std::env::temp_dir())?;
    let results = if mode == Mode::Measure { &common.out } else { elsewhere.path() };
    let publisher = Publisher::to(MachineFolder::open(results, &fingerprint())?)?;
    let bench =
        Bench { events, publisher: RefCell::new(publisher), bar: MeasureBar::new(0, false) };
    for subject in &subjects {
        bench.group(&mut criterion, subject)?;
    }
    criterion.final_summary();
    let publisher = bench.publisher.into_inner();
    if mode == Mode::Measure {
        publish_report(publisher.folder(), &common)?;
    }
    let failed = missing > 0 || publisher.has_failures();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What criterion was asked to do, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Measure,
    List,
    Try,
}

impl Mode {
    fn of_arguments() -> Self {
        let has = |flag: &str| std::env::args().any(|argument| argument.starts_with(flag));
        if has("--list") {
            Self::List
        } else if has("--test") || has("--profile-time") || !has("--bench") {
            Self::Try
        } else {
            Self::Measure
        }
    }
}

/// The benchmarks that criterion's filter selects; `None` if it can't be asked.
///
/// Only criterion knows what its arguments mean, so a copy of this program lists them.
fn selected_ids() -> Option<BTreeSet<String>> {
    let program = std::env::current_exe().ok()?;
    let listing = Command::new(program).args(std::env::args_os().skip(1)).arg("--list").output();
    let listing = listing.ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(listing.stdout).ok()?;
    Some(
        text.lines()
            .filter_map(|line| line.strip_suffix(": benchmark"))
            .map(str::to_owned)
            .collect(),
    )
}

/// What can be measured, before anything more is installed than had to be.
struct Suite {
    catalogue: Catalogue,
    cases: Vec<Case>,
    wanted: Vec<Found>,
    /// Specs that mean nothing here: said already.
    unknown: usize,
    resolver: Resolver,
    bars: ProgressBars,
    settings: Settings,
}

impl Suite {
    fn open(common: &Common, events: &EventLoop) -> anyhow::Result<Self> {
        let catalogue = Catalogue::locate();
        let cases = selection::cases(common, &catalogue)?;
        let specs = selection::specs(common, &catalogue)?;
        let bars = ProgressBars::new(common.quiet);
        let (resolver, resolved) = events.block_on(async {
            let resolver = Resolver::open(Environment::current(), common.offline).await;
            let resolved = selection::find(&specs, &resolver, &bars).await;
            (resolver, resolved)
        });
        let (wanted, unknown) = resolved?;
        let settings = common.settings()?;
        Ok(Self { catalogue, cases, wanted, unknown, resolver, bars, settings })
    }

    /// Names every benchmark to criterion, which runs none of them.
    fn list(&self, criterion: &mut Criterion) {
        for wanted in &self.wanted {
            for case in &self.cases {
                let mut group =
                    criterion.benchmark_group(group_name(&case.name, &selection::id(wanted)));
                for variant in &case.variants {
                    group.bench_function(&variant.name, |_| {});
                }
            }
        }
    }

    /// Installs what the selected benchmarks need. A variant that is not selected is not led by
    /// criterion, but still runs beside the one that is.
    fn subjects(
        self,
        selected: Option<BTreeSet<String>>,
        events: &EventLoop,
    ) -> (Vec<Subject>, usize) {
        let is_selected = |case: &Case, id: &str| {
            selected.as_ref().is_none_or(|selected| {
                let group = group_name(&case.name, id);
                case.variants
                    .iter()
                    .any(|variant| selected.contains(&format!("{group}/{}", variant.name)))
            })
        };
        let wanted: Vec<Found> = self
            .wanted
            .into_iter()
            .filter(|wanted| {
                self.cases.iter().any(|case| is_selected(case, &selection::id(wanted)))
            })
            .collect();
        let (targets, missing) =
            events.block_on(selection::fetch(wanted, &self.resolver, &self.bars));
        let run = selection::now();
        let settings = &self.settings;
        let subjects = targets
            .iter()
            .flat_map(|target| self.cases.iter().map(move |case| (target, case)))
            .filter(|(target, case)| is_selected(case, &target.id()))
            .map(|(target, case)| selection::subject(target, case, &self.catalogue, settings, &run))
            .collect();
        (subjects, self.unknown + missing)
    }
}

fn group_name(case: &str, runtime: &str) -> String {
    format!("{case}/{runtime}")
}

/// What all benchmarks share.
struct Bench {
    events: EventLoop,
    publisher: RefCell<Publisher>,
    bar: MeasureBar,
}

impl Bench {
    /// Every variant of one case on one runtime.
    fn group(&self, criterion: &mut Criterion, subject: &Subject) -> anyhow::Result<()> {
        if subject.publish_if_broken(&mut self.publisher.borrow_mut(), &self.bar)? {
            return Ok(());
        }
        let Target::Ready(runtime) = &subject.target else { return Ok(()) };
        let setting = Setting {
            runtime,
            case: &subject.case,
            driver: &subject.driver,
            settings: &subject.settings,
            effort: EFFORT,
            deadlines: Deadlines::default(),
        };
        let mut led: Vec<Cell> = Vec::new();
        let mut group =
            criterion.benchmark_group(group_name(&subject.case.name, &subject.target.id()));
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(1));
        for (position, variant) in (0..).zip(&subject.case.variants) {
            let is_sound = |cell: &Cell| cell.key.variant == variant.name;
            if !subject.sound_cells(&self.publisher.borrow()).iter().any(is_sound) {
                continue;
            }
            let first = position * EFFORT.invocations;
            let mut lead = Lead {
                bench: self,
                setting,
                subject,
                variant: &variant.name,
                first,
                rotation: None,
                lost: None,
            };
            let measured = catch_unwind(AssertUnwindSafe(|| {
                group.bench_function(&variant.name, |bencher| {
                    lead.prepare();
                    bencher.iter_custom(|n| lead.timed(n));
                });
            }));
            if let Err(panic) = measured
                && !panic.is::<Abandoned>()
            {
                resume_unwind(panic);
            }
            if lead.finish()? {
                led.extend(
                    subject.cells.iter().filter(|cell| cell.key.variant == variant.name).cloned(),
                );
            }
        }
        group.finish();
        self.publish(&led, true)
    }

    /// Writes the summary of those of `cells` that were measured. One that only ran beside others
    /// is not finished: an earlier summary with more behind it stands.
    fn publish(&self, cells: &[Cell], finished: bool) -> anyhow::Result<()> {
        let mut publisher = self.publisher.borrow_mut();
        for cell in cells {
            if publisher.has_measured(cell) {
                publisher.publish(cell, finished)?;
            } else if finished {
                // Criterion's --quick asks for few ops, and is content with what it sees.
                let name = group_name(
                    &cell.key.case,
                    &format!("{}-{}", cell.key.runtime, cell.key.version),
                );
                say!("{name}/{}: no batch was long enough to be a result", cell.key.variant);
            }
        }
        Ok(())
    }
}

/// One benchmark: the variant that criterion times, and its companions.
struct Lead<'a> {
    bench: &'a Bench,
    setting: Setting<'a>,
    subject: &'a Subject,
    variant: &'a str,
    first: u32,
    rotation: Option<Rotation>,
    /// Why results can't be written any more.
    lost: Option<RecordError>,
}

impl Lead<'_> {
    /// Starts the processes, the first time. Criterion gets here only if the benchmark is selected,
    /// and does not count the time that this takes.
    fn prepare(&mut self) {
        if self.rotation.is_none() {
            let cells = self.subject.sound_cells(&self.bench.publisher.borrow());
            let starting = Rotation::start(self.setting, &cells, self.variant, self.first);
            self.rotation = Some(self.bench.events.block_on(starting));
        }
    }

    /// Executes `n` ops.
    fn timed(&mut self, n: u64) -> Duration {
        let events = &self.bench.events;
        let measured = self.rotation.as_mut().and_then(|rotation| {
            let batch = events.block_on(rotation.timed(n));
            let samples = rotation.take_samples();
            let added = self.bench.publisher.borrow_mut().add(&self.subject.cells, samples);
            self.lost = added.err();
            batch.filter(|_| self.lost.is_none())
        });
        match measured {
            Some(batch) => batch.elapsed,
            // Not a panic: the hook would print a trace of something that is just a result.
            None => resume_unwind(Box::new(Abandoned)),
        }
    }

    /// Ends the processes and publishes the summary of every cell that took part. Answers whether
    /// there was anything: criterion may not have selected this benchmark.
    fn finish(mut self) -> anyhow::Result<bool> {
        let Some(rotation) = self.rotation.take() else { return Ok(false) };
        let ended = self.bench.events.block_on(rotation.finish());
        if let Some(error) = self.lost {
            return Err(error.into());
        }
        let mut publisher = self.bench.publisher.borrow_mut();
        publisher.add(&self.subject.cells, ended.samples)?;
        publisher.conclude(&self.subject.cells, ended.invocations)?;
        for (cell, failure) in ended.failures {
            if !publisher.has_failed(&cell) {
                self.bench.bar.note(&failure.of(&cell));
            }
            publisher.fail(&cell, failure);
        }
        drop(publisher);
        self.bench.publish(&self.subject.cells, false)?;
        Ok(true)
    }
}
