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
use super::rows::{mend_end, read, read_all, replace, sweep, to_csv};
use super::{CellRow, Kind, SampleRow};
use crate::machine::Machine;

/// The folder `results/<machine>`.
#[derive(Debug)]
pub struct MachineFolder {
    path: PathBuf,
    _lock: Option<File>,
    /// The samples files whose end is known to be whole.
    whole: RefCell<HashSet<PathBuf>>,
}

/// The folders under `results` that hold a machine, sorted by name; or just `results` itself if it
/// is such a folder.
///
/// # Errors
/// The folder can't be read, or holds no machine.
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
    ///
    /// # Errors
    /// The folder can't be written, or another process writes there.
    pub fn open(results: &Path, machine: &Machine) -> Result<Self, RecordError> {
        let path = results.join(machine.folder_name());
        fs::create_dir_all(path.join("samples")).map_err(io_error(&path))?;
        let lock = lock(&path)?;
        [path.clone(), path.join("samples"), path.join("plots")].iter().for_each(|at| sweep(at));
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

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's name.
    #[must_use]
    pub fn name(&self) -> String {
        let canonical = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        canonical.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The machine.
    ///
    /// # Errors
    /// `machine.toml` can't be read.
    pub fn machine(&self) -> Result<Machine, RecordError> {
        let path = self.path.join("machine.toml");
        let text = fs::read_to_string(&path).map_err(io_error(&path))?;
        toml::from_str(&text)
            .map_err(|error| RecordError::Machine { path, reason: error.to_string() })
    }

    /// Every summary row, file by file.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn cells(&self) -> Result<Vec<CellRow>, RecordError> {
        read_all(&self.path)
    }

    /// Every sample, file by file.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn samples(&self) -> Result<Vec<SampleRow>, RecordError> {
        let folder = self.path.join("samples");
        if folder.is_dir() { read_all(&folder) } else { Ok(Vec::new()) }
    }

    /// Appends samples of one runtime; they are on disk when this returns.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn append(&self, samples: &[SampleRow]) -> Result<(), RecordError> {
        let Some(first) = samples.first() else { return Ok(()) };
        let path = self.samples_file(&first.runtime, &first.version);
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(io_error(&path))?;
        // Only a process that was killed leaves half a line, so looking once is enough.
        if self.whole.borrow_mut().insert(path.clone()) {
            mend_end(&mut file).map_err(io_error(&path))?;
        }
        let length = file.metadata().map_err(io_error(&path))?.len();
        let text = to_csv(samples, length == 0).map_err(csv_error(&path))?;
        let written = file.write_all(&text);
        if written.is_err() {
            // Half a line must not stand before whole ones; if this fails too, the next one mends it.
            let _ = file.set_len(length);
            self.whole.borrow_mut().remove(&path);
        }
        written.map_err(io_error(&path))
    }

    /// Marks samples of one runtime as abandoned: they stay, and count in nothing.
    ///
    /// # Errors
    /// The file can't be read or written.
    pub fn abandon(
        &self,
        runtime: &str,
        version: &str,
        is_abandoned: impl Fn(&SampleRow) -> bool,
    ) -> Result<(), RecordError> {
        let path = self.samples_file(runtime, version);
        let mut samples: Vec<SampleRow> = read(&path)?;
        for sample in samples.iter_mut().filter(|sample| is_abandoned(sample)) {
            sample.kind = Kind::Abandoned;
        }
        replace(&path, &to_csv(&samples, true).map_err(csv_error(&path))?)
    }

    /// Publishes the summary of one cell in place of an earlier one, and drops the samples of
    /// earlier runs of that cell.
    ///
    /// # Errors
    /// A file can't be written; the earlier summary stands then.
    pub fn publish(&self, cell: &CellRow) -> Result<(), RecordError> {
        let path = self.path.join(format!("{}-{}.csv", cell.runtime, cell.version));
        let mut rows: Vec<CellRow> = if path.exists() { read(&path)? } else { Vec::new() };
        rows.retain(|row| row.key() != cell.key());
        rows.push(cell.clone());
        rows.sort_by(|a, b| (&a.case, &a.variant, &a.flags).cmp(&(&b.case, &b.variant, &b.flags)));
        replace(&path, &to_csv(&rows, true).map_err(csv_error(&path))?)?;
        self.forget_earlier_runs(cell)
    }

    fn forget_earlier_runs(&self, cell: &CellRow) -> Result<(), RecordError> {
        let path = self.samples_file(&cell.runtime, &cell.version);
        if !path.exists() {
            return Ok(());
        }
        let samples: Vec<SampleRow> = read(&path)?;
        let before = samples.len();
        let is_earlier =
            |sample: &SampleRow| sample.key() == cell.key() && sample.run != cell.started_at;
        let kept: Vec<SampleRow> = samples.into_iter().filter(|row| !is_earlier(row)).collect();
        if kept.len() == before {
            return Ok(());
        }
        replace(&path, &to_csv(&kept, true).map_err(csv_error(&path))?)
    }

    fn samples_file(&self, runtime: &str, version: &str) -> PathBuf {
        self.path.join("samples").join(format!("{runtime}-{version}.csv"))
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
mod tests {
    use super::*;
    use crate::record::Status;

    fn machine() -> Machine {
        Machine { title: "Test CPU, 1 core".to_owned(), ..Machine::default() }
    }

    fn sample(run: &str, n: u64) -> SampleRow {
        SampleRow {
            case: "await-two".to_owned(),
            variant: "async".to_owned(),
            runtime: "node".to_owned(),
            version: "12.16.2".to_owned(),
            engine_version: "7.8".to_owned(),
            flags: String::new(),
            run: run.to_owned(),
            invocation: 0,
            position: 0,
            kind: Kind::Batch,
            n: Some(n),
            elapsed_ns: Some(10),
            heap_used_bytes: None,
            heap_total_bytes: None,
            external_bytes: None,
            array_buffers_bytes: None,
            rss_bytes: None,
            peak_rss_bytes: None,
            semi_space_bytes: None,
        }
    }

    fn cell(run: &str, detail: &str) -> CellRow {
        CellRow {
            case: "await-two".to_owned(),
            variant: "async".to_owned(),
            runtime: "node".to_owned(),
            version: "12.16.2".to_owned(),
            engine_version: "7.8".to_owned(),
            flags: String::new(),
            status: Status::Ok,
            detail: detail.to_owned(),
            invocations: Some(1),
            samples: Some(1),
            ns_per_op: Some(0.1 + 0.2),
            ns_per_op_low: None,
            ns_per_op_high: None,
            ops_per_sec: Some(4_567_163.0),
            ops_per_sec_low: None,
            ops_per_sec_high: None,
            relative_margin: None,
            heap_before_bytes: Some(0),
            heap_after_bytes: None,
            bytes_per_op: Some(-1.5),
            peak_rss_bytes: None,
            semi_space_bytes: None,
            ticks_per_op: None,
            started_at: run.to_owned(),
            harness_version: "0".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_missing_is_not_zero() {
        let results = tempfile::tempdir().unwrap();
        let folder = MachineFolder::open(results.path(), &machine()).unwrap();
        let row = cell("t1", "comma, \"quote\"\nand a second line");
        folder.publish(&row).unwrap();
        assert_eq!(folder.cells().unwrap(), [row]);
        assert_eq!(folder.machine().unwrap(), machine());
        assert_eq!(find_machines(results.path()).unwrap()[0].name(), "test-cpu-1-core");
    }

    #[test]
    fn a_new_run_replaces_the_cell_and_its_samples_and_no_other() {
        let results = tempfile::tempdir().unwrap();
        let folder = MachineFolder::open(results.path(), &machine()).unwrap();
        let other = SampleRow { variant: "generator".to_owned(), ..sample("t1", 5) };
        folder.append(&[sample("t1", 1), other.clone()]).unwrap();
        folder.publish(&cell("t1", "")).unwrap();
        folder.append(&[sample("t2", 2)]).unwrap();
        assert_eq!(folder.samples().unwrap().len(), 3);
        folder.publish(&cell("t2", "")).unwrap();
        assert_eq!(folder.samples().unwrap(), [other, sample("t2", 2)]);
        assert_eq!(folder.cells().unwrap(), [cell("t2", "")]);
    }

    #[test]
    fn a_line_cut_off_half_way_is_mended() {
        let results = tempfile::tempdir().unwrap();
        let folder = MachineFolder::open(results.path(), &machine()).unwrap();
        folder.append(&[sample("t1", 1), sample("t1", 2)]).unwrap();
        let file = folder.samples_file("node", "12.16.2");
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 7]).unwrap();
        assert_eq!(folder.samples().unwrap(), [sample("t1", 1)]);
        drop(folder);
        let folder = MachineFolder::open(results.path(), &machine()).unwrap();
        folder.append(&[sample("t1", 3)]).unwrap();
        assert_eq!(folder.samples().unwrap(), [sample("t1", 1), sample("t1", 3)]);
    }

    #[test]
    fn only_one_may_write() {
        let results = tempfile::tempdir().unwrap();
        let first = MachineFolder::open(results.path(), &machine()).unwrap();
        let second = MachineFolder::open(results.path(), &machine());
        assert!(matches!(second, Err(RecordError::Busy(_))));
        drop(first);
        assert!(MachineFolder::open(results.path(), &machine()).is_ok());
    }

    #[test]
    fn a_row_that_is_wrong_is_named_by_its_line() {
        let results = tempfile::tempdir().unwrap();
        let folder = MachineFolder::open(results.path(), &machine()).unwrap();
        folder.publish(&cell("t1", "")).unwrap();
        let file = folder.path().join("node-12.16.2.csv");
        let text = fs::read_to_string(&file).unwrap().replace("4567163", "many");
        fs::write(&file, text).unwrap();
        let error = folder.cells().unwrap_err().to_string();
        assert!(error.contains("node-12.16.2.csv") && error.contains("line: 2"), "{error}");
    }

    #[test]
    fn no_results_is_said() {
        let results = tempfile::tempdir().unwrap();
        let missing = results.path().join("nowhere");
        assert!(matches!(find_machines(&missing), Err(RecordError::Empty(_))));
        assert!(matches!(find_machines(results.path()), Err(RecordError::Empty(_))));
    }
}
