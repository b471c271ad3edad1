//! What talking to a runtime costs: one round trip of the protocol, and starting a process until its
//! hello. Neither is ever inside a timed batch.

#![allow(missing_docs)]

use std::cell::OnceCell;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use awaitbench::facade::Target;
use awaitbench::facade::register_fonts;
use awaitbench::facade::selection;
use awaitbench::facade::{Case, Catalogue};
use awaitbench::facade::{Common, ProgressBars, report_error};
use awaitbench::facade::{Deadlines, Session, Workload};
use awaitbench::facade::{Environment, Resolver, Runtime, Settings};
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
    // Opened only when criterion's filter selects one of the two.
    let bench = OnceCell::new();
    let open = || bench.get_or_init(|| Bench::open().expect("a runtime to talk to"));
    let mut session: Option<Session> = None;
    criterion.bench_function("driver/round-trip", |bencher| {
        let bench = open();
        bencher.iter_custom(|n| bench.round_trips(&mut session, n));
    });
    criterion.bench_function("driver/start", |bencher| {
        let bench = open();
        bencher.iter_custom(|n| bench.starts(n));
    });
    criterion.final_summary();
    Ok(())
}

/// The first runtime of the suite, or of `AWAITBENCH_RUNTIME`, on the case that does nothing.
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
        let bars = ProgressBars::new(common.quiet);
        let first = &selection::specs(&common, &catalogue)?[..1];
        let (targets, _) = events.block_on(async {
            let resolver = Resolver::open(Environment::current(), common.offline).await;
            let (wanted, _) = selection::find(first, &resolver, &bars).await?;
            anyhow::Ok(selection::fetch(wanted, &resolver, &bars).await)
        })?;
        match targets.into_iter().next() {
            Some(Target::Ready(runtime)) => Ok(Self { events, catalogue, case, runtime }),
            _ => anyhow::bail!("{} can't be had", first[0]),
        }
    }

    fn start(&self) -> Session {
        let driver = self.catalogue.driver(self.runtime.family.name);
        let workload = Workload::of(&self.case, &self.case.variants[0], &driver, Settings::NONE);
        let started = Session::start(&self.runtime, workload, Deadlines::default());
        self.events.block_on(started).expect("a session")
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
