//! The snapshot's strings in one block of bytes.
//!
//! JavaScript strings are sequences of 16-bit units in which surrogates may stand alone. They are
//! kept in WTF-8: UTF-8, with a lone surrogate written as its three bytes. So two strings are equal
//! when their bytes are, and nothing is lost that a class name could differ by.

use std::borrow::Cow;

/// All strings of a snapshot, by number.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    bytes: Vec<u8>,
    /// Where each string ends in `bytes`.
    ends: Vec<u64>,
}

impl Strings {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A string in WTF-8; empty if there is no such number.
    pub fn get(&self, number: u32) -> &[u8] {
        let i = number as usize;
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(0) };
        let end = self.ends.get(i).copied().unwrap_or(start);
        &self.bytes[start as usize..end as usize]
    }

    /// A string for people: lone surrogates become U+FFFD.
    pub fn text(&self, number: u32) -> Cow<'_, str> {
        to_text(self.get(number))
    }

    /// The number of the first string with these bytes.
    pub fn find(&self, wanted: &[u8]) -> Option<u32> {
        let mut start = 0;
        for (i, &end) in self.ends.iter().enumerate() {
            if end - start == wanted.len() as u64
                && self.bytes[start as usize..end as usize] == *wanted
            {
                return u32::try_from(i).ok();
            }
            start = end;
        }
        None
    }

    /// Adds bytes to the string being built.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds one code point, or a lone surrogate, to the string being built.
    pub(crate) fn push_code_point(&mut self, code: u32) {
        match char::from_u32(code) {
            Some(char) => self.bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            // A surrogate: the generic three-byte form, which UTF-8 proper excludes.
            None => self.bytes.extend_from_slice(&[
                0xe0 | (code >> 12) as u8,
                0x80 | (code >> 6 & 0x3f) as u8,
                0x80 | (code & 0x3f) as u8,
            ]),
        }
    }

    /// Ends the string being built.
    pub(crate) fn finish_one(&mut self) {
        self.ends.push(self.bytes.len() as u64);
    }

    /// Gives back what was reserved and not used.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// WTF-8 for people: lone surrogates become U+FFFD.
pub fn to_text(wtf8: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(wtf8)
}

/// Text of others for people: a space stands for each character that a terminal would obey, that
/// begins a line or that turns the direction of what follows.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| {
        let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
        let turns = turns || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
    };
    if text.contains(is_obeyed) { text.replace(is_obeyed, " ").into() } else { text.into() }
}

/// How many 16-bit units a WTF-8 string has: what JavaScript calls its length.
pub fn utf16_length(wtf8: &[u8]) -> usize {
    // Each byte that begins a character is one unit, and those that begin four bytes are two.
    wtf8.iter().map(|&byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
}

/// How many bytes at the front of `bytes` stand for themselves within a JSON string: printable
/// ASCII except the quotation mark and the backslash.
pub(crate) fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // The top bit of each zero byte; bits behind the first may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let mut done = 0;
    while let Some(chunk) = bytes[done..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let quote = zeros(word ^ (ONES * u64::from(b'"')));
        let backslash = zeros(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
        let special = quote | backslash | control | (word & TOPS);
        if special != 0 {
            return done + (special.trailing_zeros() / 8) as usize;
        }
        done += 8;
    }
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | 0x7f) && !matches!(byte, b'"' | b'\\');
    done + bytes[done..].iter().take_while(|byte| plain(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn surrogates_alone_and_in_pairs() {
        let mut strings = Strings::default();
        strings.push_code_point(0x1f600);
        strings.finish_one();
        strings.push_code_point(0xd800);
        strings.finish_one();
        strings.finish_one();
        assert_eq!(strings.text(0), "😀");
        assert_eq!(strings.get(1), [0xed, 0xa0, 0x80]);
        assert_eq!(utf16_length(strings.get(0)), 2);
        assert_eq!(utf16_length(strings.get(1)), 1);
        assert_eq!(strings.get(2), b"");
        assert_eq!(strings.get(9), b"");
        assert_eq!(strings.find("😀".as_bytes()), Some(0));
        assert_eq!(strings.find(b"none"), None);
    }

    #[test]
    fn what_a_terminal_would_obey_is_a_space() {
        let hostile = "a\u{1b}[31mb\r\nc\u{9b}2Jd\u{2028}e\u{202e}f\u{2066}g\u{7f}h";
        assert_eq!(printable(hostile), "a [31mb  c 2Jd e f g h");
        let harmless = "naïve 名前 → {a, b} 😀";
        assert!(matches!(printable(harmless), Cow::Borrowed(text) if text == harmless));
    }

    proptest! {
        #[test]
        fn the_plain_prefix_is_what_a_loop_finds(bytes in proptest::collection::vec(0u8..=255, 0..40)) {
            let by_hand = bytes
                .iter()
                .take_while(|&&b| (0x20..0x80).contains(&b) && b != b'"' && b != b'\\')
                .count();
            prop_assert_eq!(plain_prefix(&bytes), by_hand);
        }
    }
}
