//! What a scan answers: packages with what they ship, who needs them, and what was not looked into.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::manifest::Manifest;
use super::package::Package;
use super::reach::{Loaded, Loader, loaded};
use super::style::Style;
use super::tree::{Hit, Skip, Walked};

/// Everything found under one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Packages that ship down-levelled async: those that Node.js loads most of come first.
    pub packages: Vec<PackageFinding>,
    /// Packages looked into.
    pub packages_seen: u64,
    /// Code files looked into.
    pub files_seen: u64,
    /// Those of them that were parsed.
    pub files_parsed: u64,
    /// What could not be looked into.
    pub skipped: Vec<Skip>,
}

/// A package that ships down-levelled async.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackageFinding {
    /// Its name, or that of its folder.
    pub name: String,
    /// `version` of its `package.json`.
    pub version: Option<String>,
    /// Where it is, relative to the scanned folder if it is inside.
    pub path: String,
    /// Files with call sites.
    pub files: u64,
    /// Async functions that were compiled away.
    pub call_sites: u64,
    /// Those of them that make a generator with a prototype of its own each time.
    pub leaking_call_sites: u64,
    /// How they were compiled.
    pub styles: Vec<Style>,
    /// Call sites in what Node.js loads, by `require` or `import`, whichever has more.
    pub loaded_call_sites: u64,
    /// Those of them that leak where V8 leaks.
    pub loaded_leaking_call_sites: u64,
    /// Whether Node.js loads any of it.
    pub loaded: Loads,
    /// It is developed here, and not installed.
    pub own: bool,
    /// What each loader starts with, and how much it loads.
    pub entries: Vec<Entry>,
    /// Packages that need it and get this copy.
    pub dependents: Vec<Dependent>,
    /// Each file with call sites.
    pub file_list: Vec<FileFinding>,
}

/// Whether call sites are loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Loads {
    /// An entry point or a program leads to them.
    Yes,
    /// Nothing can: `exports` keeps others away, and all that is loaded is told by its text.
    No,
    /// Nothing was seen to, but a path is computed, or any file may be required by its path.
    #[default]
    Unknown,
}

/// What one loader loads of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Who loads.
    pub loader: Loader,
    /// The file of the package's own name; none where there are only programs.
    pub file: Option<String>,
    /// Call sites in all files that it loads.
    pub call_sites: u64,
    /// Those of them that leak where V8 leaks.
    pub leaking_call_sites: u64,
}

/// A package that needs another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependent {
    /// Its name.
    pub name: String,
    /// `version` of its `package.json`.
    pub version: Option<String>,
    /// Where it is, as above.
    pub path: String,
}

/// One file with call sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileFinding {
    /// Relative to the package, with `/`.
    pub path: String,
    /// Async functions that were compiled away.
    pub call_sites: u64,
    /// Those of them that leak where V8 leaks.
    pub leaking_call_sites: u64,
    /// Call sites by style; two styles may make up one call site.
    pub styles: BTreeMap<Style, u64>,
    /// Who loads it; nobody, if it is only shipped.
    pub loaded_by: Vec<Loader>,
}

/// Puts together what a walk found. `root` is what paths are relative to.
pub(super) fn findings(root: &Path, mut walked: Walked) -> Findings {
    let mut by_package: HashMap<PathBuf, Vec<Hit>> = HashMap::new();
    for hit in std::mem::take(&mut walked.hits) {
        by_package.entry(hit.package.folder.clone()).or_default().push(hit);
    }
    let needs = Needs::new(&walked, &by_package);
    let mut packages: Vec<PackageFinding> = by_package
        .into_par_iter()
        .map(|(folder, hits)| finding(root, hits, needs.of(root, &folder)))
        .collect();
    packages.sort_by(|a, b| {
        (b.loaded_call_sites, b.call_sites, &a.name, &a.path).cmp(&(
            a.loaded_call_sites,
            a.call_sites,
            &b.name,
            &b.path,
        ))
    });
    for skip in &mut walked.skips {
        skip.path = relative(root, Path::new(&skip.path));
    }
    walked.skips.sort();
    Findings {
        packages,
        packages_seen: walked.packages.len() as u64,
        files_seen: walked.files,
        files_parsed: walked.parsed,
        skipped: walked.skips,
    }
}

fn finding(root: &Path, mut hits: Vec<Hit>, dependents: Vec<Dependent>) -> PackageFinding {
    hits.sort_by(|a, b| a.path.cmp(&b.path));
    let package = Arc::clone(&hits[0].package);
    let loads = loaded(&package.manifest, &*package, hits.iter().map(|hit| hit.path.as_str()));
    let entries = entries(&loads, &hits);
    let sum = |of: fn(&Hit) -> u64| hits.iter().map(of).sum::<u64>();
    let node = entries
        .iter()
        .filter(|entry| matches!(entry.loader, Loader::Require | Loader::Import))
        .max_by_key(|entry| entry.call_sites);
    let styles: BTreeSet<Style> =
        hits.iter().flat_map(|hit| hit.counts.styles.keys()).copied().collect();
    PackageFinding {
        name: package.name.clone(),
        version: package.version.clone(),
        path: relative(root, &package.folder),
        files: hits.len() as u64,
        call_sites: sum(|hit| hit.counts.call_sites),
        leaking_call_sites: sum(|hit| hit.counts.leaking),
        styles: styles.into_iter().collect(),
        loaded_call_sites: node.map_or(0, |entry| entry.call_sites),
        loaded_leaking_call_sites: node.map_or(0, |entry| entry.leaking_call_sites),
        loaded: loads_any(&package.manifest, &loads, &entries),
        own: package.own,
        entries,
        dependents,
        file_list: hits.into_iter().map(|hit| file(hit, &loads)).collect(),
    }
}

fn loads_any(manifest: &Manifest, loads: &BTreeMap<Loader, Loaded>, entries: &[Entry]) -> Loads {
    let by_node = [Loader::Require, Loader::Import, Loader::Program];
    if entries.iter().any(|entry| entry.call_sites > 0 && by_node.contains(&entry.loader)) {
        return Loads::Yes;
    }
    let is_computed =
        by_node.iter().any(|loader| loads.get(loader).is_some_and(|loaded| loaded.is_computed));
    if manifest.exports().is_some() && !is_computed { Loads::No } else { Loads::Unknown }
}

fn entries(loads: &BTreeMap<Loader, Loaded>, hits: &[Hit]) -> Vec<Entry> {
    let of = |loader: Loader, loaded: &Loaded| {
        let inside = || hits.iter().filter(|hit| loaded.files.contains(&hit.path));
        Entry {
            loader,
            file: loaded.main.clone(),
            call_sites: inside().map(|hit| hit.counts.call_sites).sum(),
            leaking_call_sites: inside().map(|hit| hit.counts.leaking).sum(),
        }
    };
    let is_there = |loaded: &&Loaded| loaded.main.is_some() || !loaded.files.is_empty();
    loads
        .iter()
        .filter(|(_, loaded)| is_there(loaded))
        .map(|(loader, loaded)| of(*loader, loaded))
        .collect()
}

fn file(hit: Hit, loads: &BTreeMap<Loader, Loaded>) -> FileFinding {
    let by = loads.iter().filter(|(_, loaded)| loaded.files.contains(&hit.path));
    FileFinding {
        loaded_by: by.map(|(loader, _)| *loader).collect(),
        path: hit.path,
        call_sites: hit.counts.call_sites,
        leaking_call_sites: hit.counts.leaking,
        styles: hit.counts.styles,
    }
}

/// Who needs the packages with findings: the copy of a package that another one gets is the first on
/// the way up from its own folder, as Node.js looks for it.
struct Needs {
    by_folder: HashMap<PathBuf, Vec<Arc<Package>>>,
}

impl Needs {
    fn new(walked: &Walked, found: &HashMap<PathBuf, Vec<Hit>>) -> Self {
        // Every place where a package of these names can be found, and the folder it leads to.
        let mut places: HashMap<&Path, &Path> = HashMap::new();
        for package in &walked.packages {
            places.insert(&package.folder, &package.folder);
        }
        for link in &walked.links {
            places.insert(&link.at, &link.target);
        }
        // In Yarn's caches there are no folders to look in: by name alone.
        let mut archived: HashMap<&str, Vec<&Path>> = HashMap::new();
        for package in walked.packages.iter().filter(|package| package.archived.is_some()) {
            archived.entry(&package.name).or_default().push(&package.folder);
        }
        let names: BTreeSet<&str> =
            found.values().filter_map(|hits| Some(hits.first()?.package.name.as_str())).collect();
        let linked: BTreeSet<String> =
            walked.links.iter().filter_map(|link| link_name(&link.at)).collect();
        let mut by_folder: HashMap<PathBuf, Vec<Arc<Package>>> = HashMap::new();
        for package in &walked.packages {
            let wanted = |name: &&str| names.contains(name) || linked.contains(*name);
            for name in package.manifest.needs(package.own).filter(wanted) {
                let near = package.folder.ancestors().find_map(|folder| {
                    places.get(folder.join("node_modules").join(name).as_path()).copied()
                });
                let targets = match near {
                    Some(target) => vec![target],
                    None => archived.get(name).cloned().unwrap_or_default(),
                };
                for target in targets {
                    by_folder.entry(target.to_owned()).or_default().push(Arc::clone(package));
                }
            }
        }
        Self { by_folder }
    }

    fn of(&self, root: &Path, folder: &Path) -> Vec<Dependent> {
        let packages = self.by_folder.get(folder).into_iter().flatten();
        let dependents: BTreeSet<Dependent> = packages
            .map(|package| Dependent {
                name: package.name.clone(),
                version: package.version.clone(),
                path: relative(root, &package.folder),
            })
            .collect();
        dependents.into_iter().collect()
    }
}

/// The name under which a link makes a package known: an alias may be another than its own.
fn link_name(at: &Path) -> Option<String> {
    let name = at.file_name()?.to_str()?;
    let parent = at.parent()?.file_name()?.to_str()?;
    Some(if parent.starts_with('@') { format!("{parent}/{name}") } else { name.to_owned() })
}

/// A path as seen from `root`, with `/`; whole if it is elsewhere.
fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let text = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    if text.is_empty() { ".".to_owned() } else { text }
}
