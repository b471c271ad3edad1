//! What can be wrong with results on disk: one cause, one sentence, with the file.

use std::io;
use std::path::{Path, PathBuf};

/// What can be wrong with results on disk.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system can't read or write.
    #[error("\"{}\": {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// A row is not as `docs/FORMAT.md` says.
    #[error("\"{}\": {source}", path.display())]
    Csv {
        path: PathBuf,
        /// What is wrong, with the line.
        source: csv::Error,
    },
    /// `machine.toml` is not as `docs/FORMAT.md` says.
    #[error("\"{}\": {reason}", path.display())]
    Machine { path: PathBuf, reason: String },
    /// A row of `between-runs.csv` says what no runs can have given.
    #[error("\"{}\": {reason}; delete that line, or the file, and measure it again with awaitbench selfcheck --between-runs", path.display())]
    BetweenRuns {
        path: PathBuf,
        /// What is wrong, with the value.
        reason: String,
    },
    /// `unfinished.toml` is not as this version writes it.
    #[error("\"{}\": {reason}; delete it to give that run up", path.display())]
    Journal { path: PathBuf, reason: String },
    #[error("another awaitbench is writing to \"{}\": wait for it, or choose another folder with --out", .0.display())]
    Busy(PathBuf),
    /// What should be a folder is a file.
    #[error("\"{}\" is a file, and results need a folder: name one with --out, or move the file away", .0.display())]
    NotAFolder(PathBuf),
    #[error("no results in \"{}\": run `cargo bench` or `awaitbench run` first, or name another folder", .0.display())]
    Empty(PathBuf),
}

pub(super) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> RecordError {
    let path = path.to_owned();
    move |source| RecordError::Io { path, source }
}

pub(super) fn csv_error(path: &Path) -> impl FnOnce(csv::Error) -> RecordError {
    let path = path.to_owned();
    move |source| RecordError::Csv { path, source }
}
