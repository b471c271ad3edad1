//! Latencies as HdrHistogram keeps them: three digits, from a microsecond to minutes.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::units::Nanos;

/// Below this, latencies are one: a request over loopback takes tens of microseconds.
const LEAST_NS: u64 = 1_000;

/// Above this, they are one: the longest time-out, and as much again.
const MOST_NS: u64 = 1_200_000_000_000;

const DIGITS: u8 = 3;

#[derive(Clone, Debug)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        // The only failures are bounds and digits that can't be, and these can.
        #[allow(clippy::unwrap_used)]
        Self(Histogram::new_with_bounds(LEAST_NS, MOST_NS, DIGITS).unwrap())
    }
}

impl Latencies {
    pub fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.0.saturating_record(nanos);
    }

    #[cfg(test)]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The least duration that the share `quantile` of all does not exceed: 0.99 for p99. To three
    /// digits; `None` if there is nothing.
    pub fn at(&self, quantile: f64) -> Option<Nanos> {
        // The largest is known better than the bucket that it is in.
        let value = || self.0.value_at_quantile(quantile).min(self.0.max());
        (!self.0.is_empty()).then(|| Nanos(value()))
    }

    pub fn max(&self) -> Option<Nanos> {
        (!self.0.is_empty()).then(|| Nanos(self.0.max()))
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<Nanos>, expected_ms: f64) {
        let found = found.unwrap().0 as f64 / 1e6;
        assert!((found / expected_ms - 1.0).abs() < 0.001, "{found} for {expected_ms}");
    }

    #[test]
    fn percentiles_of_one_to_a_thousand() {
        let mut latencies = Latencies::default();
        assert_eq!((latencies.at(0.5), latencies.max()), (None, None));
        for ms in 1..=1_000 {
            latencies.record(Duration::from_millis(ms));
        }
        close(latencies.at(0.5), 500.0);
        close(latencies.at(0.9), 900.0);
        close(latencies.at(0.99), 990.0);
        close(latencies.at(0.999), 999.0);
        close(latencies.max(), 1_000.0);
        assert_eq!(latencies.count(), 1_000);
    }

    /// A service that answers in 1 ms, 100 times a second for 10 s, but stands still for the sixth
    /// second. Who asks in a closed loop sees one slow answer in 901; who counts from the times when
    /// requests were due sees a tenth of them late, evenly from 1 s down.
    #[test]
    fn omission_is_not_coordinated() {
        let (mut due, mut sent) = (Latencies::default(), Latencies::default());
        for index in 0..1_000_u64 {
            let at = index * 10;
            let answered = if (5_000..6_000).contains(&at) { 6_001 } else { at + 1 };
            due.record(Duration::from_millis(answered - at));
        }
        for index in 0..901 {
            sent.record(Duration::from_millis(if index == 500 { 1_001 } else { 1 }));
        }
        close(sent.at(0.99), 1.0);
        close(due.at(0.9), 1.0);
        // 100 late ones, 11 ms to 1,001 ms: the last hundredth begins at 911 ms.
        close(due.at(0.99), 901.0);
        close(due.at(0.999), 991.0);
        close(due.max(), 1_001.0);
    }

    #[test]
    fn what_is_beyond_the_bounds_is_kept_at_them() {
        let mut latencies = Latencies::default();
        latencies.record(Duration::from_secs(1_000_000));
        latencies.record(Duration::ZERO);
        assert!(latencies.max().unwrap().0 >= MOST_NS);
        latencies.clear();
        assert_eq!(latencies.count(), 0);
    }
}
