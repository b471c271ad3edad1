//! Which files are worth parsing: those that contain a text without which no style can be there.
//!
//! Minifiers rename the helpers but keep property names, strings and globals, so that every style has
//! some text that survives. A file without any of them is never parsed. In one that has some, their
//! places tell which parts matter ([`marks`]).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Each text in two parts: the second is searched for, and begins with what is rare in code, which
/// makes the search several times as fast; the first must stand before it.
const MARKERS: &[(&str, &str)] = &[
    // TypeScript and tslib: the name, and what every helper that runs a generator contains.
    ("", "__awaiter"),
    (".", "throw("),
    ("\"th", "row\""),
    ("'th", "row'"),
    // `step((generator = generator.apply(…)).next())` of TypeScript and esbuild.
    ("", ")).next()"),
    // esbuild's `__async`; `__asyncGenerator` and `__asyncValues`.
    ("", "__async"),
    ("", "__forAwait"),
    ("_", "asyncIterator"),
    ("_", "async_iterator"),
    // A helper from another file is known by being given a generator, and TypeScript's state machine.
    ("", "function*"),
    ("", "function *"),
    (".lab", "el){case"),
    // Babel and SWC: imports and names.
    ("s", "yncToGenerator"),
    ("asyn", "c_to_generator"),
    ("rap", "AsyncGenerator"),
    ("rap_a", "sync_generator"),
    // Closure's `asyncExecutePromiseGenerator…`.
    ("ePromis", "eGenerator"),
    // The module `co`.
    ("(", "\"co\""),
    ("(", "'co'"),
    ("( ", "\"co\""),
    ("( ", "'co'"),
    ("from ", "\"co\""),
    ("from ", "'co'"),
    ("from", "\"co\""),
    ("from", "'co'"),
    // State machines, and the runtime's own names.
    ("", "regenerator"),
    ("for", "(;;)switch("),
    ("whil", "e(1)switch("),
];

/// Texts without which nothing in a file defines a helper, imports one, or calls one by the name that
/// a compiler gives it.
const NAMES: &[&str] = &[
    "__awaiter",
    "__async",
    "__forAwait",
    "yncToGenerator",
    "c_to_generator",
    "yncGenerator",
    "ync_generator",
    "_asyncIterator",
    "_async_iterator",
    "makeAsyncIterator",
    "ePromiseGenerator",
    "\"co\"",
    "'co'",
    "`co`",
];

/// Texts without which no function is a helper by its form: all of them throw into a generator, or look
/// for an asynchronous iterator.
const DEFINITIONS: &[&str] =
    &["\"throw\"", "'throw'", ".throw", "\"asyncIterator\"", ".asyncIterator"];

/// A place in a file that may matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where the text begins.
    pub(super) at: usize,
    /// What is there.
    pub(super) kind: MarkKind,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// A name that compilers give, or the module `co`.
    Name,
    /// What every definition of a helper contains.
    Definition,
    /// A variable that stands for a helper in this file.
    Variable,
}

/// Whether the file may contain down-levelled async.
pub(super) fn is_suspicious(source: &[u8]) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| searcher(MARKERS.iter().map(|(_, text)| *text)));
    // The list is constant and a test builds it; without it, every file would be parsed.
    let Some(search) = SEARCH.as_ref() else { return true };
    search.find_iter(source).any(|found| {
        let text = MARKERS[found.pattern().as_usize()].1;
        let before = &source[..found.start()];
        let mut same = MARKERS.iter().filter(|(_, other)| *other == text);
        same.any(|(first, _)| before.ends_with(first.as_bytes()))
    })
}

/// Every place of a text that may matter, in order. None at all if the search can't be built.
pub(super) fn marks(source: &[u8]) -> Option<Vec<Mark>> {
    static SEARCH: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| searcher(NAMES.iter().chain(DEFINITIONS).copied()));
    let mark = |found: aho_corasick::Match| {
        let is_name = found.pattern().as_usize() < NAMES.len();
        let kind = if is_name { MarkKind::Name } else { MarkKind::Definition };
        let follows = source.get(found.end()).is_some_and(|byte| byte.is_ascii_alphanumeric());
        // `.throws` and `.throwError` are other names.
        (is_name || !follows).then_some(Mark { at: found.start(), kind })
    };
    SEARCH.as_ref().map(|search| search.find_iter(source).filter_map(mark).collect())
}

/// The marks, and with them every place where one of the variables may be meant.
pub(super) fn with_variables(source: &[u8], marks: &[Mark], names: &[String]) -> Vec<Mark> {
    let is_part = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#'))
    };
    let places = names.iter().flat_map(|name| {
        memchr::memmem::find_iter(source, name).filter(|at| {
            let before = &source[..*at];
            let is_property = before.ends_with(b".") && !before.ends_with(b"...");
            !is_property && !is_part(before.last()) && !is_part(source.get(at + name.len()))
        })
    });
    let variables = places.map(|at| Mark { at, kind: MarkKind::Variable });
    let mut all: Vec<Mark> = marks.iter().copied().chain(variables).collect();
    all.sort_by_key(|mark| mark.at);
    all
}

/// Whether every use of a variable of this name is among the [`marks`].
pub(super) fn is_marked(name: &str) -> bool {
    NAMES.iter().any(|text| name.contains(text))
}

/// With leftmost matches, vectors of bytes are compared at once where the processor has them.
fn searcher<'t>(texts: impl Iterator<Item = &'t str>) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_survives_a_minifier_is_seen_and_other_code_is_not() {
        assert!(searcher(MARKERS.iter().map(|(_, text)| *text)).is_some());
        for suspicious in [
            "function s(e){try{c(r.throw(e))}catch(e){o(e)}}",
            "for(;;)switch(e.prev=e.next){case 0:",
            "function c(e){a(i,r,o,u,c,\"throw\",e)}",
            "const co = require('co');",
            "import co from\"co\";",
            "_asyncToGenerator(",
            "_async_to_generator(",
            "regeneratorRuntime",
        ] {
            assert!(is_suspicious(suspicious.as_bytes()), "{suspicious}");
        }
        for innocent in [
            "async function f() { await 1; throw 2 }",
            "const country = ['co', 'com']",
            "if (a && (b || false))(c)",
            "const row = [\"arrow\", 1]; generator.next()",
        ] {
            assert!(!is_suspicious(innocent.as_bytes()), "{innocent}");
        }
    }

    #[test]
    fn marks_are_places_of_names_and_of_what_throws_into_generators() {
        let source = b"x.throwError(y.throw, \"throw\"); _asyncToGenerator(z)";
        let mark = |at, kind| Mark { at, kind };
        let (name, definition) = (MarkKind::Name, MarkKind::Definition);
        let expected = [mark(14, definition), mark(22, definition), mark(35, name)];
        let found = marks(source).unwrap();
        assert_eq!(found, expected);
        let source = b"t(x.t, at, ...t, t1)";
        let places = with_variables(source, &[], &["t".to_owned()]);
        assert_eq!(places.iter().map(|mark| mark.at).collect::<Vec<_>>(), [0, 14]);
        assert!(is_marked("_asyncToGenerator2") && is_marked("__awaiter$1") && !is_marked("t"));
    }
}
