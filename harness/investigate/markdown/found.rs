//! The chapters on what holds the memory, who makes it, since when, and browsers.

use std::fmt::Write as _;

use super::super::story::{Browser, Culprits, Heap, Package, Step, Versions, Window};
use super::told;
use super::words::{bounds, counted, listed, named};
use crate::heap::suspects::Suspect;
use crate::report::escaped_markdown as escaped;
use crate::report::format::quantity;
use crate::units::{Bytes, thousands};

/// Packages in the table; the others are counted.
const MOST: usize = 20;

/// Dependents that are named; the others are counted.
const NAMED: usize = 2;

/// What two snapshots say.
pub(super) fn heap(heap: &Heap) -> String {
    let mut text = format!(
        "Two heap snapshots of that process, {} before the load and {} after it, were compared.",
        Bytes(heap.before_bytes),
        Bytes(heap.after_bytes)
    );
    let Some(first) = heap.suspects.first() else {
        return text + " Nothing in them grew as a leak would.\n";
    };
    let _ = write!(text, " {}", escaped(measured(first)));
    if let Some(share) = heap.explained_share {
        let _ = write!(text, " That is {:.0} % of what the heap gained under load.", share * 100.0);
    }
    text += "\n\n```\n";
    for step in &first.path {
        let _ = writeln!(text, "{}", step.line());
    }
    text += "```\n";
    if let Some(cause) = first.known_cause {
        let links: Vec<String> = cause.sources.iter().map(|link| format!("<{link}>")).collect();
        let _ = write!(
            text,
            "\nKnown of that path: {}. Cure: {}. Sources: {}\n",
            escaped(cause.explanation),
            // It names a command.
            cause.cure,
            links.join(", ")
        );
    }
    if heap.suspects.len() > 1 {
        let others: Vec<String> = heap.suspects[1..]
            .iter()
            .map(|suspect| {
                let grew = suspect.growth_bytes.unwrap_or(0).unsigned_abs();
                format!("{} (by {})", escaped(&suspect.name), Bytes(grew))
            })
            .collect();
        let _ = writeln!(text, "\nAlso larger than before: {}.", listed(&others));
    }
    text
}

/// The part of a suspect's sentence that was measured: what is known of the cause follows it.
fn measured(suspect: &Suspect) -> &str {
    let known = suspect.known_cause.and_then(|cause| suspect.sentence.find(cause.explanation));
    suspect.sentence[..known.unwrap_or(suspect.sentence.len())].trim_end()
}

/// The service's own folder.
pub(super) fn service(found: &Culprits) -> String {
    let mut text = format!(
        "The service's own folder was searched first, {}.",
        counted(found.files_seen, "file")
    );
    let package = found.packages.first();
    let files = package.map_or(&[][..], |package| &package.files[..]);
    for file in files {
        let _ = write!(
            text,
            " `{}` has {} that were compiled to generators",
            file.path,
            counted(file.call_sites, "async function")
        );
        if let Some(package) = package.filter(|_| files.len() == 1) {
            let _ = write!(
                text,
                " ({}), {} of which make a generator with a prototype of its own in each call",
                package.styles.join(", "),
                if package.leaking_call_sites == package.call_sites {
                    "all".to_owned()
                } else {
                    thousands(package.leaking_call_sites)
                }
            );
        }
        text.push('.');
    }
    let others = found.files_seen.saturating_sub(files.len() as u64);
    let which = if files.is_empty() { "" } else { "other " };
    match others {
        0 => {}
        1 => text += &format!(" The {which}file has none."),
        others => text += &format!(" The {which}{} files have none.", thousands(others)),
    }
    text.push('\n');
    text
}

/// A tree of packages.
pub(super) fn app(found: &Culprits, is_sample: bool) -> String {
    let what = if is_sample {
        "The service has no dependencies, where the article's had its culprits. So that there is a \
         node_modules to search, a sample app (`js-cases/app`: packages in versions of the article's time) was \
         installed through npm and searched as well"
            .to_owned()
    } else {
        format!("The app's tree, `{}`, was searched as well", found.folder)
    };
    let mut text = format!(
        "{what}: {} with {}",
        counted(found.packages_seen, "package"),
        counted(found.files_seen, "file")
    );
    if found.skipped > 0 {
        let _ = write!(text, ", and {} that could not be read", thousands(found.skipped));
    }
    text.push('.');
    if found.packages.is_empty() {
        return text + " None ships async functions that were compiled away.\n";
    }
    text += " These ship async functions that were compiled away:\n\n\
             | package | version | functions | of them leaking | loaded by Node.js | compiled by | needed by \
             | cure |\n\
             | --- | --- | ---: | ---: | ---: | --- | --- | --- |\n";
    for package in found.packages.iter().take(MOST) {
        text += &line(package);
    }
    let more = found.packages.len().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(text, "\n{} more are in `story.json`.", thousands(more as u64));
    }
    text
}

fn line(package: &Package) -> String {
    let mut needed_by: Vec<String> = package.needed_by.iter().take(NAMED).cloned().collect();
    let more = package.needed_by.len().saturating_sub(NAMED);
    if more > 0 {
        needed_by.push(format!("{more} more"));
    }
    let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { escaped(&text) };
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        escaped(&package.name),
        or_dash(package.version.clone().unwrap_or_default()),
        thousands(package.call_sites),
        thousands(package.leaking_call_sites),
        thousands(package.loaded_call_sites),
        or_dash(package.styles.join(", ")),
        or_dash(needed_by.join(", ")),
        or_dash(package.cure.clone().unwrap_or_default())
    )
}

/// Which versions leak.
pub(super) fn versions(found: &Versions) -> String {
    let mut text = format!(
        "The article's loop, compiled to generators, was asked of {} out of {}, in {} fresh processes and {} s: \
         **{}**.",
        counted(found.asked as u64, "version"),
        thousands(found.published as u64),
        thousands(found.probes.into()),
        quantity(found.elapsed_s),
        escaped(&found.summary)
    );
    if !found.is_exact {
        text += " Not every version could be had or gave an answer: some boundaries are ranges, or missing.";
    }
    text.push('\n');
    if found.windows.is_empty() {
        return text;
    }
    text +=
        "\n| release line | first leaking | last leaking | fixed in |\n| --- | --- | --- | --- |\n";
    for Window { line, first_leaking, last_leaking, fixed_in } in &found.windows {
        let fixed_in = fixed_in.as_deref().unwrap_or("not within this line");
        let _ = writeln!(text, "| {line} | {first_leaking} | {last_leaking} | {fixed_in} |");
    }
    text
}

/// The same leak in browsers.
pub(super) fn browsers(steps: &[Step<Browser>]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let mut text = "## In the browser\n\n".to_owned();
    let found: Vec<&Browser> = steps.iter().filter_map(Step::found).collect();
    if !found.is_empty() {
        text += "The same loop as generators, in a page:\n\n\
                 | browser | V8 | calls | bytes kept a call | verdict |\n\
                 | --- | --- | ---: | ---: | --- |\n";
        for browser in &found {
            let rate = browser.bytes_per_op.as_ref().map(bounds);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                named(&browser.subject),
                browser.subject.engine_version,
                thousands(browser.ops),
                rate.as_deref().unwrap_or("–"),
                browser.verdict
            );
        }
    }
    for browser in found.iter().filter(|browser| browser.verdict == "inconclusive") {
        let _ = writeln!(text, "\n{}: {}.", named(&browser.subject), escaped(&browser.reason));
    }
    let reasons: Vec<String> = steps
        .iter()
        .filter(|step| step.found().is_none())
        .map(|step| told(step, |_| String::new()))
        .collect();
    if !found.is_empty() && !reasons.is_empty() {
        text.push('\n');
    }
    text + &reasons.join("\n")
}
