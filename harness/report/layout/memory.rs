//! What a variant keeps: the collected heap before and after, what an op left, the peak.
//!
//! A row is a runtime version and a variant: four figures a variant side by side would not fit a
//! terminal for more than one variant.

use super::row::{failed, labels};
use crate::record::{CellRow, Status};
use crate::report::lookup::Lookup;
use crate::show::{Column, Entry, Notes, Section};

/// `None` if no memory was read for this case.
pub(super) fn section<'a>(case: &'a str, own: &Lookup<'a>) -> Option<Section> {
    let keys = own.runtimes(case);
    let labels = labels(&keys);
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
            let mut row = vec![labels.entry(key), Entry::text(variant)];
            row.extend(figures(cell, &mut notes));
            rows.push(row);
        }
    }
    any.then(|| {
        Section::new(format!("{case}: memory"), columns, rows)
            .without_empty_columns()
            .noted(notes)
            .remarked("Heap is read after a forced collection.")
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
        return [failed(cell, notes), Entry::Missing, Entry::Missing, Entry::Missing];
    }
    [
        Entry::figure(cell.heap_before_bytes, Entry::Bytes),
        Entry::figure(cell.heap_after_bytes, Entry::Bytes),
        Entry::figure(cell.bytes_per_op, Entry::Quantity),
        Entry::figure(cell.peak_rss_bytes, Entry::Bytes),
    ]
}
