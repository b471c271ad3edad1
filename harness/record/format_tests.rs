//! docs/FORMAT.md names every column of every file, in the section of that file.

use std::fs;
use std::path::Path;

use super::*;
use crate::key::Key;

/// The columns of a key, which the summary's section describes for all.
const KEYS: usize = 6;

/// What stands in backticks in the section under `heading`. `a` … `b` stands for itself, and `…_low` for what precedes it.
fn section(heading: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/FORMAT.md")).unwrap();
    let start =
        text.find(&format!("\n### {heading}")).unwrap_or_else(|| panic!("no \"{heading}\""));
    let rest = &text[start + 5..];
    rest[..rest.find("\n#").unwrap_or(rest.len())].to_owned()
}

/// The columns that the section does not name.
fn unnamed<T: rows::Row>(heading: &str) -> Vec<String> {
    let all = rows::header::<T>().unwrap();
    let columns: Vec<&str> = all.iter().skip(KEYS).collect();
    let text = section(heading);
    let has = |name: &str| text.contains(&format!("`{name}`"));
    let in_a_range = |at: usize| {
        let ends = |from: usize, to: usize| {
            text.contains(&format!("`{}` … `{}`", columns[from], columns[to]))
        };
        (0..=at).any(|from| (at..columns.len()).any(|to| ends(from, to)))
    };
    let is_bound = |name: &str| {
        ["_low", "_high"].iter().any(|end| {
            name.strip_suffix(end)
                .is_some_and(|of| text.contains(&format!("`{of}`, `…_low`, `…_high`")))
        })
    };
    let named = |at: usize| has(columns[at]) || is_bound(columns[at]) || in_a_range(at);
    (0..columns.len()).filter(|at| !named(*at)).map(|at| columns[at].to_owned()).collect()
}

#[test]
fn every_column_is_named_where_its_file_is_described() {
    let missing = [
        ("Summary", unnamed::<CellFigures>("Summary")),
        ("Invocations", unnamed::<InvocationFigures>("Invocations")),
        ("Samples", unnamed::<SampleFigures>("Samples")),
        ("Whole runs", unnamed::<BetweenRunsFigures>("Whole runs")),
        ("Verdicts", unnamed::<LeakFigures>("Verdicts")),
        ("Curves", unnamed::<CurveFigures>("Curves")),
        ("Readings", unnamed::<ReadingFigures>("Readings")),
        ("Loads", unnamed::<LoadFigures>("Loads")),
        ("Seconds of loads", unnamed::<SecondFigures>("Seconds of loads")),
    ];
    let missing: Vec<_> = missing.iter().filter(|(_, columns)| !columns.is_empty()).collect();
    assert!(missing.is_empty(), "docs/FORMAT.md does not name {missing:?}");
    let summary = section("Summary");
    let key = serde_json::to_value(Key::default()).unwrap();
    let names = key.as_object().unwrap();
    assert_eq!(names.len(), KEYS);
    for name in names.keys() {
        assert!(summary.contains(&format!("`{name}`")), "the summary does not name {name}");
    }
}
