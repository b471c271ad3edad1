//! What talking to a runtime costs: one round trip of the protocol, and starting a process until its
//! hello. Neither is ever inside a timed batch.

#![allow(missing_docs)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use awaitbench::case::{Case, Catalogue};
use awaitbench::cli::selection;
use awaitbench::cli::{Common, InstallBars, report_error};
use awaitbench::measure::Target;
use awaitbench::report::plot::register_fonts;
use awaitbench::runtime::{Environment, Resolver, Runtime};
use awaitbench::session::{Deadlines, Session, Workload};
use criterion::Criterion;
use tokio::runtime::Runtime as EventLoop;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report_error(&error),
    }
}

fn run() -> anyhow::Result<()> {
    register_fonts()?;
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let bench = Bench::open()?;
    criterion.bench_function("protocol/round-trip", |bencher| {
        let mut session: Option<Session> = None;
        bencher.iter_custom(|n| bench.round_trips(&mut session, n));
    });
    criterion.bench_function("protocol/start", |bencher| {
        bencher.iter_custom(|n| bench.starts(n));
    });
    criterion.final_summary();
    Ok(())
}

/// The newest long-term support release, on the case that does nothing.
struct Bench {
    events: EventLoop,
    catalogue: Catalogue,
    case: Case,
    runtime: Runtime,
}

impl Bench {
    fn open() -> anyhow::Result<Self> {
        let common = Common::from_environment();
        let events = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let catalogue = Catalogue::locate();
        let case = catalogue.find("noop")?;
        let bars = InstallBars::new(common.quiet);
        let (targets, _) = events.block_on(async {
            let resolver = Resolver::open(Environment::current(), common.offline).await;
            let wanted = selection::resolve(&["node@12.16.2".parse()?], &resolver, &bars).await?;
            anyhow::Ok(selection::provide(wanted, &resolver, &bars).await)
        })?;
        match targets.into_iter().next() {
            Some(Target::Ready(runtime)) => Ok(Self { events, catalogue, case, runtime }),
            _ => anyhow::bail!("node@12.16.2 can't be had"),
        }
    }

    fn start(&self) -> Session {
        let driver = self.catalogue.driver("node");
        let workload = Workload {
            driver: &driver,
            variant: &self.case.variants[0].file,
            shape: self.case.shape,
            check: self.case.check,
            flags: &[],
        };
        let started = Session::start(&self.runtime, workload, Deadlines::default());
        self.events.block_on(started).expect("a session with node@12.16.2")
    }

    /// `n` requests for a batch of one op, one after the other, by the harness's clock.
    fn round_trips(&self, session: &mut Option<Session>, n: u64) -> Duration {
        let session = session.get_or_insert_with(|| self.start());
        let start = Instant::now();
        self.events.block_on(async {
            for _ in 0..n {
                black_box(session.run(1).await.expect("a batch of one op"));
            }
        });
        start.elapsed()
    }

    /// From the start of a process to its hello, `n` times.
    fn starts(&self, n: u64) -> Duration {
        let mut total = Duration::ZERO;
        for _ in 0..n {
            let start = Instant::now();
            let session = self.start();
            total += start.elapsed();
            self.events.block_on(session.close());
        }
        total
    }
}
