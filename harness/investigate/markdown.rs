//! The story as Markdown: chapters in the order in which a person would have found things out.

mod found;
mod loads;
mod words;

use std::fmt::Write as _;

use super::story::{Step, Story};
use found::{app, browsers, heap, service, versions};
use loads::{builds, cure, fixed, growth};
use words::{bounds, listed, named, target, verdict};

use crate::report::escaped_markdown as escaped;
use crate::report::format::quantity;
use crate::units::thousands;

/// Tells the story.
#[must_use]
pub fn markdown(story: &Story) -> String {
    let pictures = &story.pictures;
    let mut chapters = vec![opening(story)];
    chapters.push(chapter("The service grows", &story.growth, |load| {
        growth(load, pictures.growth.as_deref())
    }));
    chapters.push(chapter("What holds the memory", &story.heap, heap));
    chapters.push(chapter("Who makes it", &story.service, service));
    chapters.push(chapter("", &story.app, |found| app(found, story.app_is_sample)));
    chapters.push(chapter("Since when", &story.versions, versions));
    chapters.push(chapter("The cure", &story.cure, |load| {
        cure(load, story.growth.found(), pictures.cure.as_deref())
    }));
    chapters.push(fixed(&story.fixed, pictures.fixed.as_deref()));
    chapters.push(browsers(&story.browsers));
    chapters.push(closing(story));
    chapters.retain(|chapter| !chapter.is_empty());
    chapters.join("\n")
}

/// What it all comes to: a sentence for each step that found something.
fn opening(story: &Story) -> String {
    let growth = story.growth.found();
    let title = match growth {
        Some(load) if load.leaks() => format!("Why a service on {} grows", named(&load.subject)),
        Some(load) => format!("A service on {} under load", named(&load.subject)),
        None => "An investigation".to_owned(),
    };
    let mut sentences = Vec::new();
    if let Some(load) = growth {
        sentences.push(format!(
            "A service that TypeScript compiled to {} {} on {}: {} bytes a request are left behind.",
            target(&load.variant),
            verdict(&load.verdict),
            named(&load.subject),
            bounds(&load.bytes_per_request)
        ));
    }
    if let Some(suspect) = story.heap.found().and_then(|heap| heap.suspects.first()) {
        sentences.push(format!(
            "`{}` keeps {:.1} % of its heap alive and is {:.1} % of it itself.",
            suspect.name,
            suspect.retained_share * 100.0,
            suspect.shallow_share * 100.0
        ));
    }
    if let Some(found) = story.app.found() {
        let app = if story.app_is_sample { "a sample app" } else { "the app" };
        sentences.push(format!(
            "{} of the {} packages of {app} ship async functions that were compiled away.",
            thousands(found.packages.len() as u64),
            thousands(found.packages_seen)
        ));
    }
    if let Some(found) = story.versions.found() {
        sentences.push(format!("By version: {}.", escaped(&found.summary)));
    }
    if let Some(load) = story.cure.found() {
        let same = if growth.is_some() { "the same version" } else { &named(&load.subject) };
        sentences.push(format!(
            "Compiled to {}, the service {} on {same}.",
            target(&load.variant),
            verdict(&load.verdict)
        ));
    }
    sentences.extend(elsewhere(story));
    format!("# {title}\n\n{}\n", sentences.join(" ")).trim_end().to_owned() + "\n"
}

/// The fixed version, and the browsers.
fn elsewhere(story: &Story) -> Vec<String> {
    let mut sentences = Vec::new();
    let fixed: Vec<_> = story.fixed.iter().filter_map(Step::found).collect();
    if let Some(first) = fixed.first() {
        sentences.push(format!("On {} {}.", named(&first.subject), builds(&fixed)));
    }
    let each: Vec<String> = story
        .browsers
        .iter()
        .filter_map(Step::found)
        .map(|browser| format!("{} {}", named(&browser.subject), verdict(&browser.verdict)))
        .collect();
    if !each.is_empty() {
        sentences.push(format!("The same code in browsers: {}.", listed(&each)));
    }
    sentences
}

/// A chapter, or the next part of one if it has no title.
fn chapter<T>(title: &str, step: &Step<T>, tell: impl Fn(&T) -> String) -> String {
    let body = told(step, tell);
    if title.is_empty() { body } else { format!("## {title}\n\n{body}") }
}

/// What a step found, or why nothing.
fn told<T>(step: &Step<T>, tell: impl Fn(&T) -> String) -> String {
    match step {
        Step::Found(found) => tell(found),
        Step::Failed(why) => format!("**This step failed:** {}.\n", full_stop(why)),
        Step::Skipped(why) => format!("This step was left out: {}.\n", full_stop(why)),
    }
}

fn full_stop(why: &str) -> String {
    escaped(why.trim_end_matches('.'))
}

fn closing(story: &Story) -> String {
    let mut text = format!(
        "## How this was measured\n\n\
         On {}, begun {}, by awaitbench {}:\n\n```sh\nawaitbench {}\n```\n\n",
        escaped(&story.machine),
        story.started_at,
        crate::HARNESS_VERSION,
        story.arguments.join(" ")
    );
    text += "Every figure above was measured in this run, but for what is known of the cause, which has its \
             sources. Heap is read after a forced collection. [low, high] are the bounds of the growth over \
             the last two doublings of the number of requests or calls: lists grow in steps. Latencies count \
             from when a request was due, and forced collections are part of them.\n\n";
    text += "| step | seconds |\n| --- | ---: |\n";
    for took in &story.steps {
        let _ = writeln!(text, "| {} | {} |", took.step, quantity(took.elapsed_s));
    }
    let _ = writeln!(text, "| all | {} |", quantity(story.elapsed_s));
    text += "\n`story.json` has all of it as data; `loads.json`, `bisect.json` and `leak.json` have every \
             reading that it was told from.\n";
    text
}

#[cfg(test)]
mod tests;
