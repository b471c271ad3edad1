//! What holds the memory: the snapshots of a load, compared.

use std::path::{Path, PathBuf};

use super::story::{Heap, Load};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};
use crate::measure::redact::redact;
use crate::show::format::one_line;

/// A suspect explains at least this part of what the heap gained under load.
const LEAST_SHARE: f64 = 0.2;

/// Less than this is never suspected, in bytes: code that is compiled, and tables that grow with it.
const LEAST: u64 = 128 << 10;

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
pub(super) fn holders([before, after]: &[PathBuf; 2], load: &Load) -> Result<Heap, HeapError> {
    let older = Analysis::open(before, Rules::Today)?;
    let newer = Analysis::open(after, Rules::Today)?;
    let gained = load.heap_after_bytes.saturating_sub(load.heap_before_bytes);
    let min_bytes = ((gained as f64 * LEAST_SHARE) as u64).max(LEAST);
    let thresholds = Thresholds { min_bytes, most: MOST, ..Thresholds::default() };
    let suspects: Vec<Suspect> =
        suspects(&newer, Some(&older), &thresholds).into_iter().map(redacted).collect();
    let growth = suspects.first().and_then(|suspect| suspect.growth_bytes);
    let explained_share = growth.filter(|_| gained > 0).map(|growth| growth as f64 / gained as f64);
    let (before_bytes, after_bytes) = (older.total_bytes(), newer.total_bytes());
    // Freeing them array by array takes as long as reading them.
    std::mem::forget((older, newer));
    Ok(Heap { before_bytes, after_bytes, explained_share, suspects })
}

/// A suspect as it may be published. What a snapshot calls things may be places on the user's machine:
/// names of files, and strings.
fn redacted(mut suspect: Suspect) -> Suspect {
    let hide = |text: &mut String| {
        let short = redact(text);
        // A name without a place stays as it is: blanks in V8's own mean something.
        if short.len() < one_line(text).len() {
            *text = short;
        }
    };
    hide(&mut suspect.name);
    let Suspect { variable, declared_in, advice, .. } = &mut suspect;
    [variable, declared_in, advice].into_iter().flatten().for_each(hide);
    for step in &mut suspect.path {
        hide(&mut step.name);
        hide(&mut step.edge);
    }
    if let Some(holds) = &mut suspect.holds {
        hide(&mut holds.name);
        [&mut holds.source, &mut holds.calls, &mut holds.chain]
            .into_iter()
            .flatten()
            .for_each(hide);
    }
    suspect
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::heap::suspects::Holding;

    #[test]
    fn a_suspect_names_no_place() {
        let plain = sample::suspect();
        assert_eq!(redacted(plain.clone()), plain);
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
        let redacted = redacted(suspect);
        let text = serde_json::to_string(&redacted).unwrap();
        assert!(!text.contains("alice/"), "{text}");
        assert_eq!(redacted.declared_in.as_deref(), Some("store in app.js:7:3"));
        // What is known has its sources still.
        assert!(text.contains("https://bugs.chromium.org/p/v8"), "{text}");
    }

    #[test]
    fn the_paths_are_those_that_a_load_writes() {
        let [before, after] = paths(Path::new("/tmp/x/growth"));
        assert_eq!(before, Path::new("/tmp/x/growth-before.heapsnapshot"));
        assert_eq!(after, Path::new("/tmp/x/growth-after.heapsnapshot"));
    }
}
