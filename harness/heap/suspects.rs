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
mod grown;
mod growth;
mod heap;
mod holding;
mod kind;
pub mod known;
mod limits;
mod nested;
mod suspect;
mod variable;

use super::analysis::Analysis;
use super::path::{self, Step};
pub use grown::Grown;
use growth::difference;
use heap::Heap;
pub use holding::Holding;
use known::{Cause, Known};
pub use limits::Thresholds;
use limits::is_suspicious;
pub use suspect::Suspect;

/// Places that are looked at closely, the largest first; with very low limits there are millions.
const MOST_PLACES: usize = 200;

/// What is suspicious about a heap.
#[derive(Debug, Default)]
pub struct Findings {
    /// Objects, the strongest suspicion first.
    pub suspects: Vec<Suspect>,
    /// Classes whose objects are held each by itself, if no object explains most of the growth; the
    /// largest growth first.
    pub classes: Vec<Grown>,
}

/// Finds the suspects in a snapshot, the strongest first; `base` is an older snapshot of the
/// same program.
pub fn suspects(
    analysis: &Analysis,
    base: Option<&Analysis>,
    thresholds: &Thresholds,
) -> Vec<Suspect> {
    findings(analysis, base.map_or(&[], std::slice::from_ref), thresholds).suspects
}

/// Finds what is suspicious in a snapshot, beside older ones of the same program, the oldest first. If there
/// are several, what did not grow in each step is no suspect.
pub fn findings<B: std::borrow::Borrow<Analysis>>(
    analysis: &Analysis,
    before: &[B],
    thresholds: &Thresholds,
) -> Findings {
    let heap = Heap::new(analysis, before.iter().map(|base| base.borrow()));
    let mut found = heap.places(thresholds);
    nested::settle(analysis, &mut found);
    let holders: Vec<u32> = found.iter().map(|(_, place)| place.holder).collect();
    let mut suspects: Vec<Suspect> = found.into_iter().map(|(suspect, _)| suspect).collect();
    sort(&mut suspects);
    drop_repetitions(&mut suspects);
    alike::merge(&mut suspects, heap.total);
    sort(&mut suspects);
    suspects.truncate(thresholds.most);
    let classes = grown::classes(&heap, &holders, &suspects, thresholds);
    Findings { suspects, classes }
}

impl Heap<'_> {
    /// The suspicious places, each described.
    fn places(&self, thresholds: &Thresholds) -> Vec<(Suspect, accumulate::Place)> {
        let analysis = self.analysis;
        let is_suspicious = |bytes, growth| is_suspicious(bytes, growth, self.total, thresholds);
        let mut places = accumulate::places(analysis, &self.retained, thresholds.min_bytes);
        if self.before.is_empty() {
            places.retain(|place| is_suspicious(self.bytes_of(place.holder), None));
        }
        places.sort_by_key(|place| std::cmp::Reverse(self.bytes_of(place.holder)));
        places.truncate(MOST_PLACES);
        let mut found = Vec::new();
        for mut place in places {
            // What nothing retains can't be explained by a path.
            let Some(links) = self.paths.links_to(analysis, place.node) else { continue };
            let path = path::describe(analysis, &links);
            let holds = holding::holding(analysis, &self.scripts, &place);
            let mut known = known::recognise(&path, analysis.snapshot.declares_locations);
            if known == Some(Known::Bounded) {
                continue;
            }
            if let Some((cause, subject)) = known::recognise_way(analysis, &links, holds.as_ref())
                && known.is_none()
            {
                known = Some(Known::Leak(cause));
                if nested::dominates(analysis, subject, place.holder) {
                    place.holder = subject;
                }
            }
            let growth = self.growth(place.holder, &links);
            if is_suspicious(self.bytes_of(place.holder), growth.as_ref().map(|steps| steps.0)) {
                found.push((
                    self.describe(&place, Found { links, path, known, holds, growth }),
                    place,
                ));
            }
        }
        found.retain(|(suspect, _)| suspect.growth_steps.iter().all(|step| *step > 0));
        found
    }

    /// By how much a place grew, in all and in each step.
    fn growth(&self, node: u32, links: &[usize]) -> Option<(i64, Vec<i64>)> {
        let kept = self.before.iter().map(|before| before.kept(self.analysis, node, links));
        let kept: Vec<u64> = kept.chain([self.bytes_of(node)]).collect();
        let (first, last) = (kept.first()?, kept.last()?);
        let steps: Vec<i64> = kept.windows(2).map(|pair| difference(pair[1], pair[0])).collect();
        match steps.len() {
            0 => None,
            1 => Some((steps[0], Vec::new())),
            _ => Some((difference(*last, *first), steps)),
        }
    }
}

fn sort(found: &mut [Suspect]) {
    found.sort_by_key(|suspect| (std::cmp::Reverse(suspect.own_bytes), suspect.shallow_bytes));
}

/// Two places may have one holder: the first one stands for it.
fn drop_repetitions(found: &mut Vec<Suspect>) {
    let mut seen = std::collections::HashSet::new();
    found.retain(|suspect| seen.insert(suspect.id));
}

/// What was found out about a place.
struct Found {
    links: Vec<usize>,
    path: Vec<Step>,
    known: Option<Known>,
    holds: Option<Holding>,
    growth: Option<(i64, Vec<i64>)>,
}

impl Heap<'_> {
    fn describe(&self, place: &accumulate::Place, found: Found) -> Suspect {
        let Found { links, path, known, holds, growth } = found;
        let snapshot = &self.analysis.snapshot;
        let total = self.total.max(1) as f64;
        let retained_bytes = self.bytes_of(place.holder);
        let shallow_bytes = snapshot.self_sizes.get(place.holder);
        let variable = variable::variable(self.analysis, &self.scripts, &links, place.holder);
        let variable = variable.unwrap_or_default();
        let name = path::node_name(self.analysis, place.holder);
        let id = snapshot.ids[place.holder as usize];
        let known_cause: Option<Cause> = match known {
            Some(Known::Leak(cause)) => Some(cause),
            Some(Known::Bounded) | None => None,
        };
        let advice = match known_cause {
            Some(_) => None,
            None => advice::advice(&name, id, &path, holds.as_ref()),
        };
        let (growth_bytes, growth_steps) = growth.unzip();
        Suspect {
            name,
            id,
            retained_bytes,
            retained_share: retained_bytes as f64 / total,
            shallow_bytes,
            shallow_share: shallow_bytes as f64 / total,
            growth_bytes,
            growth_steps: growth_steps.unwrap_or_default(),
            own_bytes: growth_bytes.unwrap_or(retained_bytes as i64),
            path,
            variable: variable.name,
            declared_in: variable.file,
            seen_by: variable.seen_by,
            alike: 1,
            holds,
            advice,
            known_cause,
        }
    }
}

#[cfg(test)]
mod tests;
