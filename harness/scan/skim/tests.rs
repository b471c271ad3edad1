//! The lexer against cases worked out by hand.

use super::super::markers::{marks, with_variables};
use super::*;

fn skimmed(source: &str) -> Skim {
    skim(source.as_bytes(), &marks(source.as_bytes()).unwrap(), false)
}

/// What is hidden.
fn hidden(source: &str) -> Vec<&str> {
    match skimmed(source) {
        Skim::Holes(holes) => holes.into_iter().map(|hole| &source[hole]).collect(),
        other => panic!("{other:?}: {source}"),
    }
}

#[test]
fn marks_in_code_matter() {
    for source in [
        "__awaiter()",
        "(a + b) / c; __awaiter(); d / e",
        "a[0] / c; __awaiter(); d / e",
        "a++ / c; __awaiter(); d / e",
        "a.return / c; __awaiter(); d / e",
        "a.\n  return / c; __awaiter(); d / e",
        "/re/ / c; __awaiter(); d / e",
        "/re/g / c; __awaiter(); d / e",
        "/[/\"]/; __awaiter(); /[\"]/",
        "`a ${`b ${__awaiter()}`}`",
        "`${{a: '}'}}`; __awaiter(); `}`",
        "a /* \" */ ; __awaiter(); /* \" */",
        "// '\n__awaiter() // '",
        "#!/bin/env node '\n__awaiter() // '",
        "'\\''; __awaiter(); '\\\\'",
        "x[\"__awaiter\"](a)",
        "x[`__awaiter`](a)",
        "x[\"\\x5f_awaiter\"](a)",
        "var f = require ( \"../asyncToGenerator\")",
        "import f from \"x/asyncToGenerator\"",
        "const { \"__awaiter\": a } = b",
        "import { \"__awaiter\" as a } from 'b'",
        "while (n --> 0) __awaiter()",
        "a < b; __awaiter(); c << d",
        "g(\"throw\")",
        "f(function* () {})",
        "f(1, (function* g() {}))",
        "\u{e9}.f(); __awaiter()",
        "f(function /* a generator */ * () {})",
        "while (1) switch (a.prev = a.next) {}",
        "for (;;) { switch (a.n) {} }",
        "f(this, void 0, void 0, function () { return g(this, function (a) {}) })",
        "f(this, void 0, a.Promise, function () { return g(this, function (a) {}) })",
        "f(this, arguments, Promise, (function () { return g(this, function (a) {}) }))",
        "f(this, undefined, undefined, (function n() { return g(this, function (a) {}) }))",
        "m = { exports: {} }",
        "m = { \"exports\": { /* nothing */ } }",
    ] {
        assert!(matches!(skimmed(source), Skim::Holes(_)), "{source}: {:?}", skimmed(source));
    }
}

#[test]
fn marks_in_strings_comments_and_patterns_do_not() {
    for source in [
        "a = \"__awaiter\"; f('__awaiter')",
        "'a\\\n__awaiter'; '\\'__awaiter'",
        "// __awaiter()\n/* __awaiter() */ b",
        "#! __awaiter()\nb",
        "`__awaiter ${b} __awaiter`; `\\`__awaiter ${`\\${__awaiter}`} __awaiter`",
        "if (a) / c; __awaiter(); d /.test(x)",
        "while (a) /__awaiter()/.test(x)",
        "if (a) { b } /__awaiter()/.test(x)",
        "for (;;) { b } /__awaiter()/.test(x)",
        "if (a) b; else { c } /__awaiter()/.test(x)",
        "return /__awaiter()/",
        "a = b ? /__awaiter()/ : c",
        "[...typeof /__awaiter()/]",
        "a / /__awaiter()/",
        "/[/]__awaiter()/; /\\/__awaiter()/",
        "class A { *f() {} }",
        "function* f() {} g = function* () {}",
        "function f() {} /__awaiter()/.test(x)",
        "if (a) { b } function* f() {} /__awaiter()/.test(x)",
        "switch (a) { case 1: }",
        "f(1, 2, function () { return g(this, function (a) {}) })",
        "m = { exports: { a } }",
        "x.throwError(1)",
    ] {
        assert_eq!(skimmed(source), Skim::Nothing, "{source}");
    }
}

#[test]
fn what_could_be_two_things_is_not_decided() {
    for source in [
        "x = {} / 2",
        "x = function f() {} /re/.test(x)",
        "a = b + ++/re/.lastIndex",
        "a of / b",
        "for await (x of y) /re/.test(x)",
        "<!-- a comment",
        "a\n--> a comment",
        "return <p>it's</p>",
        "a = <b></b>",
        "\\u005f_awaiter()",
        "\u{2003}f()",
        "if\u{a0}(a) /re/",
        "'a\nb'",
        "'a",
        "`a",
        "/a\n/",
        "/* a",
        "(]",
        "{",
        "}",
    ] {
        assert_eq!(skimmed(source), Skim::Unsure, "{source}");
    }
}

/// Longer than [`SHORTEST`].
const BODY: &str = " return 'this is long enough to be worth being hidden'; ";

#[test]
fn only_what_is_between_braces_without_a_mark_is_hidden() {
    let source = format!(
        "function a() {{{BODY}}} function b() {{ __awaiter(this); if (c) {{{BODY}}} d({{}}) }}"
    );
    assert_eq!(hidden(&source), [BODY, BODY]);
    let source = format!("function a() {{ function b() {{{BODY}}} }} __awaiter(this)");
    assert_eq!(hidden(&source), [format!(" function b() {{{BODY}}} ")]);
    // Inserts of templates have no braces of their own, and what they hold may be a mark.
    let source = format!("`${{ a(function () {{{BODY}}}) }}`; __awaiter(this)");
    assert_eq!(hidden(&source), [BODY]);
}

#[test]
fn what_may_be_the_definition_of_a_helper_stays_whole() {
    let near = format!("function a() {{{BODY}}} b.throw(c);");
    assert_eq!(hidden(&near), [""; 0]);
    let far = format!("function a() {{{BODY}}} {} b.throw(c);", "d();".repeat(1_000));
    assert_eq!(hidden(&far), [BODY]);
}

#[test]
fn a_parameter_of_the_same_name_is_another_variable() {
    let variable = |source: &str| {
        let marks = with_variables(source.as_bytes(), &[], &["t".to_owned()]);
        match skim(source.as_bytes(), &marks, true) {
            Skim::Holes(holes) => holes.len(),
            Skim::Nothing => 0,
            Skim::Unsure => panic!("{source}"),
        }
    };
    let body = format!("{{ t(1); {BODY} }}");
    for (source, holes) in [
        (format!("t(2); function a(e, t) {body}"), 1),
        (format!("t(2); a = function (t) {body}"), 1),
        (format!("t(2); a = (e, t) => {body}"), 1),
        (format!("t(2); try {{}} catch (t) {body}"), 1),
        (format!("t(2); function a(e) {body}"), 0),
        (format!("t(2); function a(e = t) {body}"), 0),
        (format!("t(2); switch (t) {body}"), 0),
        (format!("t(2); if (t) {body}"), 0),
        (format!("t(2); class A extends b(t) {body}"), 0),
        (format!("t(2); function a(t) {{}} b = function () {body}"), 0),
    ] {
        assert_eq!(variable(&source), holes, "{source}");
    }
}

#[test]
fn what_was_hidden_comes_back() {
    let source =
        format!("a = {{ b: {{ /* c */ {BODY} }} }}; __awaiter(); d = {{'\u{e9}': {BODY}}}");
    let mut bytes = source.clone().into_bytes();
    let Skim::Holes(mut holes) = skim(&bytes, &marks(&bytes).unwrap(), false) else { panic!() };
    assert_eq!(holes.len(), 2);
    let hidden = Hidden::new(&mut bytes, &mut holes);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with("a = {/*: { /* c *  "), "{text}");
    // A letter of two bytes is not taken apart.
    assert!(text.ends_with(&format!("d = {{'\u{e9}': {BODY}}}")), "{text}");
    assert_eq!(text.matches("*/").count(), 1);
    hidden.restore(&mut bytes);
    assert_eq!(bytes, source.as_bytes());
}
