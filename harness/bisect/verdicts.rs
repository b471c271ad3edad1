//! The cache of verdicts: what was found out about a binary needs no second probe.
//!
//! A verdict is one file, named by the SHA-256 of its key, and the key is everything that could change
//! the verdict. Reading compares the whole key. A file that can't be read or is not what it should be
//! counts as absent; writing replaces it by one rename.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::finding::{Answer, VersionAnswer};
use crate::key::Key;
use crate::machine::fingerprint;
use crate::runtime::{Platform, Runtime};
use crate::stats::Estimate;

/// Everything that could change a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Without a variant: all of them are executed.
    #[serde(flatten)]
    pub key: Key,
    pub binary: Stamp,
    /// The harness that asked: what it asks and how it decides is in its code.
    pub harness: Stamp,
    pub harness_version: String,
    pub platform: String,
    /// The machine's title and kernel.
    pub machine: String,
    /// The variants that are executed.
    pub variants: Vec<String>,
    /// SHA-256 of the driver, the case's manifest and its variants.
    pub executed: String,
    /// What is measured, and how much of it.
    pub measured: String,
}

/// Which file it is: a change of its content changes this, without hashing a hundred megabytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub path: PathBuf,
    pub bytes: u64,
    /// When it was written, in nanoseconds since 1970.
    pub modified_ns: u64,
}

impl Stamp {
    /// The stamp of a file; `None` if the system can't say.
    pub fn of(path: &Path) -> Option<Self> {
        let meta = path.metadata().ok()?;
        let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let modified_ns = u64::try_from(modified.as_nanos()).ok()?;
        Some(Self { path: path.to_owned(), bytes: meta.len(), modified_ns })
    }
}

impl Asked {
    /// What is asked of `runtime`, but for what the caller knows: the variants, what is executed and what is measured.
    /// `None` if a binary can't be told from another one.
    pub fn of(runtime: &Runtime, key: Key) -> Option<Self> {
        let machine = fingerprint();
        Some(Self {
            key,
            binary: Stamp::of(&runtime.path)?,
            harness: Stamp::of(&std::env::current_exe().ok()?)?,
            harness_version: crate::HARNESS_VERSION.to_owned(),
            platform: Platform::current().to_string(),
            machine: format!("{}, kernel {}", machine.title, machine.kernel.unwrap_or_default()),
            variants: Vec::new(),
            executed: String::new(),
            measured: String::new(),
        })
    }

    fn file_name(&self) -> io::Result<String> {
        let digest = Sha256::digest(serde_json::to_vec(self)?);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{hex}.json"))
    }
}

/// What is kept of a finding. The answer to `--above 5` is decided again from the figure.
#[derive(Serialize, Deserialize)]
struct Kept {
    asked: Asked,
    answer: Answer,
    detail: String,
    estimate: Option<Estimate>,
    probes: u32,
}

#[derive(Clone, Debug)]
pub struct Verdicts {
    folder: PathBuf,
}

impl Verdicts {
    /// The verdicts below the cache folder `cache`.
    pub fn below(cache: &Path) -> Self {
        Self { folder: cache.join("verdicts") }
    }

    /// What was found out earlier.
    pub fn get(&self, asked: &Asked) -> Option<VersionAnswer> {
        let text = fs::read(self.folder.join(asked.file_name().ok()?)).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        let Kept { answer, detail, estimate, probes, .. } = kept;
        (kept.asked == *asked && answer.state().is_some() && probes > 0).then_some(VersionAnswer {
            answer,
            detail,
            estimate,
            probes,
            cached: true,
        })
    }

    /// Keeps a finding, if it is an answer; what is not is asked again next time, and what was
    /// kept of it before is forgotten.
    pub fn put(&self, asked: &Asked, finding: &VersionAnswer) -> io::Result<()> {
        let path = self.folder.join(asked.file_name()?);
        if finding.answer.state().is_none() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        fs::create_dir_all(&self.folder)?;
        let kept = Kept {
            asked: asked.clone(),
            answer: finding.answer,
            detail: finding.detail.clone(),
            estimate: finding.estimate,
            probes: finding.probes,
        };
        let mut fresh = tempfile::NamedTempFile::new_in(&self.folder)?;
        fresh.write_all(&serde_json::to_vec_pretty(&kept)?)?;
        fresh.persist(path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Family;

    fn asked(folder: &Path) -> Asked {
        let path = folder.join("node");
        fs::write(&path, "a binary").unwrap();
        let runtime = Runtime {
            family: Family::named("node").unwrap(),
            version: "12.16.2".parse().unwrap(),
            engine_version: "7.8.279.23-node.34".to_owned(),
            lts: None,
            path,
            origins: Vec::new(),
        };
        Asked::of(&runtime, Key::node("instance-loop", "", "12.16.2")).unwrap()
    }

    fn leaks() -> VersionAnswer {
        let estimate = Some(Estimate { value: 9.6, low: 8.1, high: 10.25 });
        VersionAnswer { probes: 2, ..VersionAnswer::of(Answer::Yes, String::new(), estimate) }
    }

    #[test]
    fn a_verdict_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let verdicts = Verdicts::below(folder.path());
        let asked = asked(folder.path());
        assert_eq!(verdicts.get(&asked), None);
        verdicts.put(&asked, &leaks()).unwrap();
        assert_eq!(verdicts.get(&asked), Some(VersionAnswer { cached: true, ..leaks() }));
        assert_eq!(fs::read_dir(folder.path().join("verdicts")).unwrap().count(), 1);
    }

    #[test]
    fn whatever_could_change_it_makes_another_key() {
        let folder = tempfile::tempdir().unwrap();
        let verdicts = Verdicts::below(folder.path());
        let asked = asked(folder.path());
        verdicts.put(&asked, &leaks()).unwrap();
        let object = serde_json::to_value(&asked).unwrap();
        let fields = object.as_object().unwrap();
        assert_eq!(fields.len(), 14);
        for name in fields.keys() {
            let mut other = object.clone();
            other[name] = match &fields[name] {
                serde_json::Value::String(_) => "another".into(),
                serde_json::Value::Array(_) => vec!["another"].into(),
                _ => serde_json::to_value(Stamp { bytes: 1, ..Stamp::default() }).unwrap(),
            };
            let other: Asked = serde_json::from_value(other).unwrap();
            assert_eq!(verdicts.get(&other), None, "{name}");
        }
        // The same path with another content, as after an upgrade.
        fs::write(folder.path().join("node"), "another binary").unwrap();
        assert_ne!(Stamp::of(&folder.path().join("node")), Some(asked.binary));
    }

    #[test]
    fn a_file_that_is_not_what_it_should_be_counts_as_absent() {
        let folder = tempfile::tempdir().unwrap();
        let verdicts = Verdicts::below(folder.path());
        let asked = asked(folder.path());
        verdicts.put(&asked, &leaks()).unwrap();
        let path = folder.path().join("verdicts").join(asked.file_name().unwrap());
        let whole = fs::read_to_string(&path).unwrap();
        let broken = [
            String::new(),
            whole[..whole.len() / 2].to_owned(),
            whole.replace("12.16.2", "12.16.1"),
            whole.replace("\"yes\"", "\"perhaps\""),
            whole.replace("\"yes\"", "\"unknown\""),
            whole.replace("\"probes\": 2", "\"probes\": 0"),
        ];
        for text in broken {
            assert_ne!(text, whole);
            fs::write(&path, &text).unwrap();
            assert_eq!(verdicts.get(&asked), None, "{text}");
        }
        // And is written anew.
        verdicts.put(&asked, &leaks()).unwrap();
        assert!(verdicts.get(&asked).is_some());
    }

    #[test]
    fn what_is_no_answer_is_not_kept_and_makes_an_earlier_one_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let verdicts = Verdicts::below(folder.path());
        let asked = asked(folder.path());
        let unknown = VersionAnswer::of(Answer::Unknown, "noisy".to_owned(), None);
        verdicts.put(&asked, &unknown).unwrap();
        verdicts.put(&asked, &leaks()).unwrap();
        verdicts.put(&asked, &unknown).unwrap();
        assert_eq!(verdicts.get(&asked), None);
    }
}
