//! Version managers, as data, and the walk through their folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::locate::Environment;

/// A version manager that keeps runtimes of a family.
#[derive(Debug)]
pub struct Manager {
    pub name: &'static str,
    /// Whether it is not a manager but a place where the system's own programs lie beside PATH.
    pub is_system: bool,
    /// Where it may keep things; all that exist are searched.
    pub roots: &'static [Root],
    /// Where binaries lie below a root.
    pub layouts: &'static [Layout],
}

/// A folder that a manager may keep things in.
#[derive(Debug)]
pub enum Root {
    /// The value of a variable, with a path below it.
    Variable(&'static str, &'static str),
    /// A path below the user's home.
    Home(&'static str),
    Absolute(&'static str),
}

/// The path of binaries below a root; in each part `*` stands for any run of characters.
#[derive(Debug)]
pub struct Layout {
    pattern: &'static str,
    windows: bool,
}

impl Layout {
    pub(super) const fn unix(pattern: &'static str) -> Self {
        Self { pattern, windows: false }
    }

    pub(super) const fn windows(pattern: &'static str) -> Self {
        Self { pattern, windows: true }
    }
}

impl Root {
    fn folder(&self, environment: &Environment) -> Option<PathBuf> {
        match self {
            Self::Variable(name, below) => {
                environment.variable(name).map(|value| Path::new(value).join(below))
            }
            Self::Home(below) => environment.home().map(|home| home.join(below)),
            Self::Absolute(path) => Some(PathBuf::from(path)),
        }
    }
}

impl Manager {
    /// The files that look like this manager's binaries, in a fixed order.
    pub fn binaries(&self, environment: &Environment) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for root in self.roots.iter().filter_map(|root| root.folder(environment)) {
            for layout in self.layouts.iter().filter(|layout| layout.windows == cfg!(windows)) {
                let parts: Vec<&str> = layout.pattern.split('/').collect();
                descend(&root, &parts, &mut found);
            }
        }
        found
    }
}

/// Collects the files below `folder` that match `parts`. What can't be read is not there.
fn descend(folder: &Path, parts: &[&str], found: &mut Vec<PathBuf>) {
    let [part, rest @ ..] = parts else {
        if folder.is_file() || folder.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) {
            found.push(folder.to_owned());
        }
        return;
    };
    let Some(prefix) = part.strip_suffix('*') else {
        return descend(&folder.join(part), rest, found);
    };
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for folder in folders {
        descend(&folder, rest, found);
    }
}
