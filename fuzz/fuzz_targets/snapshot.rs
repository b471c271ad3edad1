//! Any bytes as a snapshot file: no panic, no hang, and while reading no more memory than four
//! times the input beside the window.
#![no_main]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use awaitbench_heap::analysis::Analysis;
use awaitbench_heap::diff::diff;
use awaitbench_heap::path::retaining_paths;
use awaitbench_heap::read::read;
use awaitbench_heap::rules::Rules;
use awaitbench_heap::object::object;
use awaitbench_heap::strings::duplicates;
use awaitbench_heap::suspects::{Thresholds, findings};
use libfuzzer_sys::fuzz_target;

/// Counts what is allocated.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all calls go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The window, the tables of names, and what an error message needs.
const FIXED: usize = 320 * 1024;
/// The same, and blocks for two workers: inputs of unknown size are read side by side.
const FIXED_BLOCKS: usize = 16 * 1024 * 1024;

fuzz_target!(|data: &[u8]| {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    // Half of the inputs are read row by row, half side by side.
    let known = data.len() % 2 == 0;
    let read_it = || read(data, known.then_some(data.len() as u64));
    let fixed = if known { FIXED } else { FIXED_BLOCKS };
    let snapshot = read_it();
    let used = PEAK.load(Relaxed) - before;
    assert!(used <= fixed + 4 * data.len(), "{used} bytes for {}", data.len());
    let Ok(snapshot) = snapshot else { return };
    let classic = Analysis::new(snapshot, Rules::Classic);
    let _ = classic.groups();
    let Ok(snapshot) = read_it() else { return };
    let today = Analysis::new(snapshot, Rules::Today);
    let groups = today.groups();
    let shallow: u128 = groups.rows.iter().map(|row| u128::from(row.shallow_bytes)).sum();
    let all: u128 = today.snapshot.self_sizes.iter().map(u128::from).sum();
    assert!(shallow <= all, "groups are larger than the heap");
    let everything = Thresholds { min_bytes: 1, min_share: 0.0, min_growth_share: 0.0, most: 5 };
    let alone = findings::<&Analysis>(&today, &[], &everything);
    let compared = findings(&today, &[&classic, &today], &everything);
    alone.suspects.iter().for_each(|suspect| assert!(!suspect.sentence().is_empty()));
    compared.classes.iter().for_each(|class| assert!(!class.sentence().is_empty()));
    let last = today.snapshot.len() as u32 - 1;
    let _ = retaining_paths(&today, last, 3);
    let _ = (object(&today, last), duplicates(&today));
    let _ = diff(read_it, read_it, Rules::Today, None);
});
