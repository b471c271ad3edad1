//! Which versions leak, as a search has found out.

use serde::Serialize;

use crate::bisect::WindowRow;

/// Which versions leak.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Versions {
    /// The case that was executed.
    pub case: String,
    /// Its variant.
    pub variant: String,
    /// Flags of the runtimes: none.
    pub flags: String,
    /// The answer in one sentence.
    pub summary: String,
    /// Versions that could have been asked.
    pub versions_listed: usize,
    /// Versions that were asked.
    pub versions_asked: usize,
    /// Fresh processes that were asked.
    pub probes: u32,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// Whether every boundary was seen from both sides.
    pub is_exact: bool,
    /// The ranges.
    pub windows: Vec<WindowRow>,
}
