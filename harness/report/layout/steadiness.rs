//! How the invocations went: whether they reached a steady state, and what disturbed them.
//!
//! Nothing is thrown away silently: what does not count is counted here.

use super::Labels;
use super::notes::Notes;
use crate::record::{CellRow, Status};
use crate::report::format;
use crate::report::lookup::Lookup;
use crate::report::table::{Column, Entry, Section, Table};

/// `None` if nobody watched the invocations of this case.
pub(super) fn section<'a>(case: &'a str, own: &Lookup<'a>) -> Option<Section> {
    let keys = own.runtimes(case);
    let labels = Labels::of(&keys);
    let columns = vec![
        labels.column(),
        Column::label("variant"),
        Column::figures("invocations", None, 1),
        Column::figures("flat", None, 2),
        Column::figures("warm-up", None, 2),
        Column::figures("slow-down", None, 2),
        Column::figures("no steady state", None, 2),
        Column::figures("disturbed", None, 3),
        Column::figures("repeated", None, 4),
        Column::figures("CPU time", "ns/op", 5),
    ];
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    let mut any = false;
    for key in &keys {
        for variant in own.variants(case) {
            let Some(cell) = own.cell(case, key, variant) else { continue };
            any |= cell.status == Status::Ok && cell.flat.is_some();
            let mut row = vec![labels.entry(key), Entry::Text(variant.to_owned())];
            row.extend(figures(cell, &mut notes));
            rows.push(row);
        }
    }
    any.then(|| Section {
        title: format!("{case}: how the invocations went"),
        table: Table { columns, rows }.without_empty_columns(),
        notes: notes.into_texts(),
        remark: Some(
            "Batches count from the steady state on, or all of them where there is none. Invocations \
             that were disturbed and repeated do not count."
                .to_owned(),
        ),
    })
}

fn figures(cell: &CellRow, notes: &mut Notes) -> Vec<Entry> {
    let counts = [
        cell.invocations,
        cell.flat,
        cell.warmup,
        cell.slowdown,
        cell.no_steady_state,
        cell.disturbed,
        cell.repeated,
    ];
    if cell.status != Status::Ok {
        let mut row = vec![notes.failed(cell)];
        row.resize(counts.len() + 1, Entry::Missing);
        return row;
    }
    let counts = counts.map(|count| Entry::figure(count, |count| count.to_string()));
    counts.into_iter().chain([Entry::figure(cell.cpu_ns_per_op, format::quantity)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn invocations_are_counted_where_somebody_watched() {
        let mut matrix = sample::measured();
        assert!(section("await-two", &Lookup::new(&matrix)).is_none());
        let cell = matrix.cells.iter_mut().find(|cell| cell.version == "12.16.2").unwrap();
        cell.flat = Some(18);
        cell.warmup = Some(1);
        cell.slowdown = Some(0);
        cell.no_steady_state = Some(1);
        cell.disturbed = Some(3);
        cell.repeated = Some(2);
        cell.cpu_ns_per_op = Some(2_600.0);
        let lookup = Lookup::new(&matrix);
        let section = section("await-two", &lookup).unwrap();
        let row = section.table.rows.iter().find(|row| row[0].text() == "12.16.2").unwrap();
        let texts: Vec<&str> = row.iter().map(Entry::text).collect();
        assert_eq!(texts, ["12.16.2", "generator", "20", "18", "1", "0", "1", "3", "2", "2,600"]);
    }
}
