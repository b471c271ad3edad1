//! Looking at parts of a file, against looking at the whole: with what compilers wrote, and with programs made up of
//! pieces in which a lexer can go wrong.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::count::{Counts, Kind, count};
use super::source::{Part, look_in_part};
use super::tests::fixture;

/// What looking at parts of a file gives, and the whole file, which must be the same.
fn in_part(source: &str, kind: Kind) -> Part {
    let mut bytes = source.as_bytes().to_vec();
    let part = look_in_part(&mut bytes, kind);
    assert_eq!(bytes, source.as_bytes());
    match &part {
        Part::Nothing => assert_eq!(count(source, kind), Ok(Counts::default()), "{source}"),
        Part::Counted(counts) => assert_eq!(count(source, kind).as_ref(), Ok(counts), "{source}"),
        Part::Unsure { .. } => {}
    }
    part
}

#[test]
fn parts_of_what_compilers_wrote_are_enough() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let part = in_part(&fixture(&name), Kind::of(&name));
        let is_whole = name.starts_with("webpack") || name.starts_with("closure");
        assert!(is_whole || !matches!(part, Part::Unsure { .. }), "{name}: {part:?}");
        assert_eq!(part == Part::Nothing, name == "native.js", "{name}: {part:?}");
    }
}

#[test]
fn parts_of_what_was_once_wrong_count_as_much_as_the_whole() {
    for (source, ..) in super::kinds_tests::KINDS {
        let padded = format!("{source}\n{LONG}\nfunction pad() {{ {LONG} }}");
        in_part(&padded, Kind::Either);
    }
}

/// Longer than what is worth being hidden.
const LONG: &str = "var text = 'this is some code that has nothing to do with what is looked for';";

/// TypeScript's helper as terser writes it, and calls of it.
const SHORT: &str = "var t=function(t,n,e,r){return new(e||(e=Promise))((function(o,i){function c(t){try{a(r.next(t))}\
    catch(t){i(t)}}function u(t){try{a(r.throw(t))}catch(t){i(t)}}function a(t){t.done?o(t.value):\
    new e((function(n){n(t.value)})).then(c,u)}a((r=r.apply(t,n||[])).next())}))};";

/// Pieces of programs in which a lexer, or whoever leaves parts out, can go wrong.
const PIECES: &[&str] = &[
    LONG,
    SHORT,
    "var u = t; u(this, void 0, void 0, x);",
    "t(this, void 0, void 0, function* () { yield { a: 1 }; });",
    "t(this, [], Promise, named);",
    "t(this, void 0, void 0, function () { return r(this, function (n) { switch (n.label) { default: } }); });",
    "q(this, null, function* () { yield 1; });",
    "(0, l.a)(this, arguments, Promise, (function () { var e; return (0, l.b)(this, function (n) { switch (n.label) { default: } }); }));",
    "l = n(5);",
    "exports.a = c(function* () { yield 'long enough to be hidden, as it is no more than a text'; });",
    "q = function () { return 'not a helper, but a function of this file, long enough'; };",
    "if (x) { var t = function () { return 'another function, which is long enough'; }; }",
    "var __awaiter = function () { return 'no helper, only its name, which is long enough'; };",
    "__awaiter(this, void 0, void 0, function* () { var a = { b: { c: [1, 2, 3], d: 'long enough' } }; });",
    "lib.__awaiter(this, void 0, void 0, function* () { return 'long enough to be hidden, I think'; });",
    "var lib = require('tslib');",
    "function init() { lib = require('./helpers'); return 'long enough to be hidden, I think'; }",
    "var a2g = require('@babel/runtime/helpers/asyncToGenerator');",
    "f = a2g(function* () { yield 'long enough to be hidden, as it is no more than a text'; });",
    "_asyncToGenerator(regeneratorRuntime.mark(function c() { return regeneratorRuntime.wrap(function c$(n) \
        { while (1) switch (n.prev = n.next) { case 0: return n.abrupt('return', 'long enough'); } }, c); }));",
    "var co = require('co'); co.wrap(function* () { yield 'long enough to be hidden, as it is no more'; });",
    "var w = (f, m) => function () { return m || (0, f[0])((m = { exports: {} }).exports, m), m.exports; };",
    "w({ 'a.js'(exports) { __awaiter(this, void 0, void 0, function* () {}); } });",
    "w2 = function () { var o = { exports: { a: 1, b: 2, c: 'something that is long enough to hide' } }; };",
    "w2(function () { __awaiter(this, void 0, void 0, function* () {}); });",
    "s = '__awaiter(this, void 0, void 0, function* () {})' + \"{ it's\" + '\\'{';",
    "s = `__awaiter( ${ { a: `}` + function () { return '}'; }() } ) { \\` \\${`;",
    "if (/[/'\"{]__awaiter\\/{/.test(s)) /}'/.exec(s);",
    "n = (a + b) / c / d[0] / 'e'.length; n++ / 2;",
    "// it's { __awaiter(\n/* it's { \" */ ;",
    "label: for (;;) { break label; }",
    "x = { exports: {}, if: 1, get a() { return 1; }, 'throw': function () { return this; } };",
    "g.throw(new Error('in'));",
];

/// What may be around pieces.
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("(function () {", "})();"),
    ("function outer(a, b) {", "}"),
    ("function outer(t) {", "}"),
    ("o = (e, t) => {", "};"),
    ("o = { m: function (q) {", "} };"),
    ("class A { m() {", "} }"),
    ("if (x) {", "} else { y }"),
    ("try {", "} catch (t) { t() }"),
    ("define(['a'], function (lib) {", "});"),
    ("`${function () {", "}}`;"),
];

fn program() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES).prop_map(|piece| format!("{piece}\n"));
    piece.prop_recursive(4, 24, 6, |inner| {
        let pieces = proptest::collection::vec(inner, 1..6);
        let around = proptest::sample::select(AROUND);
        (around, pieces)
            .prop_map(|((before, after), pieces)| format!("{before}\n{}{after}\n", pieces.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn parts_of_any_program_count_as_much_as_the_whole(source in program()) {
        in_part(&source, Kind::Either);
    }
}

#[test]
fn few_programs_have_to_be_parsed_as_a_whole() {
    let sure =
        PIECES.iter().filter(|piece| !matches!(in_part(piece, Kind::Either), Part::Unsure { .. }));
    assert!(sure.count() * 10 >= PIECES.len() * 8);
}
