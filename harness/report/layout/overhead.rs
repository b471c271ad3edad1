//! The harness's own cost beside what it measures: ns/op of the `noop` case and of all others.
//!
//! Shown because every other figure contains it, and never subtracted: a reader sees at a glance
//! whether a fast variant is near the floor.

use std::collections::BTreeSet;

use super::row::{failed, labels};
use crate::key::{Key, NOOP};
use crate::record::Status;
use crate::report::lookup::Lookup;
use crate::show::{Column, Entry, Notes, Section};

/// `None` if the harness's own cost was not measured.
pub(super) fn section<'a>(own: &Lookup<'a>) -> Option<Section> {
    // The harness's own cost first, whatever order the cases have elsewhere.
    let mut cases = own.single_cases();
    cases.sort_by_key(|case| *case != NOOP);
    if cases.first() != Some(&NOOP) {
        return None;
    }
    let shown: Vec<(&'a str, &'a str)> = cases
        .iter()
        .flat_map(|case| own.variants(case).into_iter().map(move |variant| (*case, variant)))
        .collect();
    let keys: BTreeSet<Key> = cases.iter().flat_map(|case| own.runtimes(case)).collect();
    let labels = labels(&keys);

    let mut columns = vec![labels.column()];
    for (i, (case, variant)) in shown.iter().enumerate() {
        let priority = if *case == NOOP { 0 } else { u8::try_from(i).unwrap_or(u8::MAX) };
        columns.push(Column::figures(*variant, "ns/op", priority).of(*case));
    }
    let mut notes = Notes::default();
    let rows = keys.iter().map(|key| {
        let figures = shown.iter().map(|(case, variant)| match own.cell(case, key, variant) {
            None => Entry::Missing,
            Some(cell) if cell.status != Status::Ok => failed(cell, &mut notes),
            Some(cell) => Entry::figure(cell.ns_per_op, Entry::Quantity),
        });
        std::iter::once(labels.entry(key)).chain(figures).collect()
    });
    let rows = rows.collect();
    Some(
        Section::new("time of one op, and the harness's own cost", columns, rows)
            .without_empty_columns()
            .noted(notes)
            .remarked(format!(
                "{NOOP} is the driver's loop around a settled promise: no more than that of an op's time \
                 is the harness's own."
            )),
    )
}
