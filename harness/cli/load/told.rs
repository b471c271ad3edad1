//! What makes the figures of a load worth less.

use std::time::Duration;

use crate::record::LoadRow;
use crate::show::format::fixed;

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
            "warning: this harness was late by up to {} ms for 1 % of the requests, which is part \
             of their latency: leave it a processor, or lower --rate",
            fixed(lag.as_secs_f64() * 1e3, 1)
        );
    }
}
