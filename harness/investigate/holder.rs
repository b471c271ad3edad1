//! What holds the memory: the snapshots of a load, compared.

use std::path::{Path, PathBuf};

use super::story::{Heap, Load};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Thresholds, suspects};

/// A suspect explains at least this part of what the heap gained under load.
const LEAST_SHARE: f64 = 0.2;

/// Less than this is never suspected, in bytes: code that is compiled, and tables that grow with it.
const LEAST: u64 = 128 << 10;

/// Suspects that are told.
const MOST: usize = 3;

/// The two paths of the snapshots whose names begin with `prefix`.
pub(super) fn paths(prefix: &Path) -> [PathBuf; 2] {
    let stem = prefix.file_name().unwrap_or_default().to_string_lossy();
    ["before", "after"].map(|when| prefix.with_file_name(format!("{stem}-{when}.heapsnapshot")))
}

/// Compares the snapshots of `load`.
///
/// The usual limits are for a heap of which nothing is known. Here it is known how much the heap gained
/// between two forced collections, and a snapshot forces one too: what counts is whether a suspect
/// explains that.
///
/// # Errors
/// A snapshot can't be read.
pub(super) fn holders([before, after]: &[PathBuf; 2], load: &Load) -> Result<Heap, HeapError> {
    let older = Analysis::open(before, Rules::Today)?;
    let newer = Analysis::open(after, Rules::Today)?;
    let gained = load.heap_after_bytes.saturating_sub(load.heap_before_bytes);
    let min_bytes = ((gained as f64 * LEAST_SHARE) as u64).max(LEAST);
    let thresholds = Thresholds { min_bytes, most: MOST, ..Thresholds::default() };
    let suspects = suspects(&newer, Some(&older), &thresholds);
    let growth = suspects.first().and_then(|suspect| suspect.growth_bytes);
    let explained_share = growth.filter(|_| gained > 0).map(|growth| growth as f64 / gained as f64);
    let (before_bytes, after_bytes) = (older.total_bytes(), newer.total_bytes());
    // Freeing them array by array takes as long as reading them.
    std::mem::forget((older, newer));
    Ok(Heap { before_bytes, after_bytes, explained_share, suspects })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_are_those_that_a_load_writes() {
        let [before, after] = paths(Path::new("/tmp/x/growth"));
        assert_eq!(before, Path::new("/tmp/x/growth-before.heapsnapshot"));
        assert_eq!(after, Path::new("/tmp/x/growth-after.heapsnapshot"));
    }
}
