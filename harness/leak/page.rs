//! Verdicts for people: one row per cell, the series that it was decided from beside it.

use super::judged::{Judged, held_in};
use super::sparkline::sparkline;
use crate::record::{Space, Status, Verdict};
use crate::show::format::{count, quantity};
use crate::show::{Column, Entry, Notes, Page, Section};

/// How to read the table.
const REMARK: &str = "bytes/op: growth over the last two doublings of the number of ops, and its \
                      interval. series: what was held after each forced collection. docs/LEAK.md says what \
                      a verdict means, and when it is wrong.";

/// What is held within a turn of the event loop.
const TURN: &str = "no leak: bytes that an op holds until the loop that executes it returns to the event loop. A loop that \
                    awaits only what is settled does not return before its end, and may fill the heap: let it wait for \
                    setImmediate or a timer now and then";

/// The verdicts as a page, a table for each case; with `whole_series`, every reading after it.
pub(super) fn page(judged: &[Judged], machine: &str, whole_series: bool) -> Page {
    let mut sorted: Vec<&Judged> = judged.iter().collect();
    sorted.sort_by(|a, b| a.row.key.cmp(&b.row.key));
    let mut sections: Vec<Section> =
        sorted.chunk_by(|a, b| a.row.key.case == b.row.key.case).map(section).collect();
    if whole_series {
        sections.extend(sorted.iter().filter(|it| !it.series.is_empty()).map(|it| series(it)));
    }
    Page { title: title(judged), about: vec![machine.to_owned()], sections, ..Page::default() }
}

/// `3 of 14 leak: node 11.15.0, …`.
fn title(judged: &[Judged]) -> String {
    let with =
        |verdict: Verdict| judged.iter().filter(move |it| it.row.verdict == Some(verdict)).count();
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
    let mut notes = Notes::default();
    let rows = judged.iter().map(|it| row(it, &mut notes)).collect();
    let title =
        format!("{}: does what it holds grow with the number of ops?", judged[0].row.key.case);
    Section::new(title, columns(), rows).without_empty_columns().noted(notes).remarked(REMARK)
}

fn columns() -> Vec<Column> {
    vec![
        Column::label("runtime"),
        Column::label("variant"),
        Column::label("verdict"),
        Column::figures("bytes/op", None, 0),
        Column::label("series"),
        Column::figures("held, first and last", None, 2),
        Column::figures("until a turn ends", None, 2),
        Column::words("space", 1),
        Column::figures("interval", None, 3),
        Column::words("held by", 4),
        Column::figures("ops", None, 5),
        Column::figures("time", "s", 6),
    ]
}

fn row(judged: &Judged, notes: &mut Notes) -> Vec<Entry> {
    let row = &judged.row;
    let is_grown = row.verdict != Some(Verdict::Stable);
    let held = judged.held();
    let ends = held.first().copied().zip(held.last().copied());
    let line = sparkline(&held);
    let space = row.space.filter(|_| is_grown);
    vec![
        Entry::Text(row.key.full_label()),
        Entry::Text(row.key.variant.clone()),
        verdict(judged, notes),
        Entry::companion(row.bytes_per_op, Entry::Quantity),
        if line.is_empty() { Entry::Blank } else { Entry::Text(line) },
        Entry::companion(ends, |(first, last)| Entry::Ends(first, last)),
        Entry::companion(row.turn_bytes_per_op.filter(|held| *held > 0.0), |held| {
            Entry::Text(notes.noted(&quantity(held), TURN))
        }),
        Entry::companion(space, |space| Entry::text(space.to_string())),
        Entry::between(row.bytes_per_op_low, row.bytes_per_op_high, Entry::Bounds),
        Entry::companion(row.held_by, |holder| Entry::text(holder.to_string())),
        Entry::companion(row.ops, Entry::Count),
        Entry::companion(row.elapsed_s, |seconds| Entry::Fixed(seconds, 2)),
    ]
}

/// The word, with the number of a note that says why there is no plain verdict.
fn verdict(judged: &Judged, notes: &mut Notes) -> Entry {
    let row = &judged.row;
    match row.verdict {
        Some(verdict @ Verdict::Inconclusive) => {
            notes.failed(verdict.word(), row.reason.as_deref().unwrap_or_default())
        }
        Some(verdict) => Entry::text(verdict.word()),
        None => notes.failed(row.status.word(), &row.detail),
    }
}

/// Every reading of one verdict.
fn series(judged: &Judged) -> Section {
    let row = &judged.row;
    let columns = std::iter::once(Column::figures("ops", None, 0))
        .chain(Space::ALL.into_iter().map(|space| Column::figures(space.to_string(), "bytes", 0)));
    let rows = judged.series.iter().map(|point| {
        let held =
            Space::ALL.into_iter().map(|space| Entry::figure(held_in(point, space), Entry::Count));
        std::iter::once(Entry::Count(point.ops)).chain(held).collect()
    });
    let verdict = row.verdict.map_or(row.status.word(), Verdict::word);
    let runtime = row.key.full_label();
    let title = format!("{} as {} on {runtime}: {verdict}", row.key.case, row.key.variant);
    Section::new(title, columns.collect(), rows.collect()).without_empty_columns()
}

#[cfg(test)]
mod tests {
    use super::super::sample::judged;
    use super::*;

    #[test]
    fn each_verdict_has_its_figures_or_why_there_are_none() {
        let all = judged();
        let page = page(&all, "Test CPU", false);
        for it in &all {
            let row = format!("{} {}", it.row.key.full_label(), it.row.key.variant);
            let verdict = page.cell(&row, "verdict");
            let word = it.row.verdict.map_or(it.row.status.word(), Verdict::word);
            assert!(verdict.starts_with(word), "{verdict}");
            assert_eq!(page.cell(&row, "bytes/op").is_empty(), it.row.bytes_per_op.is_none());
            let is_noted = verdict != word;
            assert_eq!(is_noted, !it.leaks() && word != Verdict::Stable.word(), "{verdict}");
        }
        assert_eq!(page.about, ["Test CPU"]);
    }

    #[test]
    fn every_reading_is_shown_if_asked() {
        let all = &judged()[..1];
        let page = page(all, "Test CPU", true);
        let readings = &page.sections[1].table;
        assert_eq!(readings.rows.len(), all[0].series.len());
        assert_eq!(readings.rows[0][0], Entry::Count(all[0].series[0].ops));
    }

    #[test]
    fn equal_notes_are_one() {
        let mut twice = judged();
        twice.extend(judged());
        let notes = |all: &[Judged]| page(all, "", false).sections[0].notes.texts().len();
        assert_eq!(notes(&twice), notes(&judged()));
    }
}
