//! What is asked of each version: whether it leaks, or whether a figure is above or below a value.

use std::fmt;

use super::finding::Answer;
use crate::stats::Estimate;

/// What is measured of each version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Metric {
    /// The verdict of `awaitbench leak`.
    #[default]
    Leak,
    /// Ops/s of async ÷ ops/s of generator.
    Ratio,
    /// Time of one op in nanoseconds.
    NsPerOp,
    /// Ops in a second.
    OpsPerSec,
}

impl Metric {
    /// The word for it on the command line and in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Ratio => "ratio",
            Self::NsPerOp => "ns-per-op",
            Self::OpsPerSec => "ops-per-sec",
        }
    }
}

/// On which side of a value a figure must lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Above it.
    Above(f64),
    /// Below it.
    Below(f64),
}

/// What is asked of each version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// Does it leak?
    Leak,
    /// Does a figure lie there?
    Figure(Metric, Bound),
}

impl Question {
    /// The metric.
    pub const fn metric(self) -> Metric {
        match self {
            Self::Leak => Metric::Leak,
            Self::Figure(metric, _) => metric,
        }
    }

    /// The unit of the figure.
    pub const fn unit(self) -> &'static str {
        match self.metric() {
            Metric::Leak => "bytes/op",
            Metric::Ratio => "times",
            Metric::NsPerOp => "ns/op",
            Metric::OpsPerSec => "ops/s",
        }
    }

    /// Yes or no, if the whole interval lies on one side of the value.
    pub fn decide(self, estimate: Estimate) -> Option<Answer> {
        let Self::Figure(_, bound) = self else { return None };
        let (yes, no) = match bound {
            Bound::Above(value) => (estimate.low > value, estimate.high <= value),
            Bound::Below(value) => (estimate.high < value, estimate.low >= value),
        };
        match (yes, no) {
            (true, _) => Some(Answer::Yes),
            (_, true) => Some(Answer::No),
            _ => None,
        }
    }

    /// The word for an answer to this question.
    pub const fn word(self, answer: Answer) -> &'static str {
        match (self, answer) {
            (Self::Leak, Answer::Yes) => "leaks",
            (Self::Leak, Answer::No) => "stable",
            (Self::Leak, Answer::Unknown) => "inconclusive",
            (_, Answer::Yes) => "yes",
            (_, Answer::No) => "no",
            (_, Answer::Unknown) => "unresolved",
            (_, Answer::Unsupported) => "unsupported",
            (_, Answer::Missing) => "missing",
            (_, Answer::Broken) => "broken",
        }
    }
}

/// `leak`, or `ratio > 5`.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leak => f.write_str("leak"),
            Self::Figure(metric, Bound::Above(value)) => write!(f, "{} > {value}", metric.word()),
            Self::Figure(metric, Bound::Below(value)) => write!(f, "{} < {value}", metric.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_interval_decides() {
        let of = |low: f64, high: f64| Estimate { value: (low + high) / 2.0, low, high };
        let above = Question::Figure(Metric::Ratio, Bound::Above(5.0));
        assert_eq!(above.decide(of(5.1, 7.0)), Some(Answer::Yes));
        assert_eq!(above.decide(of(4.0, 5.0)), Some(Answer::No));
        assert_eq!(above.decide(of(4.9, 7.0)), None);
        let below = Question::Figure(Metric::NsPerOp, Bound::Below(60.0));
        assert_eq!(below.decide(of(40.0, 59.0)), Some(Answer::Yes));
        assert_eq!(below.decide(of(60.0, 61.0)), Some(Answer::No));
        assert_eq!(below.decide(of(59.0, 61.0)), None);
        assert_eq!(above.to_string(), "ratio > 5");
        assert_eq!(below.to_string(), "ns-per-op < 60");
    }
}
