//! Finds every runtime on this machine and asks each what it is.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use tokio::task::JoinSet;

use super::answers::Answers;
use super::locate::{Environment, Origin};
use super::platform::Platform;
use super::probe_error::ProbeError;
use super::{FAMILIES, Family, Runtime, install};

/// Binaries asked at the same time: starting one is mostly disk and little processor.
const AT_ONCE: usize = 4;

/// A binary that was found and is of no use.
#[derive(Debug)]
pub struct Broken {
    pub family: &'static Family,
    pub path: PathBuf,
    pub origin: Origin,
    /// What is wrong with it.
    pub error: ProbeError,
}

/// What is on this machine.
#[derive(Debug, Default)]
pub struct Discovery {
    /// What works, by family and version.
    pub runtimes: Vec<Runtime>,
    pub broken: Vec<Broken>,
}

/// A file that might be a runtime.
struct Candidate {
    family: &'static Family,
    path: PathBuf,
    origin: Origin,
}

/// Looks in our cache, on PATH and in every version manager's folders.
///
/// The same binary reached in several ways is listed once, with all of them; a broken one is listed
/// with its reason and spoils nothing else.
pub async fn discover(environment: &Environment) -> Discovery {
    let mut waiting = FAMILIES
        .iter()
        .flat_map(|family| candidates(family, environment))
        .collect::<Vec<_>>()
        .into_iter();
    let answers = Answers::of(environment);
    let mut discovery = Discovery::default();
    let mut asking = JoinSet::new();
    loop {
        while asking.len() < AT_ONCE
            && let Some(candidate) = waiting.next()
        {
            let answers = answers.clone();
            asking.spawn(async move {
                let answer = answers.ask(candidate.family, &candidate.path, candidate.origin).await;
                (candidate, answer)
            });
        }
        match asking.join_next().await {
            Some(Ok((candidate, answer))) => discovery.add(candidate, answer),
            Some(Err(panicked)) => std::panic::resume_unwind(panicked.into_panic()),
            None => break,
        }
    }
    discovery.sort();
    discovery
}

/// Every file that might be a runtime of this family, each path once for a way to reach it.
fn candidates(family: &'static Family, environment: &Environment) -> Vec<Candidate> {
    let platform = Platform::current();
    let cached = install::binaries(family, &platform, environment);
    let kept = family.managers.iter().flat_map(|manager| {
        let binaries = manager.binaries(environment);
        binaries.into_iter().map(|path| (path, Origin::Manager(manager.name)))
    });
    let mut seen = HashSet::new();
    cached
        .into_iter()
        .map(|path| (path, Origin::Cache))
        .chain(on_path(family, environment).into_iter().map(|path| (path, Origin::Path)))
        .chain(kept)
        // The same file by the same way: mise links `20` and `20.1.0` to one installation.
        .filter(|(path, origin)| {
            seen.insert((path.canonicalize().unwrap_or_else(|_| path.clone()), *origin))
        })
        .map(|(path, origin)| Candidate { family, path, origin })
        .collect()
}

/// The programs of this family on PATH, by name first and place second.
pub(super) fn on_path(family: &Family, environment: &Environment) -> Vec<PathBuf> {
    let Some(path) = environment.variable("PATH") else { return Vec::new() };
    let named = |name| which::which_in_all(name, Some(path), Path::new("/")).into_iter().flatten();
    family.programs.iter().flat_map(named).collect()
}

impl Discovery {
    fn add(&mut self, candidate: Candidate, answer: Result<Runtime, ProbeError>) {
        match answer {
            Ok(runtime) => {
                let same = |known: &&mut Runtime| known.path == runtime.path;
                if let Some(known) = self.runtimes.iter_mut().find(same) {
                    known.origins.push(candidate.origin);
                    known.origins.sort();
                    known.origins.dedup();
                } else {
                    self.runtimes.push(runtime);
                }
            }
            Err(error) => {
                let Candidate { family, path, origin } = candidate;
                self.broken.push(Broken { family, path, origin, error });
            }
        }
    }

    /// Answers come in any order; the list must not.
    fn sort(&mut self) {
        self.runtimes.sort_by(|a, b| {
            (a.family.name, &a.version, &a.origins, &a.path).cmp(&(
                b.family.name,
                &b.version,
                &b.origins,
                &b.path,
            ))
        });
        self.broken.sort_by(|a, b| (a.origin, &a.path).cmp(&(b.origin, &b.path)));
    }
}
