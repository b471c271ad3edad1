//! One load on one living service: warm-up, the load itself with its readings, and the end.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval_at, sleep, timeout};

use super::busy::{settle, warm_up};
use super::engine::{Counts, Engine};
use super::error::LoadError;
use super::hub::Tick;
use super::latency::Latencies;
use super::plan::{Bound, MOST_PER_SECOND, Plan};
use super::resident;
use super::schedule::{Pacer, Schedule};
use super::series::{Checkpoint, Second};
use super::service::{Happening, Service};
use super::sustain::Search;
use super::target::{Requests, Target};
use crate::session::Reading;
use crate::units::Nanos;

/// The part of requests that a sustained rate answers in time.
const IN_TIME: f64 = 0.99;

/// Between two rates that are tried: the service gets its breath back.
const BREATH: Duration = Duration::from_millis(500);

/// Is told of what goes on.
pub trait Observer {
    /// A part of the work begins.
    fn begins(&mut self, _what: &str) {}
    /// A second is over.
    fn second(&mut self, _second: &Second) {}
}

/// What a load has found.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// What has come of the requests.
    pub counts: Counts,
    /// From the start until the last request was turned to.
    pub sending: Duration,
    /// From when requests were due until their answers were read to the end.
    pub latencies: Latencies,
    /// From when they were sent: what a client sees that waits for each answer before it asks again.
    pub service: Latencies,
    /// From when they were due until this harness turned to them.
    pub lag: Latencies,
    /// What the first request that failed met.
    pub first_error: Option<String>,
    /// Each second.
    pub seconds: Vec<Second>,
    /// Requests that were finished before it.
    pub warmed_up: u64,
    /// Memory after forced collections: at the beginning, during the load, and at the end.
    pub checkpoints: Vec<Checkpoint>,
    /// The same after the load, while requests went on until the verdict was sure.
    pub further: Vec<Checkpoint>,
    /// The heap snapshots of the beginning and the end.
    pub snapshots: Vec<PathBuf>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// Requests a second.
    pub rate: f64,
    /// Whether the service sustained it.
    pub sustained: bool,
    /// Its p99.
    pub p99: Option<Nanos>,
}

/// What was found under a load, of either kind.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Under a rate that was given.
    Given(Box<Load>),
    /// By looking for the highest.
    Found {
        /// The highest rate that was sustained; `None` if not even one a second was.
        rate: Option<f64>,
        /// The load at that rate.
        load: Box<Load>,
        /// All rates, in the order in which they were tried.
        probes: Vec<Probe>,
    },
}

/// Puts `service` under the load of `plan`, at its rate.
///
/// # Errors
/// The service ends, answers nothing at all while it is warmed up, or its monitor fails.
pub async fn under_load(
    service: &mut Service,
    requests: Requests,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Load, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    let warmed_up = warm_up(service, &mut engine, plan, observer).await?;
    let mut load = Load { warmed_up, ..Load::default() };
    let collects = plan.checkpoints > 0 && service.can_collect();
    // Before the snapshot, as after the load: it collects so often that bytecode in use is thrown away too.
    if collects {
        let reading = service.memory().await?;
        load.checkpoints.push(Checkpoint { elapsed: Nanos(0), requests: 0, reading });
    }
    snapshot(service, plan, "before", &mut load, observer).await?;
    observer.begins("under load");
    engine.begin_anew(Duration::MAX);
    let checkpoints = if collects { plan.checkpoints } else { 0 };
    let mut hold = Hold::new(plan.rate, plan.duration, checkpoints);
    let held = hold.run(service, &mut engine, observer).await;
    hold.give(&engine, &mut load);
    held?;
    if collects {
        let reading = service.memory().await?;
        let elapsed = nanos(hold.start.elapsed());
        load.checkpoints.push(Checkpoint { elapsed, requests: load.counts.finished(), reading });
    }
    snapshot(service, plan, "after", &mut load, observer).await?;
    settle(service, &mut engine, plan, &mut load, observer).await?;
    Ok(load)
}

/// Looks for the highest rate that `service` sustains: 99 % of the requests are answered with 2xx
/// within the bound, none meets an error, and this harness itself is not late.
///
/// # Errors
/// As for [`under_load`].
pub async fn sustained(
    service: &mut Service,
    requests: Requests,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Outcome, LoadError> {
    let target = Target { address: service.address(), requests };
    let mut engine = Engine::new(target, plan.connections, plan.timeout);
    warm_up(service, &mut engine, plan, observer).await?;
    let Bound { p99: bound, probe } = plan.bound;
    let mut search = Search::new(f64::from(MOST_PER_SECOND));
    let mut best = Load::default();
    let mut probes = Vec::new();
    while let Some(rate) = search.next() {
        observer.begins(&format!("{rate} requests/s"));
        engine.begin_anew(bound);
        let mut hold = Hold::new(rate, probe, 0);
        hold.gives_up = true;
        hold.run(service, &mut engine, observer).await?;
        let mut load = Load::default();
        hold.give(&engine, &mut load);
        let sustained = !hold.gave_up && is_sustained(&load, bound);
        probes.push(Probe { rate, sustained, p99: load.latencies.at(IN_TIME) });
        search.note(rate, sustained);
        if sustained && search.sustained() == Some(rate) {
            best = load;
        }
        sleep(BREATH).await;
    }
    Ok(Outcome::Found { rate: search.sustained(), load: Box::new(best), probes })
}

fn is_sustained(load: &Load, bound: Duration) -> bool {
    let counts = load.counts;
    let in_time = |latencies: &Latencies| {
        latencies.at(IN_TIME).is_some_and(|p99| Duration::from(p99) <= bound)
    };
    let all_well = counts.non_2xx + counts.errors + counts.timeouts == 0;
    all_well && in_time(&load.latencies) && in_time(&load.lag)
}

/// Takes a heap snapshot, if any are wanted, and notes its path in `load`.
pub(super) async fn snapshot(
    service: &mut Service,
    plan: &Plan,
    name: &str,
    load: &mut Load,
    observer: &mut dyn Observer,
) -> Result<(), LoadError> {
    let Some(prefix) = &plan.snapshots else { return Ok(()) };
    observer.begins("taking a heap snapshot");
    let stem = prefix.file_name().unwrap_or_default().to_string_lossy();
    let path = prefix.with_file_name(format!("{stem}-{name}.heapsnapshot"));
    service.snapshot(&path).await?;
    load.snapshots.push(path);
    Ok(())
}

/// A rate that is held for a while.
struct Hold {
    schedule: Schedule,
    start: Instant,
    /// When to force collections, counted from the start, the next one last.
    collect_at: Vec<Duration>,
    collecting: bool,
    /// Whether to stop once too many requests were late for the rate to count as sustained.
    gives_up: bool,
    gave_up: bool,
    tick: Option<Tick>,
    has_ticked: bool,
    counts: Counts,
    seconds: Vec<Second>,
    checkpoints: Vec<Checkpoint>,
}

impl Hold {
    fn new(rate: f64, duration: Duration, checkpoints: u32) -> Self {
        // The last one is after the load.
        let at = |k: u32| duration.mul_f64(f64::from(k) / f64::from(checkpoints));
        Self {
            schedule: Schedule::new(rate, duration),
            start: Instant::now(),
            collect_at: (1..checkpoints).rev().map(at).collect(),
            collecting: false,
            gives_up: false,
            gave_up: false,
            tick: None,
            has_ticked: false,
            counts: Counts::default(),
            seconds: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    /// Sends every request at its time and waits for what comes of them.
    async fn run(
        &mut self,
        service: &mut Service,
        engine: &mut Engine,
        observer: &mut dyn Observer,
    ) -> Result<(), LoadError> {
        self.start = Instant::now();
        let second = Duration::from_secs(1);
        let mut pacer = Pacer::start(self.schedule, self.start).map_err(LoadError::Start)?;
        let mut clock = interval_at((self.start + second).into(), second);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut requested = 0;
        while !(requested == self.schedule.count() && engine.outstanding() == 0) {
            tokio::select! {
                Some(due) = pacer.due.recv() => {
                    for index in requested..due {
                        engine.request(self.start + self.schedule.at(index));
                    }
                    requested = due;
                }
                finished = engine.finished() => {
                    engine.take(finished);
                    if self.is_hopeless(engine) {
                        self.gave_up = true;
                        break;
                    }
                }
                _ = clock.tick() => {
                    self.close_second(service, engine, observer);
                    self.collect(service).await?;
                }
                happening = service.happens() => self.note(happening, service, engine).await?,
            }
        }
        self.close_second(service, engine, observer);
        engine.forget_waiting();
        // What is still under way must not answer into the next rate.
        while engine.outstanding() > 0 {
            let finished = engine.finished().await;
            engine.take(finished);
        }
        self.await_collection(service, engine).await
    }

    fn is_hopeless(&self, engine: &Engine) -> bool {
        let tally = &engine.tally;
        let failed = tally.counts.non_2xx + tally.counts.errors + tally.counts.timeouts;
        let too_many = self.schedule.count() as f64 * (1.0 - IN_TIME);
        self.gives_up && (failed > 0 || tally.late as f64 > too_many)
    }

    async fn note(
        &mut self,
        happening: Happening,
        service: &Service,
        engine: &Engine,
    ) -> Result<(), LoadError> {
        match happening {
            Happening::Tick(tick) => self.merge(*tick),
            Happening::Memory(reading) => {
                self.collecting = false;
                let requests = engine.tally.counts.finished();
                let elapsed = nanos(self.start.elapsed());
                self.checkpoints.push(Checkpoint { elapsed, requests, reading });
            }
            Happening::Refused(message) => return Err(LoadError::Monitor(message)),
            Happening::Snapshot => {}
            Happening::Ended(ending) => {
                let finished = engine.tally.counts.finished();
                let when = format!("under load, after {finished} requests");
                return Err(service.ended(ending, &when).await);
            }
        }
        Ok(())
    }

    /// Two ticks may fall into one second, or none.
    fn merge(&mut self, mut tick: Tick) {
        // The first one began before the load: what it adds up is of the warm-up and its collections too.
        if !std::mem::replace(&mut self.has_ticked, true) {
            tick = Tick { reading: tick.reading, ..Tick::default() };
        }
        if let Some(earlier) = self.tick {
            let sum = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
            tick.collections = sum(tick.collections, earlier.collections);
            tick.pauses_ns = sum(tick.pauses_ns, earlier.pauses_ns);
            tick.longest_pause_ns = tick.longest_pause_ns.max(earlier.longest_pause_ns);
            tick.delay_max_ns = tick.delay_max_ns.max(earlier.delay_max_ns);
        }
        self.tick = Some(tick);
    }

    /// Asks for a forced collection if it is time, and the last one is over.
    async fn collect(&mut self, service: &mut Service) -> Result<(), LoadError> {
        let is_due = self.collect_at.last().is_some_and(|at| self.start.elapsed() >= *at);
        if !is_due || self.collecting {
            return Ok(());
        }
        while self.collect_at.last().is_some_and(|at| self.start.elapsed() >= *at) {
            self.collect_at.pop();
        }
        self.collecting = true;
        let gone = |_| LoadError::Monitor("is gone".to_owned());
        service.ask_memory().await.map_err(gone)
    }

    /// A reading that was asked for must not be taken for a later one.
    async fn await_collection(
        &mut self,
        service: &mut Service,
        engine: &Engine,
    ) -> Result<(), LoadError> {
        /// As for the driver: two full collections.
        const LONGEST: Duration = Duration::from_secs(30);
        let wait = async {
            while self.collecting {
                let happening = service.happens().await;
                self.note(happening, service, engine).await?;
            }
            Ok(())
        };
        timeout(LONGEST, wait)
            .await
            .unwrap_or_else(|_| Err(LoadError::Monitor("gave no reply to memory".to_owned())))
    }

    fn close_second(
        &mut self,
        service: &Service,
        engine: &mut Engine,
        observer: &mut dyn Observer,
    ) {
        let counts = engine.tally.counts.since(&self.counts);
        self.counts = engine.tally.counts;
        if counts == Counts::default() && !self.seconds.is_empty() && self.tick.is_none() {
            return;
        }
        let recent = &engine.tally.recent;
        let tick = self.tick.take();
        let of_tick = |field: fn(&Tick) -> Option<u64>| tick.as_ref().and_then(field).map(Nanos);
        let mut reading = tick.map_or_else(Reading::default, |tick| tick.reading);
        reading.rss_bytes = resident::of_group(service.group()).or(reading.rss_bytes);
        let second = Second {
            elapsed: nanos(self.start.elapsed()),
            requests: counts.requests,
            answered: counts.answered,
            non_2xx: counts.non_2xx,
            errors: counts.errors,
            timeouts: counts.timeouts,
            p50: recent.at(0.5),
            p99: recent.at(0.99),
            max: recent.max(),
            reading,
            delay_mean: of_tick(|tick| tick.delay_mean_ns),
            delay_max: of_tick(|tick| tick.delay_max_ns),
            collections: tick.and_then(|tick| tick.collections),
            pauses: of_tick(|tick| tick.pauses_ns),
            longest_pause: of_tick(|tick| tick.longest_pause_ns),
        };
        engine.tally.recent.clear();
        observer.second(&second);
        self.seconds.push(second);
    }

    /// Hands over what was measured, however it ended.
    fn give(&mut self, engine: &Engine, load: &mut Load) {
        let tally = engine.tally.clone();
        load.counts = tally.counts;
        load.sending = tally.last.map_or(Duration::ZERO, |last| last - self.start);
        load.latencies = tally.latencies;
        load.service = tally.service;
        load.lag = tally.lag;
        load.first_error = tally.first_error;
        load.seconds = std::mem::take(&mut self.seconds);
        load.checkpoints.append(&mut self.checkpoints);
    }
}

pub(super) fn nanos(duration: Duration) -> Nanos {
    Nanos(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}
