//! What one await costs: a row for each runtime version and variant, with the times that the line was
//! drawn through.

use super::row::{failed, labels};
use crate::key::family;
use crate::record::{CostRow, Status};
use crate::report::lookup::Lookup;
use crate::show::{Column, Entry, Notes, Section};

/// A line that misses a point by more than this share of it is not straight.
const CROOKED: f64 = 0.1;

mod priority {
    pub(super) const OP: u8 = 5;
    pub(super) const CALL_INTERVAL: u8 = 4;
    pub(super) const CALL: u8 = 3;
    pub(super) const INTERVAL: u8 = 2;
    pub(super) const COST: u8 = 1;
}

/// `None` if no line could be drawn for the family.
pub(super) fn section<'a>(case: &str, own: &Lookup<'a>) -> Option<Section> {
    let costs = own.costs(case);
    let mut members: Vec<(u32, &'a str)> = own
        .cases()
        .into_iter()
        .filter_map(|name| family(name).filter(|(of, _)| *of == case).map(|(_, k)| (k, name)))
        .collect();
    members.sort_unstable();
    let keys = members.iter().flat_map(|(_, name)| own.runtimes(name)).collect();
    let labels = labels(&keys);
    let mut columns = vec![
        labels.column(),
        Column::label("variant"),
        Column::figures("one await", "ns", priority::COST),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
        Column::figures("ticks", None, priority::COST),
        Column::figures("the call", "ns", priority::CALL),
        Column::figures("[low, high]", None, priority::CALL_INTERVAL).close(),
    ];
    for (awaits, _) in &members {
        let named = Column::figures(awaits.to_string(), "ns/op", priority::OP);
        columns.push(named.of("awaits"));
    }
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    for key in &keys {
        let mut variants: Vec<&str> =
            members.iter().flat_map(|(_, name)| own.variants(name)).collect();
        variants.sort_by_key(|variant| crate::key::variant_order(variant));
        variants.dedup();
        for variant in variants {
            let cell = |name: &&'a str| own.cell(name, key, variant);
            if members.iter().all(|(_, name)| cell(name).is_none()) {
                continue;
            }
            let is_own =
                |cost: &&&CostRow| cost.key.variant == variant && cost.key.of_runtime() == *key;
            let mut row = vec![labels.entry(key), Entry::text(variant)];
            let mut cost = figures(costs.iter().find(is_own).copied());
            // Why there is none, once: each number of awaits failed in its own row of the records.
            let others = members.iter().filter_map(|(_, name)| cell(name));
            if let Some(broken) = others.clone().find(|cell| cell.status != Status::Ok)
                && cost[0] == Entry::Missing
            {
                cost[0] = failed(broken, &mut notes);
            }
            row.extend(cost);
            row.extend(members.iter().map(|(_, name)| {
                let measured = cell(name).filter(|cell| cell.status == Status::Ok);
                Entry::figure(measured.and_then(|cell| cell.ns_per_op), Entry::Quantity)
            }));
            rows.push(row);
        }
    }
    (!costs.is_empty()).then(|| {
        Section::new(format!("{case}: the cost of one await"), columns, rows)
            .without_empty_columns()
            .noted(notes)
            .remarked(remark(&costs))
    })
}

fn figures(cost: Option<&CostRow>) -> [Entry; 5] {
    [
        Entry::figure(cost.map(|cost| cost.ns_per_await), Entry::Quantity),
        Entry::between(
            cost.and_then(|cost| cost.ns_per_await_low),
            cost.and_then(|cost| cost.ns_per_await_high),
            Entry::Bounds,
        ),
        Entry::figure(cost.and_then(|cost| cost.ticks_per_await), Entry::Count),
        Entry::figure(cost.map(|cost| cost.ns_per_call), Entry::Quantity),
        Entry::between(
            cost.and_then(|cost| cost.ns_per_call_low),
            cost.and_then(|cost| cost.ns_per_call_high),
            Entry::Bounds,
        ),
    ]
}

fn remark(costs: &[&CostRow]) -> String {
    let text = "One await: what an op takes longer for each await more. The call: what is left \
                without awaits, the harness's own cost in it. Ticks: how often the microtask queue \
                comes round for one await, counted.";
    let farthest = costs.iter().map(|cost| cost.misfit).fold(0.0, f64::max);
    if farthest > CROOKED {
        let percent = (farthest * 100.0).round();
        format!("{text} A line misses a point by up to {percent} %: the times are not straight.")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{Report, sample};
    use crate::show::{Answer, Page, value};

    fn shown(matrix: crate::report::Matrix) -> Page {
        Report(&[matrix]).pages().remove(0)
    }

    #[test]
    fn each_variant_has_what_an_await_costs_and_the_times_it_was_made_of() {
        let page = shown(sample::with_awaits());
        let cell = |column: &str| page.cell("11.15.0 async", column);
        assert_eq!((cell("one await"), cell("[low, high]")), ("180".into(), "[175, 185]".into()));
        assert_eq!((cell("ticks"), cell("the call")), ("3".into(), "35.0".into()));
        assert!(!cell("awaits 16").is_empty());
    }

    #[test]
    fn a_crooked_line_is_said() {
        let mut matrix = sample::with_awaits();
        matrix.costs[0].misfit = 0.3;
        let page = shown(matrix);
        let remarks: Vec<_> = page.sections.iter().flat_map(|section| &section.remark).collect();
        assert!(remarks.iter().any(|it| it.contains("up to 30 %")), "{remarks:?}");
    }

    #[test]
    fn programs_get_the_costs_too() {
        let value = value(&Report(&[sample::with_awaits()])).unwrap();
        let costs = value["costs"].as_array().unwrap();
        let of = |at: usize, name: &str| costs[at][name].to_string();
        assert_eq!(costs.len(), 5);
        assert_eq!(
            (of(0, "version"), of(0, "ns_per_await")),
            ("\"6.17.1\"".into(), "700.0".into())
        );
        assert_eq!((of(2, "variant"), of(2, "ticks_per_await")), ("\"async\"".into(), "3".into()));
        let text = Report(&[sample::with_awaits()]).csv().unwrap();
        let header = text.lines().next().unwrap();
        assert!(header.ends_with(
            "ratio_high,ns_per_await,ns_per_await_low,ns_per_await_high,ns_per_call,\
             ns_per_call_low,ns_per_call_high,ticks_per_await"
        ));
        let member = text.lines().find(|line| line.contains("await-k=16,async,node,11.15.0"));
        assert!(member.unwrap().ends_with(",180.0,174.6,185.4,35.0,26.0,44.0,3"), "{member:?}");
        let other = text.lines().find(|line| line.contains("await-two,async,node,12.16.2"));
        assert!(other.unwrap().ends_with(",,,,,,,"), "{other:?}");
    }
}
