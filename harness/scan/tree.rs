//! Walks a tree, decides which package every file belongs to, and examines the code.
//!
//! A package is a child of `node_modules` (or of a scope in it); elsewhere, a folder whose
//! `package.json` has a name, such as the project itself and its workspaces. Real folders are walked
//! once each. Links are set aside and followed afterwards, if what they lead to was not walked
//! already: so pnpm's links and linked workspaces count once, and loops end.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use serde::Serialize;

use super::archive;
use super::buffer::Buffer;
use super::count::Counts;
use super::manifest::Manifest;
use super::package::Package;
use super::shipped::{is_shipped_file, is_shipped_folder};
use super::source::{Outcome, examine};

/// Files of one folder that are examined one after the other, while others do the rest.
const AT_ONCE: usize = 16;

/// A file of as many bytes is worth being looked into by another thread.
const LARGE: usize = 256 << 10;

/// Folders that begin with a dot and hold packages: pnpm's and npm's stores, Yarn's caches.
const STORES: &[&str] = &[".pnpm", ".store", ".yarn"];

/// A file with down-levelled async.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) package: Arc<Package>,
    /// Relative to the package, with `/`.
    pub(super) path: String,
    pub(super) counts: Counts,
}

/// What was not looked into, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skip {
    /// The file or folder.
    pub path: String,
    /// In the words of the system or of the parser.
    pub reason: String,
}

/// A link in a tree: where it is, and what it leads to.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) at: PathBuf,
    pub(super) target: PathBuf,
    place: Place,
}

/// What was found, in no order.
#[derive(Debug, Default)]
pub(super) struct Tree {
    packages: Mutex<Vec<Arc<Package>>>,
    hits: Mutex<Vec<Hit>>,
    skips: Mutex<Vec<Skip>>,
    links: Mutex<Vec<Link>>,
    walked: Mutex<HashSet<PathBuf>>,
    files: AtomicU64,
    parsed: AtomicU64,
}

/// What a finished walk found.
#[derive(Debug)]
pub(super) struct Walked {
    pub(super) packages: Vec<Arc<Package>>,
    pub(super) hits: Vec<Hit>,
    pub(super) skips: Vec<Skip>,
    pub(super) links: Vec<Link>,
    /// Code files looked into.
    pub(super) files: u64,
    /// Those of them that were parsed.
    pub(super) parsed: u64,
}

/// What a folder is to its parent.
#[derive(Clone, Debug)]
enum Place {
    /// It is a `node_modules`, or a scope in one: its children are packages.
    Packages { scope: Option<String> },
    /// It is a package's own folder.
    Root { name: String, own: bool },
    /// It is inside a package, or in none.
    Inside { package: Option<Arc<Package>>, path: String },
}

/// Walks everything under `root`, whose links must be resolved. Needs a pool whose threads have the
/// stack that [`super::STACK`] says.
pub(super) fn walk(root: &Path) -> Walked {
    let tree = Tree::default();
    let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let place = if name == "node_modules" {
        Place::Packages { scope: None }
    } else if name.starts_with('@') && root.parent().is_some_and(is_node_modules) {
        Place::Packages { scope: Some(name) }
    } else {
        Place::Root { name, own: !root.parent().is_some_and(is_node_modules) }
    };
    let tree_ref = &tree;
    rayon::scope(|scope| tree_ref.folder(scope, root.to_owned(), place));
    let mut followed = 0;
    loop {
        let links: Vec<Link> = lock(&tree.links)[followed..].to_vec();
        if links.is_empty() {
            break;
        }
        followed += links.len();
        // One after the other, since two may lead to the same place.
        for link in links {
            if !lock(&tree.walked).contains(&link.target) {
                rayon::scope(|scope| tree_ref.folder(scope, link.target, link.place));
            }
        }
    }
    tree.finish()
}

fn is_node_modules(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new("node_modules"))
}

impl Tree {
    fn finish(self) -> Walked {
        Walked {
            packages: inner(self.packages),
            hits: inner(self.hits),
            skips: inner(self.skips),
            links: inner(self.links),
            files: self.files.into_inner(),
            parsed: self.parsed.into_inner(),
        }
    }

    fn folder<'s>(&'s self, scope: &Scope<'s>, folder: PathBuf, place: Place) {
        if !lock(&self.walked).insert(folder.clone()) {
            return;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => return self.skip(&folder, &error),
        };
        let mut content = Content::default();
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                Ok((name, kind)) => content.add(name.to_string_lossy().into_owned(), kind),
                Err(error) => self.skip(&folder, &error),
            }
        }
        let place = self.place_of(&folder, place, &content);
        for name in &content.folders {
            if let Some(inner) = place.child(name) {
                let path = folder.join(name);
                scope.spawn(move |scope| self.folder(scope, path, inner));
            }
        }
        for name in &content.links {
            self.link(scope, &folder, name, &place);
        }
        if is_yarn_cache(&folder) {
            for name in content.files.iter().filter(|name| name.ends_with(".zip")) {
                let path = folder.join(name);
                scope.spawn(move |_| self.archive(&path));
            }
        }
        let Place::Inside { package: Some(package), path } = place else { return };
        let is_code = |name: &String| is_shipped_file(name, path.is_empty());
        let files: Vec<String> = content.files.into_iter().filter(is_code).collect();
        for some in files.chunks(AT_ONCE) {
            let (some, package) = (some.to_vec(), Arc::clone(&package));
            let (folder, path) = (folder.clone(), path.clone());
            scope.spawn(move |scope| {
                for name in some {
                    self.file(scope, folder.join(&name), &package, join(&path, &name));
                }
            });
        }
    }

    /// What a folder is, now that its content is known: reads its `package.json`, if that makes it a package.
    fn place_of(&self, folder: &Path, place: Place, content: &Content) -> Place {
        let has_manifest = content.files.iter().any(|name| name == "package.json");
        let (name, own) = match place {
            Place::Root { name, own } => (name, own),
            Place::Inside { ref package, .. } => {
                let in_own = package.as_ref().is_none_or(|package| package.own);
                if !(in_own && has_manifest) {
                    return place;
                }
                let Some(manifest) = self.manifest(folder) else { return place };
                if manifest.name().is_none() {
                    return place;
                }
                return self.add(Package::new(folder, "", manifest, true));
            }
            Place::Packages { .. } => return place,
        };
        let manifest = if has_manifest { self.manifest(folder) } else { None };
        self.add(Package::new(folder, &name, manifest.unwrap_or_default(), own))
    }

    fn add(&self, package: Package) -> Place {
        let package = Arc::new(package);
        lock(&self.packages).push(Arc::clone(&package));
        Place::Inside { package: Some(package), path: String::new() }
    }

    fn manifest(&self, folder: &Path) -> Option<Manifest> {
        let path = folder.join("package.json");
        let manifest = fs::read(&path).map_err(|error| reason(&error)).and_then(|text| {
            Manifest::parse(&text).map_err(|error| format!("no package.json: {error}"))
        });
        manifest.map_err(|reason| self.skip_because(&path, reason)).ok()
    }

    fn file<'s>(&'s self, scope: &Scope<'s>, at: PathBuf, package: &Arc<Package>, path: String) {
        thread_local! {
            static BUFFER: RefCell<Buffer> = RefCell::default();
        }
        BUFFER.with_borrow_mut(|buffer| match buffer.read(&at) {
            Ok(bytes) if bytes.len() >= LARGE => {
                let (mut bytes, package) = (bytes.to_vec(), Arc::clone(package));
                scope.spawn(move |_| self.code(&at, &mut bytes, &package, path));
            }
            Ok(bytes) => self.code(&at, bytes, package, path),
            Err(error) => self.skip(&at, &error),
        });
    }

    fn code(&self, at: &Path, bytes: &mut [u8], package: &Arc<Package>, path: String) {
        self.files.fetch_add(1, Ordering::Relaxed);
        let counts = match examine(&path, bytes) {
            Outcome::Clean => return,
            Outcome::Skipped(reason) => return self.skip_because(at, reason),
            Outcome::Counted(counts) => counts,
        };
        self.parsed.fetch_add(1, Ordering::Relaxed);
        if counts.call_sites > 0 {
            lock(&self.hits).push(Hit { package: Arc::clone(package), path, counts });
        }
    }

    fn archive(&self, path: &Path) {
        let packages = match archive::packages(path) {
            Ok(packages) => packages,
            Err(reason) => return self.skip_because(path, reason),
        };
        for package in packages {
            let package = Arc::new(package);
            lock(&self.packages).push(Arc::clone(&package));
            for (name, bytes) in package.archived.iter().flatten() {
                if !name.ends_with(".json") {
                    let mut bytes = bytes.clone();
                    self.code(&package.folder.join(name), &mut bytes, &package, name.clone());
                }
            }
        }
    }

    fn link<'s>(&'s self, scope: &Scope<'s>, folder: &Path, name: &str, place: &Place) {
        let at = folder.join(name);
        let target = match fs::canonicalize(&at) {
            Ok(target) => target,
            Err(error) if place.child(name).is_some() => return self.skip(&at, &error),
            Err(_) => return,
        };
        if target.is_dir() {
            if let Some(place) = place.child(name) {
                lock(&self.links).push(Link {
                    at,
                    target: target.clone(),
                    place: place.linked(is_own(&target)),
                });
            }
        } else if let Place::Inside { package: Some(package), path } = place
            && is_shipped_file(name, path.is_empty())
            // Another link to the same file of the package would count it twice.
            && !target.starts_with(&package.folder)
        {
            self.file(scope, target, package, join(path, name));
        }
    }

    fn skip(&self, path: &Path, error: &io::Error) {
        self.skip_because(path, reason(error));
    }

    fn skip_because(&self, path: &Path, reason: String) {
        let path = path.to_string_lossy().into_owned();
        lock(&self.skips).push(Skip { path, reason });
    }
}

impl Place {
    /// What the child folder of this name is, if it is looked into.
    fn child(&self, name: &str) -> Option<Self> {
        match self {
            Self::Packages { scope: None } if name.starts_with('@') => {
                Some(Self::Packages { scope: Some(name.to_owned()) })
            }
            Self::Packages { .. } if STORES.contains(&name) => {
                Some(Self::Inside { package: None, path: String::new() })
            }
            Self::Packages { .. } if name.starts_with('.') => None,
            Self::Packages { scope: None } => {
                Some(Self::Root { name: name.to_owned(), own: false })
            }
            Self::Packages { scope: Some(scope) } => {
                Some(Self::Root { name: format!("{scope}/{name}"), own: false })
            }
            Self::Root { .. } => None,
            Self::Inside { .. } if name == "node_modules" => Some(Self::Packages { scope: None }),
            Self::Inside { package: None, .. } => {
                Some(Self::Inside { package: None, path: String::new() })
            }
            // Yarn's caches stand in the project's own folder.
            Self::Inside { package: Some(package), .. }
                if package.own && STORES.contains(&name) =>
            {
                Some(Self::Inside { package: None, path: String::new() })
            }
            Self::Inside { package, path } => is_shipped_folder(name)
                .then(|| Self::Inside { package: package.clone(), path: join(path, name) }),
        }
    }

    /// What a link is to its parent: a package that is linked from elsewhere is developed there.
    fn linked(self, own: bool) -> Self {
        match self {
            Self::Root { name, .. } => Self::Root { name, own },
            other => other,
        }
    }
}

/// Whether a linked package is one that is developed, and not in another store.
fn is_own(target: &Path) -> bool {
    !target.ancestors().any(is_node_modules)
}

/// A folder's entries by what they are.
#[derive(Default)]
struct Content {
    folders: Vec<String>,
    files: Vec<String>,
    links: Vec<String>,
}

impl Content {
    fn add(&mut self, name: String, kind: fs::FileType) {
        if kind.is_dir() {
            self.folders.push(name);
        } else if kind.is_symlink() {
            self.links.push(name);
        } else if kind.is_file() {
            self.files.push(name);
        }
    }
}

fn is_yarn_cache(folder: &Path) -> bool {
    let named = |path: &Path, names: &[&str]| {
        path.file_name().is_some_and(|name| names.iter().any(|known| name == OsStr::new(known)))
    };
    named(folder, &["cache"])
        && folder.parent().is_some_and(|parent| named(parent, &[".yarn", "berry"]))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The system's words, without the number that only programmers know.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
