//! The chapters on the service under load.

use std::fmt::Write as _;

use super::super::story::{Load, Step};
use super::words::{
    bounds, bytes, cell, milliseconds, or_dash, reasons, requests, sentence, target, verb, verb_of,
};
use crate::record::Verdict;
use crate::show::escaped;
use crate::show::format::{counted, listed, quantity};
use crate::units::{Bytes, thousands};

/// The variant for ES2015 on the leaking version.
pub(super) fn growth(load: &Load, picture: Option<&str>) -> String {
    let mut text = format!(
        "A service of middleware, a request log, sessions, a bounded cache and a queue of page views was \
         compiled by TypeScript to {}, where async functions become generators. On {} (V8 {}), after {} \
         requests to warm up, it was asked for {} a second for {} s: {}. Half of them were answered within {}, \
         99 % within {}.\n\n",
        target(&load.key),
        load.key.runtime_name(),
        load.key.engine_version,
        thousands(load.warm_up_requests),
        or_dash(load.rate, quantity),
        load.duration_s,
        requests(load),
        milliseconds(load.p50_ns),
        milliseconds(load.p99_ns),
    );
    text += &kept(load);
    text += &drawn(picture, &[load]);
    text
}

/// What stayed of a load.
fn kept(load: &Load) -> String {
    let rate = bounds(load.kept());
    let mut text = format!(
        "After a forced collection its heap was {} before the load and {} after it: {}. It **{}**",
        bytes(load.heap_before_bytes),
        bytes(load.heap_after_bytes),
        if load.leaks_heap() {
            format!("{rate} bytes left behind for each request")
        } else {
            format!("a gain of {rate} bytes for each request")
        },
        verb(load.verdict),
    );
    if load.reason.is_empty() {
        text.push('.');
    } else {
        let _ = write!(text, ": {}.", escaped(&load.reason));
    }
    if let Some(a_day) = load.bytes_a_day() {
        let _ = write!(text, " At this rate that is {} a day.", Bytes(a_day as u64));
    }
    if let Some(further) = further(load) {
        let _ = write!(text, " {further}");
    }
    text.push('\n');
    text
}

/// The requests after the load, and whether they helped.
fn further(load: &Load) -> Option<String> {
    let more = load.further_requests.filter(|further| *further > 0)?;
    let more = counted(more, "request");
    Some(match load.verdict {
        Some(Verdict::Leaks | Verdict::Stable) => {
            format!("The verdict took another {more} after the load.")
        }
        Some(Verdict::Inconclusive) | None => {
            format!("Another {more} after the load made it no surer.")
        }
    })
}

/// The variant for ES2017 beside the other.
pub(super) fn cure(load: &Load, before: Option<&Load>, picture: Option<&str>) -> String {
    let mut text = format!(
        "The same source, compiled to {}, where async functions stay what they are, ran on {} under the same \
         load: {}. ",
        target(&load.key),
        load.key.runtime_name(),
        requests(load)
    );
    text += &kept(load);
    let drawn_loads: Vec<&Load> = before.into_iter().chain([load]).collect();
    text += &table(&drawn_loads);
    text += &drawn(picture, &drawn_loads);
    text
}

/// Both variants on the fixed version.
pub(super) fn fixed(steps: &[Step<Load>], picture: Option<&str>) -> String {
    let found: Vec<&Load> = steps.iter().filter_map(Step::found).collect();
    let mut text = match found.first() {
        Some(first) => format!("## On {}\n\n", first.key.runtime_name()),
        None if steps.is_empty() => return String::new(),
        None => "## On the other version\n\n".to_owned(),
    };
    if let Some(first) = found.first() {
        let _ = writeln!(
            text,
            "Under the same load on {} (V8 {}) {}.",
            first.key.runtime_name(),
            first.key.engine_version,
            variants(&found)
        );
        for load in &found {
            let reason = Some(&load.reason).filter(|reason| !reason.is_empty());
            let failed = (load.requests_failed() > 0).then(|| sentence(&requests(load)));
            let notes: Vec<String> = failed
                .into_iter()
                .chain(reason.map(|reason| sentence(reason)))
                .chain(further(load))
                .collect();
            if !notes.is_empty() {
                let _ = writeln!(text, "\n{}: {}", target(&load.key), notes.join(" "));
            }
        }
        text += &table(&found);
        text += &drawn(picture, &found);
    }
    text + &reasons(steps)
}

/// `both variants are stable`, or of each what it does.
pub(super) fn variants(loads: &[&Load]) -> String {
    if let [one, other] = loads
        && verb_of(one) == verb_of(other)
    {
        return match one.verdict {
            Some(Verdict::Stable) => "both variants are stable".to_owned(),
            Some(Verdict::Leaks) => verb_of(one).replacen("leaks", "both variants leak", 1),
            Some(Verdict::Inconclusive) | None => {
                "neither variant gives a clear verdict".to_owned()
            }
        };
    }
    let each =
        loads.iter().map(|load| format!("the variant for {} {}", target(&load.key), verb_of(load)));
    listed(&each.collect::<Vec<_>>())
}

fn table(loads: &[&Load]) -> String {
    let mut text =
        "\n| variant | compiled to | heap before | heap after | bytes of heap a request | p50 | p99 | p99.9 \
                    | peak resident | verdict |\n\
                    | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
            .to_owned();
    for load in loads {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            escaped(&load.key.variant),
            target(&load.key),
            bytes(load.heap_before_bytes),
            bytes(load.heap_after_bytes),
            bounds(load.kept()),
            milliseconds(load.p50_ns),
            milliseconds(load.p99_ns),
            milliseconds(load.p999_ns),
            bytes(load.peak_rss_bytes),
            cell(load.verdict, load.space)
        );
    }
    text
}

/// The picture of these loads, which are on one version.
fn drawn(picture: Option<&str>, loads: &[&Load]) -> String {
    let (Some(picture), Some(first)) = (picture, loads.first()) else { return String::new() };
    let which = if loads.len() == 1 { &first.key.variant } else { "both variants" };
    format!("\n![Memory against time: {which} on {}]({picture})\n", first.key.runtime_name())
}
