//! Rows of CSV in files: whole lines, and files that are the old one or the new one.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Keyed;
use super::error::{RecordError, csv_error, io_error};

/// What the names of files begin with while they are written.
const PARTIAL: &str = ".partial-";

/// What a [`Keyed`] row may hold.
pub(super) trait Row: Clone + Default + PartialEq + Serialize + DeserializeOwned {}

impl<T: Clone + Default + PartialEq + Serialize + DeserializeOwned> Row for T {}

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

pub(super) fn to_csv<T: Serialize>(rows: &[Keyed<T>], header: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(header).from_writer(Vec::new());
    for row in rows {
        writer.serialize(row.columns())?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The names of the columns, in their order.
pub(super) fn header<T: Default + Serialize>() -> Result<StringRecord, csv::Error> {
    let row = to_csv(&[Keyed::<T>::default()], true)?;
    csv::Reader::from_reader(&*row).headers().cloned()
}

/// Reads a file's rows; a last line that was never finished is not one.
pub(super) fn read<T: Row>(path: &Path) -> Result<Vec<Keyed<T>>, RecordError> {
    let content = fs::read(path).map_err(io_error(path))?;
    parse(&content[..whole_lines(&content)]).map_err(csv_error(path))
}

/// The csv reader can't take a row apart by itself: key and figures are each read out of the whole row, by the names of
/// their columns.
fn parse<T: Row>(content: &[u8]) -> Result<Vec<Keyed<T>>, csv::Error> {
    let mut reader = csv::Reader::from_reader(content);
    let names = reader.headers()?.clone();
    let known = header::<T>()?;
    if let Some(name) = names.iter().find(|name| !known.iter().any(|known| known == *name)) {
        let reason = format!("no known column is called \"{name}\"");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason).into());
    }
    let (mut rows, mut record) = (Vec::new(), StringRecord::new());
    while reader.read_record(&mut record)? {
        let key = record.deserialize(Some(&names))?;
        rows.push(Keyed { key, row: record.deserialize(Some(&names))? });
    }
    Ok(rows)
}

/// Reads a file's rows; of a file that is not there, none.
pub(super) fn read_if_there<T: Row>(path: &Path) -> Result<Vec<Keyed<T>>, RecordError> {
    if path.exists() { read(path) } else { Ok(Vec::new()) }
}

/// Puts rows in the place of those that are about the same, or behind all others, and sorts by `order`: rows that it
/// does not tell apart stay as they stand.
pub(super) fn put<T: Row>(
    path: &Path,
    is_same: impl Fn(&Keyed<T>) -> bool,
    new: &[Keyed<T>],
    order: impl FnMut(&Keyed<T>, &Keyed<T>) -> Ordering,
) -> Result<(), RecordError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(io_error(folder))?;
    let mut rows = read_if_there(path)?;
    let at = rows.iter().position(&is_same).unwrap_or(rows.len());
    rows.retain(|row| !is_same(row));
    rows.splice(at..at, new.iter().cloned());
    rows.sort_by(order);
    if rows.is_empty() && !path.exists() {
        return Ok(());
    }
    replace(path, &to_csv(&rows, true).map_err(csv_error(path))?)
}

/// Whether a file begins with the names of all columns and ends with a whole line. One that is not there or empty is whole.
/// For files that are written in one go: one that is appended to may end anywhere.
pub(super) fn is_whole<T: Row>(path: &Path) -> Result<bool, RecordError> {
    let content = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        content => content.map_err(io_error(path))?,
    };
    let all = header::<T>().map_err(csv_error(path))?;
    let found = csv::Reader::from_reader(&*content).headers().map_err(csv_error(path))?.clone();
    let is_complete = all.iter().all(|name| found.iter().any(|found| found == name));
    Ok(content.is_empty() || (is_complete && content.ends_with(b"\n")))
}

/// The order of rows that stay as they stand.
pub(super) fn as_they_stand<T>(_: &Keyed<T>, _: &Keyed<T>) -> Ordering {
    Ordering::Equal
}

/// Changes the rows of a file, and keeps those for which `change` answers true. What needs no change
/// is not written, and a file that is missing has no rows.
pub(super) fn rewrite<T: Row>(
    path: &Path,
    mut change: impl FnMut(&mut Keyed<T>) -> bool,
) -> Result<(), RecordError> {
    if !path.exists() {
        return Ok(());
    }
    let before = read(path)?;
    let mut after = before.clone();
    after.retain_mut(|row| change(row));
    if after == before {
        return Ok(());
    }
    replace(path, &to_csv(&after, true).map_err(csv_error(path))?)
}

/// Writes a file of an earlier version anew if it lacks columns: lines with more fields than the header are not CSV.
pub(super) fn renew<T: Row>(path: &Path) -> Result<(), RecordError> {
    let mut reader = csv::Reader::from_path(path).map_err(csv_error(path))?;
    let found = reader.headers().map_err(csv_error(path))?;
    if found.is_empty() || *found == header::<T>().map_err(csv_error(path))? {
        return Ok(());
    }
    let earlier = read::<T>(path)?;
    replace(path, &to_csv(&earlier, true).map_err(csv_error(path))?)
}

/// The rows of every CSV file directly in `folder`, by file name, `but` those of these names; of a folder that is not
/// there, none.
pub(super) fn read_all<T: Row>(folder: &Path, but: &[&str]) -> Result<Vec<Keyed<T>>, RecordError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
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
