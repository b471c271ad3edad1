//! Rows of numbers: the arrays `nodes`, `edges` and `locations`, which are nearly all of a file.

use std::io::Read;

use super::error::Fault;
use super::input::{Input, LOOKAHEAD};
use super::layout::MAX_FIELDS;
use super::number;

/// One row; fields behind the width are what an earlier row left.
pub(crate) type Row = [u64; MAX_FIELDS];

/// Reads an array of numbers row by row, and returns how many rows there were.
///
/// `take` gets each row, and says what it would have expected if the row makes no sense.
///
/// An error is at the first byte that does not fit, or at the row that `take` refused.
pub(crate) fn read<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
    width: usize,
    take: impl FnMut(&Row) -> Result<(), String>,
) -> Result<u64, Fault> {
    if begins_empty(input, section)? { Ok(0) } else { rest(input, section, width, take) }
}

/// Passes over the opening bracket; if the closing one follows, over that too, and says so.
pub(crate) fn begins_empty<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
) -> Result<bool, Fault> {
    input.expect(b'[', section)?;
    let empty = input.peek_token()? == b']';
    if empty {
        input.consume(1);
    }
    Ok(empty)
}

/// Reads the rows from the first number of one up to the closing bracket.
pub(crate) fn rest<R: Read>(
    input: &mut Input<R>,
    section: &'static str,
    width: usize,
    take: impl FnMut(&Row) -> Result<(), String>,
) -> Result<u64, Fault> {
    // With the width known to the compiler each field is parsed by code of its own, whose branches
    // are predicted by what that field is like. These are the widths that V8 writes.
    match width {
        3 => rest_of_width::<R, 3>(input, section, width, take),
        4 => rest_of_width::<R, 4>(input, section, width, take),
        6 => rest_of_width::<R, 6>(input, section, width, take),
        7 => rest_of_width::<R, 7>(input, section, width, take),
        _ => rest_of_width::<R, 0>(input, section, width, take),
    }
}

/// Reads whole rows out of a piece of an array, which must end with a closing bracket (its own, or
/// one that was added) and [`LOOKAHEAD`] zeros; `None` if anything does not fit.
pub(crate) fn read_piece(
    piece: &[u8],
    width: usize,
    mut take: impl FnMut(&Row) -> Result<(), String>,
) -> Option<u64> {
    let mut row: Row = [0; MAX_FIELDS];
    let (mut at, mut rows) = (0, 0);
    loop {
        let last = match width {
            3 => one::<3>(piece, &mut at, width, &mut row),
            6 => one::<6>(piece, &mut at, width, &mut row),
            7 => one::<7>(piece, &mut at, width, &mut row),
            _ => one::<0>(piece, &mut at, width, &mut row),
        };
        let last = last.ok()?;
        take(&row).ok()?;
        rows += 1;
        if last {
            return (at + LOOKAHEAD == piece.len()).then_some(rows);
        }
    }
}

/// As [`rest`]; `WIDTH` is the width, or 0 if only `width` says it.
fn rest_of_width<R: Read, const WIDTH: usize>(
    input: &mut Input<R>,
    section: &'static str,
    width: usize,
    mut take: impl FnMut(&Row) -> Result<(), String>,
) -> Result<u64, Fault> {
    let mut row: Row = [0; MAX_FIELDS];
    let mut rows = 0;
    loop {
        input.refill()?;
        let (window, valid) = input.window();
        // A row that starts before this has all its bytes in the window.
        let safe = if input.ended() { valid } else { (valid + 1).saturating_sub(LOOKAHEAD) };
        let mut at = 0;
        loop {
            if at >= safe {
                if input.ended() {
                    return Err(input.unexpected(at, section, "a number"));
                }
                break;
            }
            let start = at;
            let last = match one::<WIDTH>(window, &mut at, width, &mut row) {
                Ok(last) => last,
                Err(expected) => return Err(input.unexpected(at, section, expected)),
            };
            rows += 1;
            if let Err(expected) = take(&row) {
                return Err(Fault::Corrupt {
                    offset: input.offset_at(start),
                    section,
                    expected,
                    found: format!("the row {:?}", &row[..width]),
                });
            }
            if last {
                input.consume(at);
                return Ok(rows);
            }
        }
        input.consume(at);
    }
}

/// Reads one row and the comma or bracket behind it; says whether it was the bracket.
#[inline(always)]
fn one<const WIDTH: usize>(
    window: &[u8],
    at: &mut usize,
    width: usize,
    row: &mut Row,
) -> Result<bool, &'static str> {
    let width = if WIDTH == 0 { width } else { WIDTH };
    for (i, field) in row[..width].iter_mut().enumerate() {
        let Some(bytes) = window.get(*at..) else { return Err("a number") };
        // Types and counts are a single digit as a rule.
        if let [digit @ b'0'..=b'9', b',', next, ..] = *bytes
            && next > b' '
        {
            *field = u64::from(digit - b'0');
            *at += 2;
            continue;
        }
        let Some((value, length)) = number::parse(bytes) else { return Err("a number") };
        *field = value;
        *at += length;
        if window.get(*at) != Some(&b',') {
            skip_white(window, at);
            if window.get(*at) == Some(&b']') {
                *at += 1;
                return if i + 1 == width { Ok(true) } else { Err("a whole row") };
            }
            if window.get(*at) != Some(&b',') {
                return Err("',' or ']'");
            }
        }
        *at += 1;
        if window.get(*at).is_some_and(|byte| *byte <= b' ') {
            skip_white(window, at);
        }
    }
    Ok(false)
}

/// Passes over at most the white space that a row has room for in the window.
#[inline]
fn skip_white(window: &[u8], at: &mut usize) {
    const MOST: usize = LOOKAHEAD / MAX_FIELDS / 2 - 20;
    for _ in 0..MOST {
        if !window.get(*at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
            break;
        }
        *at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(text: &str, width: usize) -> Result<Vec<Vec<u64>>, Fault> {
        let mut rows = Vec::new();
        let mut input = Input::new(text.as_bytes());
        let count = read(&mut input, "nodes", width, |row| {
            rows.push(row[..width].to_vec());
            Ok(())
        })?;
        assert_eq!(count, rows.len() as u64);
        Ok(rows)
    }

    #[test]
    fn the_form_that_v8_writes_and_others() {
        let expected = vec![vec![1, 2], vec![30, 4_000_000_000]];
        assert_eq!(rows_of("[1,2\n,30,4000000000\n]", 2).unwrap(), expected);
        assert_eq!(rows_of(" [ 1 , 2 ,\r\n 30 , 4000000000 ] ", 2).unwrap(), expected);
        assert_eq!(rows_of("[]", 2).unwrap(), Vec::<Vec<u64>>::new());
    }

    #[test]
    fn what_does_not_fit_is_found_where_it_is() {
        let offset = |text| match rows_of(text, 2).unwrap_err() {
            Fault::Corrupt { offset, .. } | Fault::Truncated { offset, .. } => offset,
            other => panic!("{other}"),
        };
        assert_eq!(offset("[1,2,-3,4]"), 5);
        assert_eq!(offset("[1,2,3.5,4]"), 6);
        assert_eq!(offset("[1,2,3]"), 7);
        assert_eq!(offset("[1,2,"), 5);
        assert_eq!(offset("[1,2"), 4);
        assert!(matches!(rows_of("[1,2", 2), Err(Fault::Truncated { .. })));
    }

    #[test]
    fn rows_across_windows() {
        let expected: Vec<Vec<u64>> = (0..200_000).map(|i| vec![i, i * 7, i % 3]).collect();
        let text = expected.iter().map(|r| format!("{},{},{}", r[0], r[1], r[2]));
        let text = format!("[{}]", text.collect::<Vec<_>>().join("\n,"));
        assert_eq!(rows_of(&text, 3).unwrap(), expected);
    }
}
