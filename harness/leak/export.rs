//! Verdicts for programs: raw numbers under the names of the records.

use std::path::PathBuf;

use serde::Serialize;

use super::judged::Judged;
use super::page::page;
use crate::record::{Keyed, LeakRow, ReadingRow};
use crate::show::{Answer, Page, ShowError, csv};

#[derive(Clone, Copy, Debug)]
pub struct Verdicts<'a> {
    pub judged: &'a [Judged],
    /// The machine's title, and its folder's name.
    pub machine: &'a str,
    pub folder: &'a str,
    /// Whether every reading is shown.
    pub whole_series: bool,
}

impl Answer for Verdicts<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/leak/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self.judged, self.machine, self.whole_series)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        if self.whole_series {
            csv(self.judged.iter().flat_map(|it| &it.series).map(Keyed::columns))
        } else {
            csv(self.judged.iter().map(|it| it.row.columns()))
        }
    }

    fn json(&self) -> impl Serialize {
        let verdicts = self.judged.iter().map(|it| Row {
            row: &it.row,
            snapshots: it.snapshots.as_ref(),
            series: it.series.iter().map(Point::from).collect(),
        });
        Document { machine: self.folder, verdicts: verdicts.collect() }
    }
}

#[derive(Serialize)]
struct Document<'a> {
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

#[cfg(test)]
mod tests {
    use super::super::sample::judged;
    use super::*;
    use crate::show::value;

    fn answer(judged: &[Judged]) -> Verdicts<'_> {
        Verdicts { judged, machine: "", folder: "test-cpu", whole_series: false }
    }

    #[test]
    fn json_has_the_fixed_names() {
        let mut some = judged();
        some.truncate(5);
        some.drain(1..4);
        some[0].series.truncate(2);
        let answer = value(&answer(&some)).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
    }

    #[test]
    fn csv_leaves_empty_what_is_missing() {
        insta::assert_snapshot!(answer(&judged()).csv().unwrap());
    }
}
