//! `awaitbench load`: a service under a fixed request rate.

mod rate;
mod told;
mod watch;
mod which;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;

use self::rate::Rate;
pub(super) use self::rate::{parse_duration, parse_rate};
use self::told::warn;
use self::watch::{LoadBar, Watch};
use self::which::{service_case, targets};
use super::outcome::WrongUsage;
use super::print::print;
use super::selection::now;
use super::{Common, block_on};
use crate::article::CONNECTIONS;
use crate::case::Catalogue;
use crate::key::Key;
use crate::load::{
    Audience, Bound, Drive, LoadError, LoadEvent, LoadPlan, LoadResult, Loads, MOST_CONNECTIONS,
    Outcome, Service, ServiceCase, Start, Url, carry_out, draw, failed, row,
};
use crate::machine::{Machine, fingerprint};
use crate::measure::{Cell, Target};
use crate::process::{Scratch, on_interrupt};
use crate::record::{MachineFolder, RecordError, Status};

/// Puts a service under a fixed request rate: latencies, memory over time, what it keeps
#[derive(Debug, Args)]
pub(super) struct Load {
    /// Requests a second, or max for the highest that the service sustains
    #[arg(long, value_name = "N|max", default_value = "125")]
    rate: Rate,
    /// How long the load lasts
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = parse_duration)]
    duration: Duration,
    /// Connections that may be open at once; requests that are due when all are busy wait for one
    #[arg(long, value_name = "N", default_value_t = CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_CONNECTIONS)))]
    connections: u32,
    /// Seconds after which a request is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Requests before anything counts
    #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    warm_up: u64,
    /// How often a collection is forced to read what is kept; 0: never, and there is no verdict
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    checkpoints: u32,
    /// Seconds for which, after the load, requests go on until the verdict is sure; 0: not at all
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    settle: u64,
    /// Writes heap snapshots into this folder: after the warm-up, and at the end
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Draws memory against time into this folder [default: plots/ of the machine's results]
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
    /// Starts a service of your own by this line for the shell
    #[arg(long, value_name = "LINE", requires = "url")]
    command: Option<String>,
    /// Where that service listens, on this machine: http://127.0.0.1:3000/
    #[arg(long, value_name = "URL", requires = "command")]
    url: Option<Url>,
    /// Seconds until a service that opens no port is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    opening: u64,
    /// For --rate max: p99 in milliseconds up to which a rate is sustained
    #[arg(long, value_name = "MS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=600_000))]
    bound: u64,
    /// For --rate max: seconds for which each rate is tried
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = parse_duration)]
    probe: Duration,
}

/// One service to put under load.
struct Subject {
    cell: Cell,
    start: Start,
    /// `None`: whatever the address says.
    case: Option<ServiceCase>,
}

/// Where a load goes besides standard output.
struct Places {
    /// Where results are kept; `None` for a service of one's own, which no results are about.
    folder: Option<MachineFolder>,
    machine: Machine,
    monitor: PathBuf,
    /// Where services may write.
    scratch: Scratch,
}

impl Load {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        self.check(common)?;
        on_interrupt(|| say!("interrupted: every service is ended"));
        block_on(async {
            let places = self.places(common)?;
            let (subjects, mut loads, missing) = self.subjects(common, &places).await?;
            for load in &loads {
                publish(&places, load)?;
            }
            for subject in &subjects {
                let load = self.measure(subject, &places, common).await?;
                publish(&places, &load)?;
                warn(&load.row);
                loads.push(load);
            }
            self.draw(&loads, &places, common)?;
            let (title, plan) = (&*places.machine.title, Some(&self.plan(None)));
            print(&Loads { title, plan, loads: &loads }, common.format)?;
            let sound = loads.iter().all(|load| load.row.status == Status::Ok) && missing == 0;
            Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    fn check(&self, common: &Common) -> anyhow::Result<()> {
        let wrong = |words: &str| Err(WrongUsage(words.to_owned()).into());
        if self.rate == Rate::Max && self.snapshots.is_some() {
            return wrong(
                "--snapshots needs a fixed --rate: under --rate max there is no one load",
            );
        }
        if common.async_hooks {
            return wrong("--async-hooks is for cases: a service enables its hooks by itself");
        }
        if self.command.is_some() {
            if !common.runtimes.is_empty() || !common.settings()?.flags.is_empty() {
                return wrong("--command says itself what runs: leave --runtime and its flags out");
            }
            if !common.cases.is_empty() || !common.variants.is_empty() {
                return wrong("--command is the service: leave --case and --variant out");
            }
        }
        Ok(())
    }

    fn plan(&self, snapshots: Option<PathBuf>) -> LoadPlan {
        LoadPlan {
            rate: if let Rate::Given(rate) = self.rate { rate } else { 0.0 },
            duration: self.duration,
            connections: self.connections,
            timeout: Duration::from_secs(self.timeout),
            warm_up: self.warm_up,
            checkpoints: if self.rate == Rate::Max { 0 } else { self.checkpoints },
            settling: Duration::from_secs(self.settle),
            snapshots,
            bound: Bound { p99: Duration::from_millis(self.bound), probe: self.probe },
        }
    }

    fn places(&self, common: &Common) -> anyhow::Result<Places> {
        let machine = fingerprint();
        let folder = match self.command {
            Some(_) => None,
            None => Some(MachineFolder::open(&common.out, &machine)?),
        };
        if let Some(snapshots) = &self.snapshots {
            std::fs::create_dir_all(snapshots)
                .with_context(|| format!("can't make the folder \"{}\"", snapshots.display()))?;
        }
        let monitor = Catalogue::locate().driver("monitor").canonicalize();
        let monitor = monitor.context("the monitor, js-cases/driver/monitor.js")?;
        let temporary = std::env::temp_dir();
        let scratch = Scratch::inside(&temporary)
            .with_context(|| format!("a folder in \"{}\"", temporary.display()))?;
        Ok(Places { folder, machine, monitor, scratch })
    }

    /// What is to be measured, the rows of what can't be, and how many runtimes could not be had.
    async fn subjects(
        &self,
        common: &Common,
        places: &Places,
    ) -> anyhow::Result<(Vec<Subject>, Vec<LoadResult>, usize)> {
        let run = now();
        if let (Some(line), Some(url)) = (&self.command, &self.url) {
            let start = Start::Command { line: line.clone(), url: url.clone() };
            let cell = Cell { key: Key { case: "command".to_owned(), ..Key::default() }, run };
            return Ok((vec![Subject { cell, start, case: None }], Vec::new(), 0));
        }
        let case = service_case(common)?;
        let (targets, missing) = targets(common).await?;
        let settings = common.settings()?;
        let (mut subjects, mut broken) = (Vec::new(), Vec::new());
        for target in &targets {
            for variant in &case.variants {
                let cell = Cell::of(target, &case.name, &variant.name, &settings, &run);
                match target {
                    Target::Ready(runtime) => subjects.push(Subject {
                        cell,
                        start: Start::Variant {
                            runtime: Box::new(runtime.clone()),
                            file: variant.file.clone(),
                            flags: settings.flags.clone(),
                            folder: places.scratch.path().to_owned(),
                        },
                        case: Some(case.clone()),
                    }),
                    Target::Broken { failure, .. } => {
                        let error = LoadError::Monitor(String::new());
                        let row =
                            failed(&cell, &self.plan(None), self.given(), self.is_max(), &error)
                                .with(|row| {
                                    row.status = failure.status;
                                    row.detail = failure.detail.clone();
                                });
                        broken.push(LoadResult::bare(row));
                    }
                }
            }
        }
        Ok((subjects, broken, missing))
    }

    fn is_max(&self) -> bool {
        self.rate == Rate::Max
    }

    fn given(&self) -> Option<f64> {
        if let Rate::Given(rate) = self.rate { Some(rate) } else { None }
    }

    /// One load from the start of its service to its end. What fails is a row, and no error.
    async fn measure(
        &self,
        subject: &Subject,
        places: &Places,
        common: &Common,
    ) -> anyhow::Result<LoadResult> {
        let cell = subject.cell.clone();
        let prefix = self.snapshots.as_ref().map(|folder| folder.join(stem(&cell)));
        let plan = self.plan(prefix);
        let bar = if common.quiet {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(self.duration.as_secs_f64().ceil() as u64)
        };
        let bar = bar.with_prefix(stem(&cell));
        let mut watch = Watch::new(&cell, self.given(), places.folder.as_ref(), bar);
        let drive = Drive {
            start: &subject.start,
            monitor: &places.monitor,
            opening: Some(Duration::from_secs(self.opening)),
            case: subject.case.as_ref(),
            plan: &plan,
            is_max: self.is_max(),
        };
        let progress = LoadBar(watch.bar.clone());
        let mut hear = |event: LoadEvent<'_>| match event {
            LoadEvent::Started(service) if subject.case.is_none() => {
                name_by_monitor(&mut watch.cell, service, common.quiet);
            }
            LoadEvent::Started(_) => {}
            LoadEvent::Second(second) => watch.second(second),
        };
        let audience = Audience { id: "load", progress: &progress, hear: &mut hear };
        let outcome = carry_out(&drive, audience).await;
        watch.bar.finish_and_clear();
        if let Some(error) = watch.failure.take() {
            return Err(error.into());
        }
        let cell = watch.cell.clone();
        let seconds = std::mem::take(&mut watch.seconds);
        Ok(match outcome {
            Ok(Outcome::Given(load)) => LoadResult::of(&cell, &plan, &load),
            Ok(Outcome::Found { rate, load, probes }) => LoadResult {
                probes: probes.iter().map(Into::into).collect(),
                ..LoadResult::bare(row(&cell, &plan, rate, true, &load))
            },
            Err(error) => {
                let row = failed(&cell, &plan, self.given(), self.is_max(), &error);
                say!("{}: {}: {error}", stem(&cell), row.status);
                LoadResult { seconds, ..LoadResult::bare(row) }
            }
        })
    }

    fn draw(&self, loads: &[LoadResult], places: &Places, common: &Common) -> anyhow::Result<()> {
        let of_results = || Some(places.folder.as_ref()?.path().join("plots"));
        let Some(folder) = self.plot.clone().or_else(of_results) else { return Ok(()) };
        let Some(first) = loads.first().filter(|_| !self.is_max()) else { return Ok(()) };
        let rate = self.given().unwrap_or(0.0);
        let title = format!("{}: memory under {rate} requests/s", first.row.key.case);
        let stem = format!("load-{}-{rate}", first.row.key.case);
        let about = vec![places.machine.title.clone()];
        for path in draw(loads, &title, about, &folder, &stem)? {
            if !common.quiet {
                say!("plot: {}", path.display());
            }
        }
        Ok(())
    }
}

/// What the monitor says the service is, where the user's command does not.
fn name_by_monitor(cell: &mut Cell, service: &Service, quiet: bool) {
    if let Some(hello) = service.hello() {
        cell.key.runtime.clone_from(&hello.runtime);
        cell.key.version.clone_from(&hello.version);
        cell.key.engine_version.clone_from(&hello.engine_version);
    } else if !quiet {
        say!(
            "note: no Node.js process with a monitor listens there: only the resident set is read, and \
             there is no verdict"
        );
    }
}

/// `node-12.15.0-generator`: for names of files and in messages.
fn stem(cell: &Cell) -> String {
    if cell.key.version.is_empty() {
        return cell.key.case.clone();
    }
    let parts = [&cell.key.runtime, &cell.key.version, &cell.key.variant];
    let parts: Vec<&str> =
        parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

fn publish(places: &Places, load: &LoadResult) -> Result<(), RecordError> {
    places.folder.as_ref().map_or(Ok(()), |folder| folder.publish_load(&load.row))
}
