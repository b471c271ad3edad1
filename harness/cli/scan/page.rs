//! The answer for people: how much there is, then the packages, then what to do.

use super::answer::{Answer, Target};
use crate::scan::{Cure, Effect, Loads, PackageFinding, Style, WINDOWS};
use crate::show::format::{count, counted, quantity};
use crate::show::{Column, Entry, Page, Section};

/// Dependents that are named; the others are only counted.
const NAMED: usize = 2;

/// The page, the answer in its title.
pub(super) fn page(answer: &Answer) -> Page {
    let mut sections = Vec::new();
    if !answer.findings.packages.is_empty() {
        sections.extend([found(answer), remedies(answer)]);
        sections.extend(answer.files.then(|| every_file(answer)));
    }
    Page { title: title(answer), about: about(answer), sections, ..Page::default() }
}

fn title(answer: &Answer) -> String {
    let packages = &answer.findings.packages;
    if packages.is_empty() {
        return format!("No down-levelled async under {}", answer.folder);
    }
    let sites = packages.iter().map(|package| package.call_sites).sum();
    let files = packages.iter().map(|package| package.files).sum();
    format!(
        "{} under {} {} down-levelled async: {} in {}",
        counted(packages.len() as u64, "package"),
        answer.folder,
        if packages.len() == 1 { "ships" } else { "ship" },
        counted(sites, "call site"),
        counted(files, "file")
    )
}

fn about(answer: &Answer) -> Vec<String> {
    let findings = &answer.findings;
    let mut lines = Vec::new();
    if !findings.packages.is_empty() {
        lines.extend(answer.targets.iter().map(|target| verdict(answer, target)));
        if answer.targets.is_empty() {
            lines.push(windows());
        }
        lines.extend(answer.targets.iter().filter_map(cost));
    }
    lines.push(format!(
        "Looked into {} of {}, parsed {}, skipped {}.",
        counted(findings.files_seen, "code file"),
        counted(findings.packages_seen, "package"),
        count(findings.files_parsed),
        count(findings.skipped.len() as u64)
    ));
    lines
}

/// What is true of one runtime.
fn verdict(answer: &Answer, target: &Target) -> String {
    let name = format!("{} {}", target.runtime, target.version);
    let packages = &answer.findings.packages;
    let leaking = packages.iter().filter(|it| target.effect(it) == Effect::Leaks).count();
    let needed = packages.iter().any(|it| target.effect(it) == Effect::Needed);
    match leaking {
        _ if needed => format!("{name} has no async functions: it needs this code as it is."),
        0 => format!("{name} leaks none of it; each call is slower than an async function's."),
        leaking => {
            format!("{name} leaks memory with each call in {}.", counted(leaking as u64, "package"))
        }
    }
}

/// Which versions leak, where none was asked about.
fn windows() -> String {
    let node = WINDOWS.iter().filter(|window| window.runtime == "node");
    let ranges: Vec<_> = node
        .map(|window| format!("from {} to before {}", window.first_leaking, window.fixed_in))
        .collect();
    format!("Such calls are slow in every Node.js, and leak memory {}.", ranges.join(" and "))
}

fn cost(target: &Target) -> Option<String> {
    let price = target.price.as_ref()?;
    let interval = match (price.ns_per_call_low, price.ns_per_call_high) {
        (Some(low), Some(high)) => format!(" [{}, {}]", quantity(low), quantity(high)),
        _ => String::new(),
    };
    Some(format!(
        "Each call with two awaits costs {}{interval} ns more on {} {} ({}).",
        quantity(price.ns_per_call),
        target.runtime,
        target.version,
        price.machine
    ))
}

fn found(answer: &Answer) -> Section {
    let mut columns = vec![
        Column::label("package"),
        Column::words("version", 5),
        Column::figures("call sites", None, 0),
        Column::figures("loaded", None, 0),
        Column::figures("files", None, 6),
    ];
    for target in &answer.targets {
        columns.push(Column::words(format!("{} {}", target.runtime, target.version), 1));
    }
    columns.extend([
        Column::words("style", 2),
        Column::words("needed by", 3),
        Column::words("path", 4),
    ]);
    let rows = answer.findings.packages.iter().map(|package| row(answer, package)).collect();
    Section::new("packages", columns, rows)
        .remarked("loaded: call sites in files that Node.js reaches from the entry points; unknown where none was seen and a path is computed, or any file may be required by its path.")
}

fn row(answer: &Answer, package: &PackageFinding) -> Vec<Entry> {
    let mut row = vec![
        Entry::text(package.name.clone()),
        Entry::figure(package.version.clone(), Entry::Text),
        Entry::Count(package.call_sites),
        match package.loaded {
            Loads::Unknown => Entry::text("unknown"),
            _ => Entry::Count(package.loaded_call_sites),
        },
        Entry::Count(package.files),
    ];
    row.extend(answer.targets.iter().map(|target| Entry::text(target.effect(package).word())));
    row.extend([
        Entry::figure(main_style(package), Entry::Text),
        Entry::figure(needed_by(package), Entry::Text),
        Entry::text(package.path.clone()),
    ]);
    row
}

/// The style of most call sites, and how many others there are.
fn main_style(package: &PackageFinding) -> Option<String> {
    let sites = |style: Style| -> u64 {
        package.file_list.iter().filter_map(|file| file.styles.get(&style)).sum()
    };
    // Of two that make up the same call sites, the first: Babel's before regenerator.
    let main = package.styles.iter().rev().max_by_key(|style| sites(**style))?;
    let others = package.styles.len() - 1;
    Some(if others == 0 { main.to_string() } else { format!("{main} +{others}") })
}

fn needed_by(package: &PackageFinding) -> Option<String> {
    let names: Vec<&str> = package.dependents.iter().map(|it| it.name.as_str()).collect();
    let named = names.get(..NAMED).unwrap_or(&names).join(", ");
    match names.len() {
        0 => None,
        n if n > NAMED => Some(format!("{named} and {} more", n - NAMED)),
        _ => Some(named),
    }
}

/// What to do, package by package; what is the same for all of a style is said once.
fn remedies(answer: &Answer) -> Section {
    let rows = answer
        .findings
        .packages
        .iter()
        .map(|package| {
            let first = answer.cures(package).first().map(Cure::words);
            vec![Entry::Text(package.name.clone()), Entry::figure(first, Entry::Text)]
        })
        .collect();
    let mut styles: Vec<Style> = answer
        .findings
        .packages
        .iter()
        .flat_map(|package| package.styles.iter().copied())
        .collect();
    styles.sort_unstable();
    styles.dedup();
    let mut settings: Vec<_> = styles.into_iter().map(Style::setting).collect();
    settings.dedup();
    let columns = vec![Column::label("package"), Column::label("first try")];
    Section::new("what to do", columns, rows)
        .remarked(format!("Who builds a package sets: {}.", settings.join("; ")))
}

fn every_file(answer: &Answer) -> Section {
    let columns = vec![
        Column::label("file"),
        Column::figures("call sites", None, 0),
        Column::words("loaded by", 1),
    ];
    let mut rows = Vec::new();
    for package in &answer.findings.packages {
        for file in &package.file_list {
            let by: Vec<_> = file.loaded_by.iter().map(|loader| loader.word()).collect();
            rows.push(vec![
                Entry::Text(format!("{}/{}", package.path, file.path)),
                Entry::Count(file.call_sites),
                Entry::figure((!by.is_empty()).then_some(by), |by| Entry::Text(by.join(", "))),
            ]);
        }
    }
    Section::new("files", columns, rows)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_package_has_its_figures_and_what_to_do() {
        let answer = sample::answer();
        let page = page(&answer);
        let package = &answer.findings.packages[0];
        let target = &answer.targets[0];
        let of_target = format!("{} {}", target.runtime, target.version);
        assert_eq!(page.cell(&package.name, "call sites"), count(package.call_sites));
        assert_eq!(page.cell(&package.name, &of_target), target.effect(package).word());
        assert_eq!(page.cell(&package.name, "first try"), answer.cures(package)[0].words());
        let file = format!("{}/{}", package.path, package.file_list[0].path);
        assert_eq!(page.cell(&file, "call sites"), count(package.file_list[0].call_sites));
        assert!(page.about.iter().any(|line| line.contains(&of_target)), "{:?}", page.about);
    }

    #[test]
    fn nothing_found_is_one_sentence() {
        let mut answer = sample::answer();
        answer.findings.packages.clear();
        let page = page(&answer);
        assert_eq!(page.title, "No down-levelled async under app");
        assert!(page.sections.is_empty());
    }
}
