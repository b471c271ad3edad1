//! The rows of a comparison, with the names that they have in CSV and JSON.

use serde::{Serialize, Serializer};

use super::pairing::Pair;
use super::verdict::{Margin, Verdict, judge};
use crate::key::Key;
use crate::stats::{LogSpread, Quotient, holm};

/// What a row is about on either side: where two runtimes or versions are compared, A has another one than B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub a: Key,
    pub b: Key,
}

impl Keys {
    pub(super) fn of(pair: &Pair<'_>) -> Self {
        Self { a: pair.a.key.clone(), b: pair.b.key.clone() }
    }

    /// Those of a ratio of two variants.
    pub(super) fn of_ratio(pair: &Pair<'_>) -> Self {
        Self { a: pair.a.key.of_case(), b: pair.b.key.of_case() }
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Columns<'a> {
            runtime: &'a str,
            version: &'a str,
            runtime_a: &'a str,
            version_a: &'a str,
            case: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            variant: &'a str,
            flags: &'a str,
        }
        let Self { a, b } = self;
        Columns {
            runtime: &b.runtime,
            version: &b.version,
            runtime_a: &a.runtime,
            version_a: &a.version,
            case: &b.case,
            variant: &b.variant,
            flags: &b.flags,
        }
        .serialize(serializer)
    }
}

/// B's figure over A's, and what it is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// B ÷ A; `None` if a side has no figure.
    pub ratio: Option<f64>,
    /// Lower bound of the 95 % interval; `None` if a side has none.
    pub ratio_low: Option<f64>,
    pub ratio_high: Option<f64>,
    /// The p-value of this comparison alone.
    pub p: Option<f64>,
    /// The p-value after Holm's correction for all comparisons in the table.
    pub p_adjusted: Option<f64>,
    pub verdict: Verdict,
    /// Why it is unresolved; else empty.
    pub reason: String,
}

impl Outcome {
    /// The same about a ratio, which is not faster but larger.
    pub(super) fn of_ratio(mut self) -> Self {
        self.verdict = match self.verdict {
            Verdict::Faster => Verdict::Larger,
            Verdict::Slower => Verdict::Smaller,
            other => other,
        };
        self
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub keys: Keys,
    /// Ops/s of A, if it has them.
    pub ops_per_sec_a: Option<f64>,
    /// Ops/s of B, if it has them.
    pub ops_per_sec_b: Option<f64>,
    pub outcome: Outcome,
}

/// Two ratios async ÷ generator compared.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioChange {
    pub keys: Keys,
    pub ratio_a: f64,
    pub ratio_b: f64,
    /// What came out: the ratio of the ratios.
    pub outcome: Outcome,
}

/// The geometric mean of one variant's quotients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    pub variant: String,
    /// How many cells it is the mean of.
    pub cells: usize,
    /// The mean of B ÷ A.
    pub ratio: f64,
    /// Lower bound of its 95 % interval; `None` if a cell has none.
    pub ratio_low: Option<f64>,
    pub ratio_high: Option<f64>,
}

impl Mean {
    pub(super) fn new(variant: &str, cells: usize, ratio: f64, spread: Option<LogSpread>) -> Self {
        let bounds = spread.and_then(|spread| spread.bounds(ratio));
        Self {
            variant: variant.to_owned(),
            cells,
            ratio,
            ratio_low: bounds.map(|(low, _)| low),
            ratio_high: bounds.map(|(_, high)| high),
        }
    }
}

/// Two sides put together, before anything is judged.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// `None` if a side has no figure.
    pub(super) quotient: Option<Quotient>,
    /// Why there is no quotient, or no interval of it; else empty.
    pub(super) lack: String,
}

/// Judges all quotients of a table together: those with an interval are its comparisons.
pub(super) fn outcomes(findings: &[Finding], margin: Margin) -> Vec<Outcome> {
    let p_values: Vec<f64> = findings.iter().filter_map(Finding::p).collect();
    let mut adjusted = holm(&p_values).into_iter();
    findings
        .iter()
        .map(|finding| {
            // One for each that has a p-value, in the same order.
            let p_adjusted = finding.p().and_then(|_| adjusted.next());
            finding.outcome(p_adjusted, margin)
        })
        .collect()
}

impl Finding {
    /// There is nothing to compare, and why.
    pub(super) const fn without(lack: String) -> Self {
        Self { quotient: None, lack }
    }

    fn p(&self) -> Option<f64> {
        Some(self.quotient?.certainty?.p)
    }

    fn outcome(&self, p_adjusted: Option<f64>, margin: Margin) -> Outcome {
        let certainty = self.quotient.and_then(|quotient| quotient.certainty);
        let (verdict, reason) = match certainty.zip(p_adjusted) {
            Some((certainty, p)) => judge(&certainty.estimate, p, margin),
            None => (Verdict::Unresolved, Some(self.lack.clone())),
        };
        Outcome {
            ratio: self.quotient.map(|quotient| quotient.value),
            ratio_low: certainty.map(|certainty| certainty.estimate.low),
            ratio_high: certainty.map(|certainty| certainty.estimate.high),
            p: certainty.map(|certainty| certainty.p),
            p_adjusted,
            verdict,
            reason: reason.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Evidence, quotient};

    /// B over A = 1, each with this relative margin.
    fn compared(value: f64, margin: f64) -> Finding {
        let of = |value: f64| {
            Evidence::of_interval(value, value / (1.0 + margin), value * (1.0 + margin), None)
        };
        let quotient = quotient(&of(value).unwrap(), &of(1.0).unwrap());
        Finding { quotient: Some(quotient), lack: String::new() }
    }

    /// ln 1.06 ÷ (√2 · ln 1.04 ÷ 1.96) = 2.06: p = 0.0395 alone, and 0.079 of two.
    #[test]
    fn what_is_a_difference_alone_is_none_among_many() {
        let alone = outcomes(&[compared(1.06, 0.04)], Margin::DEFAULT);
        assert_eq!(alone[0].verdict, Verdict::Faster, "{alone:?}");
        let failed = Finding { quotient: None, lack: "A: timeout".to_owned() };
        let two = [compared(1.06, 0.04), failed, compared(1.0, 0.04)];
        let two = outcomes(&two, Margin::DEFAULT);
        assert_eq!(two[0].verdict, Verdict::Unresolved, "{two:?}");
        assert!(two[0].reason.contains("correction"), "{two:?}");
        assert!((two[0].p_adjusted.unwrap() - 2.0 * two[0].p.unwrap()).abs() < 1e-12);
        assert_eq!((two[1].reason.as_str(), two[1].p_adjusted), ("A: timeout", None));
        assert_eq!(two[2].p_adjusted, Some(1.0));
    }
}
