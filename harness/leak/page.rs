//! Verdicts for people: one row a cell, the series that it was decided from beside it.

use super::judged::{Judged, held_in};
use super::sparkline::sparkline;
use super::{Space, Verdict};
use crate::record::Status;
use crate::report::format::{self, bytes, count, one_line, quantity, raised};
use crate::report::table::{Column, Entry, Page, Section, Table};

/// How to read the table.
const REMARK: &str = "bytes/op: growth over the last two doublings of the number of ops, and its \
                      interval. series: what was held after each forced collection. LEAK.md says what \
                      a verdict means, and when it is wrong.";

/// The verdicts as a page, a table for each case; with `whole_series`, every reading after it.
#[must_use]
pub fn page(judged: &[Judged], machine: &str, whole_series: bool) -> Page {
    let mut sorted: Vec<&Judged> = judged.iter().collect();
    sorted.sort_by(|a, b| a.row.key.cmp(&b.row.key));
    let mut sections: Vec<Section> =
        sorted.chunk_by(|a, b| a.row.key.case == b.row.key.case).map(section).collect();
    if whole_series {
        sections.extend(sorted.iter().filter(|it| !it.series.is_empty()).map(|it| series(it)));
    }
    Page { title: title(judged), about: vec![machine.to_owned()], sections }
}

/// `3 of 14 leak: node 11.15.0, …`.
fn title(judged: &[Judged]) -> String {
    let with = |verdict: Verdict| {
        judged.iter().filter(move |it| it.row.verdict.as_deref() == Some(verdict.word())).count()
    };
    let failed = judged.iter().filter(|it| it.has_failed()).count();
    let unsupported = judged.iter().filter(|it| it.row.status == Status::Unsupported).count();
    let counts = [
        (with(Verdict::Leaks), "leaks", "leak"),
        (with(Verdict::Stable), "is stable", "are stable"),
        (with(Verdict::Inconclusive), "is inconclusive", "are inconclusive"),
        (unsupported, "is unsupported", "are unsupported"),
        (failed, "failed", "failed"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| {
            format!("{} {}", count(number as u64), if number == 1 { one } else { many })
        })
        .collect();
    format!("Memory that survives collection: {}", parts.join(", "))
}

fn section(judged: &[&Judged]) -> Section {
    let mut notes: Vec<String> = Vec::new();
    let rows = judged.iter().map(|it| row(it, &mut notes)).collect();
    let table = Table { columns: columns(), rows };
    Section {
        title: format!(
            "{}: does what it holds grow with the number of ops?",
            judged[0].row.key.case
        ),
        table: table.without_empty_columns(),
        notes,
        remark: Some(REMARK.to_owned()),
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::label("runtime"),
        Column::label("variant"),
        Column::label("verdict"),
        Column::figures("bytes/op", None, 0),
        Column::label("series"),
        Column::figures("held, first and last", None, 2),
        Column { priority: 1, ..Column::label("space") },
        Column::figures("interval", None, 3),
        Column { priority: 4, ..Column::label("held by") },
        Column::figures("ops", None, 5),
        Column::figures("time", "s", 6),
    ]
}

fn row(judged: &Judged, notes: &mut Vec<String>) -> Vec<Entry> {
    let row = &judged.row;
    let is_grown = row.verdict.as_deref() != Some(Verdict::Stable.word());
    let held = judged.held();
    let ends = held.first().copied().zip(held.last().copied());
    let bounds = row.bytes_per_op_low.zip(row.bytes_per_op_high);
    let line = sparkline(&held);
    let space = row.space.as_ref().filter(|_| is_grown).map(|word| word.replace('_', " "));
    vec![
        Entry::Text(row.key.full_label()),
        Entry::Text(row.key.variant.clone()),
        verdict(judged, notes),
        Entry::companion(row.bytes_per_op, quantity),
        if line.is_empty() { Entry::Blank } else { Entry::Text(line) },
        Entry::companion(ends, |(first, last)| format!("{} {}", bytes(first), bytes(last))),
        Entry::companion(space, |word| word),
        Entry::companion(bounds, |(low, high)| format::bounds(low, high)),
        Entry::companion(row.held_by.clone(), |word| word),
        Entry::companion(row.ops, count),
        Entry::companion(row.elapsed_s, |seconds| format!("{seconds:.2}")),
    ]
}

/// The word, with the number of a note that says why there is no plain verdict.
fn verdict(judged: &Judged, notes: &mut Vec<String>) -> Entry {
    let row = &judged.row;
    let (word, note) = match row.verdict.as_deref() {
        Some(word) if word == Verdict::Inconclusive.word() => {
            (word, row.reason.clone().unwrap_or_default())
        }
        Some(word) => return Entry::Text(word.to_owned()),
        None => (row.status.word(), one_line(&row.detail)),
    };
    if note.is_empty() {
        return Entry::Failed(word.to_owned());
    }
    let number = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
        notes.push(note);
        notes.len() - 1
    });
    Entry::Failed(format!("{word}{}", raised(number + 1)))
}

/// Every reading of one verdict.
fn series(judged: &Judged) -> Section {
    let row = &judged.row;
    let columns = std::iter::once(Column::figures("ops", None, 0))
        .chain(Space::ALL.into_iter().map(|space| Column::figures(space.to_string(), "bytes", 0)));
    let rows = judged.series.iter().map(|point| {
        let held = Space::ALL.into_iter().map(|space| Entry::figure(held_in(point, space), count));
        std::iter::once(Entry::Text(count(point.ops))).chain(held).collect()
    });
    let table = Table { columns: columns.collect(), rows: rows.collect() };
    let verdict = row.verdict.as_deref().unwrap_or(row.status.word());
    let runtime = row.key.full_label();
    Section {
        title: format!("{} as {} on {runtime}: {verdict}", row.key.case, row.key.variant),
        table: table.without_empty_columns(),
        notes: Vec::new(),
        remark: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::judged;
    use super::*;
    use crate::report::{markdown_pages, terminal_pages};

    #[test]
    fn eighty_and_a_hundred_and_twenty_columns() {
        for width in [80, 120] {
            let text = terminal_pages(&[page(&judged(), "Test CPU", false)], width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("{width}_columns"), text);
        }
    }

    #[test]
    fn markdown() {
        insta::assert_snapshot!(markdown_pages(&[page(&judged(), "Test CPU", false)]));
    }

    #[test]
    fn every_reading_is_shown_if_asked() {
        let page = page(&judged()[..1], "Test CPU", true);
        insta::assert_snapshot!(terminal_pages(&[page], 80, false));
    }

    #[test]
    fn equal_notes_are_one() {
        let mut twice = judged();
        twice.extend(judged());
        let notes = |all: &[Judged]| page(all, "", false).sections[0].notes.len();
        assert_eq!(notes(&twice), notes(&judged()));
    }
}
