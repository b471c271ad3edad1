//! The story in short, for a terminal: what was found, in four tables.

use std::cmp::Reverse;

use super::story::{Browser, Culprits, Load, Step, Story};
use crate::report::format::{bounds, bytes, count, one_line, quantity, raised};
use crate::report::table::{Column, Entry, Page, Section, Table};
use crate::stats::Estimate;

/// The page.
#[must_use]
pub fn page(story: &Story) -> Page {
    let mut sections = vec![loads(story)];
    sections.extend(heap(story));
    sections.push(trees(story));
    sections.push(versions(story));
    sections.push(browsers(story));
    sections.retain(|section| !(section.table.rows.is_empty() && section.notes.is_empty()));
    let about = vec![story.machine.clone(), format!("Took {:.0} s.", story.elapsed_s)];
    Page { title: story.title(), about, sections }
}

/// What the tables have no room for: why a step found nothing, and why a verdict is what it is.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    /// The entry for a step that found nothing; equal reasons share a number.
    fn entry<T>(&mut self, step: &Step<T>) -> Entry {
        let word = if step.is_failure() { "failed" } else { "left out" };
        Entry::Failed(self.noted(word, step.reason().unwrap_or_default()))
    }

    /// The word, with the number of its note if there is one.
    fn noted(&mut self, word: &str, reason: &str) -> String {
        let reason = one_line(reason);
        if reason.is_empty() {
            return word.to_owned();
        }
        let known = self.0.iter().position(|note| *note == reason);
        let index = known.unwrap_or_else(|| {
            self.0.push(reason);
            self.0.len() - 1
        });
        format!("{word}{}", raised(index + 1))
    }
}

fn section(title: &str, columns: Vec<Column>, rows: Vec<Vec<Entry>>, notes: Notes) -> Section {
    let table = Table { columns, rows }.without_empty_columns();
    Section { title: title.to_owned(), table, notes: notes.0, remark: None }
}

fn text(words: impl Into<String>) -> Entry {
    Entry::Text(words.into())
}

fn interval(rate: Estimate) -> String {
    bounds(rate.low, rate.high)
}

fn loads(story: &Story) -> Section {
    let columns = vec![
        Column::label("step"),
        Column::label("runtime"),
        Column::label("variant"),
        Column::figures("requests", None, 3),
        Column::figures("heap before", None, 1),
        Column::figures("heap after", None, 1),
        Column::figures("heap kept", "bytes/request", 0),
        Column::figures("[low, high]", None, 2).close(),
        Column::figures("p99", "ms", 2),
        Column::label("verdict"),
    ];
    let mut notes = Notes::default();
    let steps = [("growth", &story.growth), ("cure", &story.cure)].into_iter();
    let fixed = story.fixed.iter().map(|step| ("fixed", step));
    let line = |(word, step): (&str, &Step<Load>)| {
        let mut row = vec![text(word)];
        match step.found() {
            Some(load) => row.extend([
                text(load.subject.name()),
                text(load.subject.variant.clone()),
                text(count(load.requests)),
                text(bytes(load.heap_before_bytes)),
                text(bytes(load.heap_after_bytes)),
                text(quantity(load.bytes_per_request)),
                text(interval(load.kept())),
                text(quantity(load.p99_ns as f64 / 1e6)),
                text(notes.noted(load.verdict.word(), &load.reason)),
            ]),
            None => {
                row.extend(std::iter::repeat_n(Entry::Blank, 8));
                row.push(notes.entry(step));
            }
        }
        row
    };
    let rows = steps.chain(fixed).map(line).collect();
    section("under load", columns, rows, notes)
}

fn heap(story: &Story) -> Option<Section> {
    let mut notes = Notes::default();
    let columns = vec![
        Column::label("suspect"),
        Column::figures("retained", None, 0),
        Column::figures("of the heap", "%", 0),
        Column::figures("shallow", None, 1),
        Column::figures("growth", None, 0),
        Column::label("known as"),
    ];
    let Some(heap) = story.heap.found() else {
        let columns = vec![Column::label("snapshots")];
        let rows = vec![vec![notes.entry(&story.heap)]];
        return Some(section("what holds the memory", columns, rows, notes));
    };
    let rows = heap.suspects.iter().map(|suspect| {
        vec![
            text(suspect.name.clone()),
            text(bytes(suspect.retained_bytes)),
            text(format!("{:.1}", suspect.retained_share * 100.0)),
            text(bytes(suspect.shallow_bytes)),
            Entry::figure(suspect.growth_bytes, |growth| bytes(growth.unsigned_abs())),
            Entry::figure(suspect.known_cause, |cause| cause.id.to_owned()),
        ]
    });
    Some(section("what holds the memory", columns, rows.collect(), notes))
}

fn trees(story: &Story) -> Section {
    let columns = vec![
        Column::label("tree"),
        Column::figures("packages", None, 1),
        Column::figures("files", None, 2),
        Column::figures("packages found", None, 0),
        Column::figures("call sites", None, 0),
        Column::label("the most in"),
    ];
    let mut notes = Notes::default();
    let mut line = |word: &str, step: &Step<Culprits>| match step.found() {
        Some(found) => {
            let sites = found.packages.iter().map(|package| package.call_sites).sum();
            // Of several with as many the first.
            let most = found.packages.iter().min_by_key(|package| Reverse(package.call_sites));
            vec![
                text(found.folder.clone()),
                text(count(found.packages_seen)),
                text(count(found.files_seen)),
                text(count(found.packages.len() as u64)),
                text(count(sites)),
                most.map_or(Entry::Blank, |package| text(package.name.clone())),
            ]
        }
        None => {
            let mut row = vec![text(word)];
            row.extend(std::iter::repeat_n(Entry::Blank, 4));
            row.push(notes.entry(step));
            row
        }
    };
    let rows = vec![line("service", &story.service), line("app", &story.app)];
    section("who makes it", columns, rows, notes)
}

fn versions(story: &Story) -> Section {
    let mut notes = Notes::default();
    let Some(found) = story.versions.found() else {
        let columns = vec![Column::label("versions")];
        let rows = vec![vec![notes.entry(&story.versions)]];
        return section("since when", columns, rows, notes);
    };
    let columns = vec![
        Column::label("line"),
        Column::label("first leaking"),
        Column::label("last leaking"),
        Column::label("fixed in"),
    ];
    let rows = found.windows.iter().map(|window| {
        let [first, last, fixed_in] = window.boundaries();
        vec![
            text(window.line.clone()),
            text(first),
            text(last),
            Entry::figure(window.fixed_in.as_ref(), |_| fixed_in),
        ]
    });
    let mut section = section("since when", columns, rows.collect(), notes);
    section.remark = Some(format!(
        "{}: {} of {} versions asked.",
        found.summary,
        count(found.versions_asked as u64),
        count(found.versions_listed as u64)
    ));
    section
}

fn browsers(story: &Story) -> Section {
    let columns = vec![
        Column::label("browser"),
        Column::figures("ops", None, 2),
        Column::figures("kept", "bytes/op", 0),
        Column::figures("[low, high]", None, 1).close(),
        Column::label("verdict"),
    ];
    let mut notes = Notes::default();
    let line = |step: &Step<Browser>| match step.found() {
        Some(browser) => vec![
            text(browser.subject.name()),
            text(count(browser.ops)),
            Entry::figure(browser.bytes_per_op, quantity),
            Entry::companion(browser.kept(), interval),
            text(browser.verdict.word()),
        ],
        None => {
            let mut row = vec![text("Chromium")];
            row.extend(std::iter::repeat_n(Entry::Blank, 3));
            row.push(notes.entry(step));
            row
        }
    };
    let rows = story.browsers.iter().map(line).collect();
    section("in the browser", columns, rows, notes)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::terminal_pages;

    #[test]
    fn eighty_and_a_hundred_and_twenty_columns() {
        for width in [80, 120] {
            let text = terminal_pages(&[page(&sample::story())], width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("{width}_columns"), text);
        }
    }

    fn section<'a>(page: &'a Page, title: &str) -> &'a Section {
        page.sections.iter().find(|section| section.title == title).unwrap()
    }

    #[test]
    fn the_most_is_in_the_package_with_the_most() {
        let mut story = sample::story();
        let Step::Found(app) = &mut story.app else { panic!("{:?}", story.app) };
        // What Node.js loads comes first, however little it is.
        app.packages.reverse();
        let page = page(&story);
        let row = &section(&page, "who makes it").table.rows[1];
        assert_eq!(row.last().unwrap().text(), "queue|writer");
    }

    #[test]
    fn a_verdict_that_needs_words_has_them() {
        let mut story = sample::story();
        let load = story.growth.found().unwrap().clone();
        story.growth = Step::Found(sample::outside_the_heap(load.clone()));
        story.cure = Step::Found(sample::unsure(load));
        let page = page(&story);
        let loads = section(&page, "under load");
        assert_eq!(loads.table.rows[0].last().unwrap().text(), "leaks¹");
        assert!(loads.notes[0].starts_with("what grows is external memory"), "{:?}", loads.notes);
        assert_eq!(loads.table.rows[1].last().unwrap().text(), "inconclusive²");
    }

    #[test]
    fn what_failed_has_a_note() {
        let text = terminal_pages(&[page(&sample::broken())], 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }
}
