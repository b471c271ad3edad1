//! What one investigation has found.

mod load;
mod versions;

use serde::Serialize;

use crate::heap::suspects::Suspect;
use crate::record::{Space, Verdict};
use crate::stats::Estimate;

pub use load::{Load, Subject};
pub use versions::Versions;

/// What a step has found, or why it has found nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    Found(T),
    /// It was not; one sentence says why.
    Failed(String),
    /// Nobody asked for it, or what it needs is not here; one sentence says which.
    Skipped(String),
}

impl<T> Step<T> {
    pub const fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Failed(_) | Self::Skipped(_) => None,
        }
    }

    /// Why nothing was found; `None` if something was.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }

    /// Whether it could not be carried out.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
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
    pub needed_by: Vec<String>,
    pub cure: Option<String>,
}

/// A file with such functions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeFile {
    pub path: String,
    pub call_sites: u64,
}

/// A browser with the same leak, or without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Browser {
    #[serde(flatten)]
    pub subject: Subject,
    pub ops: u64,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// Bytes that an op left behind, if they were measured.
    pub bytes_per_op: Option<f64>,
    pub bytes_per_op_low: Option<f64>,
    pub bytes_per_op_high: Option<f64>,
    /// Whether it keeps something for every op.
    pub verdict: Verdict,
    /// What the verdict and the bytes are about.
    pub space: Space,
    pub reason: String,
}

impl Browser {
    /// Bytes that an op left behind.
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
    pub cure: Option<String>,
    /// Of both on the fixed version.
    pub fixed: Option<String>,
}

/// How long a step took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Took {
    pub step: &'static str,
    /// In seconds.
    pub elapsed_s: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub elapsed_s: f64,
    /// How long each step took.
    pub steps: Vec<Took>,
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
    pub pictures: Pictures,
    /// The files of data beside the report: the story itself first, then what it was told from.
    pub files: Vec<String>,
}

impl Story {
    /// What it is about, in a line.
    pub fn title(&self) -> String {
        match self.growth.found() {
            Some(load) if load.leaks() => format!("Why a service on {} grows", load.subject.name()),
            Some(load) => format!("A service on {} under load", load.subject.name()),
            None => "An investigation".to_owned(),
        }
    }

    /// Whether a step failed: the exit status is then 1.
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
}
