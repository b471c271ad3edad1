//! What can be wrong with a heap snapshot, and what to do about it.
//!
//! A snapshot is often written by a process that is dying of the leak it documents, so half files
//! are common. Every complaint about content carries the byte offset, because the files are too
//! large for an editor: the offset is what `dd` or `tail -c` need.

use std::path::PathBuf;

use super::text::printable;

/// Why a heap snapshot could not be read or a question about it not answered.
#[derive(Debug, thiserror::Error)]
pub enum HeapError {
    /// The file could not be opened.
    #[error("cannot open \"{}\": {error}; check the path", path.display())]
    Open {
        /// The file asked for.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file's content is not a usable snapshot.
    #[error("cannot read \"{}\": {fault}", path.display())]
    Read {
        /// The file asked for.
        path: PathBuf,
        /// Where and why; part of the message, so not its source.
        fault: Fault,
    },
    /// No object bears the id.
    #[error(
        "\"{}\" has no object with id {id}; `awaitbench heap summary --class NAME` lists ids",
        path.display()
    )]
    NoSuchId {
        /// The file searched.
        path: PathBuf,
        /// The id asked for.
        id: u64,
    },
    /// No group bears the name.
    #[error(
        "\"{}\" has no class \"{name}\"; `awaitbench heap summary` lists them{}",
        path.display(),
        nearest.as_ref().map(|n| format!(", \"{}\" is the nearest", printable(n))).unwrap_or_default()
    )]
    NoSuchClass {
        /// The file searched.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// A class whose name contains what was asked for, or is contained in it.
        nearest: Option<String>,
    },
}

/// What is wrong with the content, and at which byte.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The input ended inside a value.
    #[error(
        "it is truncated: it ends at byte {offset} inside {section}; \
         the process that wrote it was probably stopped, so take the snapshot again"
    )]
    Truncated {
        /// Where the input ended.
        offset: u64,
        /// What was being read.
        section: &'static str,
    },
    /// The input is JSON-like but not what V8 writes.
    #[error(
        "it is corrupt at byte {offset}, in {section}: expected {expected}, found {found}; \
         copy it again from where it was taken, or take it again"
    )]
    Corrupt {
        /// The first byte that does not fit.
        offset: u64,
        /// What was being read.
        section: &'static str,
        /// What would have fitted.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// The input is something else altogether.
    #[error(
        "it is not a V8 heap snapshot: at byte {offset} {reason}; a snapshot begins with \
         {{\"snapshot\":{{\"meta\": and is what DevTools and `awaitbench leak --snapshots` save"
    )]
    Foreign {
        /// The first byte that says so.
        offset: u64,
        /// What stands there instead.
        reason: String,
    },
    /// A number does not fit the arrays that hold it.
    #[error("at byte {offset}, in {section}: {what} is {value}, more than the {limit} supported")]
    TooLarge {
        /// Where the number ends.
        offset: u64,
        /// What was being read.
        section: &'static str,
        /// What the number counts.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The largest supported one.
        limit: u64,
    },
    /// The system could not read on.
    #[error("reading failed after byte {offset}: {error}")]
    Io {
        /// How much had been read.
        offset: u64,
        /// What the system said.
        error: std::io::Error,
    },
}
