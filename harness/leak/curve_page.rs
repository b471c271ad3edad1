//! Memory curves for people and for programs.

use serde::Serialize;

use super::curve::Curve;
use super::export::Point;
use super::sparkline::sparkline;
use crate::record::{CurveRow, Keyed, Status};
use crate::show::{Answer, Column, Entry, Notes, Page, Section, ShowError, csv};

/// How to read the table.
const REMARK: &str = "heap: what was in use at every tenth of the ops, without forced collections. \
                      after collection: what is still held when all is over.";

#[derive(Clone, Copy, Debug)]
pub struct Curves<'a> {
    pub curves: &'a [Curve],
    /// The machine's title, and its folder's name.
    pub machine: &'a str,
    pub folder: &'a str,
    /// Whether every reading is shown.
    pub whole_series: bool,
}

impl Answer for Curves<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/leak-curve/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self.curves, self.machine, self.whole_series)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        if self.whole_series {
            csv(self.curves.iter().flat_map(|curve| &curve.readings).map(Keyed::columns))
        } else {
            csv(self.curves.iter().map(|curve| curve.row.columns()))
        }
    }

    fn json(&self) -> impl Serialize {
        let rows = self.curves.iter().map(|curve| Row {
            row: &curve.row,
            readings: curve.readings.iter().map(Point::from).collect(),
        });
        Document { machine: self.folder, curves: rows.collect() }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    machine: &'a str,
    curves: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    row: &'a CurveRow,
    readings: Vec<Point>,
}

/// The curves as a page, a table for each case; with `whole_series`, every reading after it.
fn page(curves: &[Curve], machine: &str, whole_series: bool) -> Page {
    let mut sorted: Vec<&Curve> = curves.iter().collect();
    sorted.sort_by(|a, b| a.row.key.cmp(&b.row.key));
    let mut sections: Vec<Section> =
        sorted.chunk_by(|a, b| a.row.key.case == b.row.key.case).map(section).collect();
    if whole_series {
        let read = sorted.iter().filter(|curve| !curve.readings.is_empty());
        sections.extend(read.map(|curve| readings(curve)));
    }
    let title = "Heap in use while many ops are executed".to_owned();
    Page { title, about: vec![machine.to_owned()], sections, ..Page::default() }
}

fn section(curves: &[&Curve]) -> Section {
    let mut notes = Notes::default();
    let columns = vec![
        Column::label("runtime"),
        Column::label("variant"),
        Column::figures("ops", None, 0),
        Column::figures("time", "s", 0),
        Column::figures("at the end", None, 0),
        Column::figures("after collection", None, 1),
        Column::words("heap", 2),
        Column::label("status"),
    ];
    let rows = curves.iter().map(|curve| row(curve, &mut notes)).collect();
    let title = format!("{}: heap in use, no collection forced", curves[0].row.key.case);
    Section::new(title, columns, rows).noted(notes).remarked(REMARK)
}

fn row(curve: &Curve, notes: &mut Notes) -> Vec<Entry> {
    let row = &curve.row;
    let line = sparkline(&curve.heap());
    let word = if row.out_of_memory { "out of memory" } else { row.status.word() };
    let status =
        if row.status == Status::Ok { Entry::text(word) } else { notes.failed(word, &row.detail) };
    vec![
        Entry::Text(row.key.full_label()),
        Entry::Text(row.key.variant.clone()),
        Entry::figure(row.ops, Entry::Count),
        Entry::figure(row.elapsed_s, |seconds| Entry::Fixed(seconds, 3)),
        Entry::figure(row.heap_end_bytes, Entry::Bytes),
        Entry::figure(row.heap_collected_bytes, Entry::Bytes),
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
        let seconds = point.elapsed_ns.map(|ns| ns as f64 / 1e9);
        vec![
            Entry::Count(point.ops),
            Entry::figure(point.heap_used_bytes, Entry::Count),
            Entry::figure(seconds, |seconds| Entry::Fixed(seconds, 3)),
            if point.collected { Entry::Text("forced".to_owned()) } else { Entry::Blank },
        ]
    });
    let runtime = row.key.full_label();
    let title = format!("{} as {} on {runtime}", row.key.case, row.key.variant);
    Section::new(title, columns, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::super::sample::curves;
    use super::*;
    use crate::show::value;

    #[test]
    fn a_full_heap_is_a_result_with_a_note() {
        let curves = curves();
        let page = page(&curves, "Test CPU", true);
        let full = curves.iter().find(|curve| curve.row.out_of_memory).unwrap();
        let row = format!("{} {}", full.row.key.full_label(), full.row.key.variant);
        assert!(page.cell(&row, "status").starts_with("out of memory"), "{page:#?}");
        let read = curves.iter().filter(|curve| !curve.readings.is_empty()).count();
        assert_eq!(page.sections.len(), 1 + read);
    }

    #[test]
    fn json_has_a_full_heap_as_a_result() {
        let mut some = curves();
        some.drain(..1);
        let answer = Curves { curves: &some, machine: "", folder: "test-cpu", whole_series: false };
        insta::assert_snapshot!(serde_json::to_string_pretty(&value(&answer).unwrap()).unwrap());
    }
}
