//! Requests on their way: connections, those that wait for one, and what has come of the others.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout_at;

use super::connection::{Connection, ExchangeError, Exchanged, exchange};
use super::latency::Latencies;
use super::target::Target;

/// What has come of requests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub requests: u64,
    /// Answers with a status of 2xx.
    pub answered: u64,
    pub non_2xx: u64,
    /// Requests that met an error: no connection, or one that broke.
    pub errors: u64,
    /// Requests that were given up.
    pub timeouts: u64,
    /// Requests that were sent once more, because the server had closed an idle connection.
    pub retries: u64,
}

impl Counts {
    /// What has been added since `earlier`.
    pub(super) const fn since(&self, earlier: &Self) -> Self {
        Self {
            requests: self.requests - earlier.requests,
            answered: self.answered - earlier.answered,
            non_2xx: self.non_2xx - earlier.non_2xx,
            errors: self.errors - earlier.errors,
            timeouts: self.timeouts - earlier.timeouts,
            retries: self.retries - earlier.retries,
        }
    }

    /// Requests of which nothing more is to come.
    pub(super) const fn finished(&self) -> u64 {
        self.answered + self.non_2xx + self.errors + self.timeouts
    }
}

/// A request that is finished.
#[derive(Debug)]
pub(super) struct Finished {
    due: Instant,
    sent: Instant,
    at: Instant,
    outcome: Option<Result<Exchanged, ExchangeError>>,
}

/// What a load has measured so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    /// From when requests were due.
    pub(super) latencies: Latencies,
    /// From when they were sent: what a closed loop would have seen.
    pub(super) service: Latencies,
    /// From when they were due to when this harness turned to them: its own share.
    pub(super) lag: Latencies,
    /// As `latencies`, since somebody last cleared it.
    pub(super) recent: Latencies,
    /// Requests that took longer than the engine's limit for it.
    pub(super) late: u64,
    /// What the first request that was not answered with 2xx met.
    pub(super) first_error: Option<String>,
    /// When the last request was turned to.
    pub(super) last: Option<Instant>,
}

/// Sends requests to one target. What has finished comes out of [`Self::finished`] and is given to
/// [`Self::take`].
#[derive(Debug)]
pub(super) struct Engine {
    target: Target,
    most: usize,
    timeout: Duration,
    late_after: Duration,
    idle: Vec<Connection>,
    /// Connections that are idle or have a request on them.
    open: usize,
    waiting: VecDeque<Instant>,
    sender: mpsc::UnboundedSender<Finished>,
    receiver: mpsc::UnboundedReceiver<Finished>,
    next: u64,
    pub(super) tally: Tally,
}

impl Engine {
    pub(super) fn new(target: Target, connections: u32, timeout: Duration) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self {
            target,
            most: connections as usize,
            timeout,
            late_after: Duration::MAX,
            idle: Vec::new(),
            open: 0,
            waiting: VecDeque::new(),
            sender,
            receiver,
            next: 0,
            tally: Tally::default(),
        }
    }

    /// Forgets what was measured, and keeps the connections. From now on, requests that take longer
    /// than `late_after` count as late.
    pub(super) fn begin_anew(&mut self, late_after: Duration) {
        self.tally = Tally::default();
        self.late_after = late_after;
    }

    /// Requests that still wait for a connection will never be sent.
    pub(super) fn forget_waiting(&mut self) {
        self.tally.counts.requests -= self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// Requests of which something is still to come.
    pub(super) const fn outstanding(&self) -> u64 {
        self.tally.counts.requests - self.tally.counts.finished()
    }

    /// A request that was due at `due` goes out, or waits for a connection.
    pub(super) fn request(&mut self, due: Instant) {
        self.tally.counts.requests += 1;
        self.tally.lag.record(due.elapsed());
        self.tally.last = Some(Instant::now());
        self.dispatch(due);
    }

    fn dispatch(&mut self, due: Instant) {
        let connection = self.usable();
        if connection.is_none() {
            if self.open >= self.most {
                self.waiting.push_back(due);
                return;
            }
            self.open += 1;
        }
        let request = self.target.requests.get(self.next);
        self.next += 1;
        let (address, sender) = (self.target.address, self.sender.clone());
        let deadline = due + self.timeout;
        tokio::spawn(async move {
            let sent = Instant::now();
            let exchange = exchange(address, connection, request);
            let outcome = timeout_at(deadline.into(), exchange).await.ok();
            // Nobody listens any more if the load was broken off.
            let _ = sender.send(Finished { due, sent, at: Instant::now(), outcome });
        });
    }

    /// An idle connection that the server has not closed: the one that was used last.
    fn usable(&mut self) -> Option<Connection> {
        while let Some(connection) = self.idle.pop() {
            if connection.is_ready() {
                return Some(connection);
            }
            self.open -= 1;
        }
        None
    }

    /// The next request that has finished. Never ends by itself.
    pub(super) async fn finished(&mut self) -> Finished {
        match self.receiver.recv().await {
            Some(finished) => finished,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }

    /// Notes what has come of a request, and gives its connection to one that waits.
    pub(super) fn take(&mut self, finished: Finished) {
        let Finished { due, sent, at, outcome } = finished;
        let counts = &mut self.tally.counts;
        let mut answered = true;
        let mut connection = None;
        match outcome {
            Some(Ok(exchanged)) => {
                counts.retries += u64::from(exchanged.reconnected);
                if exchanged.status.is_success() {
                    counts.answered += 1;
                } else {
                    counts.non_2xx += 1;
                    let words = || format!("answered {}", exchanged.status);
                    self.tally.first_error.get_or_insert_with(words);
                }
                connection = exchanged.connection;
            }
            Some(Err(error)) => {
                counts.errors += 1;
                self.tally.first_error.get_or_insert_with(|| error.to_string());
                answered = false;
            }
            None => counts.timeouts += 1,
        }
        // A request that was given up took at least that long, and leaving it out would flatter.
        if answered {
            self.note(at - due);
            self.tally.service.record(at - sent);
        }
        match connection {
            Some(connection) => self.idle.push(connection),
            None => self.open -= 1,
        }
        self.serve_waiting();
    }

    fn note(&mut self, latency: Duration) {
        self.tally.latencies.record(latency);
        self.tally.recent.record(latency);
        self.tally.late += u64::from(latency > self.late_after);
    }

    fn serve_waiting(&mut self) {
        while let Some(due) = self.waiting.pop_front() {
            if due.elapsed() >= self.timeout {
                self.tally.counts.timeouts += 1;
                self.note(due.elapsed());
                continue;
            }
            self.dispatch(due);
            return;
        }
    }
}
