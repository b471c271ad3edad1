//! Pages with everything that a renderer must place.

use super::{Column, Entry, Notes, Page, Section};

pub(super) fn page() -> Page {
    let columns = vec![
        Column::label("node"),
        Column::figures("generator", "ops/s", 2),
        Column::figures("±", None, 5).close(),
        Column::figures("async", "ops/s", 2),
        Column::figures("±", None, 5).close(),
        Column::figures("ratio", None, 1),
        Column::figures("[low, high]", None, 4).close(),
        Column::figures("generator", "ops/s", 6).of("published"),
        Column::figures("ratio", None, 3).of("published"),
        Column::words("style", 7),
    ];
    let mut notes = Notes::default();
    let long = "the runtime can't parse what the variant is written in, ".repeat(3);
    let rows = vec![
        vec![
            Entry::text("6.17.1"),
            Entry::Quantity(187_654.3),
            Entry::Margin(0.02),
            notes.failed("unsupported", &long),
            Entry::Blank,
            Entry::Missing,
            Entry::Blank,
            Entry::Missing,
            Entry::Missing,
            Entry::Missing,
        ],
        vec![
            Entry::text("12.16.2 --no-opt"),
            Entry::Quantity(443_891.0),
            Entry::Margin(0.0412),
            Entry::Quantity(4_567_163.0),
            Entry::Margin(0.0196),
            Entry::Ratio(10.289),
            Entry::Ratios(10.118, 10.461),
            Entry::Quantity(443_891.0),
            Entry::Ratio(10.29),
            Entry::text("typescript-awaiter | co"),
        ],
    ];
    Page {
        title: "AMD EPYC, 2 cores".to_owned(),
        sections: vec![
            Section::new("await-two: throughput", columns, rows).noted(notes),
            Section::new(
                "what to do",
                vec![Column::label("first")],
                vec![vec![Entry::text("all")]],
            )
            .remarked("one: do this.\nanother: do that."),
        ],
        lines: vec!["It is _said_ below.".to_owned(), "     and kept   as it is".to_owned()],
        about: vec![format!("Measured with {}", "many words, ".repeat(12)), "The end.".to_owned()],
    }
}

/// A table alone, of what a program calls its things.
pub(super) fn names() -> Page {
    let row = |name: &str, place: &str| {
        let place = if place.is_empty() { Entry::Blank } else { Entry::Place(place.to_owned()) };
        vec![Entry::Name(name.to_owned()), place, Entry::Bytes(14_585_840), Entry::Share(0.554)]
    };
    let columns = vec![
        Column::label("Class"),
        Column::label("Source"),
        Column::figures("Retained", None, 0),
        Column::figures("", None, 0).close(),
    ];
    let rows = vec![
        row("Generator", ""),
        row("BuiltinModule", "node:internal/bootstrap/realm:238:13"),
        row("{aVeryLongProperty, another, andOneMore, andTheLast}", "a.js:1:1"),
    ];
    Page::of_table(columns, rows)
}
