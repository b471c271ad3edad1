//! The answer for people: how much there is, then the packages, then what to do.

use super::answer::{Answer, Target};
use crate::report::format::{count, counted, quantity};
use crate::report::table::{Column, Entry, Page, Section, Table};
use crate::scan::{Cure, Effect, PackageFinding, Style, WINDOWS};

/// Dependents that are named; the others are only counted.
const NAMED: usize = 2;

/// The page, the answer in its title; with every file if `files` says so.
pub(super) fn page(answer: &Answer, files: bool) -> Page {
    let mut sections = Vec::new();
    if !answer.findings.packages.is_empty() {
        sections.extend([found(answer), remedies(answer)]);
        sections.extend(files.then(|| every_file(answer)));
    }
    Page { title: title(answer), about: about(answer), sections }
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
        Column { priority: 5, ..Column::label("version") },
        Column::figures("call sites", None, 0),
        Column::figures("loaded", None, 0),
        Column::figures("files", None, 6),
    ];
    for target in &answer.targets {
        columns.push(Column {
            priority: 1,
            ..Column::label(format!("{} {}", target.runtime, target.version))
        });
    }
    columns.extend([
        Column { priority: 2, ..Column::label("style") },
        Column { priority: 3, ..Column::label("needed by") },
        Column { priority: 4, ..Column::label("path") },
    ]);
    let rows = answer.findings.packages.iter().map(|package| row(answer, package)).collect();
    Section {
        title: "packages".to_owned(),
        table: Table { columns, rows },
        notes: Vec::new(),
        remark: Some(
            "loaded: call sites in files that Node.js reaches from the entry points.".to_owned(),
        ),
    }
}

fn row(answer: &Answer, package: &PackageFinding) -> Vec<Entry> {
    let text = |text: String| Entry::Text(text);
    let mut row = vec![
        text(package.name.clone()),
        Entry::figure(package.version.clone(), |version| version),
        text(count(package.call_sites)),
        text(count(package.loaded_call_sites)),
        text(count(package.files)),
    ];
    row.extend(answer.targets.iter().map(|target| text(target.effect(package).word().to_owned())));
    row.extend([
        Entry::figure(main_style(package), |words| words),
        Entry::figure(needed_by(package), |names| names),
        text(package.path.clone()),
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
            vec![Entry::Text(package.name.clone()), Entry::figure(first, |words| words)]
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
    Section {
        title: "what to do".to_owned(),
        table: Table { columns: vec![Column::label("package"), Column::label("first try")], rows },
        notes: Vec::new(),
        remark: Some(format!("Who builds a package sets: {}.", settings.join("; "))),
    }
}

fn every_file(answer: &Answer) -> Section {
    let columns = vec![
        Column::label("file"),
        Column::figures("call sites", None, 0),
        Column { priority: 1, ..Column::label("loaded by") },
    ];
    let mut rows = Vec::new();
    for package in &answer.findings.packages {
        for file in &package.file_list {
            let by: Vec<_> = file.loaded_by.iter().map(|loader| loader.word()).collect();
            rows.push(vec![
                Entry::Text(format!("{}/{}", package.path, file.path)),
                Entry::Text(count(file.call_sites)),
                Entry::figure((!by.is_empty()).then_some(by), |by| by.join(", ")),
            ]);
        }
    }
    Section {
        title: "files".to_owned(),
        table: Table { columns, rows },
        notes: Vec::new(),
        remark: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::{markdown_pages, terminal_pages};

    #[test]
    fn eighty_and_a_hundred_and_twenty_columns() {
        for width in [80, 120] {
            let text = terminal_pages(&[page(&sample::answer(), true)], width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("{width}_columns"), text);
        }
    }

    #[test]
    fn markdown_has_every_column() {
        insta::assert_snapshot!(markdown_pages(&[page(&sample::answer(), true)]));
    }

    #[test]
    fn nothing_found_is_one_sentence() {
        let mut answer = sample::answer();
        answer.findings.packages.clear();
        let page = page(&answer, false);
        assert_eq!(page.title, "No down-levelled async under app");
        assert!(page.sections.is_empty());
    }
}
