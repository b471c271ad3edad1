//! What it all comes to: a sentence for each step that found something.

use super::super::story::{Culprits, Load, Step, Story};
use super::found::holder;
use super::loads::variants;
use super::words::{bounds, sentence, target, verb, verb_of};
use crate::record::Verdict;
use crate::show::escaped;
use crate::show::format::listed;
use crate::units::thousands;

/// The title, and under it the story in a few sentences.
pub(super) fn opening(story: &Story) -> String {
    let growth = story.growth.found();
    let mut sentences: Vec<String> = growth.map(of_growth).into_iter().collect();
    if let Some(suspect) = story.heap.found().and_then(|heap| heap.suspects.first()) {
        sentences.push(format!("{}.", holder(suspect)));
    }
    if let Some(found) = story.app.found() {
        sentences.push(of_app(found, if story.app_is_sample { "a sample app" } else { "the app" }));
    }
    if let Some(found) = story.versions.found() {
        sentences.push(format!("By version: {}.", escaped(&found.0.summary())));
    }
    if let Some(load) = story.cure.found() {
        let same =
            if growth.is_some() { "the same version" } else { &escaped(&load.key.runtime_name()) };
        sentences.push(format!(
            "Compiled to {}, the service {} on {same}.",
            target(&load.key),
            verb_of(load)
        ));
    }
    sentences.extend(elsewhere(story));
    let text = format!("# {}\n\n{}", escaped(&story.title()), sentences.join(" "));
    text.trim_end().to_owned() + "\n"
}

fn of_growth(load: &Load) -> String {
    let about = format!(
        "A service that TypeScript compiled to {} {} on {}",
        target(&load.key),
        verb_of(load),
        load.key.runtime_name()
    );
    let kept = bounds(load.kept());
    match load.verdict {
        Some(Verdict::Leaks) if load.leaks_heap() => {
            format!("{about}: {kept} bytes a request are left behind.")
        }
        Some(Verdict::Leaks) => format!("{about}. {}", sentence(&load.reason)),
        Some(Verdict::Stable) => format!("{about}: its heap gained {kept} bytes a request."),
        Some(Verdict::Inconclusive) | None => {
            format!("{about}. Its heap gained {kept} bytes a request under load.")
        }
    }
}

fn of_app(found: &Culprits, app: &str) -> String {
    const WHAT: &str = "async functions that were compiled away";
    let seen = thousands(found.packages_seen);
    match (found.packages.len(), found.packages_seen) {
        (1, 1) => format!("The one package of {app} ships {WHAT}."),
        (0, _) => format!("No package of {app} ships {WHAT}, of {seen} that were searched."),
        (1, _) => format!("One of the {seen} packages of {app} ships {WHAT}."),
        (some, _) => {
            format!("{} of the {seen} packages of {app} ship {WHAT}.", thousands(some as u64))
        }
    }
}

/// The fixed version, and the browsers.
fn elsewhere(story: &Story) -> Vec<String> {
    let mut sentences = Vec::new();
    let fixed: Vec<_> = story.fixed.iter().filter_map(Step::found).collect();
    if let Some(first) = fixed.first() {
        sentences.push(format!("On {} {}.", first.key.runtime_name(), variants(&fixed)));
    }
    let browsers: Vec<_> = story.browsers.iter().filter_map(Step::found).collect();
    if let Some(first) = browsers.first() {
        let each = browsers
            .iter()
            .map(|browser| format!("{} {}", browser.key.runtime_name(), verb(browser.verdict)));
        sentences.push(format!(
            "In browsers `{}` as {} was executed, not the service: {}.",
            first.key.case,
            first.key.variant,
            listed(&each.collect::<Vec<_>>())
        ));
    }
    sentences
}
