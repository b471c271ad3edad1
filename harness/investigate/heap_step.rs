//! What holds the memory: the snapshots of a load, compared.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::load::Load;
use super::plan::Context;
use super::step::{Discovery, Step};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};
use crate::heap::text::printable;
use crate::show::format::bytes;

/// A suspect explains at least this part of what the heap gained under load.
const LEAST_SHARE: f64 = 0.2;

/// Less than this is never suspected, in bytes: code that is compiled, and tables that grow with it.
const LEAST: u64 = 128 << 10;

const MOST: usize = 3;

/// What two snapshots say, one before the load and one after it.
#[derive(Clone, Debug, Serialize)]
pub struct Heap {
    /// The size of the older one.
    pub before_bytes: u64,
    /// The size of the newer one.
    pub after_bytes: u64,
    /// By how much the first suspect grew, as a part of what the heap grew by under load; `None` without
    /// a suspect, or where the heap did not grow.
    pub explained_share: Option<f64>,
    /// What leaks, the strongest first.
    pub suspects: Vec<Suspect>,
}

impl Discovery for Heap {
    fn summary(&self) -> String {
        let Some(first) = self.suspects.first() else { return "no suspect".to_owned() };
        format!("{} keeps {} alive", printable(&first.name), bytes(first.retained_bytes))
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.suspects.iter_mut().for_each(|suspect| suspect.each_text(visit));
    }
}

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
    let ends = load.heap_before_bytes.zip(load.heap_after_bytes);
    let gained = ends.map_or(0, |(before, after)| after.saturating_sub(before));
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
    use super::super::sample;
    use super::super::step::hide;
    use crate::heap::suspects::Holding;

    #[test]
    fn a_suspect_names_no_place() {
        let plain = sample::suspect();
        let mut same = plain.clone();
        same.each_text(&mut hide);
        assert_eq!(same, plain);
        let place = || Some("store in /home/alice/app.js:7:3".to_owned());
        let mut suspect = plain;
        suspect.name = "\"/home/alice/x\"".to_owned();
        suspect.path[0].name = "global / /home/alice".to_owned();
        suspect.path[0].edge = "/home/alice".to_owned();
        (suspect.variable, suspect.declared_in, suspect.advice) = (place(), place(), place());
        suspect.holds = Some(Holding {
            name: "Timeout".to_owned(),
            count: 1,
            retained_bytes: 1,
            source: place(),
            calls: place(),
            chain: place(),
        });
        suspect.each_text(&mut hide);
        let text = serde_json::to_string(&suspect).unwrap();
        assert!(!text.contains("alice/"), "{text}");
        assert_eq!(suspect.declared_in.as_deref(), Some("store in app.js:7:3"));
        // What is known has its sources still.
        assert!(text.contains("https://bugs.chromium.org/p/v8"), "{text}");
    }
}
