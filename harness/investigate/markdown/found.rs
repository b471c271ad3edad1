//! The chapters on what holds the memory, who makes it, since when, and browsers.

use std::fmt::Write as _;

use super::super::culprits::{cure, needed_by, styles};
use super::super::story::{Browser, Culprits, Heap, Step, Versions};
use super::words::{bounds, cell, or_dash, reasons, sentence};
use crate::heap::suspects::Suspect;
use crate::heap::text::printable;
use crate::record::Verdict;
use crate::scan::PackageFinding;
use crate::show::escaped;
use crate::show::format::{counted, fixed, listed, percent, quantity};
use crate::units::{Bytes, thousands};

/// Packages in the table; the others are counted.
const MOST: usize = 20;

/// What keeps so many times its own size alive is small.
const SMALL: u64 = 10;

/// Dependents that are named; the others are counted.
const NAMED: usize = 2;

pub(super) fn heap(heap: &Heap) -> String {
    let mut text = format!(
        "Two heap snapshots of that process, {} before the load and {} after it, were compared.",
        Bytes(heap.before_bytes),
        Bytes(heap.after_bytes)
    );
    let Some(first) = heap.suspects.first() else {
        return text + " Nothing in them grew as a leak would.\n";
    };
    let _ = write!(text, " {}. {}", holder(first), sentence(&first.whereabouts()));
    if let Some(growth) = first.growth_bytes {
        let _ = write!(text, " It grew by {}", Bytes(growth.unsigned_abs()));
        let percent = heap.explained_share.map(|share| (share * 100.0).round());
        match percent {
            Some(percent) if percent > 100.0 => {
                text += ": more than the heap gained as a whole, since other things shrank";
            }
            Some(percent) => {
                let _ =
                    write!(text, ": {} % of what the heap gained under load", fixed(percent, 0));
            }
            None => {}
        }
        text.push('.');
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
                format!("{} (by {})", escaped(&printable(&suspect.name)), Bytes(grew))
            })
            .collect();
        let _ = writeln!(text, "\nAlso larger than before: {}.", listed(&others));
    }
    text
}

/// What holds how much, with its own size where that is what is striking: a clause without its full stop.
pub(super) fn holder(suspect: &Suspect) -> String {
    let title = suspect.title();
    let what = if title.contains('`') { escaped(&title) } else { format!("`{title}`") };
    let keeps = format!(
        "{} alive, {} of the heap",
        Bytes(suspect.retained_bytes),
        percent(suspect.retained_share)
    );
    let own = Bytes(suspect.shallow_bytes);
    let is_small = suspect.shallow_bytes < suspect.retained_bytes / SMALL;
    let (keep, itself, it) =
        if suspect.alike == 1 { ("keeps", "itself", "it") } else { ("keep", "themselves", "them") };
    if !is_small {
        return format!("{what} {keep} {keeps}");
    }
    let text = format!("{what}, {itself} only {own}, {keep} {keeps}");
    match suspect.known_cause {
        // The only cause that is known is such a list.
        Some(_) => format!("{text}: a list of V8's own, which no program sees, hangs on {it}"),
        None => text,
    }
}

pub(super) fn service(found: &Culprits) -> String {
    let mut text = format!(
        "The service's own folder, with {}, was searched first.",
        counted(found.files_seen, "file")
    );
    let package = found.packages.first();
    let files = package.map_or(&[][..], |package| &package.file_list[..]);
    for file in files {
        let one = file.call_sites == 1;
        let _ = write!(
            text,
            " `{}` has {} that {}",
            file.path,
            counted(file.call_sites, "async function"),
            if one { "was compiled to a generator" } else { "were compiled to generators" }
        );
        if let Some(package) = package.filter(|_| files.len() == 1) {
            let _ = write!(text, " ({}), {}", styles(package, ", "), leaking(package));
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

/// How many of a package's functions are of the kind that leaks.
fn leaking(package: &PackageFinding) -> String {
    const MAKES: &str = "a generator with a prototype of its own in each call";
    match (package.leaking_call_sites, package.call_sites) {
        (1, 1) => format!("which makes {MAKES}"),
        (0, 1) => format!("which does not make {MAKES}"),
        (0, _) => format!("none of which makes {MAKES}"),
        (1, _) => format!("one of which makes {MAKES}"),
        (some, all) if some == all => format!("all of which make {MAKES}"),
        (some, _) => format!("{} of which make {MAKES}", thousands(some)),
    }
}

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
    if !found.skipped.is_empty() {
        let skipped = thousands(found.skipped.len() as u64);
        let _ = write!(text, ", and {skipped} that could not be read");
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

fn line(package: &PackageFinding) -> String {
    let mut needed_by: Vec<String> = needed_by(package).into_iter().map(str::to_owned).collect();
    let more = needed_by.len().saturating_sub(NAMED);
    needed_by.truncate(NAMED);
    needed_by.extend((more > 0).then(|| format!("{more} more")));
    let or_dash =
        |text: Option<String>| or_dash(text.filter(|text| !text.is_empty()), |text| escaped(&text));
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        escaped(&package.name),
        or_dash(package.version.clone()),
        thousands(package.call_sites),
        thousands(package.leaking_call_sites),
        thousands(package.loaded_call_sites),
        or_dash(Some(styles(package, ", "))),
        or_dash(Some(needed_by.join(", "))),
        or_dash(cure(package))
    )
}

pub(super) fn versions(Versions(found): &Versions) -> String {
    let mut text = format!(
        "`{}` as {}, the article's loop compiled to generators, was executed on {} of the {} in that range, in {} \
         and {} s: **{}**.",
        found.case,
        found.variants.join(" "),
        thousands(found.asked() as u64),
        counted(found.listed() as u64, "version"),
        match found.outcome.probes {
            1 => "one fresh process".to_owned(),
            probes => format!("{} fresh processes", thousands(probes.into())),
        },
        quantity(found.elapsed.as_secs_f64()),
        escaped(&found.summary())
    );
    if !found.is_exact() {
        text += " Not every version could be had or gave an answer: some boundaries are ranges, or missing.";
    }
    text.push('\n');
    let windows = found.windows();
    if windows.is_empty() {
        return text;
    }
    text +=
        "\n| release line | first leaking | last leaking | fixed in |\n| --- | --- | --- | --- |\n";
    for window in &windows {
        let [first, last, fixed_in] = window.boundaries();
        let _ = writeln!(text, "| {} | {first} | {last} | {fixed_in} |", window.line);
    }
    text
}

/// A loop with the same leak, in browsers: of the service itself nothing is executed there.
pub(super) fn browsers(steps: &[Step<Browser>]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let mut text = "## In the browser\n\n".to_owned();
    let found: Vec<&Browser> = steps.iter().filter_map(Step::found).collect();
    if let Some(first) = found.first() {
        let _ = write!(
            text,
            "Not the service but `{}` as {} was executed in a page:\n\n\
             | browser | V8 | ops | bytes kept an op | verdict |\n\
             | --- | --- | ---: | ---: | --- |\n",
            first.key.case, first.key.variant
        );
        for browser in &found {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                browser.key.runtime_name(),
                browser.key.engine_version,
                or_dash(browser.ops, thousands),
                bounds(browser.kept()),
                cell(browser.verdict, browser.space)
            );
        }
    }
    for browser in found.iter().filter(|browser| browser.verdict == Some(Verdict::Inconclusive)) {
        let _ = writeln!(text, "\n{}: {}.", browser.key.runtime_name(), escaped(&browser.reason));
    }
    text + &reasons(steps)
}
