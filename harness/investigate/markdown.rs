//! The story as Markdown: chapters in the order in which a person would have found things out.

mod found;
mod loads;
mod opening;
mod titles;
mod words;

use std::fmt::Write as _;

use super::story::{Step, Story};
use found::{app, browsers, heap, service, versions};
use loads::{cure, fixed, growth};
use opening::opening;
use words::{shell, words_of};

use crate::load::{LEAST_EVEN, LEAST_IN_STEPS};
use crate::show::escaped;
use crate::show::format::{listed, quantity};

pub(super) fn markdown(story: &Story) -> String {
    let pictures = &story.pictures;
    let mut chapters = vec![opening(story)];
    chapters.push(chapter(titles::growth(story), &story.growth, |load| {
        growth(load, pictures.growth.as_deref())
    }));
    chapters.push(chapter(titles::heap(story), &story.heap, heap));
    chapters.push(chapter(titles::culprits(story), &story.service, service));
    chapters.push(chapter("", &story.app, |found| app(found, story.app_is_sample)));
    chapters.push(chapter(titles::versions(story), &story.versions, versions));
    chapters.push(chapter(titles::cure(story), &story.cure, |load| {
        cure(load, story.growth.found(), pictures.cure.as_deref())
    }));
    chapters.push(fixed(&story.fixed, pictures.fixed.as_deref()));
    chapters.push(browsers(&story.browsers));
    chapters.push(closing(story));
    chapters.retain(|chapter| !chapter.is_empty());
    chapters.join("\n")
}

/// A chapter, or the next part of one if it has no title.
fn chapter<T>(title: &str, step: &Step<T>, tell: impl Fn(&T) -> String) -> String {
    let body = words_of(step, tell);
    if title.is_empty() { body } else { format!("## {title}\n\n{body}") }
}

/// How the figures came to be, and how they are to be read.
fn how() -> String {
    format!(
        "Every figure above was measured in this run, but for what is known of the cause, which has its \
    sources. Heap is read after a forced collection. [low, high] are the bounds of the growth over the last two \
    doublings of the number of requests or ops: of its slope, and, since lists grow in steps, of its mean at the \
    foot and at the top of each; for requests, where the value is what the heap gained divided by the requests, \
    they are made so wide that they hold it. `stable` does not exclude a slow leak: of a service, none below {LEAST_EVEN:.0} \
    bytes a request if it grows evenly, or below {LEAST_IN_STEPS:.0} if in steps of a half; of ops, none below the upper bound. \
    Latencies count from when a request was due, and forced collections are part of them."
    )
}

fn closing(story: &Story) -> String {
    let mut text = format!(
        "## How this was measured\n\n\
         On {}, begun {}, by awaitbench {}:\n\n```sh\nawaitbench {}\n```\n\n{}\n\n",
        escaped(&story.machine),
        story.started_at,
        crate::HARNESS_VERSION,
        shell(&story.arguments),
        how()
    );
    text += "| step | seconds |\n| --- | ---: |\n";
    for took in &story.steps {
        let _ = writeln!(text, "| {} | {} |", took.step, quantity(took.elapsed_s));
    }
    let _ = writeln!(text, "| all | {} |", quantity(story.elapsed_s));
    let files: Vec<String> = story.files.iter().map(|file| format!("`{file}`")).collect();
    if let [story, others @ ..] = &files[..] {
        let _ = write!(text, "\n{story} has all of it as data");
        match others {
            [] => {}
            [one] => text += &format!("; {one} has every reading that it was told from"),
            _ => text += &format!("; {} have every reading that it was told from", listed(others)),
        }
        text += ".\n";
    }
    text
}

#[cfg(test)]
mod tests;
