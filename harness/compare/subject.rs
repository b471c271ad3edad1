//! One side of a comparison.

use crate::record::{CellRow, SampleRow};
use crate::report::Matrix;

/// Everything that is known of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The machine and the summary.
    pub matrix: Matrix,
    /// The samples; none for published figures.
    pub samples: Vec<SampleRow>,
    /// The one version that is looked at; `None` if all are.
    pub only: Option<Version>,
}

/// A version of a runtime, as the results name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub runtime: String,
    /// The version as the process reported it.
    pub version: String,
}

impl Version {
    /// A version by its words.
    pub fn new(runtime: &str, version: &str) -> Self {
        Self { runtime: runtime.to_owned(), version: version.to_owned() }
    }

    /// Whether a row is about this version.
    pub fn owns(&self, cell: &CellRow) -> bool {
        cell.key.runtime == self.runtime && cell.key.version == self.version
    }
}

impl Subject {
    /// The same side with one version only.
    pub fn narrowed(mut self, version: &Version) -> Self {
        self.matrix.cells.retain(|cell| version.owns(cell));
        self.only = Some(version.clone());
        self
    }

    /// Whether its figures were taken from a publication.
    pub(super) const fn is_published(&self) -> bool {
        self.matrix.machine.published.is_some()
    }
}
