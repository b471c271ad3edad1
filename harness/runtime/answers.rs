//! What browsers said of themselves, remembered for as long as their files stay as they are.
//!
//! Every command looks at what is installed. A Node.js says what it is in 40 ms; a browser takes ten
//! times as long, and a dozen of them would make every command slow. What counts is still nobody's
//! word but the binary's own, and a session refuses one that says something else.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use node_semver::Version;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::probe::{ProbeError, probe};
use super::{Dialect, Environment, Family, Origin, Runtime};

/// Answers that were given earlier, on disk.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    folder: PathBuf,
}

/// An answer and the files that it holds for.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Answer {
    version: String,
    engine_version: String,
    path: PathBuf,
    stamps: Vec<Stamp>,
}

/// What tells a file from a later one of the same name.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    modified_ns: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let meta = path.metadata().ok()?;
        let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { bytes: meta.len(), modified_ns: u64::try_from(modified.as_nanos()).ok()? })
    }
}

/// The file that was started, perhaps a script, and the one that it started.
fn stamps(binary: &Path, path: &Path) -> Option<Vec<Stamp>> {
    Some(vec![Stamp::of(binary)?, Stamp::of(path)?])
}

impl Answers {
    pub(super) fn of(environment: &Environment) -> Self {
        Self { folder: environment.cache().join("answers") }
    }

    /// As [`probe`], but for a browser that was asked before.
    pub(super) async fn ask(
        &self,
        family: &'static Family,
        binary: &Path,
        origin: Origin,
    ) -> Result<Runtime, ProbeError> {
        if matches!(family.dialect, Dialect::Lines { .. }) {
            return probe(family, binary, origin).await;
        }
        if let Some(known) = self.recall(family, binary, origin) {
            return Ok(known);
        }
        let runtime = probe(family, binary, origin).await?;
        // Not being able to remember only costs time.
        if let Some(Err(error)) = self.keep(binary, &runtime) {
            tracing::warn!("can't note what {} is: {error}", binary.display());
        }
        Ok(runtime)
    }

    fn file(&self, binary: &Path) -> PathBuf {
        let digest = Sha256::digest(binary.as_os_str().as_encoded_bytes());
        let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.json"))
    }

    fn recall(&self, family: &'static Family, binary: &Path, origin: Origin) -> Option<Runtime> {
        let text = fs::read(self.file(binary)).ok()?;
        let answer: Answer = serde_json::from_slice(&text).ok()?;
        if stamps(binary, &answer.path)? != answer.stamps {
            return None;
        }
        Some(Runtime {
            family,
            version: Version::parse(&answer.version).ok()?,
            engine_version: answer.engine_version,
            lts: None,
            path: answer.path,
            origins: vec![origin],
        })
    }

    fn keep(&self, binary: &Path, runtime: &Runtime) -> Option<std::io::Result<()>> {
        let answer = Answer {
            version: runtime.version.to_string(),
            engine_version: runtime.engine_version.clone(),
            path: runtime.path.clone(),
            stamps: stamps(binary, &runtime.path)?,
        };
        let write = || {
            fs::create_dir_all(&self.folder)?;
            let fresh = tempfile::NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer(&fresh, &answer)?;
            fresh.persist(self.file(binary))?;
            Ok(())
        };
        Some(write())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::chromium::CHROMIUM;

    #[test]
    fn an_answer_holds_until_its_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("chromium");
        fs::write(&binary, "one").unwrap();
        let environment = Environment::of(&[], None, folder.path().to_owned());
        let answers = Answers::of(&environment);
        assert_eq!(answers.recall(&CHROMIUM, &binary, Origin::Path), None);
        let runtime = Runtime {
            family: &CHROMIUM,
            version: Version::from((80_u64, 0, 3987)),
            engine_version: "8.0.426.1".to_owned(),
            lts: None,
            path: binary.clone(),
            origins: vec![Origin::Path],
        };
        answers.keep(&binary, &runtime).unwrap().unwrap();
        assert_eq!(answers.recall(&CHROMIUM, &binary, Origin::Path), Some(runtime));
        fs::write(&binary, "another").unwrap();
        assert_eq!(answers.recall(&CHROMIUM, &binary, Origin::Path), None);
        fs::remove_file(&binary).unwrap();
        assert_eq!(answers.recall(&CHROMIUM, &binary, Origin::Path), None);
    }
}
