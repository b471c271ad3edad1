//! The parts of JSON that a snapshot needs beside rows of numbers: strings, and values to pass over.
//!
//! Nothing here recurses: `trace_tree` may be nested as deep as a program's calls.

use std::io::Read;

use super::error::Fault;
use super::input::{Input, LOOKAHEAD};
use super::text::{Strings, plain_prefix};

/// Reads a string and adds it to `strings`.
pub(crate) fn read_string<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
    strings: &mut Strings,
) -> Result<(), Fault> {
    input.expect(b'"', section)?;
    loop {
        input.refill()?;
        let (window, valid) = input.window();
        let plain = plain_prefix(&window[..valid]);
        strings.extend(&window[..plain]);
        if plain == valid {
            input.consume(plain);
            if input.ended() {
                return Err(input.unexpected(0, section, "the end of a string"));
            }
            continue;
        }
        if valid - plain < 16 && !input.ended() {
            // An escape may reach beyond the window: look again from its start.
            input.consume(plain);
            continue;
        }
        match window[plain] {
            b'"' => {
                strings.finish_one();
                input.consume(plain + 1);
                return Ok(());
            }
            b'\\' => {
                let length = escape(&window[plain..], strings).ok_or_else(|| {
                    input.unexpected(plain + 1, section, "an escape such as \\n or \\u00e9")
                })?;
                input.consume(plain + length);
            }
            0x80.. => {
                let length = unescaped(&window[plain..valid], strings);
                input.consume(plain + length);
            }
            _ => return Err(input.unexpected(plain, section, "an escaped control character")),
        }
    }
}

/// Reads the escape at the front of `bytes`; `None` if it is none.
fn escape(bytes: &[u8], strings: &mut Strings) -> Option<usize> {
    let plain = match bytes.get(1)? {
        b'"' => b'"',
        b'\\' => b'\\',
        b'/' => b'/',
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(bytes, strings),
        _ => return None,
    };
    strings.extend(&[plain]);
    Some(2)
}

/// Reads `\uXXXX`, or two of them that are a pair of surrogates.
fn unicode_escape(bytes: &[u8], strings: &mut Strings) -> Option<usize> {
    let high = hex4(bytes.get(2..6)?)?;
    if (0xd800..0xdc00).contains(&high)
        && bytes.get(6..8) == Some(b"\\u")
        && let Some(low) = bytes.get(8..12).and_then(hex4)
        && (0xdc00..0xe000).contains(&low)
    {
        strings.push_code_point(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
        return Some(12);
    }
    strings.push_code_point(high);
    Some(6)
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| Some(sum * 16 + char::from(digit).to_digit(16)?))
}

/// Takes one unescaped character beyond ASCII; what is not UTF-8 becomes U+FFFD, as it does for
/// DevTools.
fn unescaped(bytes: &[u8], strings: &mut Strings) -> usize {
    for length in 2..=4.min(bytes.len()) {
        if let Ok(char) = std::str::from_utf8(&bytes[..length]) {
            strings.extend(char.as_bytes());
            return length;
        }
    }
    strings.extend("\u{fffd}".as_bytes());
    1
}

/// Passes over any value.
pub(crate) fn skip_value<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
) -> Result<(), Fault> {
    walk_value(input, section, |_| true).map(|_| ())
}

/// Reads an object's text, up to `limit` bytes.
pub(crate) fn capture_object<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
    limit: usize,
) -> Result<Vec<u8>, Fault> {
    let mut text = Vec::new();
    let start = input.offset();
    let whole = walk_value(input, section, |bytes| {
        text.extend_from_slice(bytes);
        text.len() <= limit
    })?;
    if !whole {
        return Err(Fault::Corrupt {
            offset: start,
            section,
            expected: format!("at most {limit} bytes"),
            found: "more".to_owned(),
        });
    }
    Ok(text)
}

/// Gives a value's bytes to `see` piece by piece, until it says false; returns whether it never did.
///
/// Only brackets and strings are followed: what stands between them is not checked.
fn walk_value<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
    mut see: impl FnMut(&[u8]) -> bool,
) -> Result<bool, Fault> {
    input.peek_token()?;
    let mut depth = 0u64;
    let mut in_string = false;
    loop {
        input.refill()?;
        let (window, valid) = input.window();
        if valid == 0 {
            return Err(input.unexpected(0, section, "the end of a value"));
        }
        let mut at = 0;
        // An escaped character must not be cut from its backslash.
        let safe = if input.ended() { valid } else { valid - LOOKAHEAD.min(valid - 1) };
        let mut done = false;
        while at < safe && !done {
            match window[at] {
                b'\\' if in_string => at += 1,
                b'"' => {
                    in_string = !in_string;
                    done = !in_string && depth == 0;
                }
                _ if in_string => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    done = depth == 0;
                }
                b'}' | b']' | b',' | b':' if depth == 0 => {
                    // The end of a number or a word, or no value at all.
                    input.consume(at);
                    return Ok(true);
                }
                _ => {}
            }
            at += 1;
        }
        let at = at.min(valid);
        let go_on = see(&window[..at]);
        input.consume(at);
        if done || !go_on {
            return Ok(go_on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string_of(json: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut strings = Strings::default();
        let mut input = Input::new(json);
        read_string(&mut input, "strings", &mut strings)?;
        Ok(strings.get(0).to_vec())
    }

    #[test]
    fn strings_are_unescaped() {
        assert_eq!(string_of(br#""a\"b\\\/\b\f\n\r\t""#).unwrap(), b"a\"b\\/\x08\x0c\n\r\t");
        assert_eq!(string_of(br#""\u00e9\ud83d\ude00""#).unwrap(), "é😀".as_bytes());
        assert_eq!(string_of("\"é😀\"".as_bytes()).unwrap(), "é😀".as_bytes());
    }

    #[test]
    fn lone_surrogates_stay() {
        assert_eq!(string_of(br#""\ud83dx""#).unwrap(), [0xed, 0xa0, 0xbd, b'x']);
        assert_eq!(string_of(br#""\ud83d\ud83d""#).unwrap(), [0xed, 0xa0, 0xbd, 0xed, 0xa0, 0xbd]);
        assert_eq!(string_of(b"\"\xff\"").unwrap(), "\u{fffd}".as_bytes());
    }

    #[test]
    fn bad_strings_are_refused() {
        for bad in [&b"\"\\x\""[..], b"\"\\u12\"", b"\"\n\"", b"\"abc", b"\"\\", b"x"] {
            assert!(string_of(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn strings_longer_than_the_window() {
        let long = "abc\\u00e9é".repeat(100_000);
        let expected = "abcéé".repeat(100_000);
        assert_eq!(string_of(format!("\"{long}\"").as_bytes()).unwrap(), expected.as_bytes());
    }

    #[test]
    fn any_value_can_be_passed_over() {
        let deep = format!("{}{}", "[".repeat(300_000), "]".repeat(300_000));
        for value in ["1", "true", "\"a]\\\"}\"", "[1,{\"a\":[\"]\"]}]", "{}", &deep] {
            let json = format!("{value},");
            let mut input = Input::new(json.as_bytes());
            skip_value(&mut input, "a section").unwrap();
            assert_eq!(input.offset(), value.len() as u64, "{}", &value[..value.len().min(20)]);
        }
    }
}
