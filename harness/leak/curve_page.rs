//! Memory curves for people and for programs.

use serde::Serialize;

use super::curve::Curve;
use super::export::Point;
use super::sparkline::sparkline;
use crate::record::{CurveRow, Status};
use crate::report::format::{bytes, count, one_line, raised};
use crate::report::table::{Column, Entry, Page, Section, Table};

/// Names the meaning of the JSON object's fields.
const SCHEMA: &str = "awaitbench/leak-curve/1";

/// How to read the table.
const REMARK: &str = "heap: what was in use at every tenth of the ops, without forced collections. \
                      after collection: what is still held when all is over.";

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    machine: &'a str,
    curves: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    row: &'a CurveRow,
    readings: Vec<Point>,
}

/// The curves as a JSON object `{schema, machine, curves}`.
///
/// # Errors
/// serde_json's.
pub fn curves_json(curves: &[Curve], machine: &str) -> serde_json::Result<serde_json::Value> {
    let rows = curves.iter().map(|curve| Row {
        row: &curve.row,
        readings: curve.readings.iter().map(Point::from).collect(),
    });
    serde_json::to_value(Answer { schema: SCHEMA, machine, curves: rows.collect() })
}

/// The curves as a page, a table for each case; with `whole_series`, every reading after it.
#[must_use]
pub fn curves_page(curves: &[Curve], machine: &str, whole_series: bool) -> Page {
    let mut sorted: Vec<&Curve> = curves.iter().collect();
    sorted.sort_by(|a, b| a.row.key.cmp(&b.row.key));
    let mut sections: Vec<Section> =
        sorted.chunk_by(|a, b| a.row.key.case == b.row.key.case).map(section).collect();
    if whole_series {
        let read = sorted.iter().filter(|curve| !curve.readings.is_empty());
        sections.extend(read.map(|curve| readings(curve)));
    }
    let title = "Heap in use while many ops are executed".to_owned();
    Page { title, about: vec![machine.to_owned()], sections }
}

fn section(curves: &[&Curve]) -> Section {
    let mut notes: Vec<String> = Vec::new();
    let columns = vec![
        Column::label("runtime"),
        Column::label("variant"),
        Column::figures("ops", None, 0),
        Column::figures("time", "s", 0),
        Column::figures("at the end", None, 0),
        Column::figures("after collection", None, 1),
        Column { priority: 2, ..Column::label("heap") },
        Column::label("status"),
    ];
    let rows = curves.iter().map(|curve| row(curve, &mut notes)).collect();
    Section {
        title: format!("{}: heap in use, no collection forced", curves[0].row.key.case),
        table: Table { columns, rows },
        notes,
        remark: Some(REMARK.to_owned()),
    }
}

fn row(curve: &Curve, notes: &mut Vec<String>) -> Vec<Entry> {
    let row = &curve.row;
    let line = sparkline(&curve.heap());
    let word = if row.out_of_memory { "out of memory" } else { row.status.word() };
    let status = if row.status == Status::Ok {
        Entry::Text(word.to_owned())
    } else {
        notes.push(one_line(&row.detail));
        Entry::Failed(format!("{word}{}", raised(notes.len())))
    };
    vec![
        Entry::Text(row.key.full_label()),
        Entry::Text(row.key.variant.clone()),
        Entry::figure(row.ops, count),
        Entry::figure(row.elapsed_s, |seconds| format!("{seconds:.3}")),
        Entry::figure(row.heap_end_bytes, bytes),
        Entry::figure(row.heap_collected_bytes, bytes),
        if line.is_empty() { Entry::Blank } else { Entry::Text(line) },
        status,
    ]
}

fn readings(curve: &Curve) -> Section {
    let row = &curve.row;
    let columns = vec![
        Column::figures("ops", None, 0),
        Column::figures("heap", "bytes", 0),
        Column::figures("time", "s", 0),
        Column::label("collection"),
    ];
    let rows = curve.readings.iter().map(|point| {
        let seconds = point.elapsed_ns.map(|ns| format!("{:.3}", ns as f64 / 1e9));
        vec![
            Entry::Text(count(point.ops)),
            Entry::figure(point.heap_used_bytes, count),
            Entry::figure(seconds, |text| text),
            if point.collected { Entry::Text("forced".to_owned()) } else { Entry::Blank },
        ]
    });
    let runtime = row.key.full_label();
    Section {
        title: format!("{} as {} on {runtime}", row.key.case, row.key.variant),
        table: Table { columns, rows: rows.collect() },
        notes: Vec::new(),
        remark: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::curves;
    use super::*;
    use crate::report::terminal_pages;

    #[test]
    fn eighty_and_a_hundred_and_twenty_columns() {
        for width in [80, 120] {
            let page = curves_page(&curves(), "Test CPU", width == 120);
            let text = terminal_pages(&[page], width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("{width}_columns"), text);
        }
    }

    #[test]
    fn json_has_a_full_heap_as_a_result() {
        let mut some = curves();
        some.drain(..1);
        let answer = curves_json(&some, "test-cpu").unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&answer).unwrap());
    }
}
