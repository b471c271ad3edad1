//! Loads for people: what was kept, how long answers took, what the runtime did meanwhile.

use super::plan::{Bound, LoadPlan};
use crate::key::family_name;
use crate::record::{LoadRow, Status};
use crate::show::format;
use crate::show::{Column, Entry, Notes, Page, Section};

mod priority {
    pub(super) const DETAIL: u8 = 3;
    pub(super) const INTERVAL: u8 = 2;
    pub(super) const SIDE: u8 = 1;
}

/// The tables of loads with the same plan.
pub(super) fn page(title: &str, plan: Option<&LoadPlan>, rows: &[&LoadRow]) -> Page {
    let is_max = rows.iter().any(|row| row.is_max);
    let mut sections = vec![];
    if !is_max {
        sections.push(memory(rows));
    }
    sections.push(latency(rows, is_max));
    sections.push(runtime(rows));
    sections.retain(|section| section.table.columns.len() > 2);
    Page {
        title: title.to_owned(),
        about: plan.map(|plan| about(plan, is_max)).into_iter().collect(),
        sections,
        ..Page::default()
    }
}

fn about(plan: &LoadPlan, is_max: bool) -> String {
    let connections = format!("up to {} connections", plan.connections);
    if is_max {
        let Bound { p99, probe } = plan.bound;
        return format!(
            "The highest rate at which, for {} s, 99 % of the requests were answered with 2xx within {} ms \
             and none failed; {connections}.",
            probe.as_secs_f64(),
            p99.as_millis()
        );
    }
    format!(
        "{} requests/s for {} s, {connections}; before that, {} requests to warm up.",
        format::quantity(plan.rate),
        plan.duration.as_secs_f64(),
        format::count(plan.warm_up),
    )
}

fn keys(row: &LoadRow) -> [Entry; 2] {
    let runtime = if row.key.version.is_empty() {
        row.key.case.clone()
    } else {
        format!("{} {}", family_name(&row.key.runtime), row.key.version_label())
    };
    [Entry::Text(runtime), Entry::Text(row.key.variant.clone())]
}

fn key_columns() -> Vec<Column> {
    vec![Column::label("runtime"), Column::label("variant")]
}

fn section(title: &str, columns: Vec<Column>, rows: Vec<Vec<Entry>>, notes: Notes) -> Section {
    Section::new(title, columns, rows).without_empty_columns().noted(notes)
}

fn memory(rows: &[&LoadRow]) -> Section {
    let mut columns = key_columns();
    columns.push(Column::figures("requests", None, priority::DETAIL));
    columns.push(Column::figures("heap before", None, priority::SIDE));
    columns.push(Column::figures("heap after", None, priority::SIDE));
    columns.push(Column::figures("kept", "bytes/request", 0));
    columns.push(Column::figures("[low, high]", None, priority::INTERVAL).close());
    columns.push(Column::figures("peak resident", None, priority::INTERVAL));
    columns.push(Column::label("verdict"));
    let mut notes = Notes::default();
    let line = |row: &&LoadRow| {
        let verdict = if row.status != Status::Ok {
            notes.failed(row.status.word(), &row.detail)
        } else {
            let reason = row.reason.as_deref().unwrap_or_default();
            Entry::figure(row.verdict, |verdict| Entry::Text(notes.noted(verdict.word(), reason)))
        };
        let mut line = keys(row).to_vec();
        line.extend([
            Entry::figure(row.requests, Entry::Count),
            Entry::figure(row.heap_before_bytes, Entry::Bytes),
            Entry::figure(row.heap_after_bytes, Entry::Bytes),
            Entry::figure(row.bytes_per_request, Entry::Quantity),
            Entry::between(row.bytes_per_request_low, row.bytes_per_request_high, Entry::Bounds),
            Entry::figure(row.peak_rss_bytes, Entry::Bytes),
            verdict,
        ]);
        line
    };
    let is_read = rows.iter().any(|row| row.heap_before_bytes.is_some());
    let rows = rows.iter().map(line).collect();
    let mut section = section("memory", columns, rows, notes);
    section.remark = is_read.then(|| "Heap is read after a forced collection.".to_owned());
    section
}

fn latency(rows: &[&LoadRow], is_max: bool) -> Section {
    let mut columns = key_columns();
    let rate = if is_max { "sustained" } else { "sent" };
    columns.push(Column::figures(rate, "requests/s", 0));
    for (name, priority) in
        [("p50", 0), ("p90", priority::DETAIL), ("p99", 0), ("p99.9", 0), ("max", 0)]
    {
        columns.push(Column::figures(name, "ms", priority));
    }
    columns.push(Column::figures("not 2xx", None, priority::SIDE));
    columns.push(Column::figures("errors", None, priority::SIDE));
    columns.push(Column::figures("time-outs", None, priority::SIDE));
    let mut notes = Notes::default();
    let line = |row: &&LoadRow| {
        let mut line = keys(row).to_vec();
        let rate = if is_max { row.rate } else { row.requests_per_sec };
        line.push(match row.status {
            Status::Ok => Entry::figure(rate, Entry::Quantity),
            status => notes.failed(status.word(), &row.detail),
        });
        for latency in [row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns] {
            line.push(Entry::figure(latency, Entry::Millis));
        }
        for count in [row.non_2xx, row.errors, row.timeouts] {
            line.push(Entry::figure(count, Entry::Count));
        }
        line
    };
    let rows = rows.iter().map(line).collect();
    let mut section = section("latency", columns, rows, notes);
    section.remark = Some("Counted from when each request was due.".to_owned());
    section
}

fn runtime(rows: &[&LoadRow]) -> Section {
    let mut columns = key_columns();
    columns.push(Column::figures("collections", None, 0));
    columns.push(Column::figures("pauses, sum", "ms", 0));
    columns.push(Column::figures("longest", "ms", 0));
    columns.push(Column::figures("loop late, max", "ms", 0));
    let line = |row: &&LoadRow| {
        let mut line = keys(row).to_vec();
        line.push(Entry::figure(row.collections, Entry::Count));
        for nanos in [row.pauses_ns, row.longest_pause_ns, row.delay_max_ns] {
            line.push(Entry::figure(nanos, Entry::Millis));
        }
        line
    };
    let rows = rows.iter().map(line).collect();
    let mut section = section("runtime", columns, rows, Notes::default());
    section.remark = Some("Forced collections are among the collections.".to_owned());
    section
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::row::tests::{failed_row, sample_row};
    use super::*;

    fn plan() -> LoadPlan {
        LoadPlan {
            rate: 125.0,
            duration: Duration::from_secs(30),
            connections: 256,
            timeout: Duration::from_secs(10),
            warm_up: 3_000,
            checkpoints: 20,
            settling: Duration::ZERO,
            snapshots: None,
            bound: Bound { p99: Duration::from_millis(100), probe: Duration::from_secs(5) },
        }
    }

    #[test]
    fn what_was_kept_and_how_late_answers_were() {
        let (row, failed) = (sample_row("generator"), failed_row());
        let page = page("service under load", Some(&plan()), &[&row, &failed]);
        let [runtime, variant] = keys(&row).map(|entry| entry.shown());
        let cell = |column: &str| page.cell(&format!("{runtime} {variant}"), column);
        assert_eq!(cell("kept"), format::quantity(row.bytes_per_request.unwrap()));
        assert!(cell("verdict").starts_with(row.verdict.unwrap().word()));
        assert_eq!(cell("p99"), format::quantity(row.p99_ns.unwrap() as f64 / 1e6));
        assert_eq!(cell("collections"), format::count(row.collections.unwrap()));
        let failure = page.sections[0].table.rows[1].last().unwrap();
        assert!(matches!(failure, Entry::Failed(_)), "{failure:?}");
    }

    #[test]
    fn a_rate_that_was_found_says_by_what() {
        let row = sample_row("async").with(|row| (row.is_max, row.rate) = (true, Some(4_321.0)));
        let page = page("service under load", Some(&plan()), &[&row]);
        assert!(page.about[0].contains("within 100 ms"), "{:?}", page.about);
        let titles: Vec<&str> = page.sections.iter().map(|section| &*section.title).collect();
        assert!(!titles.contains(&"memory"), "{titles:?}");
        let [runtime, variant] = keys(&row).map(|entry| entry.shown());
        assert_eq!(page.cell(&format!("{runtime} {variant}"), "sustained"), "4,321");
    }
}
