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
use crate::record::Status;
use crate::runtime::{Runtime, Settings};
use crate::session::{Deadlines, Problem, Session, SessionError, Workload};
use crate::show::format::count;

/// Ops before the first snapshot: what is loaded and made once is there by then.
const WARM_UP_OPS: u64 = 1023;

/// No longer than this, if an op is slow.
const WARM_UP: Duration = Duration::from_secs(1);

/// The longest batch. After each a collection is forced: lists that V8 makes as long as what was made since the last
/// one (8 bytes per op, for maps made from a prototype) would else look like a leak where collections were late.
const LONGEST_BATCH: u64 = 1 << 15;

/// The second snapshot takes as long as the first one for each byte of the heap, and this much longer at the most. Ops end
/// while there is time for it.
const SLOWER: f64 = 1.5;

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
    /// The longest that all of it may take: fewer ops then.
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

impl SnapshotError {
    /// Whether the runtime can't take any, which is not a failure.
    pub(super) fn is_unsupported(&self) -> bool {
        matches!(self, Self::Session { error, .. } if error.status() == Status::Unsupported)
    }
}

/// What to do about it, as far as that is known.
fn advice(problem: &Problem) -> &'static str {
    match problem {
        Problem::Reported(_) => "; make room there, or name another folder with --snapshots",
        Problem::Hang { request: "snapshot", .. } => "; give it a larger --budget, or fewer --ops",
        Problem::Ended { .. } | Problem::Closed { .. } => {
            "; what it had written is removed: see whether it has memory and room on the disk"
        }
        _ => "",
    }
}

/// Takes a snapshot, lets memory grow, and takes another:
/// `<runtime>-<version>-<case>-<variant>-1.heapsnapshot` and `-2`.
/// `doing` is told what happens.
pub async fn two_snapshots(
    runtime: &Runtime,
    pair: &Pair<'_>,
    doing: &dyn Fn(&str),
) -> Result<Taken, SnapshotError> {
    let folder = pair.folder;
    let disk = |source| SnapshotError::Folder { folder: folder.to_owned(), source };
    let scratch = Scratch::inside(folder).map_err(disk)?;
    let names = ["1", "2"].map(|number| {
        let (id, case, variant) = (runtime.id(), &pair.case.name, &pair.variant.name);
        format!("{id}-{case}-{variant}-{number}.{ENDING}")
    });
    let partial = names.each_ref().map(|name| scratch.path().join(name));
    let ops = take(runtime, pair, &partial, doing)
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
    doing: &dyn Fn(&str),
) -> Result<u64, SessionError> {
    let end = Instant::now() + pair.time;
    let workload = Workload::of(pair.case, pair.variant, pair.driver, pair.settings);
    let session = Session::start(runtime, workload, Deadlines::default()).await?;
    let mut growing = Growing { session, end };
    doing("warming up");
    growing.execute(WARM_UP_OPS, |_, elapsed, _| elapsed < WARM_UP).await?;
    doing("taking the first snapshot");
    let first = growing.snapshot(&files[0]).await?;
    let before = growing.held().await?.max(1);
    let lasts = |held: u64| first.mul_f64(SLOWER * held.max(before) as f64 / before as f64);
    let ops = growing
        .execute(pair.ops, |done, _, held| {
            doing(&format!("growing: {} of {} ops", count(done), count(pair.ops)));
            Instant::now() + lasts(held) < end
        })
        .await?;
    doing("taking the second snapshot");
    growing.snapshot(&files[1]).await?;
    growing.session.close().await;
    Ok(ops)
}

/// A process that grows until the budget ends.
struct Growing {
    session: Session,
    end: Instant,
}

impl Growing {
    /// What is left, and never nothing.
    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
    }

    async fn snapshot(&mut self, file: &Path) -> Result<Duration, SessionError> {
        let start = Instant::now();
        self.session.limit_snapshot(self.left());
        self.session.snapshot(file).await?;
        Ok(start.elapsed())
    }

    /// The heap in use after a collection, in bytes.
    async fn held(&mut self) -> Result<u64, SessionError> {
        Ok(self.session.memory(true).await?.heap_used_bytes.unwrap_or(0))
    }

    /// Executes ops in batches that double, until they are as many as `wanted` or `goes_on` says no: of the ops so far,
    /// the time that they took, and what is held. At least one op. Answers how many.
    async fn execute(
        &mut self,
        wanted: u64,
        goes_on: impl Fn(u64, Duration, u64) -> bool,
    ) -> Result<u64, SessionError> {
        let start = Instant::now();
        let (mut done, mut batch) = (0, 1);
        while done < wanted {
            let n = batch.min(wanted - done);
            let begun = Instant::now();
            self.session.limit(self.left());
            self.session.run(n).await?;
            let held = self.held().await?;
            done += n;
            if !goes_on(done, start.elapsed(), held) {
                break;
            }
            // Ops of which a few take long are not doubled: they would not end in time.
            let is_quick = begun.elapsed() * 8 < self.left();
            batch = if is_quick { (batch * 2).min(LONGEST_BATCH) } else { (batch / 2).max(1) };
        }
        Ok(done)
    }
}
