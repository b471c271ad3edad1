//! Ops/s of every variant of one case, their ratio, and the published figures beside them.

use super::row::{failed, labels};
use crate::key::Key;
use crate::record::{CellRow, Status};
use crate::report::lookup::Lookup;
use crate::show::{Column, Entry, Notes, Section};

/// What a reader needs to judge the measured ratio stays longest.
mod priority {
    pub(super) const PUBLISHED_MARGIN: u8 = 105;
    pub(super) const PUBLISHED_OPS: u8 = 104;
    pub(super) const PUBLISHED_RATIO: u8 = 103;
    pub(super) const INTERVAL: u8 = 102;
    pub(super) const MARGIN: u8 = 101;
    /// Of the variants beyond the pair that is compared; the later, the sooner.
    pub(super) const MORE_OPS: u8 = 3;
    pub(super) const OPS: u8 = 2;
    pub(super) const RATIO: u8 = 1;
}

/// Over the columns of published figures.
const PUBLISHED: &str = "published";

/// `None` if no variant of the case was ever tried.
pub(super) fn section<'a>(
    case: &'a str,
    own: &Lookup<'a>,
    published: Option<&Lookup<'a>>,
) -> Option<Section> {
    let mut keys = own.runtimes(case);
    keys.extend(published.into_iter().flat_map(|lookup| lookup.runtimes(case)));
    let labels = labels(&keys);
    let variants = own.variants(case);
    let beside = published.map(|lookup| (lookup, lookup.variants(case)));

    let mut columns = vec![labels.column()];
    columns.extend(own_columns(&variants));
    if let Some((_, variants)) = &beside {
        columns.extend(published_columns(variants));
    }
    let mut notes = Notes::default();
    let rows = keys.iter().map(|key| {
        let mut row = vec![labels.entry(key)];
        push_figures(&mut row, case, key, own, &variants, &mut notes);
        let ratio = own.ratio(case, key);
        row.push(Entry::figure(ratio.map(|row| row.ratio), Entry::Ratio));
        let bounds = ratio.and_then(|row| row.ratio_low.zip(row.ratio_high));
        row.push(Entry::companion(bounds, |(low, high)| Entry::Ratios(low, high)));
        if let Some((lookup, variants)) = &beside {
            push_figures(&mut row, case, key, lookup, variants, &mut notes);
            row.push(Entry::figure(lookup.ratio(case, key).map(|row| row.ratio), Entry::Ratio));
        }
        row
    });
    let rows = rows.collect();
    let section =
        Section::new(format!("{case}: throughput"), columns, rows).without_empty_columns();
    (section.table.columns.len() > 1).then(|| section.noted(notes))
}

fn own_columns(variants: &[&str]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (i, variant) in variants.iter().enumerate() {
        let priority = match u8::try_from(i) {
            Ok(0 | 1) => priority::OPS,
            Ok(i) => priority::MORE_OPS.saturating_add(i).min(priority::MARGIN - 1),
            Err(_) => priority::MARGIN - 1,
        };
        columns.push(Column::figures(*variant, "ops/s", priority));
        columns.push(Column::figures("±", None, priority::MARGIN).close());
    }
    columns.push(Column::figures("ratio", None, priority::RATIO));
    columns.push(Column::figures("[low, high]", None, priority::INTERVAL).close());
    columns
}

fn published_columns(variants: &[&str]) -> Vec<Column> {
    let mut columns = Vec::new();
    for variant in variants {
        columns.push(Column::figures(*variant, "ops/s", priority::PUBLISHED_OPS).of(PUBLISHED));
        let margin = Column::figures("±", None, priority::PUBLISHED_MARGIN);
        columns.push(margin.of(PUBLISHED).close());
    }
    columns.push(Column::figures("ratio", None, priority::PUBLISHED_RATIO).of(PUBLISHED));
    columns
}

/// Ops/s and its margin for each variant.
fn push_figures<'a>(
    row: &mut Vec<Entry>,
    case: &'a str,
    key: &Key,
    lookup: &Lookup<'a>,
    variants: &[&str],
    notes: &mut Notes,
) {
    for variant in variants {
        let cell = lookup.cell(case, key, variant);
        row.push(ops_per_sec(cell, notes));
        let measured = cell.filter(|cell| cell.status == Status::Ok);
        let margin = measured.and_then(|cell| cell.relative_margin);
        row.push(Entry::companion(margin, Entry::Margin));
    }
}

fn ops_per_sec(cell: Option<&CellRow>, notes: &mut Notes) -> Entry {
    match cell {
        None => Entry::Missing,
        Some(cell) if cell.status != Status::Ok => failed(cell, notes),
        Some(cell) => Entry::figure(cell.ops_per_sec, Entry::Quantity),
    }
}
