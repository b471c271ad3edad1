//! What binaries said of themselves, remembered for as long as their files stay as they are.
//!
//! Every command looks at what is installed. A Node.js says what it is in 40 ms and a browser in ten
//! times that, but a bisect leaves a hundred of them behind, which would cost every later command
//! seconds. What counts is still nobody's word but the binary's own, and a session refuses one that
//! says something else.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use node_semver::Version;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::probe::probe;
use super::probe_error::ProbeError;
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
    #[serde(default)]
    lts: Option<String>,
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

/// Whether an answer depends on the binary's own file alone. A version manager's wrapper starts another
/// one, chosen by the working folder or a variable: asked again, it may answer something else.
fn speaks_for_itself(binary: &Path, runtime: &Runtime) -> bool {
    match runtime.family.dialect {
        Dialect::Lines { .. } => binary.canonicalize().is_ok_and(|path| path == runtime.path),
        // A browser does not say where it lies, and no version manager wraps one.
        Dialect::DevTools { .. } => true,
    }
}

impl Answers {
    pub(super) fn of(environment: &Environment) -> Self {
        Self { folder: environment.cache().join("answers") }
    }

    /// As [`probe`], but a binary that was asked before is not started.
    pub(super) async fn ask(
        &self,
        family: &'static Family,
        binary: &Path,
        origin: Origin,
    ) -> Result<Runtime, ProbeError> {
        if let Some(known) = self.recall(family, binary, origin) {
            return Ok(known);
        }
        let runtime = probe(family, binary, origin).await?;
        if !speaks_for_itself(binary, &runtime) {
            return Ok(runtime);
        }
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
        let is_same = stamps(binary, &answer.path)? == answer.stamps;
        let runtime = Runtime {
            family,
            version: Version::parse(&answer.version).ok()?,
            engine_version: answer.engine_version,
            lts: answer.lts,
            path: answer.path,
            origins: vec![origin],
        };
        (is_same && speaks_for_itself(binary, &runtime)).then_some(runtime)
    }

    fn keep(&self, binary: &Path, runtime: &Runtime) -> Option<std::io::Result<()>> {
        let answer = Answer {
            version: runtime.version.to_string(),
            engine_version: runtime.engine_version.clone(),
            lts: runtime.lts.clone(),
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
    use crate::runtime::node::NODE;

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

    /// A script that notes each start in `starts`, and says that it is Node.js at `path`.
    #[cfg(unix)]
    fn script(folder: &Path, name: &str, path: &Path) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let binary = folder.join(name);
        let answer = format!(
            r#"{{"version":"24.21.0","engine_version":"13.6","path":"{}","lts":"Krypton"}}"#,
            path.display()
        );
        let starts = folder.join("starts").display().to_string();
        fs::write(&binary, format!("#!/bin/sh\necho once >> '{starts}'\necho '{answer}'\n"))
            .unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        binary
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_binary_is_started_once_and_a_wrapper_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let answers = Answers::of(&Environment::of(&[], None, folder.join("cache")));
        let starts =
            || fs::read_to_string(folder.join("starts")).unwrap_or_default().lines().count();
        let real = script(&folder, "node", &folder.join("node"));
        let first = answers.ask(&NODE, &real, Origin::Path).await.unwrap();
        let second = answers.ask(&NODE, &real, Origin::Path).await.unwrap();
        assert_eq!(first, second);
        assert_eq!((first.lts.as_deref(), starts()), (Some("Krypton"), 1));
        let wrapper = script(&folder, "shim", &real);
        for expected in [2, 3] {
            answers.ask(&NODE, &wrapper, Origin::Path).await.unwrap();
            assert_eq!(starts(), expected);
        }
        // A link that was moved to another binary of the same size and age.
        let link = folder.join("current");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        answers.ask(&NODE, &link, Origin::Path).await.unwrap();
        assert_eq!(answers.ask(&NODE, &link, Origin::Path).await.unwrap(), first);
        assert_eq!(starts(), 4);
        let other = folder.join("other");
        fs::hard_link(&real, &other).unwrap();
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        answers.ask(&NODE, &link, Origin::Path).await.unwrap();
        assert_eq!(starts(), 5);
    }
}
