//! Why a scan can't be made.

use std::io;
use std::path::PathBuf;

/// Why there is no answer at all. What only concerns a part of the tree is a [`Skip`] in the answer.
///
/// [`Skip`]: super::Skip
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The folder can't be found or read.
    #[error("can't read \"{}\": {source}; name a project's folder or its node_modules", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was named is a file.
    #[error("\"{}\" is no folder: name a project's folder or its node_modules", .0.display())]
    NoFolder(PathBuf),
    /// The system gives no threads.
    #[error("can't start threads: {0}; try again with fewer programs running")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}
