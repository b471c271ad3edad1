//! Which packages under a tree ship async functions that were compiled away, and what to do.
//!
//! [`scan`] walks the tree once, side by side on all cores. A search for texts that every style leaves
//! behind decides which files are worth looking into; a quick lexer leaves out the parts that can't
//! matter; the syntax tree of the rest decides what is a call site, so that names in comments and
//! strings are none. Where packages with findings were found, their entry
//! points are followed, and the packages that need them are looked for.

#![warn(missing_docs)]

mod affected;
mod archive;
mod buffer;
mod count;
mod cure;
mod error;
mod helper;
mod manifest;
mod markers;
mod package;
#[cfg(test)]
mod parts_tests;
mod reach;
mod report;
mod shape;
mod shipped;
mod skim;
mod source;
mod style;
#[cfg(test)]
mod tests;
mod tree;

use std::path::Path;

pub use affected::{Effect, WINDOWS, Window};
pub use count::Counts;
pub use cure::{Cure, cures};
pub use error::ScanError;
pub use reach::Loader;
pub use report::{Dependent, Entry, FileFinding, Findings, PackageFinding, Skip};
pub use style::Style;

/// Stack of a thread that parses: parser and visitors are recursive. Only what is used takes memory.
pub(crate) const STACK: usize = 1 << 30;

/// Looks into everything under `folder`: a project, a `node_modules`, or one package.
///
/// # Errors
/// The folder can't be read. What can't be read within it is in the answer.
pub fn scan(folder: &Path) -> Result<Findings, ScanError> {
    let to_error = |source| ScanError::Folder { path: folder.to_owned(), source };
    let root = folder.canonicalize().map_err(to_error)?;
    if !root.is_dir() {
        return Err(ScanError::NoFolder(folder.to_owned()));
    }
    std::fs::read_dir(&root).map_err(to_error)?;
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build()?;
    Ok(pool.install(|| report::findings(&root, tree::walk(&root))))
}
