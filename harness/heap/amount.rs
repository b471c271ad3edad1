//! Amounts in the words of sentences: multiples of bytes, separated thousands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of memory in whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    /// Decimal multiples, three significant digits: `1.60 MB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scaled, unit) = match self.0 {
            0..1_000 => return write!(f, "{} B", self.0),
            1_000..1_000_000 => (self.0 as f64 / 1e3, "kB"),
            1_000_000..1_000_000_000 => (self.0 as f64 / 1e6, "MB"),
            _ => (self.0 as f64 / 1e9, "GB"),
        };
        let decimals = if scaled < 9.995 {
            2
        } else if scaled < 99.95 {
            1
        } else {
            0
        };
        write!(f, "{scaled:.decimals$} {unit}")
    }
}

/// `1203441` as `1,203,441`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(1_203_441), "1,203,441");
        assert_eq!(thousands(12), "12");
        assert_eq!(thousands(123), "123");
    }

    #[test]
    fn bytes_keep_three_digits() {
        assert_eq!(Bytes(999).to_string(), "999 B");
        assert_eq!(Bytes(1_600_000).to_string(), "1.60 MB");
        assert_eq!(Bytes(12_345_678).to_string(), "12.3 MB");
        assert_eq!(Bytes(123_456_789).to_string(), "123 MB");
        assert_eq!(Bytes(4_510_000_000).to_string(), "4.51 GB");
    }
}
