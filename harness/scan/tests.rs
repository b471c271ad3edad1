//! The scan against what the real compilers wrote, and against trees with every kind of trouble.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::count::{Counts, Kind, count};
use super::source::{Outcome, Part, examine, look_in_part};
use super::{Findings, Style, scan};

const AWAITER: &str = "exports.f = () => __awaiter(this, void 0, void 0, function* () {});";

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/fixtures");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn counts(name: &str) -> Counts {
    match examine(name, &mut fixture(name).into_bytes()) {
        Outcome::Counted(counts) => counts,
        other => panic!("{name}: {other:?}"),
    }
}

/// Every output of `tests/scan/make.js`: the source has four async functions, and which of them leak
/// follows from whether the compiler makes the generator anew with each call.
const OUTPUTS: &[(&str, u64, &[Style])] = &[
    ("typescript-es2015", 4, &[Style::TypescriptAwaiter]),
    ("typescript-es5", 0, &[Style::TypescriptAwaiter]),
    ("tslib-es2015", 4, &[Style::TslibAwaiter]),
    ("babel-node6", 2, &[Style::BabelAsyncToGenerator]),
    ("babel-ie11", 1, &[Style::BabelAsyncToGenerator, Style::Regenerator]),
    ("babel-ie11-runtime", 1, &[Style::BabelAsyncToGenerator, Style::Regenerator]),
    ("babel6-node6", 2, &[Style::BabelAsyncToGenerator]),
    ("babel6-es5", 1, &[Style::BabelAsyncToGenerator, Style::Regenerator]),
    ("swc-es2015", 4, &[Style::SwcAsyncToGenerator]),
    ("swc-es2015-helpers", 4, &[Style::SwcAsyncToGenerator]),
    ("swc-es5", 0, &[Style::SwcAsyncToGenerator]),
    ("esbuild-es2016", 4, &[Style::EsbuildAsync]),
];

#[test]
fn every_compiler_and_minifier_is_seen_through() {
    let mut seen = 0;
    for (stem, leaking, styles) in OUTPUTS {
        for end in ["cjs.js", "esm.mjs", "terser.js", "esbuild-minified.js"] {
            let name = format!("{stem}.{end}");
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/fixtures");
            if !folder.join(&name).is_file() {
                continue;
            }
            seen += 1;
            let counts = counts(&name);
            assert_eq!((counts.call_sites, counts.leaking), (4, *leaking), "{name}: {counts:?}");
            let found: Vec<Style> = counts.styles.keys().copied().collect();
            // Nothing but its name tells SWC's helper from Babel's, and a minifier takes that.
            let renamed = *stem == "swc-es2015" || *stem == "swc-es5";
            if renamed && end != "cjs.js" {
                assert_eq!(found, [Style::BabelAsyncToGenerator], "{name}");
            } else {
                assert_eq!(found, *styles, "{name}");
            }
        }
    }
    assert_eq!(seen, 42);
}

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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/fixtures");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let part = in_part(&fixture(&name), Kind::of(&name));
        assert!(!matches!(part, Part::Unsure { .. }), "{name}: {part:?}");
        assert_eq!(part == Part::Nothing, name == "native.js", "{name}: {part:?}");
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

#[test]
fn native_code_with_the_names_in_comments_and_strings_has_none() {
    assert_eq!(counts("native.js"), Counts::default());
}

#[test]
fn the_helper_turned_round_by_uglify_is_known() {
    let source = "function t(e,i,a,s){return new(a=a||Promise)(function(n,t){function r(e){try{o(s.next(e))}\
        catch(e){t(e)}}function c(e){try{o(s.throw(e))}catch(e){t(e)}}function o(e){e.done?n(e.value):\
        new a(function(t){t(e.value)}).then(r,c)}o((s=s.apply(e,i||[])).next())})}t(x,y,z,w);";
    assert_eq!(count(source, Kind::Either).unwrap().styles[&Style::TypescriptAwaiter], 1);
}

#[test]
fn helpers_of_async_generators_are_others() {
    for source in [
        "tslib_1.__asyncGenerator(this, arguments, function* f() {});",
        "__asyncGenerator(this, null, function* f() {});",
        "t(this, arguments, function* f() {});",
        "var g = (a, b, c) => c; g(this, null, function* () {});",
    ] {
        assert_eq!(count(source, Kind::Either).unwrap().call_sites, 0, "{source}");
    }
    // A helper from another chunk, told by its arguments.
    for (source, style) in [
        ("import {a as t} from './c.js'; t(this, null, function* () {});", Style::EsbuildAsync),
        ("(0, r.a)(this, void 0, void 0, function* () {});", Style::TypescriptAwaiter),
    ] {
        assert_eq!(count(source, Kind::Either).unwrap().styles[&style], 1, "{source}");
    }
}

#[test]
fn generators_run_by_co_count() {
    assert_eq!(counts("co.js").styles[&Style::Co], 2);
    assert_eq!(counts("co.js").leaking, 1);
    assert_eq!(counts("co.mjs").call_sites, 1);
}

#[test]
fn a_local_name_hides_the_helper() {
    let source = "var __awaiter = function (thisArg, _arguments, P, generator) {
        return new (P || (P = Promise))(function (resolve, reject) {
            function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
            function rejected(value) { try { step(generator['throw'](value)); } catch (e) { reject(e); } }
            function step(r) { r.done ? resolve(r.value) : new P(f => f(r.value)).then(fulfilled, rejected); }
            step((generator = generator.apply(thisArg, _arguments || [])).next());
        });
    };
    __awaiter(this, [], undefined, a);
    function other(__awaiter) { return __awaiter(1); }";
    assert_eq!(count(source, Kind::Either).unwrap().call_sites, 1);
}

/// Writes files under `root`: a path and a text each.
fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn manifest(name: &str, version: &str, needs: &[&str]) -> String {
    let needs: Vec<_> = needs.iter().map(|name| format!("\"{name}\": \"*\"")).collect();
    format!(
        r#"{{"name": "{name}", "version": "{version}", "dependencies": {{{}}}}}"#,
        needs.join(", ")
    )
}

fn paths(findings: &Findings) -> Vec<&str> {
    let mut paths: Vec<_> = findings.packages.iter().map(|package| package.path.as_str()).collect();
    paths.sort_unstable();
    paths
}

#[test]
fn nested_and_scoped_copies_are_told_apart_with_who_gets_them() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("package.json", &manifest("app", "1.0.0", &["a", "@s/b"])),
            ("node_modules/a/package.json", &manifest("a", "1.0.0", &[])),
            ("node_modules/a/index.js", AWAITER),
            ("node_modules/a/index.d.ts", AWAITER),
            ("node_modules/a/test/index.js", AWAITER),
            ("node_modules/a/index.js.map", AWAITER),
            ("node_modules/@s/b/package.json", &manifest("@s/b", "2.0.0", &["a"])),
            ("node_modules/@s/b/node_modules/a/package.json", &manifest("a", "0.9.0", &[])),
            ("node_modules/@s/b/node_modules/a/index.js", AWAITER),
            // A package's own package.json for a format is no package.
            ("node_modules/@s/b/dist/package.json", r#"{"name": "x", "type": "module"}"#),
            ("node_modules/@s/b/dist/b.js", AWAITER),
        ],
    );
    let findings = scan(root.path()).unwrap();
    let expected = ["node_modules/@s/b", "node_modules/@s/b/node_modules/a", "node_modules/a"];
    assert_eq!(paths(&findings), expected);
    assert_eq!(findings.packages_seen, 4);
    for package in &findings.packages {
        assert_eq!((package.files, package.call_sites), (1, 1), "{}", package.path);
        let by: Vec<_> = package.dependents.iter().map(|it| it.name.as_str()).collect();
        let expected = if package.version.as_deref() == Some("0.9.0") { "@s/b" } else { "app" };
        assert_eq!(by, [expected], "{}", package.path);
        // Nothing leads to dist/b.js.
        assert_eq!(package.loaded_call_sites, u64::from(package.name == "a"));
    }
}

#[cfg(unix)]
#[test]
fn links_of_pnpm_count_once_and_loops_end() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    write(
        root.path(),
        &[
            ("package.json", &manifest("app", "1.0.0", &["a", "w", "far"])),
            (
                "node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
                &manifest("a", "1.0.0", &["b"]),
            ),
            (
                "node_modules/.pnpm/b@1.0.0/node_modules/b/package.json",
                &manifest("b", "1.0.0", &[]),
            ),
            ("node_modules/.pnpm/b@1.0.0/node_modules/b/index.js", AWAITER),
            ("packages/w/package.json", &manifest("w", "1.0.0", &["b"])),
            ("packages/w/lib/index.js", AWAITER),
        ],
    );
    write(elsewhere.path(), &[("package.json", &manifest("far", "1.0.0", &[])), ("a.js", AWAITER)]);
    symlink("../../b@1.0.0/node_modules/b", at("node_modules/.pnpm/a@1.0.0/node_modules/b"))
        .unwrap();
    symlink(".pnpm/a@1.0.0/node_modules/a", at("node_modules/a")).unwrap();
    symlink("../packages/w", at("node_modules/w")).unwrap();
    symlink(elsewhere.path(), at("node_modules/far")).unwrap();
    symlink(elsewhere.path(), at("node_modules/far2")).unwrap();
    symlink("..", at("packages/w/lib/up")).unwrap();
    symlink("itself", at("node_modules/itself")).unwrap();
    let findings = scan(root.path()).unwrap();
    let far = elsewhere.path().canonicalize().unwrap();
    let b = "node_modules/.pnpm/b@1.0.0/node_modules/b";
    let mut expected = vec![far.to_str().unwrap(), b, "packages/w"];
    expected.sort_unstable();
    assert_eq!(paths(&findings), expected);
    assert!(findings.packages.iter().all(|package| package.call_sites == 1));
    let of_b = findings.packages.iter().find(|package| package.name == "b").unwrap();
    assert_eq!(of_b.dependents[0].name, "a");
    assert_eq!(findings.skipped.len(), 1, "{:?}", findings.skipped);
    assert!(findings.skipped[0].path.ends_with("itself"));
}

#[test]
fn archives_of_yarn_are_looked_into() {
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("package.json", &manifest("app", "1.0.0", &["@s/p"])),
            (".yarn/cache/broken.zip", "no archive"),
        ],
    );
    let path = root.path().join(".yarn/cache/@s-p-npm-1.0.0-abc.zip");
    let mut writer = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in [
        ("node_modules/@s/p/package.json", manifest("@s/p", "1.0.0", &[])),
        ("node_modules/@s/p/index.js", "require('./lib/a')".to_owned()),
        ("node_modules/@s/p/lib/a.js", AWAITER.to_owned()),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let findings = scan(root.path()).unwrap();
    assert_eq!(paths(&findings), [".yarn/cache/@s-p-npm-1.0.0-abc.zip/node_modules/@s/p"]);
    let package = &findings.packages[0];
    assert_eq!((package.loaded_call_sites, package.dependents[0].name.as_str()), (1, "app"));
    assert_eq!(findings.skipped.len(), 1);
    assert_eq!(findings.skipped[0].path, ".yarn/cache/broken.zip");
}

#[test]
fn a_large_bundle_is_read_like_any_other() {
    let root = tempfile::tempdir().unwrap();
    let line = "function f(a, b) { return a.b(b)[0] + \"text\" } // 50 bytes\n";
    let mut bundle = line.repeat((50 << 20) / line.len());
    bundle.push_str(AWAITER);
    write(
        root.path(),
        &[
            ("node_modules/big/package.json", &manifest("big", "1.0.0", &[])),
            ("node_modules/big/index.js", &bundle),
        ],
    );
    let findings = scan(root.path()).unwrap();
    assert_eq!(findings.packages[0].call_sites, 1);
    assert!(findings.skipped.is_empty());
}

#[test]
fn what_is_no_folder_is_said() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("file", "")]);
    let error = |name: &str| scan(&root.path().join(name)).unwrap_err().to_string();
    assert!(error("nowhere").contains("can't read") && error("nowhere").contains("nowhere"));
    assert!(error("file").contains("is no folder"));
}

/// Root may read everything, so that permission is tried as another user in `tests/scan.rs`.
#[test]
fn what_is_broken_is_skipped_with_a_reason() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("node_modules/a/package.json", "{ not json"),
            ("node_modules/a/index.js", "__awaiter((("),
            ("node_modules/a/good.js", AWAITER),
        ],
    );
    let findings = scan(root.path()).unwrap();
    assert_eq!((findings.packages[0].name.as_str(), findings.packages[0].call_sites), ("a", 1));
    let skipped: Vec<_> = findings.skipped.iter().map(|skip| skip.path.as_str()).collect();
    assert_eq!(skipped, ["node_modules/a/index.js", "node_modules/a/package.json"]);
    assert!(findings.skipped.iter().all(|skip| !skip.reason.is_empty()));
}
