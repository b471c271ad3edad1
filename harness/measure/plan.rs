//! What is to be measured, how much of it, in which order, and when it is enough.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::cell::{Cell, Target};
use super::effort::Effort;
use crate::case::Case;
use crate::key::Key;
use crate::machine::fingerprint;
use crate::record::{PlanRecord, SubjectRecord};
use crate::runtime::Settings;
use crate::session::Deadlines;

/// One case on one runtime, with the variants that are measured side by side.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The runtime, or why there is none.
    pub target: Target,
    pub case: Case,
    pub cells: Vec<Cell>,
    pub driver: PathBuf,
    /// What the user asked of the runtime.
    pub settings: Settings,
}

/// When a subject has been measured enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// After as many invocations as the effort says.
    Invocations,
    /// When the interval is narrow enough, or time is over.
    Precision {
        /// The relative margin wanted: half the interval's width divided by the value. Of the ratio
        /// where there is one, else of ops/s.
        margin: f64,
        max_time: Duration,
    },
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invocations => f.write_str("all invocations"),
            Self::Precision { margin, max_time } => {
                write!(f, "±{} % in at most {} s", margin * 100.0, max_time.as_secs_f64())
            }
        }
    }
}

/// What is to be measured, how much of it, and in which order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When the run began, RFC 3339: the `run` of its samples.
    pub run: String,
    pub subjects: Vec<Subject>,
    pub effort: Effort,
    pub goal: Goal,
    /// How long each request may take.
    pub deadlines: Deadlines,
    pub seed: u64,
}

impl Plan {
    /// The plan as it is kept until it is carried out.
    pub fn record(&self) -> PlanRecord {
        let machine = fingerprint();
        let kernel = machine.kernel.unwrap_or_default();
        let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        PlanRecord {
            run: self.run.clone(),
            machine: format!("{}, kernel {kernel}", machine.title),
            harness_version: crate::HARNESS_VERSION.to_owned(),
            seed: self.seed,
            invocations: self.effort.invocations,
            batches: self.effort.batches,
            batch_ns: nanos(self.effort.batch),
            warm_up_ns: nanos(self.effort.warm_up),
            goal: self.goal.to_string(),
            subjects: self.subjects.iter().map(Subject::record).collect(),
        }
    }
}

impl Subject {
    fn record(&self) -> SubjectRecord {
        let key = self.target.key(&self.case.name, "", &self.settings);
        SubjectRecord {
            key: Key { flags: self.settings.words(), ..key },
            variants: self.cells.iter().map(|cell| cell.key.variant.clone()).collect(),
            digest: self.digest(),
        }
    }

    /// SHA-256 of everything that is executed. A file that can't be read counts as empty: the
    /// session says so soon enough.
    pub(crate) fn digest(&self) -> String {
        let shared = ["core.js", "memory.js"].map(|name| self.driver.with_file_name(name));
        let variants = self.case.variants.iter().map(|variant| variant.file.as_path());
        let manifest =
            self.case.variants.first().map(|first| first.file.with_file_name("case.toml"));
        let files = std::iter::once(self.driver.as_path())
            .chain(shared.iter().map(PathBuf::as_path))
            .chain(manifest.as_deref())
            .chain(variants);
        let mut hasher = Sha256::new();
        for file in files {
            let content = fs::read(file).unwrap_or_default();
            hasher.update((content.len() as u64).to_le_bytes());
            hasher.update(content);
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
