//! Verdicts for programs: raw numbers under the names of the records.

use std::path::PathBuf;

use serde::Serialize;

use super::judged::Judged;
use crate::record::{Keyed, LeakRow, ReadingRow};

/// Names the meaning of the JSON object's fields.
const SCHEMA: &str = "awaitbench/leak/1";

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    machine: &'a str,
    verdicts: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    row: &'a LeakRow,
    snapshots: Option<&'a [PathBuf; 2]>,
    series: Vec<Point>,
}

/// A reading without the keys, which the row has.
#[derive(Serialize)]
pub(super) struct Point {
    ops: u64,
    collected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ns: Option<u64>,
    heap_used_bytes: Option<u64>,
    external_bytes: Option<u64>,
    array_buffers_bytes: Option<u64>,
    resident_bytes: Option<u64>,
}

impl From<&ReadingRow> for Point {
    fn from(row: &ReadingRow) -> Self {
        Self {
            ops: row.ops,
            collected: row.collected,
            elapsed_ns: row.elapsed_ns,
            heap_used_bytes: row.heap_used_bytes,
            external_bytes: row.external_bytes,
            array_buffers_bytes: row.array_buffers_bytes,
            resident_bytes: row.resident_bytes,
        }
    }
}

/// The verdicts as a JSON object `{schema, machine, verdicts}`, each with its series.
///
/// # Errors
/// serde_json's.
pub fn json(judged: &[Judged], machine: &str) -> serde_json::Result<serde_json::Value> {
    let verdicts = judged.iter().map(|it| Row {
        row: &it.row,
        snapshots: it.snapshots.as_ref(),
        series: it.series.iter().map(Point::from).collect(),
    });
    serde_json::to_value(Answer { schema: SCHEMA, machine, verdicts: verdicts.collect() })
}

/// Rows of records as CSV with a header: verdicts, readings, curves.
///
/// # Errors
/// The csv writer's.
pub fn csv<'a, T: Serialize + 'a>(
    rows: impl IntoIterator<Item = &'a Keyed<T>>,
) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row.columns())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::sample::judged;
    use super::*;

    #[test]
    fn json_has_the_fixed_names() {
        let mut some = judged();
        some.truncate(5);
        some.drain(1..4);
        some[0].series.truncate(2);
        let answer = json(&some, "test-cpu").unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
    }

    #[test]
    fn csv_leaves_empty_what_is_missing() {
        insta::assert_snapshot!(csv(judged().iter().map(|it| &it.row)).unwrap());
    }
}
