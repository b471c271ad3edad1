//! A package: a folder or an archive with a `package.json`, and how to read its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::reach::Files;

/// A package under the scanned folder.
#[derive(Debug)]
pub(super) struct Package {
    /// Its name, or that of its folder.
    pub(super) name: String,
    /// Its version, if it says one.
    pub(super) version: Option<String>,
    /// What its `package.json` says.
    pub(super) manifest: Manifest,
    /// Where it is: links resolved; in an archive, as if that were a folder.
    pub(super) folder: PathBuf,
    /// It stands in no `node_modules`, and so is developed here.
    pub(super) own: bool,
    /// Its files, if they are in an archive.
    pub(super) archived: Option<BTreeMap<String, Vec<u8>>>,
}

impl Package {
    pub(super) fn new(folder: &Path, fallback: &str, manifest: Manifest, own: bool) -> Self {
        Self {
            name: manifest.name().unwrap_or(fallback).to_owned(),
            version: manifest.version().map(str::to_owned),
            manifest,
            folder: folder.to_owned(),
            own,
            archived: None,
        }
    }
}

impl Files for Package {
    fn has(&self, name: &str) -> bool {
        match &self.archived {
            Some(files) => files.contains_key(name),
            None => self.folder.join(name).is_file(),
        }
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        match &self.archived {
            Some(files) => files.get(name).cloned(),
            None => std::fs::read(self.folder.join(name)).ok(),
        }
    }
}
