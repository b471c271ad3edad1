//! Which packages under a tree ship async functions that were compiled away, and what to do.
//!
//! [`scan`] walks the tree once, side by side on all cores. A search for texts that every style leaves
//! behind decides which files are worth looking into; a quick lexer leaves out the parts that can't
//! matter; the syntax tree of the rest decides what is a call site, so that names in comments and
//! strings are none. Where packages with findings were found, their entry
//! points are followed, and the packages that need them are looked for.
//!
//! ```
//! use std::fs;
//!
//! use awaitbench_scan::{Style, scan};
//!
//! let project = tempfile::tempdir()?;
//! let package = project.path().join("node_modules/old");
//! fs::create_dir_all(&package)?;
//! fs::write(package.join("package.json"), r#"{"name": "old", "version": "1.0.0"}"#)?;
//! let code = "exports.f = () => __awaiter(this, void 0, void 0, function* () {});";
//! fs::write(package.join("index.js"), code)?;
//!
//! let found = &scan(project.path())?.packages[0];
//! assert_eq!((found.name.as_str(), found.loaded_call_sites), ("old", 1));
//! assert_eq!(found.styles, [Style::TypescriptAwaiter]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod affected;
mod archive;
mod buffer;
mod count;
mod cure;
mod definition;
mod error;
mod helper;
mod imports;
#[cfg(test)]
mod kinds_tests;
mod manifest;
mod markers;
mod names;
mod once;
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

pub use affected::{AffectedRange, Effect, WINDOWS};
pub use count::Counts;
pub use cure::{Cure, cures};
pub use error::ScanError;
pub use reach::Loader;
pub use report::{Dependent, Entry, FileFinding, Findings, Loads, PackageFinding};
pub use style::Style;
pub use tree::Skip;

/// Stack of a thread that parses: parser and visitors are recursive. Only what is used takes memory.
pub(crate) const STACK: usize = 1 << 30;

/// Looks into everything under `folder`: a project, a `node_modules`, or one package.
///
/// What can't be read within it is in the answer.
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
