//! How numbers are written for people: the only place where anything is rounded.
//!
//! Records keep raw numbers in base units. What a person reads has thousands separators, a fixed
//! rule for digits, and a unit, here or in the column's header. A value that is not finite is
//! [`MISSING`], never a number.

use crate::heap::text::printable;
use crate::units::Bytes;

/// Stands where nothing was measured. Never 0, which is a figure.
pub const MISSING: &str = "–";

/// At least three digits, commas between thousands: `4,567,163`, `99.5`, `8.31`, `-0.25`.
///
/// For ops/s, ns/op and bytes/op, which span many powers of ten: a whole number from 100 on, where
/// a fraction would be noise.
pub fn quantity(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let decimals = match value.abs() {
        // The bounds are where rounding to one decimal less would carry into the next digit.
        x if x < 9.995 => 2,
        x if x < 99.95 => 1,
        _ => 0,
    };
    grouped(&format!("{value:.decimals$}"))
}

/// The relative half-width of an interval, as a percentage: `±1.9 %` of 0.019.
pub fn margin(relative: f64) -> String {
    if !relative.is_finite() {
        return MISSING.to_owned();
    }
    format!("±{} %", grouped(&format!("{:.1}", relative * 100.0)))
}

/// A ratio with two decimals, or three significant digits below 0.1: `10.29`, `0.0123`.
pub fn ratio(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    if value != 0.0 && value.abs() < 0.1 {
        // 0.0123 has its first digit at 10^-2 and needs 4 decimals for three digits.
        let decimals = (2.0 - value.abs().log10().floor()).min(12.0) as usize;
        return format!("{value:.decimals$}");
    }
    grouped(&format!("{value:.2}"))
}

/// The bounds of a ratio's interval: `[10.12, 10.46]`.
pub fn interval(low: f64, high: f64) -> String {
    format!("[{}, {}]", ratio(low), ratio(high))
}

/// An amount of memory with its own decimal unit: `1.60 MB`.
pub fn bytes(value: u64) -> String {
    Bytes(value).to_string()
}

/// A difference with its sign: `+1.60 MB`, `−12`, `0`.
pub fn change(value: i64, write: fn(u64) -> String) -> String {
    let sign = match value {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{}", write(value.unsigned_abs()))
}

/// A part as a percentage: `5.0 %` of 0.05.
pub fn percent(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 1))
}

pub fn fixed(value: f64, decimals: usize) -> String {
    if value.is_finite() { format!("{value:.decimals$}") } else { MISSING.to_owned() }
}

pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// A count with its noun: `1 package`, `1,210 files`.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// The bounds of an amount: `[141, 203]`.
pub fn bounds(low: f64, high: f64) -> String {
    format!("[{}, {}]", quantity(low), quantity(high))
}

/// Words as a sentence lists them: `a`, `a and b`, `a, b and c`.
pub fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A plot's tick with an SI prefix: `0`, `2.5`, `500 k`, `5 M`.
pub fn si(value: f64) -> String {
    let (scaled, prefix) = match value.abs() {
        x if x >= 1e12 => (value / 1e12, " T"),
        x if x >= 1e9 => (value / 1e9, " G"),
        x if x >= 1e6 => (value / 1e6, " M"),
        x if x >= 1e3 => (value / 1e3, " k"),
        x if x > 0.0 && x < 1e-3 => return format!("{value:e}"),
        _ => (value, ""),
    };
    format!("{}{prefix}", shortest(scaled))
}

/// A plot's tick of memory: `0 B`, `50 MB`, `1.5 GB`.
pub fn si_bytes(value: f64) -> String {
    let text = si(value);
    if text.contains(' ') { format!("{text}B") } else { format!("{text} B") }
}

/// The day of an RFC 3339 time: `2026-02-03`; `None` if it does not start with one.
pub fn day(started_at: &str) -> Option<&str> {
    let day = started_at.get(..10)?;
    let is_date = day.bytes().enumerate().all(|(i, byte)| match i {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_date.then_some(day)
}

/// Text on one line with nothing that a terminal would obey: what a runtime wrote is quoted here.
pub fn one_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name out of a program on one line, not too long for a table.
pub fn short_name(name: &str) -> String {
    const LONGEST: usize = 80;
    let name = one_line(name);
    let mut short: String = name.chars().take(LONGEST).collect();
    if name.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// The number of a note, raised: `¹²`.
pub fn raised(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

/// Up to four decimals, without the zeros at the end: ticks are round numbers already.
fn shortest(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { grouped(text) }
}

/// Puts commas into the whole part of a decimal number, and takes the sign off a zero.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_zero = digits.bytes().all(|byte| byte == b'0' || byte == b'.');
    let mut text = if is_zero { String::new() } else { sign.to_owned() };
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_keep_three_digits_and_group_thousands() {
        let cases = [
            (4_567_163.4, "4,567,163"),
            (443_891.0, "443,891"),
            (1_000.0, "1,000"),
            (999.6, "1,000"),
            (100.0, "100"),
            (99.94, "99.9"),
            (99.96, "100"),
            (9.996, "10.0"),
            (9.99, "9.99"),
            (0.0, "0.00"),
            (-0.001, "0.00"),
            (-1234.5, "-1,234"),
            (f64::NAN, MISSING),
            (f64::INFINITY, MISSING),
        ];
        for (value, text) in cases {
            assert_eq!(quantity(value), text, "{value}");
        }
    }

    #[test]
    fn margins_are_percentages() {
        assert_eq!(margin(0.0412), "±4.1 %");
        assert_eq!(margin(0.0196), "±2.0 %");
        assert_eq!(margin(12.5), "±1,250.0 %");
        assert_eq!(margin(f64::NAN), MISSING);
    }

    #[test]
    fn ratios_keep_two_decimals_or_three_digits() {
        assert_eq!(ratio(10.289), "10.29");
        assert_eq!(ratio(1.6), "1.60");
        assert_eq!(ratio(1234.5), "1,234.50");
        assert_eq!(ratio(0.012_34), "0.0123");
        assert_eq!(ratio(0.1), "0.10");
        assert_eq!(interval(10.118, 10.461), "[10.12, 10.46]");
    }

    #[test]
    fn ticks_have_prefixes() {
        let cases =
            [(0.0, "0"), (2.5, "2.5"), (500_000.0, "500 k"), (5e6, "5 M"), (1.5e9, "1.5 G")];
        for (value, text) in cases {
            assert_eq!(si(value), text);
        }
        assert_eq!(si(-0.2), "-0.2");
        assert_eq!(si(0.1 + 0.2), "0.3");
        assert_eq!(si(2e-5), "2e-5");
        assert_eq!(si_bytes(0.0), "0 B");
        assert_eq!(si_bytes(20_000.0), "20 kB");
        assert_eq!(si_bytes(5e7), "50 MB");
    }

    #[test]
    fn days_are_only_dates() {
        assert_eq!(day("2026-02-03T04:05:06Z"), Some("2026-02-03"));
        assert_eq!(day("yesterday at noon"), None);
        assert_eq!(day(""), None);
        assert_eq!(day("2026–02–03"), None);
    }

    #[test]
    fn text_of_others_is_one_harmless_line() {
        assert_eq!(one_line("  a\n\tb \u{1b}[31mred"), "a b [31mred");
    }

    #[test]
    fn notes_are_raised() {
        assert_eq!(raised(1), "¹");
        assert_eq!(raised(120), "¹²⁰");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(10_000_000), "10,000,000");
        assert_eq!(count(7), "7");
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(
            (counted(0, "file"), counted(1_210, "file")),
            ("0 files".into(), "1,210 files".into())
        );
        assert_eq!(bounds(-0.25, 140.6), "[-0.25, 141]");
    }

    #[test]
    fn words_are_listed() {
        let words: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let texts = [0, 1, 2, 3].map(|length| listed(&words[..length]));
        assert_eq!(texts, ["", "a", "a and b", "a, b and c"]);
    }
}
