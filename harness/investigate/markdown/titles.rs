//! What the chapters are called. A title says no more than what was found below it.

use super::super::story::{Culprits, Load, Step, Story};
use crate::record::Verdict;

/// The variant for ES2015 on the leaking version.
pub(super) fn growth(story: &Story) -> &'static str {
    match verdict(&story.growth) {
        Some(Verdict::Leaks) => "The service grows",
        Some(Verdict::Stable) => "The service does not grow",
        Some(Verdict::Inconclusive) => "Whether the service grows is not clear",
        None => "The service under load",
    }
}

pub(super) fn heap(story: &Story) -> &'static str {
    match story.heap.found() {
        Some(heap) if heap.suspects.is_empty() => "Two heap snapshots",
        Some(_) if leaks_heap(story) => "What holds the memory",
        Some(_) => "What has grown in the heap",
        None => "The heap snapshots",
    }
}

/// The search for what was compiled.
pub(super) fn culprits(story: &Story) -> &'static str {
    let some = |step: &Step<Culprits>| step.found().is_some_and(|it| !it.packages.is_empty());
    if leaks_heap(story) && some(&story.service) {
        "Who makes it"
    } else {
        "What was compiled to generators"
    }
}

pub(super) fn versions(story: &Story) -> &'static str {
    match story.versions.found() {
        Some(versions) if !versions.0.windows().is_empty() => "Since when",
        _ => "Which versions leak",
    }
}

/// The variant for ES2017 on the leaking version.
pub(super) fn cure(story: &Story) -> &'static str {
    match (verdict(&story.growth), verdict(&story.cure)) {
        (Some(Verdict::Leaks), Some(Verdict::Stable)) => "The cure",
        (Some(Verdict::Leaks), Some(Verdict::Leaks)) => "Compiled to ES2017 it grows as well",
        (_, Some(Verdict::Leaks)) => "Compiled to ES2017 it grows",
        _ => "Compiled to ES2017",
    }
}

fn verdict(step: &Step<Load>) -> Option<Verdict> {
    step.found()?.verdict
}

fn leaks_heap(story: &Story) -> bool {
    story.growth.found().is_some_and(|load| load.leaks_heap())
}
