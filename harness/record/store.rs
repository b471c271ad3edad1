//! One machine's folder of results: read whole, written a row at a time.
//!
//! Samples are appended as they come; a summary is replaced by one rename. So whatever stops the
//! harness, what was finished is on disk, and a line that was half written is the last one.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{RecordError, csv_error, io_error};
use super::names::{FOLDERS, OTHER_FILES};
use super::rows::{Row, mend_end, put, read_all, renew, replace, rewrite, sweep, to_csv};
use super::{CellRow, InvocationRow, Keyed, Kind, Role, SampleRow, settle};
use crate::key::Key;
use crate::machine::Machine;

const SAMPLES: &str = "samples";

/// The folder of the rows of invocations.
const INVOCATIONS: &str = "invocations";

#[derive(Debug)]
pub struct MachineFolder {
    path: PathBuf,
    _lock: Option<File>,
    /// The samples files whose end is known to be whole.
    whole: RefCell<HashSet<PathBuf>>,
}

/// The folders under `results` that hold a machine, sorted by name; or just `results` itself if it
/// is such a folder.
pub fn find_machines(results: &Path) -> Result<Vec<MachineFolder>, RecordError> {
    let is_machine = |path: &Path| path.join("machine.toml").is_file();
    let mut paths = Vec::new();
    if is_machine(results) {
        paths.push(results.to_owned());
    } else {
        let entries = match fs::read_dir(results) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(RecordError::Empty(results.to_owned()));
            }
            Err(_) if results.is_file() => {
                return Err(RecordError::NotAFolder(results.to_owned()));
            }
            entries => entries.map_err(io_error(results))?,
        };
        paths.extend(entries.flatten().map(|entry| entry.path()).filter(|path| is_machine(path)));
        paths.sort();
    }
    if paths.is_empty() {
        return Err(RecordError::Empty(results.to_owned()));
    }
    Ok(paths.into_iter().map(|path| MachineFolder::at(path, None)).collect())
}

impl MachineFolder {
    fn at(path: PathBuf, lock: Option<File>) -> Self {
        Self { path, _lock: lock, whole: RefCell::default() }
    }

    /// Opens `results/<machine>` for writing; makes it if need be. `machine.toml` describes the
    /// machine as it is now. Only one process at a time may write.
    pub fn open(results: &Path, machine: &Machine) -> Result<Self, RecordError> {
        let path = results.join(machine.folder_name());
        if let Some(file) = path.ancestors().find(|path| path.exists() && !path.is_dir()) {
            return Err(RecordError::NotAFolder(file.to_owned()));
        }
        let folders = [SAMPLES, INVOCATIONS].map(|name| path.join(name));
        for folder in &folders {
            fs::create_dir_all(folder).map_err(io_error(&path))?;
        }
        let lock = lock(&path)?;
        folders.iter().chain([&path, &path.join("plots")]).for_each(|at| sweep(at));
        FOLDERS.iter().for_each(|name| sweep(&path.join(name)));
        let folder = Self::at(path, Some(lock));
        let file = folder.path.join("machine.toml");
        let text = toml::to_string_pretty(machine).map_err(|error| RecordError::Machine {
            path: file.clone(),
            reason: error.to_string(),
        })?;
        if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
            replace(&file, text.as_bytes())?;
        }
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn name(&self) -> String {
        let canonical = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        canonical.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The machine.
    pub fn machine(&self) -> Result<Machine, RecordError> {
        let path = self.path.join("machine.toml");
        let text = fs::read_to_string(&path).map_err(io_error(&path))?;
        toml::from_str(&text)
            .map_err(|error| RecordError::Machine { path, reason: error.to_string() })
    }

    /// Every summary row, file by file.
    pub fn cells(&self) -> Result<Vec<CellRow>, RecordError> {
        read_all(&self.path, &OTHER_FILES)
    }

    /// Every sample, file by file, each of the kind that the row of its invocation makes it.
    pub fn samples(&self) -> Result<Vec<SampleRow>, RecordError> {
        let mut samples: Vec<SampleRow> = read_all(&self.path.join(SAMPLES), &[])?;
        settle(&mut samples, &self.invocations()?);
        Ok(samples)
    }

    /// The row of every invocation, file by file. Results of awaitbench 0.1.0 have none.
    pub fn invocations(&self) -> Result<Vec<InvocationRow>, RecordError> {
        read_all(&self.path.join(INVOCATIONS), &[])
    }

    /// Appends samples of one runtime; they are on disk when this returns.
    pub fn append(&self, samples: &[SampleRow]) -> Result<(), RecordError> {
        let Some(first) = samples.first() else { return Ok(()) };
        self.append_to(self.file(SAMPLES, &first.key), samples)
    }

    /// Appends the rows of invocations that have ended, of one runtime; they are on disk when this
    /// returns.
    pub fn conclude(&self, invocations: &[InvocationRow]) -> Result<(), RecordError> {
        let Some(first) = invocations.first() else { return Ok(()) };
        self.append_to(self.file(INVOCATIONS, &first.key), invocations)
    }

    /// Appends rows to a file of this folder, whose own folder is there; they are on disk when this returns.
    pub(super) fn append_to<T: Row>(
        &self,
        path: PathBuf,
        rows: &[Keyed<T>],
    ) -> Result<(), RecordError> {
        // Only a process that was killed leaves half a line, and only another version other columns,
        // so looking once is enough.
        let is_new = self.whole.borrow_mut().insert(path.clone());
        if is_new && path.exists() {
            renew::<T>(&path)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(io_error(&path))?;
        if is_new {
            mend_end(&mut file).map_err(io_error(&path))?;
        }
        let length = file.metadata().map_err(io_error(&path))?.len();
        let text = to_csv(rows, length == 0).map_err(csv_error(&path))?;
        let written = file.write_all(&text);
        if written.is_err() {
            // Half a line must not stand before whole ones; if this fails too, the next one mends it.
            let _ = file.set_len(length);
            self.whole.borrow_mut().remove(&path);
        }
        written.map_err(io_error(&path))
    }

    /// Marks what there is of some invocations of one runtime as abandoned: it stays, and counts in
    /// nothing.
    pub fn abandon(
        &self,
        key: &Key,
        is_abandoned_sample: impl Fn(&SampleRow) -> bool,
        is_abandoned: impl Fn(&InvocationRow) -> bool,
    ) -> Result<(), RecordError> {
        rewrite(&self.file(SAMPLES, key), |sample: &mut SampleRow| {
            if is_abandoned_sample(sample) {
                sample.kind = Kind::Abandoned;
            }
            true
        })?;
        rewrite(&self.file(INVOCATIONS, key), |row: &mut InvocationRow| {
            if is_abandoned(row) {
                row.role = Role::Abandoned;
            }
            true
        })
    }

    /// Publishes the summary of one cell in place of an earlier one, and drops the samples and
    /// invocations of earlier runs of that cell.
    pub fn publish(&self, cell: &CellRow) -> Result<(), RecordError> {
        put(
            &self.file("", &cell.key),
            |known: &CellRow| known.key == cell.key,
            std::slice::from_ref(cell),
            |a, b| a.key.text_order().cmp(&b.key.text_order()),
        )?;
        rewrite(&self.file(SAMPLES, &cell.key), |sample: &mut SampleRow| {
            sample.key != cell.key || sample.run == cell.started_at
        })?;
        rewrite(&self.file(INVOCATIONS, &cell.key), |row: &mut InvocationRow| {
            row.key != cell.key || row.run == cell.started_at
        })
    }

    fn file(&self, folder: &str, key: &Key) -> PathBuf {
        self.path.join(folder).join(key.file_name())
    }
}

/// Locks the folder itself: nothing is left behind, however the process ends.
fn lock(folder: &Path) -> Result<File, RecordError> {
    // Windows opens no folders, and what is locked there can't be read: a file of its own.
    let (target, mut options) = (folder.join(".lock"), OpenOptions::new());
    let target = if cfg!(windows) { target } else { folder.to_owned() };
    options.read(true).write(cfg!(windows)).create(cfg!(windows)).truncate(false);
    let file = options.open(&target).map_err(io_error(&target))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(RecordError::Busy(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(RecordError::Io { path: target, source }),
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
