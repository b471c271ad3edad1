//! The answer for people: one row per line, or a window of it.

use super::Bisection;
use super::finding::Answer;
use super::hunt::Searched;
use super::lines::skips_numbers;
use super::question::Question;
use super::search::State;
use super::windows::{Window, widest_unasked, windows};
use super::words::sentence;
use crate::show::format::{count, fixed, listed, one_line};
use crate::show::{Column, Entry, Labels, Notes, Page, Section};

/// Versions without an answer that a note names for each reason; the others it counts.
const NAMED: usize = 6;

/// The answer as a page of one table.
pub(super) fn page(bisection: &Bisection) -> Page {
    let labels = labels(bisection);
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    for searched in &bisection.outcome.lines {
        rows.extend(line_rows(bisection, searched, &labels, &mut notes));
    }
    let title = format!("by release line: {}", bisection.question);
    let section = Section::new(title, columns(bisection, &labels), rows)
        .without_empty_columns()
        .noted(notes)
        .remarked(remark(bisection));
    Page {
        title: sentence(bisection),
        about: about(bisection),
        sections: vec![section],
        ..Page::default()
    }
}

fn labels(bisection: &Bisection) -> Labels {
    Labels::of(bisection.outcome.lines.iter().map(|searched| searched.line.family.name))
}

fn columns(bisection: &Bisection, labels: &Labels) -> Vec<Column> {
    vec![
        labels.column_or("line"),
        Column::label("answer"),
        Column::label("first"),
        Column::label("last"),
        Column::label(if bisection.question == Question::Leak { "fixed in" } else { "ends in" }),
        Column::figures("versions", None, 2),
        Column::figures("asked", None, 1),
        Column::figures("unasked in a row", None, 3),
    ]
}

/// One row for each window of the line, or one for a line that has none.
fn line_rows(
    bisection: &Bisection,
    searched: &Searched,
    labels: &Labels,
    notes: &mut Notes,
) -> Vec<Vec<Entry>> {
    let answers = searched.answers();
    let windows = windows(&answers);
    let line = &searched.line;
    let name = labels.name(line.family.name, &line.name);
    let word = word(bisection, searched);
    let answer = match note(bisection, searched) {
        None => Entry::Text(word),
        Some(note) => notes.failed(&word, &note),
    };
    let asked = answers.iter().filter(|answer| answer.is_some()).count();
    let counts = [line.versions.len(), asked, widest_unasked(&answers)]
        .map(|number| Entry::Count(number as u64));
    let row = |bounds: [Entry; 3]| {
        [Entry::Text(name.clone()), answer.clone()].into_iter().chain(bounds).chain(counts.clone())
    };
    if windows.is_empty() {
        return vec![row([Entry::Blank, Entry::Blank, Entry::Blank]).collect()];
    }
    let version = |at: usize| Entry::Text(line.versions[at].to_string());
    let bounds = |window: &Window| {
        [
            version(window.first),
            version(window.last),
            Entry::figure(ends_in(searched, window), version),
        ]
    };
    windows.iter().map(|window| row(bounds(window)).collect()).collect()
}

/// Where a window ends with an answer no. Before a version that can't parse the variant it has no
/// end of its own.
pub(super) fn ends_in(searched: &Searched, window: &Window) -> Option<usize> {
    let answer = |at: usize| searched.found[at].as_ref().map(|probed| probed.finding.answer);
    window.after.filter(|at| answer(*at) == Some(Answer::No))
}

/// The word for a whole line: its answer, or that it has several.
pub(super) fn word(bisection: &Bisection, searched: &Searched) -> String {
    let mut states: Vec<Answer> = Vec::new();
    for answer in searched.answers().into_iter().flatten() {
        if answer.state().is_some() && !states.contains(&answer) {
            states.push(answer);
        }
    }
    match &states[..] {
        [] => "no answer".to_owned(),
        [one] => bisection.question.word(*one).to_owned(),
        _ if states.iter().any(|answer| answer.state() == Some(State::Yes)) => "in part".to_owned(),
        _ => "no, or unsupported".to_owned(),
    }
}

/// What there is to know about a line beyond its row: versions that gave no answer, and numbers
/// that the list leaves out at a boundary.
fn note(bisection: &Bisection, searched: &Searched) -> Option<String> {
    let mut parts = Vec::new();
    // Versions that gave no answer, those with the same reason together.
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for probed in searched.found.iter().flatten() {
        let finding = &probed.finding;
        if finding.answer.state().is_some() {
            continue;
        }
        let word = bisection.question.word(finding.answer);
        let detail = one_line(&finding.detail);
        let reason = if detail.is_empty() { word.to_owned() } else { format!("{word} ({detail})") };
        let version = probed.version.to_string();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, versions)) => versions.push(version),
            None => reasons.push((reason, vec![version])),
        }
    }
    parts.extend(reasons.into_iter().map(|(reason, mut versions)| {
        let more = versions.len().saturating_sub(NAMED);
        versions.truncate(NAMED);
        if more > 0 {
            versions.push(format!("{more} more"));
        }
        format!("{}: {reason}", listed(&versions))
    }));
    parts.extend(skipped(searched).into_iter().map(|(before, after)| {
        format!("the list has nothing between {before} and {after}, where numbers are missing")
    }));
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The neighbours of boundaries between which the list leaves out numbers.
pub(super) fn skipped(searched: &Searched) -> Vec<(String, String)> {
    let versions = &searched.line.versions;
    let mut pairs = Vec::new();
    for window in windows(&searched.answers()) {
        let begin = window.before.map(|before| (before, window.first));
        let end = window.after.map(|after| (window.last, after));
        for (low, high) in [begin, end].into_iter().flatten() {
            // Where versions between them were asked in vain, the boundary is a range anyway.
            if high == low + 1 && skips_numbers(&versions[low], &versions[high]) {
                pairs.push((versions[low].to_string(), versions[high].to_string()));
            }
        }
    }
    pairs
}

fn about(bisection: &Bisection) -> Vec<String> {
    let outcome = &bisection.outcome;
    let number = |number: u32, one: &str, many: &str| {
        format!("{} {}", count(number.into()), if number == 1 { one } else { many })
    };
    let mut lines = vec![format!(
        "{} of {} versions asked in {} s: {}, {} from the cache, {}.",
        count(bisection.asked() as u64),
        count(bisection.listed() as u64),
        fixed(bisection.elapsed.as_secs_f64(), 1),
        number(outcome.probes, "probe", "probes"),
        number(outcome.cached, "answer", "answers"),
        number(outcome.downloads, "download", "downloads"),
    )];
    if outcome.stopped.is_some() {
        lines.push("The search stopped before its end: boundaries may be missing.".to_owned());
    }
    lines
}

fn remark(bisection: &Bisection) -> String {
    let gap = |searched: &Searched| widest_unasked(&searched.answers());
    let widest = bisection.outcome.lines.iter().max_by_key(|searched| gap(searched));
    let sides = "Each side of a boundary was asked twice.";
    match widest.map(|searched| (gap(searched), searched)) {
        None | Some((0, _)) => format!("Every version gave or was denied its answer. {sides}"),
        Some((gap, searched)) => format!(
            "{sides} Between two that agree, up to {gap} in a row ({} {}) were not asked and are \
             taken to agree as well: --exhaustive asks them all.",
            searched.line.family.name, searched.line.name
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::bisection;
    use super::*;

    fn usual() -> Bisection {
        bisection(&[
            ("8", "n....n....n"),
            ("10", "nn"),
            ("11", "y.y"),
            ("12", "y.yy?n.m..n"),
            ("13", "y"),
            ("14", "??"),
        ])
    }

    #[test]
    fn each_window_is_a_row_and_a_line_without_one_is_too() {
        let page = page(&usual());
        assert_eq!(
            (page.cell("10", "answer"), page.cell("10", "first")),
            ("stable".into(), "".into())
        );
        assert_eq!(page.cell("11", "answer"), "leaks");
        let of = |line: &str| {
            let rows = &page.sections[0].table.rows;
            rows.iter().filter(|row| row[0].shown() == line).count()
        };
        assert_eq!((of("8"), of("11"), of("12")), (1, 1, 1));
        assert_eq!(page.cell("12", "answer"), "in part¹");
        assert!(page.cell("14", "answer").starts_with("no answer"));
        assert!(page.about[0].contains("versions asked"), "{:?}", page.about);
    }

    #[test]
    fn a_gap_in_the_list_at_a_boundary_is_said() {
        let mut bisection = bisection(&[("12", "yn")]);
        bisection.outcome.lines[0].line.versions[1] = node_semver::Version::from((12_u64, 2, 0));
        let page = page(&bisection);
        let expected = "the list has nothing between 12.0.0 and 12.2.0, where numbers are missing";
        assert_eq!(page.sections[0].notes.texts(), [expected]);
    }
}
