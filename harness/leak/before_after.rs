//! Two heap snapshots of one process, before and after growth.
//!
//! Both are taken in one session, so that an object has the same id in both. They are written in a
//! folder for work in progress, and get their names when both are complete: whatever goes wrong, a
//! file with such a name is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::case::{Case, Variant};
use crate::process::Scratch;
use crate::runtime::{Runtime, Settings};
use crate::session::{Deadlines, Problem, Session, SessionError, Workload};

/// Ops before the first snapshot: what is loaded and made once is there by then.
const WARM_UP_OPS: u64 = 1023;

/// No longer than this, if an op is slow.
const WARM_UP: Duration = Duration::from_secs(1);

/// The longest batch. After each a collection is forced: lists that V8 makes as long as what was made since the last
/// one (8 bytes per op, for maps made from a prototype) would else look like a leak where collections were late.
const LONGEST_BATCH: u64 = 1 << 15;

/// What a snapshot's name ends with: what DevTools wants.
const ENDING: &str = "heapsnapshot";

/// What is to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub driver: &'a Path,
    pub case: &'a Case,
    pub variant: &'a Variant,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
    pub ops: u64,
    /// No longer than this between the snapshots: fewer ops then.
    pub time: Duration,
    /// The folder of the files, which is made if need be.
    pub folder: &'a Path,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub files: [PathBuf; 2],
    pub ops: u64,
}

/// Why there are no snapshots.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The folder can't be made or written.
    #[error("can't keep snapshots in \"{}\": {source}; name another folder with --snapshots", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("no snapshots in \"{}\": {error}{}", folder.display(), advice(&error.problem))]
    Session { folder: PathBuf, error: SessionError },
}

/// What to do about it, as far as that is known.
const fn advice(problem: &Problem) -> &'static str {
    match problem {
        Problem::Reported(_) => "; make room there, or name another folder with --snapshots",
        Problem::Ended { .. } | Problem::Closed { .. } => {
            "; what it had written is removed: see whether it has memory and room on the disk"
        }
        _ => "",
    }
}

/// Takes a snapshot, lets memory grow, and takes another:
/// `<runtime>-<version>-<case>-<variant>-1.heapsnapshot` and `-2`.
pub async fn two_snapshots(runtime: &Runtime, pair: &Pair<'_>) -> Result<Taken, SnapshotError> {
    let folder = pair.folder;
    let disk = |source| SnapshotError::Folder { folder: folder.to_owned(), source };
    let scratch = Scratch::inside(folder).map_err(disk)?;
    let names = ["1", "2"].map(|number| {
        let (id, case, variant) = (runtime.id(), &pair.case.name, &pair.variant.name);
        format!("{id}-{case}-{variant}-{number}.{ENDING}")
    });
    let partial = names.each_ref().map(|name| scratch.path().join(name));
    let ops = take(runtime, pair, &partial)
        .await
        .map_err(|error| SnapshotError::Session { folder: folder.to_owned(), error })?;
    let files = names.each_ref().map(|name| folder.join(name));
    for (from, to) in partial.iter().zip(&files) {
        fs::rename(from, to).map_err(disk)?;
    }
    Ok(Taken { files, ops })
}

async fn take(
    runtime: &Runtime,
    pair: &Pair<'_>,
    files: &[PathBuf; 2],
) -> Result<u64, SessionError> {
    let workload = Workload::of(pair.case, pair.variant, pair.driver, pair.settings);
    let mut session = Session::start(runtime, workload, Deadlines::default()).await?;
    execute(&mut session, WARM_UP_OPS, WARM_UP).await?;
    session.snapshot(&files[0]).await?;
    let ops = execute(&mut session, pair.ops, pair.time).await?;
    session.snapshot(&files[1]).await?;
    session.close().await;
    Ok(ops)
}

/// Executes ops in batches that double, until they are as many as `wanted` or `time` is over, and at
/// least one. Answers how many.
async fn execute(session: &mut Session, wanted: u64, time: Duration) -> Result<u64, SessionError> {
    let start = Instant::now();
    let (mut done, mut batch) = (0, 1);
    while done < wanted && (done == 0 || start.elapsed() < time) {
        let n = batch.min(wanted - done);
        session.run(n).await?;
        session.memory(true).await?;
        done += n;
        batch = (batch * 2).min(LONGEST_BATCH);
    }
    Ok(done)
}
