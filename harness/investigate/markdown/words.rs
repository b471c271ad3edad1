//! Words and figures that several chapters use.

use super::super::story::{Load, Step};
use crate::article::{ASYNC, GENERATOR};
use crate::key::Key;
use crate::record::{Space, Verdict};
use crate::show::escaped;
use crate::show::format::{self, counted, quantity};
use crate::stats::Estimate;
use crate::units::{Bytes, thousands};

/// What a step found, or why nothing.
pub(super) fn words_of<T>(step: &Step<T>, tell: impl Fn(&T) -> String) -> String {
    match step {
        Step::Found(found) => tell(found),
        Step::Failed(why) => format!("**This step failed:** {}.\n", full_stop(why)),
        Step::Skipped(why) => format!("This step was left out: {}.\n", full_stop(why)),
    }
}

/// Why some of the steps found nothing, each reason once: where there is no runtime all say so.
pub(super) fn reasons<T>(steps: &[Step<T>]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    let without = steps.iter().filter(|step| step.found().is_none());
    for reason in without.map(|step| words_of(step, |_| String::new())) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let are_apart = !reasons.is_empty() && steps.iter().any(|step| step.found().is_some());
    format!("{}{}", if are_apart { "\n" } else { "" }, reasons.join("\n"))
}

fn full_stop(why: &str) -> String {
    escaped(why.trim_end_matches('.'))
}

/// What a variant was compiled for.
pub(super) fn target(key: &Key) -> &str {
    match &*key.variant {
        GENERATOR => "ES2015",
        ASYNC => "ES2017",
        other => other,
    }
}

/// A verdict as the verb of a sentence.
pub(super) const fn verb(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Leaks) => "leaks",
        Some(Verdict::Stable) => "is stable",
        Some(Verdict::Inconclusive) | None => "gives no clear verdict",
    }
}

/// The same of a load, of which only the heap is counted.
pub(super) fn verb_of(load: &Load) -> &'static str {
    if load.leaks() && !load.leaks_heap() { "leaks outside the heap" } else { verb(load.verdict) }
}

/// A verdict as the cell of a table; with the space that it is about, unless that is the heap.
pub(super) fn cell(verdict: Option<Verdict>, space: Option<Space>) -> String {
    let verdict = or_dash(verdict, |verdict| verdict.to_string());
    match space.filter(|space| *space != Space::Heap) {
        Some(space) => format!("{verdict} ({space})"),
        None => verdict,
    }
}

pub(super) fn or_dash<T>(value: Option<T>, shown: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), shown)
}

/// `20,000 requests, none of which failed`.
pub(super) fn requests(load: &Load) -> String {
    let failed = match load.requests_failed() {
        0 => "none of which failed".to_owned(),
        failed => format!("{} of which failed", thousands(failed)),
    };
    let first = match load.first_failure.as_ref().filter(|_| load.requests_failed() > 0) {
        Some(first) => format!(" (the first of them: {})", escaped(first)),
        None => String::new(),
    };
    format!("{}, {failed}{first}", counted(load.requests.unwrap_or_default(), "request"))
}

pub(super) fn bounds(rate: Option<Estimate>) -> String {
    or_dash(rate, |rate| {
        format!("{} {}", quantity(rate.value), format::bounds(rate.low, rate.high))
    })
}

pub(super) fn bytes(bytes: Option<u64>) -> String {
    or_dash(bytes, |bytes| Bytes(bytes).to_string())
}

/// `0.81 ms`.
pub(super) fn milliseconds(nanos: Option<u64>) -> String {
    or_dash(nanos, |nanos| format!("{} ms", quantity(nanos as f64 / 1e6)))
}

/// A reason as a sentence of its own.
pub(super) fn sentence(reason: &str) -> String {
    let mut letters = reason.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    escaped(&format!("{}{}", first.unwrap_or_default(), letters.as_str())) + "."
}

/// Words as a POSIX shell must be given them.
pub(super) fn shell(words: &[String]) -> String {
    let is_plain = |word: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.,/:@%+=".contains(c);
        !word.is_empty() && word.chars().all(plain)
    };
    let quoted = words.iter().map(|word| {
        if is_plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_back_what_was_given() {
        let words = ["--versions", "node@>=11 <14", "it's", "$(x)", "", "a\"b", "node@10..14", "*"];
        let words = words.map(str::to_owned);
        let text = shell(&words);
        assert!(text.starts_with("--versions 'node@>=11 <14' "), "{text}");
        let script = format!("for word in {text}; do printf '%s\\n' \"$word\"; done");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let given = words.map(|word| word + "\n").concat();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), given);
    }

    #[test]
    fn reasons_become_sentences() {
        assert_eq!(sentence("has not settled"), "Has not settled.");
        assert_eq!(sentence("what_grows."), "What\\_grows.");
    }
}
