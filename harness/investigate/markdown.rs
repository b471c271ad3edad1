//! The story as Markdown: chapters in the order in which a person would have found things out.

use std::fmt::Write as _;

use super::story::{Browser, Culprits, Heap, Load, Step, Story, Subject, Versions, Window};
use crate::stats::Estimate;
use crate::units::{Bytes, thousands};

const SECONDS_A_DAY: f64 = 86_400.0;

/// Tells the story.
#[must_use]
pub fn markdown(story: &Story) -> String {
    let mut chapters = vec![opening(story)];
    chapters.push(chapter("The service grows", &story.growth, growth));
    chapters.push(chapter("What holds the memory", &story.heap, heap));
    chapters.push(chapter("Who makes it", &story.culprits, culprits));
    chapters.push(chapter("Since when", &story.versions, versions));
    chapters.push(chapter("The cure", &story.cure, |cure| cured(cure, story.growth.found())));
    for (i, step) in story.fixed.iter().enumerate() {
        let title = if i == 0 { "On a version that has it fixed" } else { "" };
        chapters.push(chapter(title, step, growth));
    }
    chapters.push(chapter("In the browser", &story.browsers, |found| browsers(found)));
    chapters.push(closing(story));
    chapters.join("\n")
}

fn opening(story: &Story) -> String {
    let mut text = match story.growth.found() {
        Some(load) => format!("# Why {} grows\n\n", named(&load.subject)),
        None => "# An investigation\n\n".to_owned(),
    };
    let mut sentences = Vec::new();
    if let Some(load) = story.growth.found() {
        sentences.push(format!(
            "A service compiled to {} {} on {}: {} for each request.",
            target(&load.variant),
            verdict(&load.verdict),
            named(&load.subject),
            left_behind(&load.bytes_per_request)
        ));
    }
    if let Some(suspect) = story.heap.found().and_then(|heap| heap.suspects.first()) {
        sentences.push(format!(
            "`{}` keeps {:.1} % of the heap and is {:.1} % of it itself.",
            suspect.name,
            suspect.retained_share * 100.0,
            suspect.shallow_share * 100.0
        ));
    }
    if let Some(found) = story.culprits.found() {
        sentences.push(format!(
            "{} of {} packages ship async functions that were compiled to generators.",
            found.packages.len(),
            thousands(found.packages_seen)
        ));
    }
    if let Some(cure) = story.cure.found() {
        sentences.push(format!(
            "Compiled to {}, the same service {} on the same version.",
            target(&cure.variant),
            verdict(&cure.verdict)
        ));
    }
    text += &sentences.join(" ");
    text.push('\n');
    text
}

fn chapter<T>(title: &str, step: &Step<T>, tell: impl Fn(&T) -> String) -> String {
    let body = match step {
        Step::Found(found) => tell(found),
        Step::Failed(why) => format!("**This step failed:** {why}.\n"),
        Step::Skipped(why) => format!("This step was left out: {why}.\n"),
    };
    if title.is_empty() { body } else { format!("## {title}\n\n{body}") }
}

fn growth(load: &Load) -> String {
    let mut text = format!(
        "The build for {} ran on {} (V8 {}) under {} requests a second for {:.0} s: {} requests, {}. \
         Half of them were answered within {}, 99 % within {}.\n\n\
         After a forced collection its heap was {} before the load and {} after it: {} for each \
         request. It **{}**.",
        target(&load.variant),
        named(&load.subject),
        load.subject.engine_version,
        load.rate,
        load.duration_s,
        thousands(load.requests),
        failures(load.failed),
        milliseconds(load.p50_ns),
        milliseconds(load.p99_ns),
        Bytes(load.heap_before_bytes),
        Bytes(load.heap_after_bytes),
        left_behind(&load.bytes_per_request),
        verdict(&load.verdict),
    );
    if load.verdict == "leaks" {
        let a_day = load.bytes_per_request.value * load.rate * SECONDS_A_DAY;
        let _ = write!(text, " At this rate that is {} a day.", Bytes(a_day.max(0.0) as u64));
    }
    text.push('\n');
    if let Some(picture) = &load.picture {
        let _ = write!(
            text,
            "\n![Memory against time: {} on {}]({picture})\n",
            load.variant,
            named(&load.subject)
        );
    }
    text
}

fn heap(heap: &Heap) -> String {
    let mut text = format!(
        "Two heap snapshots, {} before the load and {} after it, were compared.",
        Bytes(heap.before_bytes),
        Bytes(heap.after_bytes)
    );
    let Some(first) = heap.suspects.first() else {
        return text + " Nothing in them grew as much as a leak would.\n";
    };
    let _ = write!(text, " {}\n\n```\n", first.sentence);
    for step in &first.path {
        let _ = writeln!(text, "{}", step.line());
    }
    text += "```\n";
    if let Some(cause) = first.known_cause {
        text += "\nSources: ";
        let links: Vec<String> = cause.sources.iter().map(|link| format!("<{link}>")).collect();
        text += &links.join(", ");
        text.push('\n');
    }
    text
}

fn culprits(found: &Culprits) -> String {
    let mut text = format!(
        "{} packages with {} files in `{}` were searched.",
        thousands(found.packages_seen),
        thousands(found.files_seen),
        found.folder
    );
    if found.packages.is_empty() {
        return text + " None ships async functions that were compiled to generators.\n";
    }
    text += " These ship async functions that were compiled to generators:\n\n";
    text += "| package | version | functions | compiled by | cure |\n| --- | --- | ---: | --- | --- |\n";
    for package in &found.packages {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            cell(&package.name),
            cell(package.version.as_deref().unwrap_or("–")),
            thousands(package.call_sites),
            cell(&package.styles.join(", ")),
            cell(package.cure.as_deref().unwrap_or("–"))
        );
    }
    text
}

fn versions(found: &Versions) -> String {
    let mut text = format!(
        "Of {} published versions, {} were asked in {:.0} s.",
        thousands(found.published as u64),
        thousands(found.asked as u64),
        found.elapsed_s
    );
    if found.windows.is_empty() {
        return text + " None leaks.\n";
    }
    text += " These leak:\n\n";
    text +=
        "| release line | first leaking | last leaking | fixed in |\n| --- | --- | --- | --- |\n";
    for Window { line, first_leaking, last_leaking, fixed_in } in &found.windows {
        let fixed_in = fixed_in.as_deref().unwrap_or("not within this line");
        let _ = writeln!(text, "| {line} | {first_leaking} | {last_leaking} | {fixed_in} |");
    }
    text
}

fn cured(cure: &Load, before: Option<&Load>) -> String {
    let mut text = growth(cure);
    // Only loads that were the same can be told side by side.
    let Some(before) = before.filter(|before| before.rate == cure.rate) else { return text };
    let _ = write!(
        text,
        "\n| build | heap before | heap after | bytes kept a request | p99 | verdict |\n\
         | --- | ---: | ---: | ---: | ---: | --- |\n"
    );
    for load in [before, cure] {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            target(&load.variant),
            Bytes(load.heap_before_bytes),
            Bytes(load.heap_after_bytes),
            interval(&load.bytes_per_request),
            milliseconds(load.p99_ns),
            load.verdict
        );
    }
    text
}

fn browsers(found: &[Browser]) -> String {
    let mut text = String::new();
    for browser in found {
        let rate = browser.bytes_per_op.as_ref();
        let rate = rate.map(|rate| format!(": {} for each call", left_behind(rate)));
        let _ = writeln!(
            text,
            "- {} (V8 {}) {}{}",
            named(&browser.subject),
            browser.subject.engine_version,
            verdict(&browser.verdict),
            rate.unwrap_or_default()
        );
    }
    text
}

fn closing(story: &Story) -> String {
    format!(
        "## How this was measured\n\n\
         By `awaitbench investigate` (awaitbench {}) on {}, begun {}, in {:.0} s. [low, high] are 95 % \
         confidence intervals. Every number above was measured in this run.\n",
        crate::HARNESS_VERSION,
        story.machine,
        story.started_at,
        story.elapsed_s
    )
}

fn named(subject: &Subject) -> String {
    let family = match &subject.runtime[..] {
        "node" => "Node.js",
        "chromium" => "Chromium",
        other => other,
    };
    format!("{family} {}", subject.version)
}

fn target(variant: &str) -> &str {
    match variant {
        "generator" => "ES2015",
        "async" => "ES2017",
        other => other,
    }
}

fn verdict(word: &str) -> &str {
    match word {
        "stable" => "is stable",
        "inconclusive" => "gives no clear verdict",
        other => other,
    }
}

fn failures(failed: u64) -> String {
    if failed == 0 {
        "none of which failed".to_owned()
    } else {
        format!("{} of which failed", thousands(failed))
    }
}

fn left_behind(rate: &Estimate) -> String {
    format!("{} bytes left behind", interval(rate))
}

fn interval(rate: &Estimate) -> String {
    format!("{:.0} [{:.0}, {:.0}]", rate.value, rate.low, rate.high)
}

fn milliseconds(nanos: u64) -> String {
    format!("{:.2} ms", nanos as f64 / 1e6)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests;
