//! How the invocations went: whether they reached a steady state, and what disturbed them.
//!
//! Nothing is thrown away silently: what does not count is counted here.

use crate::record::{CellRow, Status};
use crate::report::lookup::Lookup;
use crate::show::{Column, Entry, Section};

/// The cells of which there is something to say, of all cases; the others are only counted. `None` if nobody watched any.
pub(super) fn section(own: &Lookup<'_>) -> Option<Section> {
    let columns = vec![
        Column::label("runtime"),
        Column::label("case"),
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
    let mut rows = Vec::new();
    let mut uneventful = 0;
    for case in own.cases() {
        for key in &own.runtimes(case) {
            for variant in own.variants(case) {
                let Some(cell) = own.cell(case, key, variant) else { continue };
                if cell.status != Status::Ok || cell.flat.is_none() {
                    continue;
                }
                if is_uneventful(cell) {
                    uneventful += 1;
                    continue;
                }
                let names = [key.full_label(), case.to_owned(), variant.to_owned()];
                rows.push(names.map(Entry::Text).into_iter().chain(figures(cell)).collect());
            }
        }
    }
    let others = match (uneventful, rows.is_empty()) {
        (0, true) => return None,
        (0, false) => String::new(),
        (count, true) => format!(
            "All invocations of all {count} cells were flat or had too few batches to tell, and none was disturbed. "
        ),
        (count, false) => format!(
            "Of {count} more cells all invocations were flat or had too few batches to tell, and none was disturbed. "
        ),
    };
    Some(Section::new("how the invocations went", columns, rows).without_empty_columns().remarked(format!(
        "{others}Batches count from the steady state on, or all of them where there is none. Invocations that were \
         disturbed and repeated do not count."
    )))
}

/// Whether there is nothing to say of how its invocations went.
fn is_uneventful(cell: &CellRow) -> bool {
    let counts = [cell.warmup, cell.slowdown, cell.no_steady_state, cell.disturbed, cell.repeated];
    counts.iter().flatten().all(|count| *count == 0)
}

fn figures(cell: &CellRow) -> Vec<Entry> {
    let counts = [
        cell.invocations,
        cell.flat,
        cell.warmup,
        cell.slowdown,
        cell.no_steady_state,
        cell.disturbed,
        cell.repeated,
    ];
    let counts = counts.map(|count| Entry::figure(count, |count| Entry::Count(count.into())));
    counts.into_iter().chain([Entry::figure(cell.cpu_ns_per_op, Entry::Quantity)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn only_what_was_not_flat_or_was_disturbed_is_listed() {
        let mut matrix = sample::measured();
        assert!(section(&Lookup::new(&matrix)).is_none(), "nobody watched");
        for cell in matrix.cells.iter_mut().filter(|cell| cell.status == Status::Ok) {
            let cell = &mut cell.row;
            let counts = [&mut cell.warmup, &mut cell.slowdown, &mut cell.no_steady_state];
            counts.into_iter().for_each(|count| *count = Some(0));
            (cell.flat, cell.disturbed, cell.repeated) = (Some(20), Some(0), Some(0));
        }
        let quiet = section(&Lookup::new(&matrix)).unwrap();
        assert!(quiet.table.rows.is_empty());
        assert!(quiet.remark.unwrap().starts_with("All invocations of all "));
        let cell = matrix
            .cells
            .iter_mut()
            .find(|cell| cell.key.version == "12.16.2" && cell.key.variant == "generator")
            .unwrap();
        (cell.flat, cell.warmup, cell.no_steady_state) = (Some(18), Some(1), Some(1));
        (cell.disturbed, cell.repeated) = (Some(3), Some(2));
        cell.cpu_ns_per_op = Some(2_600.0);
        let case = cell.key.case.clone();
        let section = section(&Lookup::new(&matrix)).unwrap();
        assert_eq!(section.table.rows.len(), 1);
        let texts: Vec<String> = section.table.rows[0].iter().map(Entry::shown).collect();
        let wanted =
            ["node 12.16.2", &*case, "generator", "20", "18", "1", "0", "1", "3", "2", "2,600"];
        assert_eq!(texts, wanted);
        assert!(section.remark.unwrap().starts_with("Of "));
    }
}
