//! What to do about a package: load another of its files, take a newer release, compile it anew.

use std::collections::BTreeSet;

use serde::Serialize;

use super::reach::Loader;
use super::report::{Entry, Loads, PackageFinding};

/// Something that would end the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Cure {
    /// A release that was fetched and looked into.
    NewerRelease {
        /// Its version.
        version: String,
        /// What Node.js would load of it.
        loaded_call_sites: u64,
    },
    /// Another loader gets none of it, or less.
    EntryPoint {
        /// Who must load it.
        loader: Loader,
        /// The file that it starts with.
        file: String,
        /// What is left of the call sites.
        call_sites: u64,
    },
    /// The compiler's setting, for whoever builds the package.
    CompileTarget {
        /// One for each compiler: `tsc: target es2017`.
        settings: Vec<&'static str>,
    },
    /// Node.js loads none of it.
    NotLoaded,
}

/// What can be done without asking anybody, the easiest first.
pub fn cures(package: &PackageFinding) -> Vec<Cure> {
    let mut cures = Vec::new();
    if package.loaded == Loads::No {
        cures.push(Cure::NotLoaded);
    }
    cures.extend(other_entry(&package.entries));
    let settings: BTreeSet<_> = package.styles.iter().map(|style| style.setting()).collect();
    cures.push(Cure::CompileTarget { settings: settings.into_iter().collect() });
    cures
}

/// The entry point that has least, if what `require` gets has more: first by `import`, which needs no
/// bundler.
fn other_entry(entries: &[Entry]) -> Option<Cure> {
    let required = entries.iter().find(|entry| entry.loader == Loader::Require)?;
    let best = entries
        .iter()
        .filter(|entry| matches!(entry.loader, Loader::Import | Loader::Bundler))
        .filter(|entry| entry.call_sites < required.call_sites && entry.file != required.file)
        .min_by_key(|entry| (entry.call_sites, entry.loader))?;
    let file = best.file.clone()?;
    Some(Cure::EntryPoint { loader: best.loader, file, call_sites: best.call_sites })
}

impl Cure {
    /// A few words.
    pub fn words(&self) -> String {
        match self {
            Self::NewerRelease { version, loaded_call_sites: 0 } => format!("upgrade to {version}"),
            Self::NewerRelease { version, loaded_call_sites } => {
                format!("{version} still has {loaded_call_sites}")
            }
            Self::EntryPoint { loader, file, call_sites } => {
                let how = if *loader == Loader::Import { "import it" } else { "bundle its module" };
                let left =
                    if *call_sites == 0 { String::new() } else { format!(", {call_sites} left") };
                format!("{how}: {file}{left}")
            }
            Self::CompileTarget { settings } => settings.join("; "),
            Self::NotLoaded => "Node.js does not load it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Style;

    fn package(required: u64) -> PackageFinding {
        let entry = |loader, file: &str, call_sites| Entry {
            loader,
            file: Some(file.to_owned()),
            call_sites,
            leaking_call_sites: call_sites,
        };
        PackageFinding {
            styles: vec![Style::TypescriptAwaiter],
            loaded: if required == 0 { Loads::No } else { Loads::Yes },
            entries: vec![
                entry(Loader::Require, "dist/index.js", required),
                entry(Loader::Import, "esm/index.mjs", 0),
            ],
            ..PackageFinding::default()
        }
    }

    #[test]
    fn an_entry_without_it_comes_before_compiling() {
        let words: Vec<_> = cures(&package(1234)).iter().map(Cure::words).collect();
        assert_eq!(words, ["import it: esm/index.mjs", "tsc: target es2017"]);
    }

    #[test]
    fn what_is_not_loaded_is_said() {
        assert_eq!(cures(&package(0))[0], Cure::NotLoaded);
    }
}
