//! What holds the memory: the snapshots of a load, compared.

use std::fs;
use std::path::PathBuf;

use super::plan::Context;
use super::story::{Heap, Load, Step};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Thresholds, suspects};

/// A suspect explains at least this part of what the heap gained under load.
const LEAST_SHARE: f64 = 0.2;

/// Less than this is never suspected, in bytes: code that is compiled, and tables that grow with it.
const LEAST: u64 = 128 << 10;

const MOST: usize = 3;

/// Compares the two snapshots of `load`, and removes them.
pub(super) fn compare(
    context: &Context<'_>,
    load: &mut Step<Load>,
    step: &'static str,
) -> Step<Heap> {
    let Step::Found(load) = load else {
        return Step::Skipped("there is no load whose snapshots could be compared".to_owned());
    };
    context.progress.doing(step, "comparing two snapshots");
    let paths = std::mem::take(&mut load.result.snapshots);
    let heap = match &paths[..] {
        [before, after] => find_holders([before, after], load).map_err(|error| error.to_string()),
        _ => Err("the load has not left two snapshots".to_owned()),
    };
    for path in paths {
        // Gone at the latest with the scratch folder.
        let _ = fs::remove_file(path);
    }
    heap.into()
}

/// The usual limits are for a heap of which nothing is known. Here it is known how much the heap gained
/// between two forced collections, and a snapshot forces one too: what counts is whether a suspect
/// explains that.
fn find_holders([before, after]: [&PathBuf; 2], load: &Load) -> Result<Heap, HeapError> {
    let older = Analysis::open(before, Rules::Today)?;
    let newer = Analysis::open(after, Rules::Today)?;
    let gained = load.gained();
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
