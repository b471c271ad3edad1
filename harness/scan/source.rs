//! From the bytes of one file to its counts, whatever is wrong with them.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::count::{Counts, Kind, count};
use super::markers::is_suspicious;

/// Larger files are not parsed: a syntax tree takes some ten times the memory of its text.
const LARGEST: usize = 128 << 20;

/// Brackets within brackets that are parsed. Real code has some dozens, generated tables hundreds.
const DEEPEST: usize = 3_000;

/// Up to here a file can't nest so deeply that the stack ends, whatever is in it.
const SURE_TO_FIT: usize = 128 << 10;

/// Links of one chain (`a + b + …`, `else if …`, `x => y => …`) that are parsed in a larger file.
const LONGEST_CHAIN: usize = 100_000;

/// What came of reading a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing in it looks like a helper: it was not parsed.
    Clean,
    /// It was parsed.
    Counted(Counts),
    /// It could not be parsed; says why.
    Skipped(String),
}

/// Looks for down-levelled async in a file. The thread needs the stack that [`super::STACK`] says.
pub(super) fn examine(name: &str, bytes: &[u8]) -> Outcome {
    if !is_suspicious(bytes) {
        return Outcome::Clean;
    }
    if bytes.len() > LARGEST {
        return Outcome::Skipped(format!("larger than {} MB", LARGEST >> 20));
    }
    if let Some(reason) = nests_too_deeply(bytes) {
        return Outcome::Skipped(reason);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Engines replace what is no UTF-8, and so do we: it can only be in strings and comments.
    let source: Cow<'_, str> = String::from_utf8_lossy(bytes);
    let kind = Kind::of(name);
    match catch_unwind(AssertUnwindSafe(|| count(&source, kind))) {
        Ok(Ok(counts)) => Outcome::Counted(counts),
        Ok(Err(reason)) => {
            Outcome::Skipped(format!("no JavaScript: {}", reason.trim_end_matches('.')))
        }
        Err(_) => Outcome::Skipped("the parser gave up".to_owned()),
    }
}

/// Whether parsing could need more stack than there is. Brackets in strings count too: this is a
/// bound, not a measure, and what it stops is reported.
fn nests_too_deeply(bytes: &[u8]) -> Option<String> {
    let (mut depth, mut deepest, mut chain, mut longest) = (0_usize, 0, 0_usize, 0);
    for byte in bytes {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
                chain += 1;
            }
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                longest = longest.max(chain);
                chain = 0;
            }
            b';' | b',' => {
                longest = longest.max(chain);
                chain = 0;
            }
            b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'*' | b'%' | b'&' | b'|' | b'^'
            | b'<' | b'>' | b'.' => chain += 1,
            _ => {}
        }
    }
    if deepest > DEEPEST {
        return Some(format!("brackets nest deeper than {DEEPEST}"));
    }
    let is_chained = longest.max(chain) > LONGEST_CHAIN || statements_nest(bytes);
    (bytes.len() > SURE_TO_FIT && is_chained)
        .then(|| format!("more than {LONGEST_CHAIN} operators or statements in one chain"))
}

/// Statements that nest without brackets: `else if … else if …`, `for (;;) for (;;) …`. Counted over
/// the whole file, since a run of them can't be told from the text alone.
fn statements_nest(bytes: &[u8]) -> bool {
    let nests = |word: &[u8]| memchr::memmem::find_iter(bytes, word).count();
    bytes.len() > SURE_TO_FIT
        && nests(b"else").max(nests(b")for")).max(nests(b")while")) > LONGEST_CHAIN
}

#[cfg(test)]
mod tests {
    use super::super::STACK;
    use super::*;

    fn on_big_stack(source: String) -> Outcome {
        let work = move || examine("a.js", source.as_bytes());
        std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
    }

    /// A file with a marker, so that it is parsed.
    fn marked(code: &str) -> String {
        format!("/* __awaiter */ {code}")
    }

    #[test]
    fn what_cannot_be_parsed_is_skipped_with_its_reason() {
        let Outcome::Skipped(reason) = examine("a.js", b"__awaiter ( = ;") else { panic!() };
        assert!(reason.starts_with("no JavaScript: "), "{reason}");
        assert_eq!(examine("a.js", b"( = ;"), Outcome::Clean);
    }

    #[test]
    fn invalid_utf8_in_a_string_is_read_as_engines_read_it() {
        let mut source = b"var s = '".to_vec();
        source.extend([0xff, 0xfe, 0xc3]);
        source.extend(b"'; __awaiter(this, void 0, void 0, function* () {});");
        let Outcome::Counted(counts) = examine("a.js", &source) else { panic!() };
        assert_eq!(counts.call_sites, 1);
    }

    #[test]
    fn brackets_that_nest_too_deeply_are_not_parsed() {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("a[", "]")] {
            let nested = |n: usize| marked(&format!("{}1{}", open.repeat(n), close.repeat(n)));
            let deep = on_big_stack(nested(100_000));
            assert!(
                matches!(&deep, Outcome::Skipped(reason) if reason.contains("nest")),
                "{deep:?}"
            );
            let flat = on_big_stack(nested(200));
            assert_eq!(flat, Outcome::Counted(Counts::default()), "{open}");
        }
    }

    #[test]
    fn chains_without_brackets_do_not_end_the_stack() {
        let chains =
            ["!", "-~", "a+", "a=>", "a?b:", "if(a);else ", "a:", "new ", "for(;;)", "a.b."];
        for link in chains {
            for size in [SURE_TO_FIT - 100, 2 << 20] {
                let source = marked(&format!("{}a", link.repeat(size / link.len())));
                let outcome = on_big_stack(source);
                assert_ne!(outcome, Outcome::Clean, "{link}");
            }
        }
    }
}
