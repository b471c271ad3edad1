//! What `--rate`, `--duration` and `--probe` may say.

use std::str::FromStr;
use std::time::Duration;

use crate::load::{LONGEST, MOST_PER_SECOND};

/// What `--rate` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) enum Rate {
    /// This many requests a second.
    Given(f64),
    /// As many as the service sustains.
    Max,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        parse_rate(text).map(Self::Given)
    }
}

/// Requests a second, within bounds.
pub(in crate::cli) fn parse_rate(text: &str) -> Result<f64, String> {
    let number = text.parse().map_err(|_| "give a number of requests a second".to_owned())?;
    if (0.1..=f64::from(MOST_PER_SECOND)).contains(&number) {
        Ok(number)
    } else {
        Err(format!("it must lie between 0.1 and {MOST_PER_SECOND} requests a second"))
    }
}

/// Seconds, within bounds.
pub(in crate::cli) fn parse_duration(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds".to_owned())?;
    if (0.5..=LONGEST.as_secs_f64()).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("it must lie between 0.5 and {} seconds", LONGEST.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_within_bounds_or_max() {
        assert_eq!("125".parse(), Ok(Rate::Given(125.0)));
        assert_eq!("0.5".parse(), Ok(Rate::Given(0.5)));
        assert_eq!("max".parse(), Ok(Rate::Max));
        for text in ["0", "-1", "1e9", "NaN", "inf", "fast", ""] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        assert!(parse_duration("1e300").is_err() && parse_duration("nan").is_err());
        assert_eq!(parse_duration("1.5"), Ok(Duration::from_millis(1500)));
    }
}
