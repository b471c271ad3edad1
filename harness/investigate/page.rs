//! The story in short, for a terminal: what was found, in four tables.

use std::cmp::Reverse;

use super::story::{Browser, Culprits, Load, Step, Story};
use crate::show::format::count;
use crate::show::{Column, Entry, Notes, Page, Section};
use crate::stats::Estimate;

pub(super) fn page(story: &Story) -> Page {
    let mut sections = vec![loads(story)];
    sections.extend(heap(story));
    sections.push(trees(story));
    sections.push(versions(story));
    sections.push(browsers(story));
    sections.retain(|section| !(section.table.rows.is_empty() && section.notes.texts().is_empty()));
    let about = vec![story.machine.clone(), format!("Took {:.0} s.", story.elapsed_s)];
    Page { title: story.title(), about, sections, ..Page::default() }
}

/// The entry for a step that found nothing: why is in a note.
fn nothing<T>(step: &Step<T>, notes: &mut Notes) -> Entry {
    let word = if step.is_failure() { "failed" } else { "left out" };
    notes.failed(word, step.reason().unwrap_or_default())
}

fn section(title: &str, columns: Vec<Column>, rows: Vec<Vec<Entry>>, notes: Notes) -> Section {
    Section::new(title, columns, rows).without_empty_columns().noted(notes)
}

fn interval(rate: Estimate) -> Entry {
    Entry::Bounds(rate.low, rate.high)
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
        let mut row = vec![Entry::text(word)];
        match step.found() {
            Some(load) => row.extend([
                Entry::text(load.subject.name()),
                Entry::text(load.subject.variant.clone()),
                Entry::Count(load.requests),
                Entry::Bytes(load.heap_before_bytes),
                Entry::Bytes(load.heap_after_bytes),
                Entry::Quantity(load.bytes_per_request),
                interval(load.kept()),
                Entry::Millis(load.p99_ns),
                Entry::text(notes.noted(load.verdict.word(), &load.reason)),
            ]),
            None => {
                row.extend(std::iter::repeat_n(Entry::Blank, 8));
                row.push(nothing(step, &mut notes));
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
        let rows = vec![vec![nothing(&story.heap, &mut notes)]];
        return Some(section("what holds the memory", columns, rows, notes));
    };
    let rows = heap.suspects.iter().map(|suspect| {
        vec![
            Entry::text(suspect.name.clone()),
            Entry::Bytes(suspect.retained_bytes),
            Entry::Fixed(suspect.retained_share * 100.0, 1),
            Entry::Bytes(suspect.shallow_bytes),
            Entry::figure(suspect.growth_bytes, |growth| Entry::Bytes(growth.unsigned_abs())),
            Entry::figure(suspect.known_cause, |cause| Entry::text(cause.id)),
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
                Entry::text(found.folder.clone()),
                Entry::Count(found.packages_seen),
                Entry::Count(found.files_seen),
                Entry::Count(found.packages.len() as u64),
                Entry::Count(sites),
                most.map_or(Entry::Blank, |package| Entry::text(package.name.clone())),
            ]
        }
        None => {
            let mut row = vec![Entry::text(word)];
            row.extend(std::iter::repeat_n(Entry::Blank, 4));
            row.push(nothing(step, &mut notes));
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
        let rows = vec![vec![nothing(&story.versions, &mut notes)]];
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
            Entry::text(window.line.clone()),
            Entry::text(first),
            Entry::text(last),
            Entry::figure(window.fixed_in.as_ref(), |_| Entry::Text(fixed_in)),
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
            Entry::text(browser.subject.name()),
            Entry::Count(browser.ops),
            Entry::figure(browser.bytes_per_op, Entry::Quantity),
            Entry::companion(browser.kept(), interval),
            Entry::text(browser.verdict.word()),
        ],
        None => {
            let mut row = vec![Entry::text("Chromium")];
            row.extend(std::iter::repeat_n(Entry::Blank, 3));
            row.push(nothing(step, &mut notes));
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

    #[test]
    fn each_question_has_its_table() {
        let story = sample::story();
        let page = page(&story);
        let titles: Vec<&str> = page.sections.iter().map(|section| &*section.title).collect();
        let asked =
            ["under load", "what holds the memory", "who makes it", "since when", "in the browser"];
        assert_eq!(titles, asked);
        let growth = story.growth.found().unwrap();
        assert_eq!(page.cell("growth", "verdict"), growth.verdict.word());
        let suspect = &story.heap.found().unwrap().suspects[0];
        assert_eq!(
            page.cell(&suspect.name, "shallow"),
            Entry::Bytes(suspect.shallow_bytes).shown()
        );
        let window = &story.versions.found().unwrap().windows[0];
        assert_eq!(page.cell(&window.line, "first leaking"), window.boundaries()[0]);
    }

    #[test]
    fn the_most_is_in_the_package_with_the_most() {
        let mut story = sample::story();
        let Step::Found(app) = &mut story.app else { panic!("{:?}", story.app) };
        // What Node.js loads comes first, however little it is.
        app.packages.reverse();
        let page = page(&story);
        let row = &page.section("who makes it").table.rows[1];
        assert_eq!(row.last().unwrap().shown(), "queue|writer");
    }

    #[test]
    fn a_verdict_that_needs_words_has_them() {
        let mut story = sample::story();
        let load = story.growth.found().unwrap().clone();
        story.growth = Step::Found(sample::outside_the_heap(load.clone()));
        story.cure = Step::Found(sample::unsure(load));
        let page = page(&story);
        let loads = page.section("under load");
        assert_eq!(loads.table.rows[0].last().unwrap().shown(), "leaks¹");
        assert!(
            loads.notes.texts()[0].starts_with("what grows is external memory"),
            "{:?}",
            loads.notes
        );
        assert_eq!(loads.table.rows[1].last().unwrap().shown(), "inconclusive²");
    }

    #[test]
    fn what_failed_has_a_note() {
        let story = sample::broken();
        let page = page(&story);
        assert_eq!(page.cell("growth", "verdict"), "failed¹");
        let notes = page.section("under load").notes.texts();
        assert_eq!(notes[0], story.growth.reason().unwrap());
    }
}
