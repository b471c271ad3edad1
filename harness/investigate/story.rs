//! What one investigation has found.

use serde::Serialize;

use crate::heap::suspects::Suspect;
use crate::stats::Estimate;

/// The name and version of the JSON form.
pub const SCHEMA: &str = "awaitbench/investigate/1";

/// What a step has found, or why it has found nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    /// It was carried out.
    Found(T),
    /// It was not; one sentence says why.
    Failed(String),
    /// Nobody asked for it, or what it needs is not here; one sentence says which.
    Skipped(String),
}

impl<T> Step<T> {
    /// What was found.
    #[must_use]
    pub const fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Failed(_) | Self::Skipped(_) => None,
        }
    }

    const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// A runtime that was investigated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `node`, `chromium`.
    pub runtime: String,
    /// As the process itself reported.
    pub version: String,
    /// The engine's.
    pub engine_version: String,
}

/// A build of the service under load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// What executed it.
    pub subject: Subject,
    /// `generator` (compiled to ES2015) or `async` (to ES2017).
    pub variant: String,
    /// Requests a second that were asked for.
    pub rate: f64,
    /// How long, in seconds.
    pub duration_s: f64,
    /// Requests that were sent.
    pub requests: u64,
    /// Those that got no answer, or not the right one.
    pub failed: u64,
    /// Heap in use after a forced collection, before the load.
    pub heap_before_bytes: u64,
    /// And after it.
    pub heap_after_bytes: u64,
    /// Bytes that a request left behind, with its interval.
    pub bytes_per_request: Estimate,
    /// Half of the answers were as quick.
    pub p50_ns: u64,
    /// 99 % of the answers were as quick.
    pub p99_ns: u64,
    /// `leaks`, `stable` or `inconclusive`.
    pub verdict: String,
    /// The picture of memory against time, relative to the report.
    pub picture: Option<String>,
}

/// What two snapshots say, one before the load and one after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heap {
    /// The size of the older one.
    pub before_bytes: u64,
    /// The size of the newer one.
    pub after_bytes: u64,
    /// What leaks, the strongest first.
    pub suspects: Vec<Suspect>,
}

/// What the search of a folder has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Culprits {
    /// The folder.
    pub folder: String,
    /// Packages that were looked at.
    pub packages_seen: u64,
    /// Files that were looked at.
    pub files_seen: u64,
    /// Packages that ship async functions that were compiled away.
    pub packages: Vec<Package>,
}

/// A package with such functions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version, if it has one.
    pub version: Option<String>,
    /// How many such functions.
    pub call_sites: u64,
    /// How they were compiled away.
    pub styles: Vec<String>,
    /// What to do.
    pub cure: Option<String>,
}

/// Which versions leak.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Versions {
    /// Versions that could have been asked.
    pub published: usize,
    /// Versions that were asked.
    pub asked: usize,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// The ranges.
    pub windows: Vec<Window>,
}

/// A range of leaking versions within a release line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The release line.
    pub line: String,
    /// The first version that leaks.
    pub first_leaking: String,
    /// The last one.
    pub last_leaking: String,
    /// The version after it, if the line has one.
    pub fixed_in: Option<String>,
}

/// A browser with the same loop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Browser {
    /// Which.
    pub subject: Subject,
    /// Bytes that a call left behind, if they were measured.
    pub bytes_per_op: Option<Estimate>,
    /// `leaks`, `stable` or `inconclusive`.
    pub verdict: String,
}

/// One investigation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub elapsed_s: f64,
    /// The machine's title.
    pub machine: String,
    /// The build for ES2015 on the leaking version.
    pub growth: Step<Load>,
    /// The snapshots of that load.
    pub heap: Step<Heap>,
    /// The search for what was compiled.
    pub culprits: Step<Culprits>,
    /// The search for the versions.
    pub versions: Step<Versions>,
    /// The build for ES2017 on the same version.
    pub cure: Step<Load>,
    /// Both builds on a fixed version.
    pub fixed: Vec<Step<Load>>,
    /// The last leaking browser, and the first fixed one.
    pub browsers: Step<Vec<Browser>>,
}

impl Story {
    /// Whether a step failed: the exit status is then 1.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.growth.is_failure()
            || self.heap.is_failure()
            || self.culprits.is_failure()
            || self.versions.is_failure()
            || self.cure.is_failure()
            || self.fixed.iter().any(Step::is_failure)
            || self.browsers.is_failure()
    }

    /// The story as one JSON object.
    ///
    /// # Errors
    /// serde_json's.
    pub fn json(&self) -> serde_json::Result<serde_json::Value> {
        let mut value = serde_json::to_value(self)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("schema".to_owned(), SCHEMA.into());
        }
        Ok(value)
    }
}
