//! A folder for work in progress that never outlives it.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

/// What the names of such folders begin with.
const PREFIX: &str = ".partial-";

/// The file whose lock says that somebody is at work in the folder.
const LOCK: &str = ".lock";

/// A folder that is younger than this may just be being made, its lock not yet taken.
const NEWBORN: Duration = Duration::from_secs(1);

/// The folders in use now: what an interrupt has to remove.
static LIVING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder for work in progress, removed when dropped and on an interrupt. What a killed process
/// left is removed by the next one that makes such a folder in the same place.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// Makes one inside `parent`, which is made if it does not exist.
    pub fn inside(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        sweep(parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        living().insert(folder.path().to_owned());
        Ok(Self { folder, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        living().remove(self.folder.path());
        remove(self.folder.path());
    }
}

/// Removes every folder that is in use: for the moment before the harness itself ends.
pub(super) fn remove_all() {
    for folder in living().iter() {
        remove(folder);
    }
}

/// Removes a folder. A process that was killed a moment ago may still be making files in it: then
/// it is tried again, for a while.
fn remove(folder: &Path) {
    /// How often at most.
    const TIMES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(10);
    for _ in 0..TIMES {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                std::thread::sleep(PAUSE);
            }
            _ => return,
        }
    }
}

fn living() -> std::sync::MutexGuard<'static, BTreeSet<PathBuf>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what processes left that were killed: folders whose lock nobody holds.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_abandoned(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    let changed = folder.metadata().and_then(|meta| meta.modified());
    let is_newborn = !changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > NEWBORN));
    let is_in_use = || {
        File::open(folder.join(LOCK))
            .is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    };
    !is_newborn && !is_in_use()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_survives_a_neighbour_and_an_abandoned_one_does_not() {
        let parent = tempfile::tempdir().unwrap();
        let abandoned = parent.path().join(".partial-abandoned");
        fs::create_dir(&abandoned).unwrap();
        File::create(abandoned.join(LOCK)).unwrap();
        let newborn = parent.path().join(".partial-newborn");
        std::thread::sleep(NEWBORN + Duration::from_millis(100));
        fs::create_dir(&newborn).unwrap();
        let first = Scratch::inside(parent.path()).unwrap();
        let second = Scratch::inside(parent.path()).unwrap();
        assert!(first.path().is_dir() && second.path().is_dir());
        assert!(!abandoned.exists() && newborn.exists());
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists());
    }
}
