//! The names of what stands in a machine's folder beside one summary per runtime version.

/// The file of verdicts; the folder of their series has the name without the ending.
pub(super) const LEAKS: &str = "leaks.csv";

/// The same of memory curves.
pub(super) const CURVES: &str = "curves.csv";

pub(super) const BETWEEN_RUNS: &str = "between-runs.csv";

/// The files in a machine's folder that hold no summaries.
pub(super) const OTHER_FILES: [&str; 3] = [LEAKS, CURVES, BETWEEN_RUNS];

/// The folders of series: those of verdicts, and those of curves.
pub(super) const FOLDERS: [&str; 2] = ["leaks", "curves"];
