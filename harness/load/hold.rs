//! A rate that is held for a while: requests at their times, a reading each second, forced collections
//! in between.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::audience::{Audience, LoadEvent};
use super::engine::{Counts, Engine};
use super::error::LoadError;
use super::found::{IN_TIME, Load};
use super::hub::MonitorSecond;
use super::resident;
use super::schedule::{Pacer, Schedule};
use super::series::{LoadPoint, Second};
use super::service::{Service, ServiceEvent};
use crate::session::Reading;
use crate::units::Nanos;

/// A rate that is held for a while.
pub(super) struct Hold {
    schedule: Schedule,
    start: Instant,
    /// When to force collections, counted from the start, the next one last.
    collect_at: Vec<Duration>,
    collecting: bool,
    /// Whether to stop once too many requests were late for the rate to count as sustained.
    gives_up: bool,
    gave_up: bool,
    tick: Option<MonitorSecond>,
    has_ticked: bool,
    counts: Counts,
    seconds: Vec<Second>,
    checkpoints: Vec<LoadPoint>,
}

impl Hold {
    pub(super) fn new(rate: f64, duration: Duration, checkpoints: u32) -> Self {
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

    /// Stops as soon as too many requests were late for the rate to count as sustained.
    pub(super) const fn give_up_when_hopeless(&mut self) {
        self.gives_up = true;
    }

    /// Whether it stopped for that.
    pub(super) const fn gave_up(&self) -> bool {
        self.gave_up
    }

    /// Since its first request was due.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Sends every request at its time and waits for what comes of them.
    pub(super) async fn run(
        &mut self,
        service: &mut Service,
        engine: &mut Engine,
        audience: &mut Audience<'_>,
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
                    self.close_second(service, engine, audience);
                    self.collect(service).await?;
                }
                happening = service.happens() => self.note(happening, service, engine).await?,
            }
        }
        self.close_second(service, engine, audience);
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
        happening: ServiceEvent,
        service: &Service,
        engine: &Engine,
    ) -> Result<(), LoadError> {
        match happening {
            ServiceEvent::Tick(tick) => self.merge(*tick),
            ServiceEvent::Memory(reading) => {
                self.collecting = false;
                let requests = engine.tally.counts.finished();
                let elapsed = Nanos::from(self.start.elapsed());
                self.checkpoints.push(LoadPoint { elapsed, requests, reading });
            }
            ServiceEvent::Refused(message) => return Err(LoadError::Monitor(message)),
            ServiceEvent::Snapshot => {}
            ServiceEvent::Ended(ending) => {
                let finished = engine.tally.counts.finished();
                let when = format!("under load, after {finished} requests");
                return Err(service.ended(ending, &when).await);
            }
        }
        Ok(())
    }

    /// Two ticks may fall into one second, or none.
    fn merge(&mut self, mut tick: MonitorSecond) {
        // The first one began before the load: what it adds up is of the warm-up and its collections too.
        if !std::mem::replace(&mut self.has_ticked, true) {
            tick = MonitorSecond { reading: tick.reading, ..MonitorSecond::default() };
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
        audience: &mut Audience<'_>,
    ) {
        let counts = engine.tally.counts.since(&self.counts);
        self.counts = engine.tally.counts;
        if counts == Counts::default() && !self.seconds.is_empty() && self.tick.is_none() {
            return;
        }
        let recent = &engine.tally.recent;
        let tick = self.tick.take();
        let of_tick =
            |field: fn(&MonitorSecond) -> Option<u64>| tick.as_ref().and_then(field).map(Nanos);
        let mut reading = tick.map_or_else(Reading::default, |tick| tick.reading);
        reading.rss_bytes = resident::of_group(service.group()).or(reading.rss_bytes);
        let second = Second {
            elapsed: Nanos::from(self.start.elapsed()),
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
        (audience.hear)(LoadEvent::Second(&second));
        self.seconds.push(second);
    }

    /// Hands over what was measured.
    pub(super) fn give(&mut self, engine: &Engine, load: &mut Load) {
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
