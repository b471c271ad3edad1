//! The scan against what the real compilers wrote, and against trees with every kind of trouble.

use std::fs;
use std::path::Path;

use super::count::{Counts, Kind, count};
use super::source::{Outcome, examine};
use super::{Findings, Style, scan};

const AWAITER: &str = "exports.f = () => __awaiter(this, void 0, void 0, function* () {});";

pub(super) fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
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
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
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
