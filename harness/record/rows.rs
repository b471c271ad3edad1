//! Rows of CSV in files: whole lines, and files that are the old one or the new one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{RecordError, csv_error, io_error};

/// What the names of files begin with while they are written.
const PARTIAL: &str = ".partial-";

/// Removes files that a process was writing when it was killed. Only for who holds the lock.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes beside and renames: a reader sees the old file or the new one.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), RecordError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL);
    // Results are for everybody, unlike temporary files.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut fresh = builder.tempfile_in(folder).map_err(io_error(folder))?;
    fresh.write_all(content).map_err(io_error(path))?;
    fresh
        .persist(path)
        .map_err(|error| RecordError::Io { path: path.to_owned(), source: error.error })?;
    Ok(())
}

/// Cuts off a last line that was never finished.
pub(super) fn mend_end(file: &mut File) -> io::Result<()> {
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    let whole = whole_lines(&content);
    if whole < content.len() {
        file.set_len(whole as u64)?;
    }
    Ok(())
}

/// The length of `content` up to the end of its last whole line.
pub(super) fn whole_lines(content: &[u8]) -> usize {
    content.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

pub(super) fn to_csv<T: Serialize>(rows: &[T], header: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(header).from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Reads a file's rows; a last line that was never finished is not one.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, RecordError> {
    let content = fs::read(path).map_err(io_error(path))?;
    let mut reader = csv::Reader::from_reader(&content[..whole_lines(&content)]);
    reader.deserialize().collect::<Result<_, _>>().map_err(csv_error(path))
}

/// Reads a file's rows; of a file that is not there, none.
pub(super) fn read_if_there<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, RecordError> {
    if path.exists() { read(path) } else { Ok(Vec::new()) }
}

/// Puts rows in the place of those that are about the same, or behind all others.
pub(super) fn put<T>(
    path: &Path,
    is_same: impl Fn(&T) -> bool,
    new: &[T],
) -> Result<(), RecordError>
where
    T: Clone + Serialize + DeserializeOwned,
{
    let mut rows: Vec<T> = read_if_there(path)?;
    let at = rows.iter().position(&is_same).unwrap_or(rows.len());
    rows.retain(|row| !is_same(row));
    rows.splice(at..at, new.iter().cloned());
    if rows.is_empty() && !path.exists() {
        return Ok(());
    }
    replace(path, &to_csv(&rows, true).map_err(csv_error(path))?)
}

/// Changes the rows of a file, and keeps those for which `change` answers true. What needs no change
/// is not written, and a file that is not there is no file.
pub(super) fn rewrite<T>(
    path: &Path,
    mut change: impl FnMut(&mut T) -> bool,
) -> Result<(), RecordError>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    if !path.exists() {
        return Ok(());
    }
    let before: Vec<T> = read(path)?;
    let mut after = before.clone();
    after.retain_mut(|row| change(row));
    if after == before {
        return Ok(());
    }
    replace(path, &to_csv(&after, true).map_err(csv_error(path))?)
}

/// Writes a file of an earlier version anew if it lacks columns that `rows`, of which there is at
/// least one, have: lines with more fields than the header are no CSV.
pub(super) fn renew<T>(path: &Path, rows: &[T]) -> Result<(), RecordError>
where
    T: Serialize + DeserializeOwned,
{
    let header = |csv: &[u8]| csv.split(|byte| *byte == b'\n').next().map(<[u8]>::to_vec);
    let content = fs::read(path).map_err(io_error(path))?;
    let wanted = to_csv(&rows[..rows.len().min(1)], true).map_err(csv_error(path))?;
    if content.is_empty() || header(&content) == header(&wanted) {
        return Ok(());
    }
    let earlier: Vec<T> = read(path)?;
    replace(path, &to_csv(&earlier, true).map_err(csv_error(path))?)
}

/// The rows of every CSV file directly in `folder`, by file name, `but` those of these names.
pub(super) fn read_all<T: DeserializeOwned>(
    folder: &Path,
    but: &[&str],
) -> Result<Vec<T>, RecordError> {
    let entries = fs::read_dir(folder).map_err(io_error(folder))?;
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let is_other = path.file_name().is_some_and(|name| but.iter().any(|it| name == *it));
            path.extension().is_some_and(|extension| extension == "csv")
                && path.is_file()
                && !is_other
        })
        .collect();
    paths.sort();
    let mut rows = Vec::new();
    for path in paths {
        rows.extend(read::<T>(&path)?);
    }
    Ok(rows)
}
