//! Rows about a service under load: `results/<machine>/load/`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};

use super::error::{RecordError, io_error};
use super::rows::{put, read_all, rewrite};
use super::store::MachineFolder;
use super::{Keyed, Space, Status, Verdict};
use crate::key::Key;
use crate::stats::Estimate;

/// One row of `load/<runtime>-<version>.csv`: a variant of a service at one rate.
pub type LoadRow = Keyed<LoadFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadFigures {
    /// The rate that was asked for, in requests per second; the one that was found for `--rate max`.
    pub rate: Option<f64>,
    /// Whether the rate was found by `--rate max`.
    pub is_max: bool,
    pub status: Status,
    /// One line on why the status is not `ok`, or on what the first failed request met.
    pub detail: String,
    /// Connections that could be open at once.
    pub connections: u32,
    /// From the start until the last request was turned to, nanoseconds.
    pub elapsed_ns: Option<u64>,
    pub requests: Option<u64>,
    /// Requests in a second of `elapsed_ns`.
    pub requests_per_sec: Option<f64>,
    /// Answers with a status of 2xx.
    pub answered: Option<u64>,
    pub non_2xx: Option<u64>,
    /// Requests that met an error.
    pub errors: Option<u64>,
    /// Requests that were given up.
    pub timeouts: Option<u64>,
    /// Requests sent once more because an idle connection had been closed.
    pub retries: Option<u64>,
    /// Percentiles of the latency from when requests were due, nanoseconds.
    pub p50_ns: Option<u64>,
    pub p90_ns: Option<u64>,
    pub p99_ns: Option<u64>,
    pub p999_ns: Option<u64>,
    pub max_ns: Option<u64>,
    /// Percentiles of the time from when requests were sent: not corrected.
    pub sent_p50_ns: Option<u64>,
    pub sent_p90_ns: Option<u64>,
    pub sent_p99_ns: Option<u64>,
    pub sent_p999_ns: Option<u64>,
    pub sent_max_ns: Option<u64>,
    /// How late this harness itself was: 99 % of the requests at most so much.
    pub lag_p99_ns: Option<u64>,
    /// Heap in use after a forced collection, before the load.
    pub heap_before_bytes: Option<u64>,
    pub heap_after_bytes: Option<u64>,
    /// What was kept for each request.
    pub bytes_per_request: Option<f64>,
    pub bytes_per_request_low: Option<f64>,
    pub bytes_per_request_high: Option<f64>,
    /// `None` without readings, which is written as an empty text.
    #[serde(serialize_with = "or_nothing")]
    pub verdict: Option<Verdict>,
    /// Why, in words, where the verdict needs any.
    pub reason: Option<String>,
    /// Where it leaks, in the words of `leaks.csv`: `bytes_per_request` is always the heap's.
    pub space: Option<Space>,
    /// Requests after the load, until the verdict was sure.
    pub further_requests: Option<u64>,
    /// The largest resident set of the seconds.
    pub peak_rss_bytes: Option<u64>,
    pub collections: Option<u64>,
    pub pauses_ns: Option<u64>,
    pub longest_pause_ns: Option<u64>,
    /// The largest delay of the event loop.
    pub delay_max_ns: Option<u64>,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that measured it.
    pub harness_version: String,
}

/// Seconds a day.
const A_DAY: f64 = 86_400.0;

impl LoadFigures {
    /// Whether it keeps something for every request.
    pub fn leaks(&self) -> bool {
        self.verdict == Some(Verdict::Leaks)
    }

    /// Whether it keeps that in the heap, which is what is counted and what snapshots show.
    pub fn leaks_heap(&self) -> bool {
        self.space == Some(Space::Heap)
    }

    /// Requests that got no answer, or not the right one.
    pub fn requests_failed(&self) -> u64 {
        [self.non_2xx, self.errors, self.timeouts].into_iter().flatten().sum()
    }

    /// Bytes that the heap gained for each request.
    pub fn kept(&self) -> Option<Estimate> {
        Estimate::of(
            self.bytes_per_request,
            self.bytes_per_request_low,
            self.bytes_per_request_high,
        )
    }

    /// The same in a day, at the rate that was asked for; only where it is the heap that leaks.
    pub fn bytes_a_day(&self) -> Option<f64> {
        let bytes = self.bytes_per_request? * self.rate? * A_DAY;
        (self.leaks_heap() && bytes > 0.0).then_some(bytes)
    }
}

/// JSON of 0.3.0 has an empty text where there is no verdict, and not null.
fn or_nothing<S: Serializer>(verdict: &Option<Verdict>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.map_or("", Verdict::word))
}

/// One row of `load/seconds/<runtime>-<version>.csv`.
pub type SecondRow = Keyed<SecondFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SecondFigures {
    /// The `started_at` of the summary row.
    pub run: String,
    /// The rate that was asked for.
    pub rate: f64,
    /// From the start of the load to the end of this second, nanoseconds.
    pub elapsed_ns: u64,
    /// Requests that were due in it.
    pub requests: u64,
    /// Answers with a status of 2xx that came in it.
    pub answered: u64,
    pub non_2xx: u64,
    /// Requests that met an error.
    pub errors: u64,
    /// Requests that were given up.
    pub timeouts: u64,
    /// Median of the latencies in it.
    pub p50_ns: Option<u64>,
    pub p99_ns: Option<u64>,
    pub max_ns: Option<u64>,
    /// Heap in use, no collection forced.
    pub heap_used_bytes: Option<u64>,
    pub heap_total_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it.
    pub external_bytes: Option<u64>,
    pub array_buffers_bytes: Option<u64>,
    /// Resident set of the service and all that it started.
    pub rss_bytes: Option<u64>,
    /// Mean delay of the event loop.
    pub delay_mean_ns: Option<u64>,
    pub delay_max_ns: Option<u64>,
    pub collections: Option<u64>,
    pub pauses_ns: Option<u64>,
    pub longest_pause_ns: Option<u64>,
}

impl LoadRow {
    /// What tells this row from all others of a machine; a rate that was looked for is one rate.
    pub fn id(&self) -> (&Key, Option<u64>) {
        let rate = if self.is_max { None } else { self.rate.map(f64::to_bits) };
        (&self.key, rate)
    }
}

impl MachineFolder {
    fn load_file(&self, part: &str, key: &Key) -> PathBuf {
        self.path().join("load").join(part).join(key.file_name())
    }

    /// Appends seconds of one runtime; they are on disk when this returns.
    pub fn append_seconds(&self, seconds: &[SecondRow]) -> Result<(), RecordError> {
        let Some(first) = seconds.first() else { return Ok(()) };
        let path = self.load_file("seconds", &first.key);
        make_folder(&path)?;
        self.append_to(path, seconds)
    }

    /// Publishes the summary of one load in place of an earlier one, and drops the seconds of earlier
    /// loads like it.
    pub fn publish_load(&self, row: &LoadRow) -> Result<(), RecordError> {
        put(
            &self.load_file("", &row.key),
            |known: &LoadRow| known.id() == row.id(),
            std::slice::from_ref(row),
            |a, b| {
                a.key
                    .text_order()
                    .cmp(&b.key.text_order())
                    .then(a.is_max.cmp(&b.is_max))
                    .then(a.rate.unwrap_or(0.0).total_cmp(&b.rate.unwrap_or(0.0)))
            },
        )?;
        if row.is_max {
            return Ok(());
        }
        let rate = row.rate.unwrap_or(0.0).to_bits();
        rewrite(&self.load_file("seconds", &row.key), |second: &mut SecondRow| {
            second.key != row.key || second.rate.to_bits() != rate || second.run == row.started_at
        })
    }

    /// Every summary of a load, file by file.
    pub fn loads(&self) -> Result<Vec<LoadRow>, RecordError> {
        read_all(&self.path().join("load"), &[])
    }

    /// Every second of every load, file by file.
    pub fn seconds(&self) -> Result<Vec<SecondRow>, RecordError> {
        read_all(&self.path().join("load").join("seconds"), &[])
    }
}

fn make_folder(file: &std::path::Path) -> Result<(), RecordError> {
    match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(io_error(folder)),
        None => Ok(()),
    }
}
