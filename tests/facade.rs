//! The facade has no name that neither tests nor benchmarks use.

use std::fs;
use std::path::Path;

/// The names that `harness/lib.rs` lists, by the name under which they are used.
fn listed(source: &str) -> Vec<String> {
    let start = source.find("pub mod facade {").unwrap();
    let block = &source[start..start + source[start..].find("\n}").unwrap()];
    let uses = block.split("pub use ").skip(1).map(|it| it.split(';').next().unwrap());
    uses.flat_map(|it| {
        let (_, tail) = it.rsplit_once("::").unwrap();
        let names = tail.trim_matches(['{', '}']).split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(|name| name.rsplit(" as ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    })
    .collect()
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("facade.rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_name_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = listed(&fs::read_to_string(root.join("harness/lib.rs")).unwrap());
    assert!(names.len() > 40, "{names:?}");
    let mut text = String::new();
    ["tests", "benches"].iter().for_each(|folder| sources(&root.join(folder), &mut text));
    let words: std::collections::HashSet<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let unused: Vec<_> = names.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(
        unused.is_empty(),
        "neither tests nor benches use {unused:?}: remove them from the facade"
    );
}
