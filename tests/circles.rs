//! No two files import each other: then each can be read after those that it stands on.
//!
//! What a file imports is read from its `use`s and paths, without its tests. A name that a folder's `mod.rs` only
//! hands on counts as the import of the file that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Module = Vec<String>;

#[derive(Default)]
struct Source {
    file: String,
    /// The paths that it names, and whether only to hand them on.
    paths: Vec<(Vec<String>, bool)>,
}

/// Identifiers, `::`, and single other characters, without comments, texts and tests.
fn tokens(text: &str) -> Vec<String> {
    let text = text.split("\nmod tests {").next().unwrap_or_default();
    let mut tokens: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.split("//").next().unwrap_or_default()) {
        let (mut chars, mut is_text) = (line.chars().peekable(), false);
        while let Some(c) = chars.next() {
            if c == '"' {
                is_text = !is_text;
            } else if c == '\\' {
                chars.next();
            } else if is_text || c.is_whitespace() {
            } else if c.is_alphanumeric() || c == '_' {
                let mut word = c.to_string();
                while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(c);
                }
                tokens.push(word);
            } else if c == ':' && chars.next_if_eq(&':').is_some() {
                tokens.push("::".to_owned());
            } else {
                tokens.push(c.to_string());
            }
        }
    }
    tokens
}

/// Every path below `prefix` that the tree at `at` names; answers where it ends.
fn tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    while at < tokens.len() {
        match tokens[at].as_str() {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = tree(tokens, at, &path, paths);
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at + 1;
            }
            "as" => at += 2,
            word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') || word == "*" => {
                path.push(word.to_owned());
                at += 1;
                if tokens.get(at).is_none_or(|next| next != "::" && next != "as") {
                    break;
                }
            }
            _ => break,
        }
    }
    paths.push(path);
    at
}

fn paths(text: &str) -> Vec<(Vec<String>, bool)> {
    let tokens = tokens(text);
    let mut all = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut found = Vec::new();
        let is_handed_on = tokens[at] == "use" && at > 0 && matches!(&*tokens[at - 1], "pub" | ")");
        let is_path = tokens.get(at + 1).is_some_and(|next| next == "::");
        let next = match tokens[at].as_str() {
            "use" => tree(&tokens, at + 1, &[], &mut found),
            _ if is_path => tree(&tokens, at, &[], &mut found),
            _ => at + 1,
        };
        all.extend(found.into_iter().map(|path| (path, is_handed_on)));
        at = next.max(at + 1);
    }
    all
}

/// Every file below `folder`, by its module.
fn sources(root: &Path, folder: &Path, all: &mut BTreeMap<Module, Source>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(root, &path, all);
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy();
        if path.extension().is_none_or(|it| it != "rs") || name.ends_with("tests") {
            continue;
        }
        let relative = path.strip_prefix(root).unwrap().with_extension("");
        let mut module: Module =
            relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if matches!(module.last().unwrap().as_str(), "mod" | "lib" | "main") {
            module.pop();
        }
        let file = path.strip_prefix(root).unwrap().display().to_string();
        all.insert(module, Source { file, paths: paths(&fs::read_to_string(&path).unwrap()) });
    }
}

/// The module that has what `path`, named in `from`, leads to.
fn owner(
    all: &BTreeMap<Module, Source>,
    from: &Module,
    path: &[String],
    depth: u32,
) -> Option<Module> {
    let (mut module, mut rest) = match path.first()?.as_str() {
        "crate" => (Module::new(), &path[1..]),
        "self" => (from.clone(), &path[1..]),
        "super" => (from[..from.len().checked_sub(1)?].to_vec(), &path[1..]),
        // A folder or file of the module itself.
        first => {
            let child = [from.clone(), vec![first.to_owned()]].concat();
            (all.contains_key(&child).then_some(child)?, &path[1..])
        }
    };
    while let Some(word) = rest.first() {
        if word == "super" {
            module.pop()?;
        } else {
            let child = [module.clone(), vec![word.clone()]].concat();
            if !all.contains_key(&child) {
                break;
            }
            module = child;
        }
        rest = &rest[1..];
    }
    // What is handed on belongs to whom it comes from.
    if let Some(name) = rest.first().filter(|_| depth > 0) {
        let handed_on = all.get(&module)?.paths.iter().filter(|(_, is_handed_on)| *is_handed_on);
        for (path, _) in handed_on.filter(|(path, _)| path.last() == Some(name)) {
            if let Some(owner) = owner(all, &module, path, depth - 1) {
                return Some(owner);
            }
        }
    }
    Some(module)
}

/// The pairs of files below `root` that import each other.
fn circles(root: &Path) -> BTreeSet<(String, String)> {
    let mut all = BTreeMap::new();
    sources(root, root, &mut all);
    let imports: BTreeMap<&Module, BTreeSet<Module>> = all
        .iter()
        .map(|(module, source)| {
            let named = source.paths.iter().filter(|(_, is_handed_on)| !is_handed_on);
            (module, named.filter_map(|(path, _)| owner(&all, module, path, 4)).collect())
        })
        .collect();
    let mut pairs = BTreeSet::new();
    for (module, of_module) in &imports {
        for other in of_module.iter().filter(|other| other > module) {
            if imports.get(other).is_some_and(|back| back.contains(*module)) {
                pairs.insert((all[*module].file.clone(), all[other].file.clone()));
            }
        }
    }
    pairs
}

#[test]
fn no_two_files_import_each_other() {
    let harness = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("harness");
    let found = circles(&harness);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_circle_is_found_through_what_a_folder_hands_on() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a");
    fs::create_dir(&folder).unwrap();
    fs::write(root.path().join("lib.rs"), "mod a;").unwrap();
    fs::write(folder.join("mod.rs"), "mod b;\nmod c;\npub use b::{Bee, self as bees};").unwrap();
    fs::write(folder.join("b.rs"), "use super::c::{x, See};\npub struct Bee;").unwrap();
    let c = folder.join("c.rs");
    fs::write(&c, "use super::Bee; // not crate::d").unwrap();
    let pair = ("a/b.rs".to_owned(), "a/c.rs".to_owned());
    assert_eq!(circles(root.path()), BTreeSet::from([pair]));
    fs::write(&c, "pub struct See;\n#[cfg(test)]\nmod tests { use crate::a::Bee; }").unwrap();
    assert_eq!(circles(root.path()), BTreeSet::new());
}
