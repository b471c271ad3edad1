//! What a load has to say: its rows in the format that was asked for, and warnings.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context;

use crate::cli::Format;
use crate::cli::report::terminal_look;
use crate::load::{Detailed, Plan, csv, json, page};
use crate::record::LoadRow;
use crate::report;

/// Above this, the harness itself was late, and latencies are partly its own.
const LATE: Duration = Duration::from_millis(1);

/// Says what makes the figures of this load worth less.
pub(super) fn warn(row: &LoadRow) {
    let of = |count: Option<u64>| count.unwrap_or(0);
    let failed = of(row.non_2xx) + of(row.errors) + of(row.timeouts);
    if failed > 0 {
        say!(
            "warning: {failed} of {} requests failed ({} not 2xx, {} errors, {} time-outs): {}",
            of(row.requests),
            of(row.non_2xx),
            of(row.errors),
            of(row.timeouts),
            if row.detail.is_empty() { "given up" } else { &row.detail }
        );
    }
    if let Some(lag) = row.lag_p99_ns.map(Duration::from_nanos).filter(|lag| *lag > LATE) {
        say!(
            "warning: this harness was late by up to {:.1} ms for 1 % of the requests, which is part \
             of their latency: leave it a processor, or lower --rate",
            lag.as_secs_f64() * 1e3
        );
    }
}

/// Writes all loads to standard output.
pub(super) fn print(
    loads: &[Detailed],
    title: &str,
    plan: &Plan,
    format: Format,
) -> anyhow::Result<()> {
    let rows: Vec<LoadRow> = loads.iter().map(|load| load.row.clone()).collect();
    let mut out = io::stdout().lock();
    match format {
        Format::Table => {
            let (width, colour) = terminal_look(&out);
            write!(out, "{}", report::terminal_pages(&[page(title, plan, &rows)], width, colour))?;
        }
        Format::Markdown => {
            write!(out, "{}", report::markdown_pages(&[page(title, plan, &rows)]))?;
        }
        Format::Csv => write!(out, "{}", csv(loads)?)?,
        // Written by ourselves: an error of serde_json hides that the pipe is closed.
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&json(loads)?)?)?,
    }
    out.flush().context("standard output")
}
