//! What one await costs: a row for each runtime version and variant, with the times that the line was
//! drawn through.

use super::Labels;
use super::notes::Notes;
use crate::key::family;
use crate::record::{CostRow, Status};
use crate::report::format;
use crate::report::lookup::Lookup;
use crate::report::table::{Column, Entry, Section, Table};

/// A line that misses a point by more than this share of it is not straight.
const CROOKED: f64 = 0.1;

/// Where a terminal is narrow, the highest of these goes first.
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
    let labels = Labels::of(&keys);
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
            let mut row = vec![labels.entry(key), Entry::Text(variant.to_owned())];
            let mut cost = figures(costs.iter().find(is_own).copied());
            // Why there is none, once: each number of awaits failed in its own row of the records.
            let failed = members.iter().filter_map(|(_, name)| cell(name));
            if let Some(failed) = failed.clone().find(|cell| cell.status != Status::Ok)
                && cost[0] == Entry::Missing
            {
                cost[0] = notes.failed(failed);
            }
            row.extend(cost);
            row.extend(members.iter().map(|(_, name)| {
                let measured = cell(name).filter(|cell| cell.status == Status::Ok);
                Entry::figure(measured.and_then(|cell| cell.ns_per_op), format::quantity)
            }));
            rows.push(row);
        }
    }
    (!costs.is_empty()).then(|| Section {
        title: format!("{case}: the cost of one await"),
        table: Table { columns, rows }.without_empty_columns(),
        notes: notes.into_texts(),
        remark: Some(remark(&costs)),
    })
}

fn figures(cost: Option<&CostRow>) -> [Entry; 5] {
    let bounds = |low: Option<f64>, high: Option<f64>| {
        Entry::companion(low.zip(high), |(low, high)| format::bounds(low, high))
    };
    [
        Entry::figure(cost.map(|cost| cost.ns_per_await), format::quantity),
        bounds(
            cost.and_then(|cost| cost.ns_per_await_low),
            cost.and_then(|cost| cost.ns_per_await_high),
        ),
        Entry::figure(cost.and_then(|cost| cost.ticks_per_await), format::count),
        Entry::figure(cost.map(|cost| cost.ns_per_call), format::quantity),
        bounds(
            cost.and_then(|cost| cost.ns_per_call_low),
            cost.and_then(|cost| cost.ns_per_call_high),
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
    use crate::report::{csv, json, markdown, sample, terminal};

    #[test]
    fn eighty_columns() {
        let text = terminal(&[sample::with_awaits()], 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_hundred_and_twenty_columns() {
        let text = terminal(&[sample::with_awaits()], 120, false);
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn markdown_has_all_columns() {
        insta::assert_snapshot!(markdown(&[sample::with_awaits()]));
    }

    #[test]
    fn a_crooked_line_is_said() {
        let mut matrix = sample::with_awaits();
        matrix.costs[0].misfit = 0.3;
        let text = terminal(&[matrix], 120, false);
        assert!(text.contains("misses a point by up to 30 %"), "{text}");
    }

    #[test]
    fn programs_get_the_costs_too() {
        let value = json(&[sample::with_awaits()]).unwrap();
        let costs = value["costs"].as_array().unwrap();
        let of = |at: usize, name: &str| costs[at][name].to_string();
        assert_eq!(costs.len(), 5);
        assert_eq!(
            (of(0, "version"), of(0, "ns_per_await")),
            ("\"6.17.1\"".into(), "700.0".into())
        );
        assert_eq!((of(2, "variant"), of(2, "ticks_per_await")), ("\"async\"".into(), "3".into()));
        let text = csv(&[sample::with_awaits()]).unwrap();
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
