//! What a variant keeps: the collected heap before and after, what an op left, the peak.
//!
//! A row is a runtime version and a variant: four figures a variant side by side would not fit a
//! terminal for more than one variant.

use super::Labels;
use super::notes::Notes;
use crate::record::{CellRow, Status};
use crate::report::format;
use crate::report::lookup::Lookup;
use crate::report::table::{Column, Entry, Section, Table};

/// `None` if no memory was read for this case.
pub(super) fn section<'a>(case: &'a str, own: &Lookup<'a>) -> Option<Section> {
    let keys = own.runtimes(case);
    let labels = Labels::of(&keys);
    let columns = vec![
        labels.column(),
        Column::label("variant"),
        Column::figures("heap before", None, 3),
        Column::figures("heap after", None, 3),
        Column::figures("retained", "bytes/op", 1),
        Column::figures("peak resident", None, 2),
    ];
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    let mut any = false;
    for key in &keys {
        for variant in own.variants(case) {
            let Some(cell) = own.cell(case, key, variant) else { continue };
            any |= has_memory(cell);
            let mut row = vec![labels.entry(key), Entry::Text(variant.to_owned())];
            row.extend(figures(cell, &mut notes));
            rows.push(row);
        }
    }
    any.then(|| Section {
        title: format!("{case}: memory"),
        table: Table { columns, rows }.without_empty_columns(),
        notes: notes.into_texts(),
        remark: Some("Heap is read after a forced collection.".to_owned()),
    })
}

/// Whether the cell has a figure of this section that means something.
pub(crate) fn has_memory(cell: &CellRow) -> bool {
    cell.status == Status::Ok
        && (cell.heap_before_bytes.is_some()
            || cell.heap_after_bytes.is_some()
            || cell.bytes_per_op.is_some()
            || cell.peak_rss_bytes.is_some())
}

fn figures(cell: &CellRow, notes: &mut Notes) -> [Entry; 4] {
    if cell.status != Status::Ok {
        return [notes.failed(cell), Entry::Missing, Entry::Missing, Entry::Missing];
    }
    [
        Entry::figure(cell.heap_before_bytes, format::bytes),
        Entry::figure(cell.heap_after_bytes, format::bytes),
        Entry::figure(cell.bytes_per_op, format::quantity),
        Entry::figure(cell.peak_rss_bytes, format::bytes),
    ]
}
