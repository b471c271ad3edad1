//! Words and figures that several chapters use.

use super::super::story::{Load, Subject};
use crate::report::format::quantity;
use crate::report::order::family_name;
use crate::stats::Estimate;
use crate::units::thousands;

/// `Node.js 12.15.0`.
pub(super) fn named(subject: &Subject) -> String {
    format!("{} {}", family_name(&subject.runtime), subject.version)
}

/// What a build was compiled for.
pub(super) fn target(variant: &str) -> &str {
    match variant {
        "generator" => "ES2015",
        "async" => "ES2017",
        other => other,
    }
}

/// A verdict as the verb of a sentence.
pub(super) fn verdict(word: &str) -> &str {
    match word {
        "stable" => "is stable",
        "inconclusive" => "gives no clear verdict",
        other => other,
    }
}

/// `20,000 requests, none of which failed`.
pub(super) fn requests(load: &Load) -> String {
    let failed = match load.failed {
        0 => "none of which failed".to_owned(),
        failed => format!("{} of which failed", thousands(failed)),
    };
    format!("{} requests, {failed}", thousands(load.requests))
}

/// `160 [141, 203]`.
pub(super) fn bounds(rate: &Estimate) -> String {
    format!("{} [{}, {}]", quantity(rate.value), quantity(rate.low), quantity(rate.high))
}

/// `0.81 ms`.
pub(super) fn milliseconds(nanos: u64) -> String {
    format!("{} ms", quantity(nanos as f64 / 1e6))
}

/// `one package`, `3 packages`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("one {noun}") } else { format!("{} {noun}s", thousands(number)) }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
