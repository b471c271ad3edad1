//! Which files of a package its entry points really load.
//!
//! Four loaders look at a package differently: Node.js by `require` and by `import`, and bundlers for
//! servers and for browsers. From the files that each of them starts with, imports are followed within
//! the package, as far as their text tells what is meant ([`super::imports`]).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::imports::{Imports, imports};
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
            Self::Program => &["node", "require", "import", "default"],
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
    /// One of them loads what its text does not tell.
    pub(super) is_computed: bool,
}

/// What each loader loads. `affected` are the files that patterns in `exports` are tried on.
pub(super) fn loaded<'a>(
    manifest: &Manifest,
    files: &dyn Files,
    affected: impl Iterator<Item = &'a str> + Clone,
) -> BTreeMap<Loader, Loaded> {
    let mut graph = Graph { manifest, files, imports: HashMap::new(), found: RefCell::default() };
    let mut loaded = BTreeMap::new();
    for loader in Loader::ALL {
        let (main, mut starts) = entries(manifest, loader, &graph, affected.clone());
        starts.extend(main.clone());
        let (files, is_computed) = graph.reach(starts, loader);
        loaded.insert(loader, Loaded { main, files, is_computed });
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
    manifest: &'f Manifest,
    files: &'f dyn Files,
    imports: HashMap<String, Imports>,
    /// What was looked for already: files that many others import.
    found: RefCell<HashMap<String, Option<String>>>,
}

impl Graph<'_> {
    /// Every file that is loaded, and whether one of them loads what its text does not tell.
    fn reach(&mut self, starts: Vec<String>, loader: Loader) -> (BTreeSet<String>, bool) {
        let mut reached = BTreeSet::new();
        let mut is_computed = false;
        let mut waiting = starts;
        while let Some(name) = waiting.pop() {
            if reached.len() >= MOST_FILES || !reached.insert(name.clone()) {
                continue;
            }
            if !self.imports.contains_key(&name) {
                let is_data = name.ends_with(".json");
                let source = self.files.read(&name).filter(|_| !is_data);
                self.imports.insert(name.clone(), imports(&source.unwrap_or_default()));
            }
            let imports = &self.imports[&name];
            is_computed |= imports.is_computed;
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            for path in &imports.paths {
                let target = match path.strip_prefix('#') {
                    Some(_) => self.manifest.imported(path, loader.conditions()),
                    None => join(folder, path),
                };
                waiting.extend(target.and_then(|target| self.find(&target)));
            }
        }
        (reached, is_computed)
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
