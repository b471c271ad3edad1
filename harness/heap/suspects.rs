//! What leaks: the few objects behind most of a heap, or behind most of its growth.
//!
//! A leak is a place that keeps a lot alive without being large itself, or that is one huge hidden
//! list. Such places are found in the dominator tree (`accumulate`), named after the nearest
//! object that a person has heard of, compared with an older snapshot if there is one (`growth`),
//! explained if the cause is a known one ([`known`]), and put into words ([`Suspect::sentence`]).
//!
//! Sizes here are those of the file, not those that DevTools moves to owners: the point is which
//! object the bytes are in.

mod accumulate;
mod advice;
mod alike;
mod growth;
mod holding;
pub mod known;
mod suspect;
mod variable;

use super::analysis::Analysis;
use super::path::{self, Paths, Step};
use super::script::Scripts;
pub use holding::Holding;
use known::Known;
pub use suspect::Suspect;

/// Places that are looked at closely, the largest first; with very low limits there are millions.
const MOST_PLACES: usize = 200;

/// How much is suspicious.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// The least that a suspect keeps alive, or grew by.
    pub min_bytes: u64,
    /// The least part of the heap that a suspect keeps alive when there is nothing to compare with.
    pub min_share: f64,
    /// The least part of the heap that a suspect grew by.
    pub min_growth_share: f64,
    /// At most so many suspects.
    pub most: usize,
}

impl Default for Thresholds {
    /// A bare Node holds up to 1.3 MB in one list after a million calls of a generator, without
    /// leaking: entries are reused only after a full collection. Below 2 MB nothing can be told.
    fn default() -> Self {
        Self { min_bytes: 2_000_000, min_share: 0.1, min_growth_share: 0.02, most: 10 }
    }
}

/// Finds the suspects in a snapshot, the strongest first; `base` is an older snapshot of the
/// same program.
pub fn suspects(
    analysis: &Analysis,
    base: Option<&Analysis>,
    thresholds: &Thresholds,
) -> Vec<Suspect> {
    let retained = analysis.tree.retained(&analysis.snapshot.self_sizes);
    let total = analysis.total_bytes();
    let bytes_of = |node: u32| retained[analysis.tree.number[node as usize] as usize];
    let mut places = accumulate::places(analysis, &retained, thresholds.min_bytes);
    if base.is_none() {
        places.retain(|place| is_suspicious(bytes_of(place.holder), None, total, thresholds));
    }
    places.sort_by_key(|place| std::cmp::Reverse(bytes_of(place.holder)));
    places.truncate(MOST_PLACES);
    if places.is_empty() {
        return Vec::new();
    }
    let paths = Paths::new(analysis, None);
    let scripts = Scripts::of(&analysis.snapshot);
    let comparison = base.map(|base| growth::Comparison::new(base, analysis));
    let mut found: Vec<Suspect> = Vec::new();
    for place in places {
        // What nothing retains can't be explained by a path.
        let Some(links) = paths.links_to(analysis, place.node) else { continue };
        let bytes = bytes_of(place.holder);
        let growth =
            comparison.as_ref().map(|base| base.growth(analysis, place.holder, bytes, &links));
        if !is_suspicious(bytes, growth, total, thresholds) {
            continue;
        }
        let path = path::describe(analysis, &links);
        let known = known::recognise(&path, analysis.snapshot.declares_locations);
        if known != Some(Known::Bounded) {
            let variable = variable::variable(analysis, &scripts, &links, place.holder);
            let found_there = Found { path, known, variable, bytes, growth };
            found.push(describe(analysis, &scripts, &place, found_there));
        }
    }
    sort(&mut found);
    drop_repetitions(&mut found);
    alike::merge(&mut found, total);
    sort(&mut found);
    found.truncate(thresholds.most);
    found
}

fn sort(found: &mut [Suspect]) {
    found.sort_by_key(|suspect| {
        let weight = suspect.growth_bytes.unwrap_or(suspect.retained_bytes as i64);
        (std::cmp::Reverse(weight), suspect.shallow_bytes)
    });
}

fn is_suspicious(bytes: u64, growth: Option<i64>, total: u64, limits: &Thresholds) -> bool {
    let share = |bytes: u64| bytes as f64 / total.max(1) as f64;
    match growth {
        Some(growth) => {
            let grown = u64::try_from(growth).unwrap_or(0);
            grown >= limits.min_bytes && share(grown) >= limits.min_growth_share
        }
        None => bytes >= limits.min_bytes && share(bytes) >= limits.min_share,
    }
}

/// Two places may have one holder: the first one stands for it.
fn drop_repetitions(found: &mut Vec<Suspect>) {
    let mut seen = std::collections::HashSet::new();
    found.retain(|suspect| seen.insert(suspect.id));
}

/// What was found out about a place.
struct Found {
    path: Vec<Step>,
    known: Option<Known>,
    variable: Option<variable::Variable>,
    bytes: u64,
    growth: Option<i64>,
}

fn describe(
    analysis: &Analysis,
    scripts: &Scripts,
    place: &accumulate::Place,
    found: Found,
) -> Suspect {
    let snapshot = &analysis.snapshot;
    let total = analysis.total_bytes().max(1) as f64;
    let shallow_bytes = snapshot.self_sizes.get(place.holder);
    let (variable, declared_in) =
        found.variable.map_or((None, None), |variable| (Some(variable.name), variable.file));
    let name = path::node_name(analysis, place.holder);
    let id = snapshot.ids[place.holder as usize];
    let holds = holding::holding(analysis, scripts, place);
    let known_cause = match found.known {
        Some(Known::Leak(cause)) => Some(cause),
        Some(Known::Bounded) | None => None,
    };
    let advice = match known_cause {
        Some(_) => None,
        None => advice::advice(&name, id, &found.path, holds.as_ref()),
    };
    Suspect {
        name,
        id,
        retained_bytes: found.bytes,
        retained_share: found.bytes as f64 / total,
        shallow_bytes,
        shallow_share: shallow_bytes as f64 / total,
        growth_bytes: found.growth,
        path: found.path,
        variable,
        declared_in,
        alike: 1,
        holds,
        advice,
        known_cause,
    }
}

#[cfg(test)]
mod tests;
