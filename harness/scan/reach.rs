//! Which files of a package its entry points really load.
//!
//! Four loaders look at a package differently: Node.js by `require` and by `import`, and bundlers for
//! servers and for browsers. From the files that each of them starts with, relative imports are
//! followed within the package. They are read from the text, without a parser: a quoted relative path
//! behind `require(`, `import` or `from`. Computed paths and other packages are not followed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use memchr::memchr2_iter;
use serde::Serialize;

use super::manifest::{Manifest, exported};

/// Packages have fewer files than this; more is a mistake of ours, and must end.
const MOST_FILES: usize = 50_000;

/// Who loads a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Loader {
    /// Node.js, by `require`.
    Require,
    /// Node.js, by `import`.
    Import,
    /// A bundler, which prefers ES modules.
    Bundler,
    /// A bundler for browsers.
    Browser,
    /// A shell: the programs that the package installs.
    Program,
}

impl Loader {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Require, Self::Import, Self::Bundler, Self::Browser, Self::Program];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Require => "require",
            Self::Import => "import",
            Self::Bundler => "bundler",
            Self::Browser => "browser",
            Self::Program => "program",
        }
    }

    const fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::Require => &["node", "require", "default"],
            Self::Import => &["node", "import", "default"],
            Self::Bundler => &["module", "import", "default"],
            Self::Browser => &["browser", "module", "import", "default"],
            Self::Program => &[],
        }
    }
}

/// The files of one package, wherever they are kept; names are relative, with `/`.
pub(super) trait Files {
    /// Whether there is such a file.
    fn has(&self, name: &str) -> bool;
    /// Its content.
    fn read(&self, name: &str) -> Option<Vec<u8>>;
}

/// What one loader loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    /// The file of the package's own name: none if this loader has none.
    pub(super) main: Option<String>,
    /// Every file loaded.
    pub(super) files: BTreeSet<String>,
}

/// What each loader loads. `affected` are the files that patterns in `exports` are tried on.
pub(super) fn loaded<'a>(
    manifest: &Manifest,
    files: &dyn Files,
    affected: impl Iterator<Item = &'a str> + Clone,
) -> BTreeMap<Loader, Loaded> {
    let mut graph = Graph { files, imports: HashMap::new(), found: RefCell::default() };
    let mut loaded = BTreeMap::new();
    for loader in Loader::ALL {
        let (main, mut starts) = entries(manifest, loader, &graph, affected.clone());
        starts.extend(main.clone());
        loaded.insert(loader, Loaded { main, files: graph.reach(starts) });
    }
    loaded
}

/// The main file, and the others that a loader may be asked for.
fn entries<'a>(
    manifest: &Manifest,
    loader: Loader,
    graph: &Graph<'_>,
    affected: impl Iterator<Item = &'a str> + Clone,
) -> (Option<String>, Vec<String>) {
    if loader == Loader::Program {
        let programs = manifest.programs();
        return (None, programs.iter().filter_map(|file| graph.find(&join("", file)?)).collect());
    }
    let Some(exports) = manifest.exports() else {
        let fields = match loader {
            Loader::Require | Loader::Import | Loader::Program => [None, None, manifest.main()],
            Loader::Bundler => [None, manifest.module(), manifest.main()],
            Loader::Browser => [manifest.browser(), manifest.module(), manifest.main()],
        };
        let candidates = fields.into_iter().flatten().chain(["index"]);
        let main = candidates.filter_map(|file| graph.find(&join("", file)?)).next();
        return (main, Vec::new());
    };
    let mut main = None;
    let mut others = Vec::new();
    for (subpath, target) in exported(exports, loader.conditions()) {
        let Some(target) = join("", &target) else { continue };
        if let Some((before, after)) = target.split_once('*') {
            let fits = |name: &&str| {
                name.len() > before.len() + after.len()
                    && name.starts_with(before)
                    && name.ends_with(after)
            };
            others.extend(affected.clone().filter(fits).map(str::to_owned));
        } else if subpath == "." {
            main = graph.find(&target);
        } else {
            others.extend(graph.find(&target));
        }
    }
    (main, others)
}

struct Graph<'f> {
    files: &'f dyn Files,
    imports: HashMap<String, Vec<String>>,
    /// What was looked for already: files that many others import.
    found: RefCell<HashMap<String, Option<String>>>,
}

impl Graph<'_> {
    fn reach(&mut self, starts: Vec<String>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut waiting = starts;
        while let Some(name) = waiting.pop() {
            if reached.len() >= MOST_FILES || !reached.insert(name.clone()) {
                continue;
            }
            if !self.imports.contains_key(&name) {
                let found = self.imports_of(&name);
                self.imports.insert(name.clone(), found);
            }
            waiting.extend(self.imports[&name].iter().cloned());
        }
        reached
    }

    fn imports_of(&self, name: &str) -> Vec<String> {
        if name.ends_with(".json") {
            return Vec::new();
        }
        let Some(source) = self.files.read(name) else { return Vec::new() };
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let paths = relative_imports(&source);
        paths.into_iter().filter_map(|path| self.find(&join(folder, path)?)).collect()
    }

    /// The file that is meant, by the rules of `require`.
    fn find(&self, name: &str) -> Option<String> {
        if let Some(known) = self.found.borrow().get(name) {
            return known.clone();
        }
        let file = self.look_for(name);
        self.found.borrow_mut().insert(name.to_owned(), file.clone());
        file
    }

    fn look_for(&self, name: &str) -> Option<String> {
        if !name.is_empty() && self.files.has(name) {
            return Some(name.to_owned());
        }
        let inside =
            |file: &str| if name.is_empty() { file.to_owned() } else { format!("{name}/{file}") };
        let extended = [".js", ".mjs", ".cjs", ".json"].map(|end| format!("{name}{end}"));
        let named =
            extended.into_iter().filter(|_| !name.is_empty()).find(|file| self.files.has(file));
        named.or_else(|| {
            let manifest = self.files.read(&inside("package.json")).filter(|_| !name.is_empty());
            let main = manifest.and_then(|text| {
                let main = Manifest::parse(&text).ok()?.main()?.to_owned();
                let main = join(name, &main)?;
                (main != name).then_some(main)
            });
            main.and_then(|main| self.find(&main)).or_else(|| {
                ["index.js", "index.mjs", "index.cjs"]
                    .map(inside)
                    .into_iter()
                    .find(|file| self.files.has(file))
            })
        })
    }
}

/// `path` as seen from `folder`, without `.` and `..`; none if it leaves the package.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// The relative paths that a file imports, as they are written.
fn relative_imports(source: &[u8]) -> Vec<&str> {
    let mut paths = Vec::new();
    for start in memchr2_iter(b'"', b'\'', source) {
        if source.get(start + 1) != Some(&b'.') {
            continue;
        }
        let rest = &source[start + 1..];
        let quote = source[start];
        let Some(length) = rest.iter().take(512).position(|byte| *byte == quote) else { continue };
        let Ok(path) = std::str::from_utf8(&rest[..length]) else { continue };
        let is_relative =
            path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
        if is_relative && is_import(&source[..start]) {
            paths.push(path);
        }
    }
    paths
}

/// Whether a path that follows this text is imported.
fn is_import(before: &[u8]) -> bool {
    // A magic comment of webpack may stand between: `import(/* webpackChunkName: "a" */ './a')`.
    let trimmed = before.trim_ascii_end();
    let trimmed = match trimmed.strip_suffix(b"*/") {
        Some(comment) => match memchr::memmem::rfind(comment, b"/*") {
            Some(start) => trimmed[..start].trim_ascii_end(),
            None => trimmed,
        },
        None => trimmed,
    };
    let (word_end, is_call) = match trimmed.strip_suffix(b"(") {
        Some(callee) => (callee.trim_ascii_end(), true),
        None => (trimmed, false),
    };
    let calls: &[&[u8]] = &[b"require", b"import", b"require.resolve"];
    let words: &[&[u8]] = &[b"from", b"import"];
    let known = if is_call { calls } else { words };
    known.iter().any(|word| word_end.ends_with(word)) && !is_comment(before)
}

/// Whether the line begins as one of a comment.
fn is_comment(before: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
    let line = line.trim_ascii_start();
    line.starts_with(b"//")
        || line.starts_with(b"*")
        || (line.starts_with(b"/*") && memchr::memmem::find(line, b"*/").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made(BTreeMap<&'static str, &'static str>);

    impl Files for Made {
        fn has(&self, name: &str) -> bool {
            self.0.contains_key(name)
        }
        fn read(&self, name: &str) -> Option<Vec<u8>> {
            self.0.get(name).map(|text| text.as_bytes().to_vec())
        }
    }

    #[test]
    fn imports_are_told_from_other_strings() {
        let source = br#"
            import a from "./a"; import"./b.js"; export * from '../c';
            const d = require( "./d" ), e = import(/* webpackChunkName: "x" */ './e'), f = "./no";
            // require("./comment")
             * import x from "./doc"
            g(require('.'), "./no2"); import h from "package"; path.join("./no3")
        "#;
        assert_eq!(relative_imports(source), ["./a", "./b.js", "../c", "./d", "./e", "."]);
    }

    #[test]
    fn each_loader_reaches_what_it_starts_with() {
        let files = Made(BTreeMap::from([
            ("lib/index.js", "require('./a'); require('../../outside')"),
            ("lib/a.js", "require('./index')"),
            ("lib/left.js", ""),
            ("esm/index.js", "export * from './sub'"),
            ("esm/sub/index.js", ""),
            ("bin/run.js", "require('../lib/left')"),
        ]));
        let text = br#"{"main": "./lib", "module": "esm/index.js", "bin": "bin/run.js"}"#;
        let manifest = Manifest::parse(text).unwrap();
        let loaded = loaded(&manifest, &files, std::iter::empty());
        let names = |loader| loaded[&loader].files.iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(names(Loader::Require), ["lib/a.js", "lib/index.js"]);
        assert_eq!(names(Loader::Import), names(Loader::Require));
        assert_eq!(names(Loader::Bundler), ["esm/index.js", "esm/sub/index.js"]);
        assert_eq!(names(Loader::Program), ["bin/run.js", "lib/left.js"]);
        assert_eq!(loaded[&Loader::Bundler].main.as_deref(), Some("esm/index.js"));
    }

    #[test]
    fn exports_hide_main_and_patterns_show_files() {
        let files = Made(BTreeMap::from([("a.cjs", ""), ("a.mjs", ""), ("lib/x.js", "")]));
        let text = br#"{"main": "nowhere.js", "exports": {
            ".": {"import": "./a.mjs", "require": "./a.cjs"}, "./*": "./lib/*.js"}}"#;
        let manifest = Manifest::parse(text).unwrap();
        let loaded = loaded(&manifest, &files, ["lib/x.js", "other/y.js"].into_iter());
        assert_eq!(loaded[&Loader::Require].main.as_deref(), Some("a.cjs"));
        assert_eq!(loaded[&Loader::Import].main.as_deref(), Some("a.mjs"));
        assert!(loaded[&Loader::Import].files.contains("lib/x.js"));
        assert!(!loaded[&Loader::Import].files.contains("other/y.js"));
    }
}
