//! The story in short, for a terminal: what was found, in five tables.

use std::cmp::Reverse;

use super::story::{Browser, Culprits, Heap, Load, Step, Story, Versions};
use crate::record::Verdict;
use crate::show::format::{count, fixed};
use crate::show::{Column, Entry, Notes, Page, Section};
use crate::stats::Estimate;

pub(super) fn page(story: &Story) -> Page {
    let mut sections =
        vec![loads(story), heap(story), trees(story), versions(story), browsers(story)];
    sections.retain(|section| !(section.table.rows.is_empty() && section.notes.texts().is_empty()));
    let about = vec![story.machine.clone(), format!("Took {} s.", fixed(story.elapsed_s, 0))];
    Page { title: story.title(), about, sections, ..Page::default() }
}

/// A row for each step: what `tell` makes of what was found; else a word and, in the last column, why there is nothing.
fn section<'a, T: 'a>(
    title: &str,
    columns: Vec<Column>,
    steps: impl IntoIterator<Item = (&'a str, &'a Step<T>)>,
    tell: impl Fn(&str, &T, &mut Notes) -> Vec<Entry>,
) -> Section {
    let mut notes = Notes::default();
    let row = |(word, step): (&str, &Step<T>)| match step.found() {
        Some(found) => tell(word, found, &mut notes),
        None => {
            let mut row = vec![Entry::text(word)];
            row.resize(columns.len() - 1, Entry::Blank);
            row.push(nothing(step, &mut notes));
            row
        }
    };
    let rows = steps.into_iter().map(row).collect();
    Section::new(title, columns, rows).without_empty_columns().noted(notes)
}

/// The rows of one step, or under `word` why there are none.
fn section_of<T>(
    title: &str,
    columns: Vec<Column>,
    word: &str,
    step: &Step<T>,
    tell: impl Fn(&T) -> Vec<Vec<Entry>>,
) -> Section {
    let mut notes = Notes::default();
    let (columns, rows) = match step.found() {
        Some(found) => (columns, tell(found)),
        None => (vec![Column::label(word)], vec![vec![nothing(step, &mut notes)]]),
    };
    Section::new(title, columns, rows).without_empty_columns().noted(notes)
}

/// The entry for a step that found nothing: why is in a note.
fn nothing<T>(step: &Step<T>, notes: &mut Notes) -> Entry {
    let word = if step.is_failure() { "failed" } else { "left out" };
    notes.failed(word, step.reason().unwrap_or_default())
}

fn interval(rate: Estimate) -> Entry {
    Entry::Bounds(rate.low, rate.high)
}

fn verdict(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("", Verdict::word)
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
    let words = ["growth", "cure"].into_iter().chain(std::iter::repeat("fixed"));
    section("under load", columns, words.zip(story.loads()), |word, load: &Load, notes| {
        vec![
            Entry::text(word),
            Entry::text(load.key.runtime_name()),
            Entry::text(load.key.variant.clone()),
            Entry::figure(load.requests, Entry::Count),
            Entry::figure(load.heap_before_bytes, Entry::Bytes),
            Entry::figure(load.heap_after_bytes, Entry::Bytes),
            Entry::figure(load.bytes_per_request, Entry::Quantity),
            Entry::companion(load.kept(), interval),
            Entry::figure(load.p99_ns, Entry::Millis),
            Entry::text(notes.noted(verdict(load.verdict), &load.reason)),
        ]
    })
}

fn heap(story: &Story) -> Section {
    let columns = vec![
        Column::label("suspect"),
        Column::figures("retained", None, 0),
        Column::figures("of the heap", "%", 0),
        Column::figures("shallow", None, 1),
        Column::figures("growth", None, 0),
        Column::label("known as"),
    ];
    section_of("what holds the memory", columns, "snapshots", &story.heap, |heap: &Heap| {
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
        rows.collect()
    })
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
    let steps = [("service", &story.service), ("app", &story.app)];
    section("who makes it", columns, steps, |_, found: &Culprits, _| {
        // Of several with as many the first.
        let most = found.packages.iter().min_by_key(|package| Reverse(package.call_sites));
        vec![
            Entry::text(found.folder.clone()),
            Entry::Count(found.packages_seen),
            Entry::Count(found.files_seen),
            Entry::Count(found.packages.len() as u64),
            Entry::Count(found.call_sites()),
            most.map_or(Entry::Blank, |package| Entry::text(package.name.clone())),
        ]
    })
}

fn versions(story: &Story) -> Section {
    let columns = ["line", "first leaking", "last leaking", "fixed in"].map(Column::label).to_vec();
    let rows = |Versions(found): &Versions| {
        let rows = found.windows().into_iter().map(|window| {
            let [first, last, fixed_in] = window.boundaries();
            vec![
                Entry::text(window.line),
                Entry::text(first),
                Entry::text(last),
                Entry::figure(window.fixed_in, |_| Entry::Text(fixed_in)),
            ]
        });
        rows.collect()
    };
    let section = section_of("since when", columns, "versions", &story.versions, rows);
    let Some(Versions(found)) = story.versions.found() else { return section };
    let [asked, listed] = [found.asked(), found.listed()].map(|versions| count(versions as u64));
    section.remarked(format!("{}: {asked} of {listed} versions asked.", found.summary()))
}

fn browsers(story: &Story) -> Section {
    let columns = vec![
        Column::label("browser"),
        Column::figures("ops", None, 2),
        Column::figures("kept", "bytes/op", 0),
        Column::figures("[low, high]", None, 1).close(),
        Column::label("verdict"),
    ];
    let steps = story.browsers.iter().map(|step| ("Chromium", step));
    section("in the browser", columns, steps, |_, browser: &Browser, _| {
        vec![
            Entry::text(browser.key.runtime_name()),
            Entry::figure(browser.ops, Entry::Count),
            Entry::figure(browser.bytes_per_op, Entry::Quantity),
            Entry::companion(browser.kept(), interval),
            Entry::text(verdict(browser.verdict)),
        ]
    })
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
        assert_eq!(page.cell("growth", "verdict"), growth.verdict.unwrap().word());
        let suspect = &story.heap.found().unwrap().suspects[0];
        assert_eq!(
            page.cell(&suspect.name, "shallow"),
            Entry::Bytes(suspect.shallow_bytes).shown()
        );
        let window = &story.versions.found().unwrap().0.windows()[0];
        assert_eq!(page.cell(&window.line, "first leaking"), window.boundaries()[0]);
    }

    #[test]
    fn the_most_is_in_the_package_with_the_most() {
        let mut story = sample::story();
        let Step::Found(app) = &mut story.app else { panic!("{:?}", story.app) };
        // What Node.js loads comes first, however little it is.
        app.findings.packages.reverse();
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
