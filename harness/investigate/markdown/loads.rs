//! The chapters on the service under load.

use std::fmt::Write as _;

use super::super::story::{Load, Step};
use super::told;
use super::words::{bounds, listed, milliseconds, named, requests, target, verdict};
use crate::report::escaped_markdown as escaped;
use crate::report::format::quantity;
use crate::units::{Bytes, thousands};

/// The build for ES2015 on the leaking version.
pub(super) fn growth(load: &Load, picture: Option<&str>) -> String {
    let mut text = format!(
        "A service of middleware, a request log, sessions, a bounded cache and a queue of page views was \
         compiled by TypeScript to {}, where async functions become generators. On {} (V8 {}), after {} \
         requests to warm up, it was asked for {} a second for {} s: {}. Half of them were answered within {}, \
         99 % within {}.\n\n",
        target(&load.variant),
        named(&load.subject),
        load.subject.engine_version,
        thousands(load.warm_up_requests),
        quantity(load.rate),
        load.duration_s,
        requests(load),
        milliseconds(load.p50_ns),
        milliseconds(load.p99_ns),
    );
    text += &kept(load);
    text += &drawn(picture, &format!("{} on {}", load.variant, named(&load.subject)));
    text
}

/// What stayed of a load.
fn kept(load: &Load) -> String {
    let mut text = format!(
        "After a forced collection its heap was {} before the load and {} after it: {} bytes left behind for \
         each request. It **{}**",
        Bytes(load.heap_before_bytes),
        Bytes(load.heap_after_bytes),
        bounds(&load.bytes_per_request),
        verdict(&load.verdict),
    );
    if load.reason.is_empty() {
        text.push('.');
    } else {
        let _ = write!(text, ": {}.", escaped(&load.reason));
    }
    if load.further_requests > 0 {
        let _ = write!(
            text,
            " The verdict took another {} requests after the load.",
            thousands(load.further_requests)
        );
    }
    if let Some(a_day) = load.bytes_a_day {
        let _ = write!(text, " At this rate that is {} a day.", Bytes(a_day as u64));
    }
    text.push('\n');
    text
}

/// The build for ES2017 beside the other.
pub(super) fn cure(load: &Load, before: Option<&Load>, picture: Option<&str>) -> String {
    let mut text = format!(
        "The same source, compiled to {}, where async functions stay what they are, ran on {} under the same \
         load: {}. ",
        target(&load.variant),
        named(&load.subject),
        requests(load)
    );
    text += &kept(load);
    let both: Vec<&Load> = before.into_iter().chain([load]).collect();
    text += &table(&both);
    text += &drawn(picture, &format!("both builds on {}", named(&load.subject)));
    text
}

/// Both builds on the fixed version.
pub(super) fn fixed(steps: &[Step<Load>], picture: Option<&str>) -> String {
    let found: Vec<&Load> = steps.iter().filter_map(Step::found).collect();
    let mut text = match found.first() {
        Some(first) => format!("## On {}\n\n", named(&first.subject)),
        None if steps.is_empty() => return String::new(),
        None => "## On a fixed version\n\n".to_owned(),
    };
    if let Some(first) = found.first() {
        let _ = writeln!(
            text,
            "Under the same load on {} (V8 {}) {}.",
            named(&first.subject),
            first.subject.engine_version,
            builds(&found)
        );
        for load in found.iter().filter(|load| !load.reason.is_empty()) {
            let _ = writeln!(text, "\n{}: {}.", target(&load.variant), escaped(&load.reason));
        }
        text += &table(&found);
        text += &drawn(picture, &format!("both builds on {}", named(&first.subject)));
    }
    let mut reasons: Vec<String> = Vec::new();
    for step in steps.iter().filter(|step| step.found().is_none()) {
        let reason = told(step, |_| String::new());
        // Where there is no runtime both builds say so.
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    text + &reasons.join("\n")
}

/// `both builds are stable`, or of each what it does.
pub(super) fn builds(loads: &[&Load]) -> String {
    if let [one, other] = loads
        && one.verdict == other.verdict
    {
        return match verdict(&one.verdict) {
            "is stable" => "both builds are stable".to_owned(),
            "leaks" => "both builds leak".to_owned(),
            _ => "neither build gives a clear verdict".to_owned(),
        };
    }
    let each = loads
        .iter()
        .map(|load| format!("the build for {} {}", target(&load.variant), verdict(&load.verdict)));
    listed(&each.collect::<Vec<_>>())
}

fn table(loads: &[&Load]) -> String {
    let mut text =
        "\n| build | heap before | heap after | bytes kept a request | p50 | p99 | p99.9 | peak \
                    resident | verdict |\n\
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
            .to_owned();
    for load in loads {
        let resident = load.peak_rss_bytes.map(|bytes| Bytes(bytes).to_string());
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            target(&load.variant),
            Bytes(load.heap_before_bytes),
            Bytes(load.heap_after_bytes),
            bounds(&load.bytes_per_request),
            milliseconds(load.p50_ns),
            milliseconds(load.p99_ns),
            milliseconds(load.p999_ns),
            resident.as_deref().unwrap_or("–"),
            load.verdict
        );
    }
    text
}

fn drawn(picture: Option<&str>, what: &str) -> String {
    picture.map_or_else(String::new, |picture| {
        format!("\n![Memory against time: {what}]({picture})\n")
    })
}
