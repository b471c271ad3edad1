//! From the bytes of one file to its counts, whatever is wrong with them.

use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::count::{Counts, InPart, Kind, count, count_without};
use super::markers::{is_suspicious, marks, with_variables};
use super::skim::{DEEPEST, Hidden, Skim, skim};

/// Larger files are not parsed: a syntax tree takes some ten times the memory of its text.
const LARGEST: usize = 128 << 20;

/// Up to here a file can't nest so deeply that the stack ends, whatever is in it.
const SURE_TO_FIT: usize = 128 << 10;

/// Links of one chain (`a + b + …`, `else if …`, `x => y => …`) that are parsed in a larger file.
const LONGEST_CHAIN: usize = 100_000;

/// Smaller files are parsed as a whole: looking for what can be left out takes as long.
const SKIMMED_FROM: usize = 2 << 10;

/// Renamed helpers of one file that are looked for: with more, little can be left out.
const MOST_VARIABLES: usize = 8;

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

/// Looks for down-levelled async in a file, which is changed meanwhile and afterwards as it was. The
/// thread needs the stack that [`super::STACK`] says.
pub(super) fn examine(name: &str, bytes: &mut [u8]) -> Outcome {
    if !is_suspicious(bytes) {
        return Outcome::Clean;
    }
    if bytes.len() > LARGEST {
        return Outcome::Skipped(format!("larger than {} MB", LARGEST >> 20));
    }
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let (bytes, kind) = (&mut bytes[start..], Kind::of(name));
    let mut brackets_fit = false;
    if bytes.len() >= SKIMMED_FROM {
        match look_in_part(bytes, kind) {
            Part::Nothing => return Outcome::Clean,
            Part::Counted(counts) => return Outcome::Counted(counts),
            Part::Unsure { balanced } => brackets_fit = balanced && bytes.len() <= SURE_TO_FIT,
        }
    }
    if !brackets_fit && let Some(reason) = nests_too_deeply(std::iter::once(&*bytes)) {
        return Outcome::Skipped(reason);
    }
    match guarded(|| count(&text(bytes), kind)) {
        Some(Ok(counts)) => Outcome::Counted(counts),
        Some(Err(reason)) => {
            Outcome::Skipped(format!("no JavaScript: {}", reason.trim_end_matches('.')))
        }
        None => Outcome::Skipped("the parser gave up".to_owned()),
    }
}

/// What came of looking at the parts of a file that may matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// There are none.
    Nothing,
    /// The whole file counts as much.
    Counted(Counts),
    /// The whole file might give another result.
    Unsure {
        /// Its brackets belong together, and do not nest too deeply.
        balanced: bool,
    },
}

/// Looks at the parts of a file that may matter.
pub(super) fn look_in_part(bytes: &mut [u8], kind: Kind) -> Part {
    let Some(marks) = marks(bytes) else { return Part::Unsure { balanced: false } };
    let mut holes = match skim(bytes, &marks, false) {
        Skim::Nothing => return Part::Nothing,
        Skim::Holes(holes) => holes,
        Skim::Unsure => return Part::Unsure { balanced: false },
    };
    let mut looked_for: Vec<String> = Vec::new();
    loop {
        match without(bytes, holes, kind, &looked_for) {
            InPart::Sure(counts) => return Part::Counted(counts),
            // A minifier renamed the helpers.
            InPart::Variables { names, may_hide }
                if looked_for.is_empty() && names.len() <= MOST_VARIABLES =>
            {
                let marks = with_variables(bytes, &marks, &names);
                let Skim::Holes(found) = skim(bytes, &marks, may_hide) else { break };
                (holes, looked_for) = (found, names);
            }
            InPart::Variables { .. } | InPart::Unsure => break,
        }
    }
    Part::Unsure { balanced: true }
}

fn without(
    bytes: &mut [u8],
    mut holes: Vec<Range<usize>>,
    kind: Kind,
    variables: &[String],
) -> InPart {
    let hidden = Hidden::new(bytes, &mut holes);
    // Brackets were counted already.
    let left = bytes.len() - holes.iter().map(Range::len).sum::<usize>();
    let fits = left <= SURE_TO_FIT || nests_too_deeply(between(bytes, &holes)).is_none();
    let found = if fits { guarded(|| count_without(&text(bytes), kind, variables)) } else { None };
    hidden.restore(bytes);
    found.unwrap_or(InPart::Unsure)
}

/// What is left between holes.
fn between<'b>(bytes: &'b [u8], holes: &'b [Range<usize>]) -> impl Iterator<Item = &'b [u8]> {
    let starts = std::iter::once(0).chain(holes.iter().map(|hole| hole.end));
    let ends = holes.iter().map(|hole| hole.start).chain(std::iter::once(bytes.len()));
    starts.zip(ends).map(|(start, end)| &bytes[start..end])
}

/// Engines replace what is no UTF-8, and so do we: it can only be in strings and comments.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Whether parsing could need more stack than there is. Brackets in strings count too: this is a
/// bound, not a measure, and what it stops is reported.
fn nests_too_deeply<'b>(parts: impl Iterator<Item = &'b [u8]>) -> Option<String> {
    let (mut depth, mut deepest, mut chain, mut longest) = (0_usize, 0, 0_usize, 0);
    let (mut length, mut statements) = (0, [0; 3]);
    for part in parts {
        length += part.len();
        for (count, word) in statements.iter_mut().zip([&b"else"[..], b")for", b")while"]) {
            *count += memchr::memmem::find_iter(part, word).count();
        }
        for byte in part {
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
                b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'*' | b'%' | b'&' | b'|'
                | b'^' | b'<' | b'>' | b'.' => chain += 1,
                _ => {}
            }
        }
    }
    if deepest > DEEPEST {
        return Some(format!("brackets nest deeper than {DEEPEST}"));
    }
    // Statements nest without brackets, too: `else if … else if …`, `for (;;) for (;;) …`. Counted over
    // the whole file, since a run of them can't be told from the text alone.
    let is_chained = longest.max(chain).max(statements.into_iter().max().unwrap_or(0));
    (length > SURE_TO_FIT && is_chained > LONGEST_CHAIN)
        .then(|| format!("more than {LONGEST_CHAIN} operators or statements in one chain"))
}

#[cfg(test)]
mod tests {
    use super::super::STACK;
    use super::*;

    fn on_big_stack(source: String) -> Outcome {
        let work = move || examine("a.js", &mut source.into_bytes());
        std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
    }

    /// A file with a marker, so that it is parsed.
    fn marked(code: &str) -> String {
        format!("__awaiter; {code}")
    }

    #[test]
    fn what_cannot_be_parsed_is_skipped_with_its_reason() {
        let Outcome::Skipped(reason) = examine("a.js", &mut b"__awaiter ( = ;".to_vec()) else {
            panic!()
        };
        assert!(reason.starts_with("no JavaScript: "), "{reason}");
        assert_eq!(examine("a.js", &mut b"( = ;".to_vec()), Outcome::Clean);
    }

    #[test]
    fn invalid_utf8_in_a_string_is_read_as_engines_read_it() {
        let mut source = b"var s = '".to_vec();
        source.extend([0xff, 0xfe, 0xc3]);
        source.extend(b"'; __awaiter(this, void 0, void 0, function* () {});");
        let Outcome::Counted(counts) = examine("a.js", &mut source) else { panic!() };
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
