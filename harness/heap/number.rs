//! Unsigned decimal numbers out of bytes, eight digits at a time.
//!
//! A snapshot of 300 MB is 60 million numbers of one to eight digits. A loop over digits would
//! mispredict its exit on nearly each; instead eight bytes are loaded as one word, the length of
//! the digit run is found with bit arithmetic, and three multiplications combine the digits
//! pairwise: the known "SIMD within a register" method, see Daniel Lemire, "Quickly parsing eight
//! digits", 2018.

/// A number and how many bytes it took; `None` when the bytes don't begin with a digit, or when
/// the number needs more than 64 bits.
#[inline(always)]
pub(crate) fn parse(bytes: &[u8]) -> Option<(u64, usize)> {
    let (value, length) = parse_eight(bytes);
    match length {
        0 => None,
        8 => parse_long(bytes),
        _ => Some((value, length)),
    }
}

/// The value of the digits among the first eight bytes, and how many there are.
#[inline(always)]
fn parse_eight(bytes: &[u8]) -> (u64, usize) {
    let Some(word) = bytes.first_chunk::<8>() else { return (0, 0) };
    let digits = u64::from_le_bytes(*word) ^ 0x3030_3030_3030_3030;
    // A byte above 9 sets its top bit here. A carry spoils only bytes behind the first such byte.
    let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    let length = (others.trailing_zeros() / 8) as usize;
    if length == 0 {
        return (0, 0);
    }
    let aligned = digits << (64 - 8 * length as u32);
    let pairs = (aligned.wrapping_mul(10).wrapping_add(aligned >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    ((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xffff_ffff, length)
}

/// Numbers of eight digits and more.
#[inline(never)]
fn parse_long(bytes: &[u8]) -> Option<(u64, usize)> {
    const POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let (high, _) = parse_eight(bytes);
    let (low, more) = parse_eight(&bytes[8..]);
    if let Some(power) = POWERS.get(more)
        && bytes.len() >= 16
    {
        return Some((high * power + low, 8 + more));
    }
    let length = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let mut value = 0u64;
    for digit in &bytes[..length] {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    Some((value, length))
}

/// Division by a number that is known only at run time, as one multiplication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Divider {
    divisor: u64,
    /// ⌈2⁶⁴ / divisor⌉: exact for dividends below 2⁶⁴ / divisor.
    reciprocal: u128,
}

impl Divider {
    pub(crate) fn new(divisor: u64) -> Self {
        Self { divisor, reciprocal: (1u128 << 64).div_ceil(u128::from(divisor.max(1))) }
    }

    /// The quotient, if the division leaves no remainder.
    #[inline(always)]
    pub(crate) fn exact(self, dividend: u64) -> Option<u64> {
        let quotient = ((u128::from(dividend) * self.reciprocal) >> 64) as u64;
        (quotient.wrapping_mul(self.divisor) == dividend).then_some(quotient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse_text(text: &str) -> Option<(u64, usize)> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(bytes.len() + 16, 0);
        parse(&bytes)
    }

    #[test]
    fn known_values() {
        assert_eq!(parse_text("0,"), Some((0, 1)));
        assert_eq!(parse_text("7"), Some((7, 1)));
        assert_eq!(parse_text("42]"), Some((42, 2)));
        assert_eq!(parse_text("12345678,"), Some((12_345_678, 8)));
        assert_eq!(parse_text("123456789\n"), Some((123_456_789, 9)));
        assert_eq!(parse_text("18446744073709551615"), Some((u64::MAX, 20)));
        assert_eq!(parse_text("18446744073709551616"), None);
        assert_eq!(parse_text("-1"), None);
        assert_eq!(parse_text(":"), None);
        assert_eq!(parse_text("/"), None);
    }

    proptest! {
        #[test]
        fn any_number_before_any_byte(value: u64, next in 0u8..=255) {
            prop_assume!(!next.is_ascii_digit());
            let mut bytes = value.to_string().into_bytes();
            let length = bytes.len();
            bytes.push(next);
            bytes.extend([0xff; 16]);
            prop_assert_eq!(parse(&bytes), Some((value, length)));
        }

        #[test]
        fn division_is_exact(divisor in 1u64..64, quotient in 0u64..(1 << 40), rest in 0u64..64) {
            let divider = Divider::new(divisor);
            prop_assert_eq!(divider.exact(quotient * divisor), Some(quotient));
            let rest = rest % divisor;
            prop_assert_eq!(divider.exact(quotient * divisor + rest).is_some(), rest == 0);
        }
    }
}
