//! What one investigation has found.

use serde::{Deserialize, Serialize};

use crate::heap::suspects::Suspect;
use crate::leak::{Space, Verdict};
use crate::measure::Cell;
use crate::report::order::family_name;
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

    /// Why nothing was found; `None` if something was.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }

    /// Whether it could not be carried out.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// What was executed, and by what: the keys of every row of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The case, or the service.
    pub case: String,
    /// `generator` (compiled to ES2015) or `async` (to ES2017).
    pub variant: String,
    /// `node`, `chromium`.
    pub runtime: String,
    /// As the process itself reported.
    pub version: String,
    /// The engine's.
    pub engine_version: String,
    /// Flags of the runtime: none, since an investigation is of runtimes as they come.
    pub flags: String,
}

impl Subject {
    /// That of a cell.
    pub(super) fn of(cell: &Cell) -> Self {
        Self {
            case: cell.case.clone(),
            variant: cell.variant.clone(),
            runtime: cell.runtime.clone(),
            version: cell.version.clone(),
            engine_version: cell.engine_version.clone(),
            flags: cell.flags.clone(),
        }
    }

    /// `Node.js 12.15.0`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", family_name(&self.runtime), self.version)
    }
}

/// A variant of the service under load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// What was executed, and by what.
    #[serde(flatten)]
    pub subject: Subject,
    /// Requests a second that were asked for.
    pub rate: f64,
    /// Requests a second that were sent.
    pub requests_per_sec: f64,
    /// How long, in seconds.
    pub duration_s: f64,
    /// Requests that came before it and count in nothing.
    pub warm_up_requests: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Those that got no answer, or not the right one.
    pub requests_failed: u64,
    /// What the first of them met, if that is known.
    pub first_failure: Option<String>,
    /// Heap in use after a forced collection, before the load.
    pub heap_before_bytes: u64,
    /// And after it.
    pub heap_after_bytes: u64,
    /// Bytes that the heap gained for each request.
    pub bytes_per_request: f64,
    /// Lower bound.
    pub bytes_per_request_low: f64,
    /// Upper bound.
    pub bytes_per_request_high: f64,
    /// What that would be in a day at the rate that was asked for; only where it is the heap that leaks.
    pub bytes_a_day: Option<f64>,
    /// The largest resident set of a second, if the system tells it.
    pub peak_rss_bytes: Option<u64>,
    /// Half of the answers were as quick.
    pub p50_ns: u64,
    /// 99 % of the answers were as quick.
    pub p99_ns: u64,
    /// 99.9 % of the answers were as quick.
    pub p999_ns: u64,
    /// Whether it keeps something for every request.
    pub verdict: Verdict,
    /// Where it keeps that; only of what leaks.
    pub space: Option<Space>,
    /// Why, where the verdict alone does not say it; else empty.
    pub reason: String,
    /// Requests after the load, so that the verdict gets sure; they count in nothing else.
    pub further_requests: u64,
}

impl Load {
    /// Whether it keeps something for every request.
    #[must_use]
    pub fn leaks(&self) -> bool {
        self.verdict == Verdict::Leaks
    }

    /// Whether it keeps that in the heap, which is what is counted and what snapshots show.
    #[must_use]
    pub fn leaks_heap(&self) -> bool {
        self.space == Some(Space::Heap)
    }

    /// Bytes that the heap gained for each request.
    #[must_use]
    pub const fn kept(&self) -> Estimate {
        Estimate {
            value: self.bytes_per_request,
            low: self.bytes_per_request_low,
            high: self.bytes_per_request_high,
        }
    }
}

/// What two snapshots say, one before the load and one after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heap {
    /// The size of the older one.
    pub before_bytes: u64,
    /// The size of the newer one.
    pub after_bytes: u64,
    /// By how much the first suspect grew, as a part of what the heap grew by under load; `None` without
    /// a suspect, or where the heap did not grow.
    pub explained_share: Option<f64>,
    /// What leaks, the strongest first.
    pub suspects: Vec<Suspect>,
}

/// What the search of a folder has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Culprits {
    /// The folder's name.
    pub folder: String,
    /// Packages that were looked at.
    pub packages_seen: u64,
    /// Code files that were looked at.
    pub files_seen: u64,
    /// Files and folders that could not be read.
    pub skipped: u64,
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
    /// Files with such functions, and how many each has.
    pub files: Vec<CodeFile>,
    /// How many such functions in all files.
    pub call_sites: u64,
    /// Those of them that Node.js loads.
    pub loaded_call_sites: u64,
    /// Those that make a generator with a prototype of its own each time: what leaks.
    pub leaking_call_sites: u64,
    /// How they were compiled away.
    pub styles: Vec<String>,
    /// Who depends on it.
    pub needed_by: Vec<String>,
    /// What to do.
    pub cure: Option<String>,
}

/// A file with such functions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeFile {
    /// Relative to the package.
    pub path: String,
    /// How many.
    pub call_sites: u64,
}

/// Which versions leak.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Versions {
    /// The case that was executed.
    pub case: String,
    /// Its variant.
    pub variant: String,
    /// Flags of the runtimes: none.
    pub flags: String,
    /// The answer in one sentence.
    pub summary: String,
    /// Versions that could have been asked.
    pub versions_listed: usize,
    /// Versions that were asked.
    pub versions_asked: usize,
    /// Fresh processes that were asked.
    pub probes: u32,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// Whether every boundary was seen from both sides.
    pub is_exact: bool,
    /// The ranges.
    pub windows: Vec<Window>,
}

/// A range of leaking versions within a release line: the row that `awaitbench bisect` has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The family.
    pub runtime: String,
    /// The release line.
    pub line: String,
    /// The first version that was seen to leak.
    pub first_leaking: String,
    /// The last one.
    pub last_leaking: String,
    /// The first one after it that was seen not to; `None` if there is none among those that were looked at.
    pub fixed_in: Option<String>,
    /// The last one before the window that does not leak, or can't parse the variant.
    pub stable_before: Option<String>,
    /// Whether nothing that gave no answer lies between the window and its neighbours.
    pub is_exact: bool,
    /// Versions right before it that gave no answer.
    pub untested_before: Vec<String>,
    /// Versions right after it that gave no answer.
    pub untested_after: Vec<String>,
}

impl Window {
    /// The first and the last leaking version and the first fixed one, each no surer than it is.
    #[must_use]
    pub fn boundaries(&self) -> [String; 3] {
        let sure = |version: &str, untested: &[String], otherwise: &str| {
            if untested.is_empty() { version.to_owned() } else { format!("{version} {otherwise}") }
        };
        let fixed_in = match &self.fixed_in {
            Some(version) => sure(version, &self.untested_after, "at the latest"),
            None => "none that was looked at".to_owned(),
        };
        [
            sure(&self.first_leaking, &self.untested_before, "at the latest"),
            sure(&self.last_leaking, &self.untested_after, "at the earliest"),
            fixed_in,
        ]
    }
}

/// A browser with the same leak, or without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Browser {
    /// What it executed.
    #[serde(flatten)]
    pub subject: Subject,
    /// Ops that were executed.
    pub ops: u64,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// Bytes that an op left behind, if they were measured.
    pub bytes_per_op: Option<f64>,
    /// Lower bound.
    pub bytes_per_op_low: Option<f64>,
    /// Upper bound.
    pub bytes_per_op_high: Option<f64>,
    /// Whether it keeps something for every op.
    pub verdict: Verdict,
    /// What the verdict and the bytes are about.
    pub space: Space,
    /// Why, in words.
    pub reason: String,
}

impl Browser {
    /// Bytes that an op left behind.
    #[must_use]
    pub fn kept(&self) -> Option<Estimate> {
        let (value, low, high) =
            (self.bytes_per_op?, self.bytes_per_op_low?, self.bytes_per_op_high?);
        Some(Estimate { value, low, high })
    }
}

/// Pictures of memory against time, relative to the report; `None` where nothing was there to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pictures {
    /// Of the variant for ES2015 on the leaking version.
    pub growth: Option<String>,
    /// Of both variants there.
    pub cure: Option<String>,
    /// Of both on the fixed version.
    pub fixed: Option<String>,
}

/// How long a step took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Took {
    /// The step.
    pub step: &'static str,
    /// In seconds.
    pub elapsed_s: f64,
}

/// One investigation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub elapsed_s: f64,
    /// How long each step took.
    pub steps: Vec<Took>,
    /// The machine's title.
    pub machine: String,
    /// The arguments that give such a report again.
    pub arguments: Vec<String>,
    /// The variant for ES2015 on the leaking version.
    pub growth: Step<Load>,
    /// The snapshots of that load.
    pub heap: Step<Heap>,
    /// The search for what was compiled, in the service itself.
    pub service: Step<Culprits>,
    /// The same search in an app's tree.
    pub app: Step<Culprits>,
    /// Whether that app is the one that comes along, and not the user's.
    pub app_is_sample: bool,
    /// The search for the versions.
    pub versions: Step<Versions>,
    /// The variant for ES2017 on the same version.
    pub cure: Step<Load>,
    /// Both variants on a fixed version.
    pub fixed: Vec<Step<Load>>,
    /// The last leaking browser, and the first fixed one.
    pub browsers: Vec<Step<Browser>>,
    /// What was drawn.
    pub pictures: Pictures,
    /// The files of data beside the report: the story itself first, then what it was told from.
    pub files: Vec<String>,
}

impl Story {
    /// What it is about, in a line.
    #[must_use]
    pub fn title(&self) -> String {
        match self.growth.found() {
            Some(load) if load.leaks() => format!("Why a service on {} grows", load.subject.name()),
            Some(load) => format!("A service on {} under load", load.subject.name()),
            None => "An investigation".to_owned(),
        }
    }

    /// Whether a step failed: the exit status is then 1.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.growth.is_failure()
            || self.heap.is_failure()
            || self.service.is_failure()
            || self.app.is_failure()
            || self.versions.is_failure()
            || self.cure.is_failure()
            || self.fixed.iter().any(Step::is_failure)
            || self.browsers.iter().any(Step::is_failure)
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
