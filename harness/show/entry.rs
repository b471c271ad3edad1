//! What stands in a cell of a table, and how it is written for people.

use super::format;

/// One cell. Its kind decides how it is rounded.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Text(String),
    /// A name out of a program, however long: only its beginning where there is no room for it.
    Name(String),
    /// A place in a program: only its end where there is no room for it.
    Place(String),
    Count(u64),
    CountChange(i64),
    Bytes(u64),
    /// A difference of bytes.
    BytesChange(i64),
    /// Two sizes, of before and after.
    Ends(u64, u64),
    /// Three digits at least: ops/s, ns/op, bytes/op.
    Quantity(f64),
    /// The bounds of a quantity.
    Bounds(f64, f64),
    /// A quantity in milliseconds, of nanoseconds.
    Millis(u64),
    Ratio(f64),
    /// The bounds of a ratio.
    Ratios(f64, f64),
    /// The relative half-width of an interval.
    Margin(f64),
    /// A part, from 0 to 1, as a percentage.
    Share(f64),
    /// The bounds of a part.
    Shares(f64, f64),
    Fixed(f64, usize),
    /// The bounds of a value, with so many decimals.
    Fixes(f64, f64, usize),
    /// The word for how something failed, or is not sure, with the number of its note.
    Failed(String),
    Missing,
    /// What would accompany a figure where there is none: a dash beside a dash says nothing.
    Blank,
}

impl Entry {
    pub fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }

    /// The entry that `kind` makes, or [`Entry::Missing`].
    pub fn figure<T>(value: Option<T>, kind: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Missing, kind)
    }

    /// The entry that `kind` makes of a margin or an interval, or [`Entry::Blank`].
    pub fn companion<T>(value: Option<T>, kind: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Blank, kind)
    }

    /// A pair of bounds as `kind` writes it, or [`Entry::Blank`] where there is no interval.
    pub fn between(low: Option<f64>, high: Option<f64>, kind: fn(f64, f64) -> Self) -> Self {
        Self::companion(low.zip(high), |(low, high)| kind(low, high))
    }

    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Failed(text) | Self::Place(text) => format::one_line(text),
            Self::Name(name) => format::short_name(name),
            Self::Count(count) => format::count(*count),
            Self::CountChange(change) => format::change(*change, format::count),
            Self::Bytes(bytes) => format::bytes(*bytes),
            Self::BytesChange(change) => format::change(*change, format::bytes),
            Self::Ends(first, last) => {
                format!("{} {}", format::bytes(*first), format::bytes(*last))
            }
            Self::Quantity(value) => format::quantity(*value),
            Self::Bounds(low, high) => format::bounds(*low, *high),
            Self::Millis(nanos) => format::quantity(*nanos as f64 / 1e6),
            Self::Ratio(ratio) => format::ratio(*ratio),
            Self::Ratios(low, high) => format::interval(*low, *high),
            Self::Margin(margin) => format::margin(*margin),
            Self::Share(share) => format::percent(*share),
            Self::Shares(low, high) => {
                format!("[{}, {}]", format::percent(*low), format::percent(*high))
            }
            Self::Fixed(value, decimals) => format::fixed(*value, *decimals),
            Self::Fixes(low, high, decimals) => {
                format!("[{}, {}]", format::fixed(*low, *decimals), format::fixed(*high, *decimals))
            }
            Self::Missing => format::MISSING.to_owned(),
            Self::Blank => String::new(),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Missing | Self::Blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_rounded_in_its_way() {
        let cases = [
            (Entry::BytesChange(-1_600_000), "−1.60 MB"),
            (Entry::BytesChange(1_600_000), "+1.60 MB"),
            (Entry::CountChange(0), "0"),
            (Entry::Share(0.554), "55.4 %"),
            (Entry::Shares(0.01, 0.2), "[1.0 %, 20.0 %]"),
            (Entry::Millis(2_500_000), "2.50"),
            (Entry::Fixed(0.12345, 3), "0.123"),
            (Entry::Fixed(f64::NAN, 3), format::MISSING),
            (Entry::between(Some(1.0), Some(2.5), Entry::Ratios), "[1.00, 2.50]"),
            (Entry::between(Some(1.0), None, Entry::Ratios), ""),
            (Entry::figure(None, Entry::Count), format::MISSING),
        ];
        for (entry, text) in cases {
            assert_eq!(entry.shown(), text, "{entry:?}");
        }
    }

    #[test]
    fn what_a_program_wrote_is_one_harmless_line() {
        let kinds = [Entry::Text, Entry::Name, Entry::Place, Entry::Failed];
        for kind in kinds {
            assert_eq!(kind("a\n\u{1b}[31mb".to_owned()).shown(), "a [31mb");
        }
        let long = Entry::Name("x".repeat(100)).shown();
        assert!(long.chars().count() == 81 && long.ends_with('…'), "{long}");
    }
}
