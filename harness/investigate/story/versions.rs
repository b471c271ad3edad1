//! Which versions leak, as a search has found out.

use serde::Serialize;

use crate::bisect::WindowRow;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Versions {
    /// The case that was executed.
    pub case: String,
    pub variant: String,
    /// Flags of the runtimes: none.
    pub flags: String,
    /// The answer in one sentence.
    pub summary: String,
    /// Versions that could have been asked.
    pub versions_listed: usize,
    pub versions_asked: usize,
    /// Fresh processes that were asked.
    pub probes: u32,
    /// How long that took, in seconds.
    pub elapsed_s: f64,
    /// Whether every boundary was seen from both sides.
    pub is_exact: bool,
    pub windows: Vec<WindowRow>,
}
