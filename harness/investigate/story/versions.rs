//! Which versions leak, as a search has found out.

use serde::{Deserialize, Serialize};

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
    pub windows: Vec<Window>,
}

/// A range of leaking versions within a release line: the row that `awaitbench bisect` has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The family.
    pub runtime: String,
    /// The release line.
    pub line: String,
    /// The first version that was seen to leak.
    pub first_leaking: String,
    /// The last one.
    pub last_leaking: String,
    /// The first one after it that was seen not to; `None` if there is none among those that were looked at.
    pub fixed_in: Option<String>,
    /// The last one before the window that does not leak, or can't parse the variant.
    pub stable_before: Option<String>,
    /// Whether nothing that gave no answer lies between the window and its neighbours.
    pub is_exact: bool,
    /// Versions right before it that gave no answer.
    pub untested_before: Vec<String>,
    /// Versions right after it that gave no answer.
    pub untested_after: Vec<String>,
}

impl Window {
    /// The first and the last leaking version and the first fixed one, each no surer than it is.
    #[must_use]
    pub fn boundaries(&self) -> [String; 3] {
        let sure = |version: &str, untested: &[String], otherwise: &str| {
            if untested.is_empty() { version.to_owned() } else { format!("{version} {otherwise}") }
        };
        let fixed_in = match &self.fixed_in {
            Some(version) => sure(version, &self.untested_after, "at the latest"),
            None => "none that was looked at".to_owned(),
        };
        [
            sure(&self.first_leaking, &self.untested_before, "at the latest"),
            sure(&self.last_leaking, &self.untested_after, "at the earliest"),
            fixed_in,
        ]
    }
}
