//! Rows about a service under load: `results/<machine>/load/`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Status;
use super::error::{RecordError, csv_error, io_error};
use super::rows::{read, read_all, replace, to_csv};
use super::store::MachineFolder;

/// One row of `load/<runtime>-<version>.csv`: a variant of a service at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadRow {
    /// The service's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family.
    pub runtime: String,
    /// Its version, as the process itself reported it.
    pub version: String,
    /// The engine's version.
    pub engine_version: String,
    /// Flags that the user gave the runtime.
    pub flags: String,
    /// The rate that was asked for, in requests a second; the one that was found for `--rate max`.
    pub rate: Option<f64>,
    /// Whether the rate was found by `--rate max`.
    pub is_max: bool,
    /// How it ended.
    pub status: Status,
    /// One line on why the status is not `ok`, or on what the first failed request met.
    pub detail: String,
    /// Connections that could be open at once.
    pub connections: u32,
    /// From the start until the last request was turned to, nanoseconds.
    pub elapsed_ns: Option<u64>,
    /// Requests that were due.
    pub requests: Option<u64>,
    /// Requests in a second of `elapsed_ns`.
    pub requests_per_sec: Option<f64>,
    /// Answers with a status of 2xx.
    pub answered: Option<u64>,
    /// Other answers.
    pub non_2xx: Option<u64>,
    /// Requests that met an error.
    pub errors: Option<u64>,
    /// Requests that were given up.
    pub timeouts: Option<u64>,
    /// Requests sent once more because an idle connection had been closed.
    pub retries: Option<u64>,
    /// Percentiles of the latency from when requests were due, nanoseconds.
    pub p50_ns: Option<u64>,
    /// 90 %.
    pub p90_ns: Option<u64>,
    /// 99 %.
    pub p99_ns: Option<u64>,
    /// 99.9 %.
    pub p999_ns: Option<u64>,
    /// The longest.
    pub max_ns: Option<u64>,
    /// Percentiles of the time from when requests were sent: not corrected.
    pub sent_p50_ns: Option<u64>,
    /// 90 %.
    pub sent_p90_ns: Option<u64>,
    /// 99 %.
    pub sent_p99_ns: Option<u64>,
    /// 99.9 %.
    pub sent_p999_ns: Option<u64>,
    /// The longest.
    pub sent_max_ns: Option<u64>,
    /// How late this harness itself was: 99 % of the requests at most so much.
    pub lag_p99_ns: Option<u64>,
    /// Heap in use after a forced collection, before the load.
    pub heap_before_bytes: Option<u64>,
    /// The same after it.
    pub heap_after_bytes: Option<u64>,
    /// What was kept for each request.
    pub bytes_per_request: Option<f64>,
    /// Lower bound.
    pub bytes_per_request_low: Option<f64>,
    /// Upper bound.
    pub bytes_per_request_high: Option<f64>,
    /// `leaks`, `stable` or `inconclusive`; empty without readings.
    pub verdict: String,
    /// Why, in words, where the verdict needs any.
    pub reason: Option<String>,
    /// Where it leaks, in the words of `leaks.csv`: `bytes_per_request` is always the heap's.
    pub space: Option<String>,
    /// Requests after the load, until the verdict was sure.
    pub further_requests: Option<u64>,
    /// The largest resident set of the seconds.
    pub peak_rss_bytes: Option<u64>,
    /// Collections, forced ones too.
    pub collections: Option<u64>,
    /// Their pauses together.
    pub pauses_ns: Option<u64>,
    /// The longest of them.
    pub longest_pause_ns: Option<u64>,
    /// The largest delay of the event loop.
    pub delay_max_ns: Option<u64>,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that measured it.
    pub harness_version: String,
}

/// One row of `load/seconds/<runtime>-<version>.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondRow {
    /// The service's name.
    pub case: String,
    /// The variant's name.
    pub variant: String,
    /// The runtime family.
    pub runtime: String,
    /// Its version.
    pub version: String,
    /// The engine's version.
    pub engine_version: String,
    /// Flags that the user gave the runtime.
    pub flags: String,
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
    /// Other answers.
    pub non_2xx: u64,
    /// Requests that met an error.
    pub errors: u64,
    /// Requests that were given up.
    pub timeouts: u64,
    /// Median of the latencies in it.
    pub p50_ns: Option<u64>,
    /// Their 99th percentile.
    pub p99_ns: Option<u64>,
    /// The longest.
    pub max_ns: Option<u64>,
    /// Heap in use, no collection forced.
    pub heap_used_bytes: Option<u64>,
    /// Heap reserved.
    pub heap_total_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it.
    pub external_bytes: Option<u64>,
    /// Array buffers.
    pub array_buffers_bytes: Option<u64>,
    /// Resident set of the service and all that it started.
    pub rss_bytes: Option<u64>,
    /// Mean delay of the event loop.
    pub delay_mean_ns: Option<u64>,
    /// The largest.
    pub delay_max_ns: Option<u64>,
    /// Collections, forced ones too.
    pub collections: Option<u64>,
    /// Their pauses together.
    pub pauses_ns: Option<u64>,
    /// The longest of them.
    pub longest_pause_ns: Option<u64>,
}

impl LoadRow {
    /// What tells this row from all others of a machine; a rate that was looked for is one rate.
    #[must_use]
    pub fn key(&self) -> (&str, &str, &str, &str, &str, Option<u64>) {
        let rate = if self.is_max { None } else { self.rate.map(f64::to_bits) };
        (&self.runtime, &self.version, &self.case, &self.variant, &self.flags, rate)
    }
}

impl SecondRow {
    fn key(&self) -> (&str, &str, &str, &str, &str, u64) {
        let rate = self.rate.to_bits();
        (&self.runtime, &self.version, &self.case, &self.variant, &self.flags, rate)
    }
}

impl MachineFolder {
    fn load_file(&self, part: &str, runtime: &str, version: &str) -> PathBuf {
        self.path().join("load").join(part).join(format!("{runtime}-{version}.csv"))
    }

    /// Appends seconds of one runtime; they are on disk when this returns.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn append_seconds(&self, seconds: &[SecondRow]) -> Result<(), RecordError> {
        let Some(first) = seconds.first() else { return Ok(()) };
        let path = self.load_file("seconds", &first.runtime, &first.version);
        make_folder(&path)?;
        self.append_to(path, seconds)
    }

    /// Publishes the summary of one load in place of an earlier one, and drops the seconds of earlier
    /// loads like it.
    ///
    /// # Errors
    /// A file can't be written; the earlier summary stands then.
    pub fn publish_load(&self, row: &LoadRow) -> Result<(), RecordError> {
        let path = self.load_file("", &row.runtime, &row.version);
        make_folder(&path)?;
        let mut rows: Vec<LoadRow> = if path.exists() { read(&path)? } else { Vec::new() };
        rows.retain(|known| known.key() != row.key());
        rows.push(row.clone());
        rows.sort_by(|a, b| {
            (&a.case, &a.variant, &a.flags, a.is_max)
                .cmp(&(&b.case, &b.variant, &b.flags, b.is_max))
                .then(a.rate.unwrap_or(0.0).total_cmp(&b.rate.unwrap_or(0.0)))
        });
        replace(&path, &to_csv(&rows, true).map_err(csv_error(&path))?)?;
        let path = self.load_file("seconds", &row.runtime, &row.version);
        if row.is_max || !path.exists() {
            return Ok(());
        }
        let mut seconds: Vec<SecondRow> = read(&path)?;
        let before = seconds.len();
        let rate = row.rate.unwrap_or(0.0).to_bits();
        let (runtime, version, case, variant, flags, _) = row.key();
        let key = (runtime, version, case, variant, flags, rate);
        seconds.retain(|second| second.key() != key || second.run == row.started_at);
        if seconds.len() == before {
            return Ok(());
        }
        replace(&path, &to_csv(&seconds, true).map_err(csv_error(&path))?)
    }

    /// Every summary of a load, file by file.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn loads(&self) -> Result<Vec<LoadRow>, RecordError> {
        let folder = self.path().join("load");
        if folder.is_dir() { read_all(&folder, &[]) } else { Ok(Vec::new()) }
    }

    /// Every second of every load, file by file.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn seconds(&self) -> Result<Vec<SecondRow>, RecordError> {
        let folder = self.path().join("load").join("seconds");
        if folder.is_dir() { read_all(&folder, &[]) } else { Ok(Vec::new()) }
    }
}

fn make_folder(file: &std::path::Path) -> Result<(), RecordError> {
    match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(io_error(folder)),
        None => Ok(()),
    }
}
