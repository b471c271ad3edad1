//! What a run set out to do, kept beside its results until it has done it: what `--resume` needs.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::error::{RecordError, io_error};
use super::rows::replace;
use super::store::MachineFolder;
use crate::key::Key;

/// One case on one runtime in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectRecord {
    #[serde(flatten)]
    pub key: Key,
    pub variants: Vec<String>,
    /// SHA-256 of everything that is executed: the driver, the manifest and the variants.
    pub digest: String,
}

/// A plan as it stands in `unfinished.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRecord {
    /// When the run began: the `run` of its samples.
    pub run: String,
    /// The machine and its kernel.
    pub machine: String,
    /// The harness that began it.
    pub harness_version: String,
    pub seed: u64,
    /// Fresh processes for each variant, at most.
    pub invocations: u32,
    /// Batches that count, in each process.
    pub batches: u32,
    /// How long one batch takes, about.
    pub batch_ns: u64,
    /// How long a fresh process runs before anything counts.
    pub warm_up_ns: u64,
    /// The goal in words: `all invocations`, `2 % in at most 60 s`.
    pub goal: String,
    pub subjects: Vec<SubjectRecord>,
}

impl PlanRecord {
    /// What differs between this plan and another, in words; `None` if one can go on with the
    /// other's work.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let fields = [
            ("machine", self.machine.clone(), other.machine.clone()),
            ("harness version", self.harness_version.clone(), other.harness_version.clone()),
            ("seed", self.seed.to_string(), other.seed.to_string()),
            ("invocations", self.invocations.to_string(), other.invocations.to_string()),
            ("batches", self.batches.to_string(), other.batches.to_string()),
            ("batch_ns", self.batch_ns.to_string(), other.batch_ns.to_string()),
            ("warm_up_ns", self.warm_up_ns.to_string(), other.warm_up_ns.to_string()),
            ("goal", self.goal.clone(), other.goal.clone()),
        ];
        for (name, own, others) in fields {
            if own != others {
                return Some(format!("{name} is \"{own}\" there and \"{others}\" here"));
            }
        }
        let count = self.subjects.len().max(other.subjects.len());
        (0..count).find_map(|index| match (self.subjects.get(index), other.subjects.get(index)) {
            (Some(own), Some(others)) if own.is_unchanged(others) => None,
            (Some(own), Some(others)) if own.names() == others.names() => Some(format!(
                "{} is not what it was: its files, its engine or its variants changed",
                own.names()
            )),
            (Some(own), Some(others)) => {
                Some(format!("it measures {} where this measures {}", own.names(), others.names()))
            }
            (Some(own), None) => Some(format!("it also measures {}", own.names())),
            (None, Some(others)) => Some(format!("it does not measure {}", others.names())),
            (None, None) => None,
        })
    }
}

impl SubjectRecord {
    fn is_unchanged(&self, other: &Self) -> bool {
        self == other && self.key.engine_version == other.key.engine_version
    }

    fn names(&self) -> String {
        format!("{} on {}-{}", self.key.case, self.key.runtime, self.key.version_label())
    }
}

impl MachineFolder {
    fn journal(&self) -> PathBuf {
        self.path().join("unfinished.toml")
    }

    /// Notes that a run with this plan begins, in place of any other that was not finished.
    pub fn begin(&self, plan: &PlanRecord) -> Result<(), RecordError> {
        let path = self.journal();
        let text = toml::to_string_pretty(plan).map_err(|error| RecordError::Journal {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        replace(&path, text.as_bytes())
    }

    /// The plan of the run that was not finished, if there is one.
    pub fn unfinished(&self) -> Result<Option<PlanRecord>, RecordError> {
        let path = self.journal();
        match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map(Some)
                .map_err(|error| RecordError::Journal { path, reason: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error(&path)(error)),
        }
    }

    /// Notes that the run is finished.
    pub fn finish(&self) -> Result<(), RecordError> {
        let path = self.journal();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(&path)(error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;

    fn plan() -> PlanRecord {
        PlanRecord {
            run: "t1".to_owned(),
            machine: "Test".to_owned(),
            harness_version: "0".to_owned(),
            seed: 1,
            invocations: 10,
            batches: 20,
            batch_ns: 1,
            warm_up_ns: 1,
            goal: "all".to_owned(),
            subjects: vec![SubjectRecord {
                key: Key { engine_version: "7.8".to_owned(), ..Key::node("noop", "", "12.16.2") },
                variants: vec!["promise".to_owned()],
                digest: "00".to_owned(),
            }],
        }
    }

    #[test]
    fn a_plan_is_there_until_it_is_finished() {
        let results = tempfile::tempdir().unwrap();
        let machine = Machine { title: "Test".to_owned(), ..Machine::default() };
        let folder = MachineFolder::open(results.path(), &machine).unwrap();
        assert_eq!(folder.unfinished().unwrap(), None);
        folder.begin(&plan()).unwrap();
        assert_eq!(folder.unfinished().unwrap(), Some(plan()));
        folder.finish().unwrap();
        folder.finish().unwrap();
        assert_eq!(folder.unfinished().unwrap(), None);
    }

    #[test]
    fn differences_are_named() {
        let same = PlanRecord { run: "t2".to_owned(), ..plan() };
        assert_eq!(plan().difference(&same), None);
        let seed = PlanRecord { seed: 2, ..plan() };
        assert_eq!(plan().difference(&seed).unwrap(), "seed is \"1\" there and \"2\" here");
        let mut changed = plan();
        changed.subjects[0].digest = "11".to_owned();
        assert!(plan().difference(&changed).unwrap().contains("noop on node-12.16.2 is not what"));
        let mut engine = plan();
        engine.subjects[0].key.engine_version = "8.0".to_owned();
        assert!(plan().difference(&engine).unwrap().contains("noop on node-12.16.2 is not what"));
        let fewer = PlanRecord { subjects: Vec::new(), ..plan() };
        assert!(plan().difference(&fewer).unwrap().contains("also measures noop"));
    }
}
