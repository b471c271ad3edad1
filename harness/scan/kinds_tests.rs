//! Kinds of code that 0.3.0 got wrong: rows with the truth beside them, what compilers and minifiers make of them, and
//! variations by hand.

use std::fs;
use std::path::Path;

use super::count::{Kind, count};
use super::source::{Outcome, examine};
use super::tests::fixture;
use super::{Loads, Style, scan};

/// `cases/truth.tsv`: what each package ships, worked out by a person; what leaks was seen on Node.js 12.15.0.
#[test]
fn every_package_of_known_truth_is_right() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let truth = fs::read_to_string(cases.join("truth.tsv")).unwrap();
    let rows: Vec<Vec<&str>> =
        truth.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        let found = scan(&cases.join(row[0])).unwrap();
        let package = found.packages.first();
        let of = |count: fn(&super::PackageFinding) -> u64| package.map_or(0, count).to_string();
        let told =
            [of(|it| it.call_sites), of(|it| it.leaking_call_sites), of(|it| it.loaded_call_sites)];
        for (told, expected) in told.iter().zip(&row[1..4]) {
            assert!(expected.is_empty() || told == expected, "{row:?}: {told:?}");
        }
    }
    assert!(rows.len() >= 51);
}

/// What `tests/scan/make.js` writes of one async function whose helper has one call, of an async generator with a
/// `for await`, and of the source of all by compilers that have no plain output: call sites, and those that leak.
const MADE: &[(&str, u64, u64, Style)] = &[
    ("inlined-typescript.terser.js", 1, 1, Style::TypescriptAwaiter),
    ("inlined-typescript.uglify.js", 1, 1, Style::TypescriptAwaiter),
    ("inlined-typescript.swc-minified.js", 1, 1, Style::TypescriptAwaiter),
    ("inlined-esbuild.terser.js", 1, 1, Style::EsbuildAsync),
    ("inlined-esbuild.uglify.js", 1, 1, Style::EsbuildAsync),
    ("inlined-esbuild.swc-minified.js", 1, 1, Style::EsbuildAsync),
    ("inlined-babel.terser.js", 1, 0, Style::BabelAsyncToGenerator),
    ("inlined-babel.uglify.js", 1, 0, Style::BabelAsyncToGenerator),
    ("inlined-babel.swc-minified.js", 1, 0, Style::BabelAsyncToGenerator),
    ("inlined-swc.terser.js", 1, 1, Style::BabelAsyncToGenerator),
    ("inlined-swc.uglify.js", 1, 1, Style::BabelAsyncToGenerator),
    ("inlined-swc.swc-minified.js", 1, 1, Style::BabelAsyncToGenerator),
    ("async-generator-typescript.js", 3, 2, Style::AsyncGenerator),
    ("async-generator-typescript.terser.js", 3, 2, Style::AsyncGenerator),
    ("async-generator-esbuild.js", 3, 2, Style::AsyncGenerator),
    ("async-generator-esbuild.terser.js", 3, 2, Style::AsyncGenerator),
    ("async-generator-babel.js", 3, 0, Style::AsyncGenerator),
    ("async-generator-babel.terser.js", 3, 0, Style::AsyncGenerator),
    ("async-generator-swc.js", 3, 2, Style::AsyncGenerator),
    ("async-generator-swc.terser.js", 3, 2, Style::AsyncGenerator),
    ("closure-simple-2015.js", 4, 4, Style::ClosureAsync),
    ("closure-advanced-2015.js", 4, 4, Style::ClosureAsync),
    ("closure-simple-5.js", 4, 0, Style::ClosureAsync),
    ("closure-advanced-5.js", 4, 0, Style::ClosureAsync),
    ("async-to-gen.js", 4, 4, Style::AsyncToGen),
    ("webpack-development.js", 2, 0, Style::BabelAsyncToGenerator),
    ("webpack-production.js", 1, 0, Style::BabelAsyncToGenerator),
];

#[test]
fn what_compilers_and_minifiers_make_is_seen_through() {
    for (name, call_sites, leaking, style) in MADE {
        let Outcome::Counted(counts) = examine(name, &mut fixture(name).into_bytes()) else {
            panic!("{name}")
        };
        assert_eq!(
            (counts.call_sites, counts.leaking),
            (*call_sites, *leaking),
            "{name}: {counts:?}"
        );
        assert!(counts.styles.contains_key(style), "{name}: {counts:?}");
    }
}

/// Babel's helper as terser writes it.
macro_rules! babel {
    ($($rest:expr),*) => {
        concat!(
            "function r(e,t,n,r,i,o,a){try{var s=e[o](a),c=s.value}catch(e){return void n(e)}s.done?t(c):\
            Promise.resolve(c).then(r,i)}function i(e){return function(){var t=this,n=arguments;return new Promise(\
            (function(i,o){var a=e.apply(t,n);function s(e){r(a,i,o,s,c,\"next\",e)}function c(e){r(a,i,o,s,c,\
            \"throw\",e)}s(void 0)}))}}",
            $($rest),*
        )
    };
}

/// TypeScript's helper, with somebody's own promise.
macro_rules! awaiter {
    ($promise:literal) => {
        concat!(
            "return new (P || (P = ", $promise, "))(function (resolve, reject) {\
            function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }\
            function rejected(value) { try { step(generator['throw'](value)); } catch (e) { reject(e); } }\
            function step(r) { r.done ? resolve(r.value) : new P(f => f(r.value)).then(fulfilled, rejected); }\
            step((generator = generator.apply(thisArg, _arguments || [])).next()); });"
        )
    };
}

const STEPPER: &str = "function spawn(genF, self) { return new Promise(function (resolve, reject) { var gen = genF.call(self);\
    function step(nextF) { var next; try { next = nextF(); } catch (e) { reject(e); return; }\
    if (next.done) { resolve(next.value); return; }\
    Promise.resolve(next.value).then(function (v) { step(function () { return gen.next(v); }); },\
    function (e) { step(function () { return gen.throw(e); }); }); } step(function () { return gen.next(undefined); }); }); }\
    exports.f = function () { return spawn(function* () { yield 1; }, this); };";

const OWN: &str = "function async(make) { return function () { var gen = make.apply(this, arguments);\
    function handle(result) { if (result.done) return Promise.resolve(result.value);\
    return Promise.resolve(result.value).then(function (res) { return handle(gen.next(res)); },\
    function (err) { return handle(gen.throw(err)); }); }\
    try { return handle(gen.next()); } catch (ex) { return Promise.reject(ex); } } }\
    exports.f = async(function* () { yield 1; }); other(async);";

const OLD_AWAITER: &str = "var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, Promise, generator) {\
    return new Promise(function (resolve, reject) { generator = generator.call(thisArg, _arguments);\
    function cast(value) { return value instanceof Promise ? value : new Promise(function (resolve) { resolve(value); }); }\
    function onfulfill(value) { try { step('next', value); } catch (e) { reject(e); } }\
    function onreject(value) { try { step('throw', value); } catch (e) { reject(e); } }\
    function step(verb, value) { var result = generator[verb](value);\
    result.done ? resolve(result.value) : cast(result.value).then(onfulfill, onreject); } step('next', void 0); }); };\
    exports.f = function () { return __awaiter(this, void 0, Promise, function* () { yield 1; }); };";

/// Code, its call sites, and those of them that leak.
pub(super) const KINDS: &[(&str, u64, u64, Option<Style>)] = &[
    // Helpers under any name and promise.
    (
        concat!(
            "function a(thisArg, _arguments, P, generator) {",
            awaiter!("Promise$5"),
            "} exports.f = () => a(this, void 0, void 0, function* () {});"
        ),
        1,
        1,
        Some(Style::TypescriptAwaiter),
    ),
    (
        concat!(
            "var lib = { a: function (thisArg, _arguments, P, generator) {",
            awaiter!("bluebird_1.default"),
            "} }; exports.f = () => (0, lib.a)(x, [], q, named);"
        ),
        0,
        0,
        None,
    ),
    (OLD_AWAITER, 1, 1, Some(Style::TypescriptAwaiter)),
    (
        "exports.f = function () { return (0, r.mG)(this, void 0, Promise, (function* () { yield 1; })); };",
        1,
        1,
        Some(Style::TypescriptAwaiter),
    ),
    (
        "exports.f = function (e) { return (0, r.mG)(this, arguments, void 0, (function () { var t; \
        return (0, r.Jh)(this, (function (n) { switch (n.label) { default: } })); })); };",
        1,
        0,
        Some(Style::TypescriptAwaiter),
    ),
    (
        "import {a as t} from './c.js'; t(this, null, function* () {});",
        1,
        0,
        Some(Style::EsbuildAsync),
    ),
    ("t(this, arguments, function* f() {});", 0, 0, None),
    ("var g = (a, b, c) => c; g(this, null, function* () {});", 0, 0, None),
    // From a chunk.
    (
        "import { a as r } from './_rollupPluginBabelHelpers-3f.js'; f = r(function* () {});",
        0,
        0,
        None,
    ),
    (
        "var h = require('./_rollupPluginBabelHelpers-3f.js'); f = h.b(function* () {});",
        1,
        0,
        Some(Style::BabelAsyncToGenerator),
    ),
    (
        "import { r } from './asyncToGenerator-3f.js'; f = r(function* () {});",
        1,
        0,
        Some(Style::BabelAsyncToGenerator),
    ),
    (
        "const _asyncToGenerator = require('./chunk').n; f = _asyncToGenerator(function* () {});",
        1,
        0,
        Some(Style::BabelAsyncToGenerator),
    ),
    (
        "const { n: _async_to_generator } = require('./chunk'); f = _async_to_generator(function* () {});",
        1,
        0,
        Some(Style::SwcAsyncToGenerator),
    ),
    // co.
    ("import * as co from 'co'; f = co.wrap(function* () {});", 1, 0, Some(Style::Co)),
    ("import { wrap } from \"co\"; f = wrap(function* () {});", 1, 0, Some(Style::Co)),
    (
        "var _co = _interopRequireDefault(require( 'co' )); f = (0, _co.default)(function* () {});",
        1,
        0,
        Some(Style::Co),
    ),
    ("const co = require(`co`); f = () => co.default(function* () {});", 1, 1, Some(Style::Co)),
    ("const { wrap: w } = require('co'); f = w(function* () {});", 1, 0, Some(Style::Co)),
    ("f = require('co').wrap(function* () {});", 1, 0, Some(Style::Co)),
    ("f = require('co')(function* () {});", 1, 0, Some(Style::Co)),
    (
        "define(['a', 'co'], function (a, co) { b.f = co.wrap(function* () {}); });",
        1,
        0,
        Some(Style::Co),
    ),
    (
        "(function (g, f) { typeof exports === 'object' ? f(exports, require('co')) : f(g.D = {}, g.co); })(this, \
        function (exports, co) { exports.f = co.wrap(function* () {}); });",
        1,
        0,
        Some(Style::Co),
    ),
    (
        "System.register(['co'], function (e) { var co; return { setters: [function (m) { co = m; }], execute: function () { \
        e('f', co.wrap(function* () {})); } }; });",
        1,
        0,
        Some(Style::Co),
    ),
    ("f = code.wrap(function* () {}); 'co';", 0, 0, None),
    // Other libraries, and steppers.
    (
        "var _b = require('bluebird-lst'); f = (0, (_b || load()).coroutine)(function* () {});",
        1,
        0,
        Some(Style::BluebirdCoroutine),
    ),
    (
        "import { coroutine } from 'bluebird'; f = coroutine(function* () {});",
        1,
        0,
        Some(Style::BluebirdCoroutine),
    ),
    ("require('bluebird').coroutine.addYieldHandler(function (v) { return v; });", 0, 0, None),
    ("var Q = require('q'); f = () => Q.spawn(function* () {});", 1, 1, Some(Style::QAsync)),
    (STEPPER, 1, 1, Some(Style::Stepper)),
    (OWN, 1, 0, Some(Style::Stepper)),
    // Async generators.
    (
        "tslib_1.__asyncGenerator(this, arguments, function* f() {});",
        1,
        0,
        Some(Style::AsyncGenerator),
    ),
    ("for (var i = tslib_1.__asyncValues(x); ;) {}", 1, 0, Some(Style::AsyncGenerator)),
    ("var it = x[Symbol.asyncIterator]();", 0, 0, None),
    // Modules of bundles, which run once.
    (
        babel!(
            "(function(){function r(e,n,t){function o(i,f){if(!n[i]){var p=n[i]={exports:{}};e[i][0].call(p.exports,\
        function(r){return o(e[i][1][r]||r)},p,p.exports,r,e,n,t)}return n[i].exports}return o}return r})()({1:[function\
        (t,e,x){x.f=i(function*(){yield 1})},{}]},{},[1]);"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "parcelRequire=(function(e,r,t,n){function i(t){function M(e){this.exports={}}e[t][0].call(0)}})({\"a\":[\
        function(require,e,t){e.f=i(function*(){yield 1})},{\"./b\":\"c\"}]},{},[\"a\"],null);"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "var o=globalThis.parcelRequire12;(0,o.register)(\"a\",function(e,t){e.exports.f=i(function*(){yield 1})});\
        o.register(\"b\",function(e,t){e.exports.f=i(function*(){yield 1})});"
        ),
        2,
        0,
        None,
    ),
    (babel!("__d(function(g,r,a,t,m,e,d){e.f=i(function*(){yield 1})},0,[1,2]);"), 1, 0, None),
    (
        babel!(
            "System.register([],(function(e){return{setters:[],execute:function(){e('f',i(function*(){yield 1}))}}}));"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "(globalThis.TURBOPACK||=[]).push([\"a.js\",123,(e,t,n)=>{t.f=i(function*(){yield 1})}]);"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "(globalThis.TURBOPACK=globalThis.TURBOPACK||[]).push([\"a.js\",{\"[project]/a.js\":(e)=>{e.f=i(function*(){\
        yield 1})}}]);"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "module.exports={\"[project]/a.js [app-rsc] (ecmascript)\":((e)=>{e.f=i(function*(){yield 1})})};"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "(self.webpackChunk=self.webpackChunk||[]).push([[1],{2:(e,t,n)=>{t.f=i(function*(){yield 1})}}]);"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "exports.id=1;exports.ids=[1];exports.modules={2:(e,t,n)=>{t.f=i(function*(){yield 1})}};"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "var E=(e,t)=>()=>(e&&(t=e(e=0)),t);var x=E(()=>{exports.f=i(function*(){yield 1})});"
        ),
        1,
        0,
        None,
    ),
    (
        babel!(
            "var __esm=(fn,res)=>function __init(){return fn&&(res=(0,fn[Object.keys(fn)[0]])(fn=0)),res};\
        var x=__esm({\"a.js\"(){exports.f=i(function*(){yield 1})}});"
        ),
        1,
        0,
        None,
    ),
    (
        babel!("var a;function requireA(){if(a)return b;a=1;b.f=i(function*(){yield 1});return b}"),
        1,
        0,
        None,
    ),
    (babel!("function requireA(){return a||(a=1,b.f=i(function*(){yield 1})),b}"), 1, 0, None),
    // What is like them, and runs again and again.
    (babel!("var api={get:function(e,t){return i(function*(){yield 1})()}};api[x]();"), 1, 1, None),
    (babel!("exports.f=(function(){return i(function*(){yield 1})()}).bind(this);"), 1, 1, None),
    (babel!("list.push([function(){return i(function*(){yield 1})()}]);"), 1, 1, None),
    (babel!("function f(a){if(a)return b;c();return i(function*(){yield 1})()}"), 1, 1, None),
];

#[test]
fn each_kind_counts_as_much_as_it_is() {
    for (source, call_sites, leaking, style) in KINDS {
        let counts = count(source, Kind::Either).unwrap();
        assert_eq!(
            (counts.call_sites, counts.leaking),
            (*call_sites, *leaking),
            "{source}\n{counts:?}"
        );
        if let Some(style) = style {
            assert!(counts.styles.contains_key(style), "{source}: {counts:?}");
        }
    }
}

#[test]
fn what_is_not_loaded_is_told_from_what_is_not_known() {
    let root = tempfile::tempdir().unwrap();
    let loads = |main: &str, manifest: &str| {
        let write = |name: &str, text: &str| fs::write(root.path().join(name), text).unwrap();
        write("package.json", manifest);
        write("main.js", main);
        write("other.js", "exports.f = () => __awaiter(this, void 0, void 0, function* () {});");
        scan(root.path()).unwrap().packages[0].loaded
    };
    let closed = r#"{"name": "a", "exports": "./main.js"}"#;
    assert_eq!(loads("require('./other')", closed), Loads::Yes);
    assert_eq!(loads("require('fs')", closed), Loads::No);
    assert_eq!(loads("require(name)", closed), Loads::Unknown);
    assert_eq!(loads("", r#"{"name": "a", "main": "main.js"}"#), Loads::Unknown);
    assert_eq!(
        loads("", r#"{"name": "a", "exports": "./main.js", "bin": "other.js"}"#),
        Loads::Yes
    );
}
