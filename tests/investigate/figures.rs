//! Where the numbers of a report come from. Used by the unit tests of the report too, on a story made up by hand:
//! they call the library by its name as well.

use std::collections::BTreeSet;

use awaitbench::facade::quantity;
use awaitbench::facade::{Bytes, thousands};
use awaitbench::facade::{LEAST_EVEN, LEAST_IN_STEPS};
use serde_json::Value;

/// Numbers that are no findings: targets of the compiler, percentiles, and the engine's name.
const FIXED: [&str; 7] = ["2015", "2017", "8", "99", "99.9", "50", "0"];

/// Every number of a report is one of its story's.
pub(super) fn are_of(report: &str, story: &Value) {
    let mut known: BTreeSet<String> = FIXED.iter().map(|&text| text.to_owned()).collect();
    spellings(story, &mut known);
    // What a verdict allows.
    known.extend([LEAST_EVEN, LEAST_IN_STEPS].map(|bytes| format!("{bytes:.0}")));
    known.extend(numbers(env!("CARGO_PKG_VERSION")));
    for line in report.lines().filter(|line| !line.starts_with("Known of that path")) {
        for number in numbers(line) {
            assert!(known.contains(&number), "{number} in: {line}");
        }
    }
}

/// The numbers of a text: digits with what may stand between them.
fn numbers(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || ".,".contains(c)));
    let trimmed = parts.map(|part| part.trim_matches(|c: char| ".,".contains(c)).to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// All ways in which the numbers of a value may be written.
fn spellings(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| spellings(field, known)),
        Value::Array(items) => {
            known.insert(items.len().to_string());
            items.iter().for_each(|item| spellings(item, known));
        }
        Value::String(text) => known.extend(numbers(text)),
        Value::Number(number) => {
            let number = number.as_f64().unwrap().abs();
            let ways = [
                quantity(number),
                quantity(number / 1e6),
                thousands(number as u64),
                format!("{number:.1}"),
                format!("{number}"),
                format!("{:.1}", number * 100.0),
                format!("{:.0}", number * 100.0),
                Bytes(number as u64).to_string(),
            ];
            known.extend(ways.iter().flat_map(|way| numbers(way)));
        }
        Value::Null | Value::Bool(_) => {}
    }
}
