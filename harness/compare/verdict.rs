//! What a difference is called.
//!
//! Two questions are asked of each quotient, and either answer needs proof. *Is there a difference?*
//! Only if it is significant after the correction for all comparisons in the table, and the interval
//! leaves 1 out too. *Is there none worth the name?* Only if the whole interval lies within the
//! margin: the confidence-interval form of the two one-sided tests of D. J. Schuirmann, Journal of
//! Pharmacokinetics and Biopharmaceutics 15 (1987), with each test at 2.5 %. Absence of a significant
//! difference is never called `same`: with few invocations it is merely `unresolved`.
//!
//! A difference may be both significant and within the margin. It is called `same`: whoever chose the
//! margin said that less does not matter, and the quotient and its interval still show it. A
//! significant one whose interval reaches beyond the margin is `faster` or `slower`, even if it may be
//! small.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::stats::Estimate;

/// The error rate of all claims of a difference in one table together.
pub const SIGNIFICANCE: f64 = 0.05;

/// How B is, compared with A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Faster,
    Slower,
    /// B's ratio async ÷ generator is larger.
    Larger,
    Smaller,
    /// They differ by less than the margin.
    Same,
    /// What was measured allows none of these.
    Unresolved,
}

impl Verdict {
    /// The word in tables and records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Larger => "larger",
            Self::Smaller => "smaller",
            Self::Same => "same",
            Self::Unresolved => "unresolved",
        }
    }
}

/// The verdict on a quotient, with its p-value after the correction; and why, if it is unresolved.
pub(super) fn judge(
    estimate: &Estimate,
    p_adjusted: f64,
    margin: Margin,
) -> (Verdict, Option<String>) {
    let (lower, upper) = margin.bounds();
    if lower <= estimate.low && estimate.high <= upper {
        return (Verdict::Same, None);
    }
    let excludes_one = estimate.low > 1.0 || estimate.high < 1.0;
    match (excludes_one, p_adjusted < SIGNIFICANCE) {
        (true, true) if estimate.value > 1.0 => (Verdict::Faster, None),
        (true, true) => (Verdict::Slower, None),
        (true, false) => {
            let reason = "not significant after the correction for all comparisons";
            (Verdict::Unresolved, Some(reason.to_owned()))
        }
        (false, _) => {
            let reason = format!("the interval holds 1 and reaches beyond {margin}");
            (Verdict::Unresolved, Some(reason))
        }
    }
}

/// Differences within this are none: 0.03 stands for quotients from 1 ÷ 1.03 to 1.03, so that the
/// verdict is the same whichever side is A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin(f64);

/// Why a text is not a valid margin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a valid margin: write a percentage above 0 % and below 100 %, such as 3%")]
pub struct MarginError(String);

impl Margin {
    /// 3 %: what two runs of the same thing on a machine that does nothing else may differ by.
    #[cfg(test)]
    pub const DEFAULT: Self = Self(0.03);

    pub const fn share(self) -> f64 {
        self.0
    }

    fn bounds(self) -> (f64, f64) {
        (1.0 / (1.0 + self.0), 1.0 + self.0)
    }
}

impl fmt::Display for Margin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two decimals of a percentage, without zeros at the end.
        write!(f, "±{} %", (self.0 * 10_000.0).round() / 100.0)
    }
}

impl FromStr for Margin {
    type Err = MarginError;

    /// `3%`, `3 %` or `2.5%`.
    fn from_str(text: &str) -> Result<Self, MarginError> {
        let error = || MarginError(text.to_owned());
        let number = text.trim().strip_suffix('%').ok_or_else(error)?.trim();
        let share = number.parse::<f64>().map_err(|_| error())? / 100.0;
        if share > 0.0 && share < 1.0 { Ok(Self(share)) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(low: f64, value: f64, high: f64, p: f64) -> Verdict {
        judge(&Estimate { value, low, high }, p, Margin::DEFAULT).0
    }

    #[test]
    fn a_difference_needs_significance_and_an_interval_without_1() {
        assert_eq!(verdict(1.1, 1.2, 1.3, 0.01), Verdict::Faster);
        assert_eq!(verdict(0.7, 0.8, 0.9, 0.01), Verdict::Slower);
        assert_eq!(verdict(1.1, 1.2, 1.3, 0.06), Verdict::Unresolved);
        assert_eq!(verdict(0.99, 1.2, 1.3, 0.01), Verdict::Unresolved);
        // Just over the margin, and perhaps just under it.
        assert_eq!(verdict(1.01, 1.03, 1.05, 0.01), Verdict::Faster);
    }

    #[test]
    fn the_same_is_a_claim_that_needs_the_whole_interval() {
        assert_eq!(verdict(0.98, 1.0, 1.02, 0.9), Verdict::Same);
        assert_eq!(verdict(0.96, 1.0, 1.02, 0.9), Verdict::Unresolved);
        assert_eq!(verdict(0.98, 1.0, 1.04, 0.9), Verdict::Unresolved);
    }

    #[test]
    fn a_significant_difference_within_the_margin_is_none() {
        assert_eq!(verdict(1.01, 1.015, 1.02, 0.0), Verdict::Same);
    }

    #[test]
    fn swapping_the_sides_swaps_the_verdict_at_the_margin_too() {
        // 1 ÷ 1.03 = 0.97087: 0.97 is beyond.
        assert_eq!(verdict(0.971, 1.0, 1.0299, 0.9), Verdict::Same);
        assert_eq!(verdict(1.0 / 1.0299, 1.0, 1.0 / 0.971, 0.9), Verdict::Same);
        assert_eq!(verdict(0.9705, 1.0, 1.0, 0.9), Verdict::Unresolved);
    }

    #[test]
    fn margins_are_percentages() {
        assert_eq!("3%".parse(), Ok(Margin(0.03)));
        assert_eq!(" 2.5 % ".parse(), Ok(Margin(0.025)));
        for wrong in ["3", "0%", "-1%", "100%", "NaN%", "x%", ""] {
            assert!(wrong.parse::<Margin>().is_err(), "{wrong}");
        }
        assert_eq!(Margin(0.025).to_string(), "±2.5 %");
        assert_eq!(Margin::DEFAULT.to_string(), "±3 %");
    }
}
