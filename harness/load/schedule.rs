//! When each request is due: decided before the first is sent, whatever the service does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    rate: f64,
    count: u64,
}

impl Schedule {
    /// `rate` requests in each second for `duration`: the first at 0, none at the end.
    pub fn new(rate: f64, duration: Duration) -> Self {
        let count = (rate * duration.as_secs_f64()).round().max(1.0);
        Self { rate, count: count as u64 }
    }

    /// How many requests there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// When the `index`-th request is due, counted from the start.
    pub fn at(&self, index: u64) -> Duration {
        Duration::from_secs_f64(index as f64 / self.rate)
    }

    /// How many requests are due by `elapsed`.
    pub fn due(&self, elapsed: Duration) -> u64 {
        // What is due now may differ from `at` by the rounding of nanoseconds: `at` decides.
        let mut due = ((elapsed.as_secs_f64() * self.rate) as u64).min(self.count);
        while due < self.count && self.at(due) <= elapsed {
            due += 1;
        }
        due
    }
}

/// Says on `due` how many requests are due so far, each time that it changes. Ends when all are, or
/// when nobody listens.
///
/// A thread of its own sleeps until each time: the system wakes it within about 0.1 ms, where the
/// event loop's own timer has steps of 1 ms, and no processor is kept busy that the service needs.
#[derive(Debug)]
pub(super) struct Pacer {
    pub(super) due: mpsc::UnboundedReceiver<u64>,
    stop: Arc<AtomicBool>,
}

impl Pacer {
    pub(super) fn start(schedule: Schedule, start: Instant) -> std::io::Result<Self> {
        let (sender, due) = mpsc::unbounded_channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let pace = move || {
            let mut said = 0;
            while said < schedule.count() && !stopped.load(Ordering::Relaxed) {
                let elapsed = start.elapsed();
                let now = schedule.due(elapsed);
                if now > said {
                    said = now;
                    if sender.send(now).is_err() {
                        return;
                    }
                }
                thread::sleep(schedule.at(said).saturating_sub(start.elapsed()));
            }
        };
        thread::Builder::new().name("pacer".to_owned()).spawn(pace)?;
        Ok(Self { due, stop })
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_evenly_spaced() {
        let schedule = Schedule::new(125.0, Duration::from_secs(2));
        assert_eq!(schedule.count(), 250);
        assert_eq!(schedule.at(0), Duration::ZERO);
        assert_eq!(schedule.at(125), Duration::from_secs(1));
        assert_eq!(schedule.due(Duration::ZERO), 1);
        assert_eq!(schedule.due(Duration::from_micros(7_999)), 1);
        assert_eq!(schedule.due(Duration::from_millis(8)), 2);
        assert_eq!(schedule.due(Duration::from_secs(9)), 250);
    }

    #[test]
    fn rounding_loses_no_request() {
        let schedule = Schedule::new(3_000.0, Duration::from_secs(30));
        assert_eq!(schedule.count(), 90_000);
        for index in 0..schedule.count() {
            assert_eq!(schedule.due(schedule.at(index)), index + 1, "{index}");
        }
    }

    #[test]
    fn the_pacer_says_all_of_them_and_not_before_their_time() {
        let schedule = Schedule::new(1_000.0, Duration::from_millis(50));
        let start = Instant::now();
        let mut pacer = Pacer::start(schedule, start).unwrap();
        let mut last = 0;
        while let Some(due) = pacer.due.blocking_recv() {
            assert!(schedule.due(start.elapsed()) >= due);
            last = due;
        }
        assert_eq!(last, 50);
    }
}
