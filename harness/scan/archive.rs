//! Packages as Yarn's Plug'n'Play keeps them: `.yarn/cache/*.zip`, each with
//! `node_modules/<name>/…` inside.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

use super::manifest::Manifest;
use super::package::Package;
use super::shipped::is_shipped_path;

/// What one file in an archive may unpack to: more is a bomb and no code.
const LARGEST: u64 = 256 << 20;

/// The packages in an archive, each with the files that are code.
pub(super) fn packages(path: &Path) -> Result<Vec<Package>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut archive = ZipArchive::new(file).map_err(|error| error.to_string())?;
    let mut contents: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let full = entry.name().map_err(|error| error.to_string())?.into_owned();
        let Some((name, inner)) = split(&full) else { continue };
        if entry.is_dir() || !(is_shipped_path(inner) || inner.ends_with("package.json")) {
            continue;
        }
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| format!("{full}: {error}"))?;
        contents.entry(name.to_owned()).or_default().insert(inner.to_owned(), bytes);
    }
    Ok(contents.into_iter().map(|(name, files)| package(path, &name, files)).collect())
}

fn package(archive: &Path, name: &str, files: BTreeMap<String, Vec<u8>>) -> Package {
    let manifest = files.get("package.json").and_then(|text| Manifest::parse(text).ok());
    let folder = archive.join("node_modules").join(name);
    let mut package = Package::new(&folder, name, manifest.unwrap_or_default(), false);
    package.archived = Some(files);
    package
}

/// The package's name and the path inside it.
fn split(full: &str) -> Option<(&str, &str)> {
    let inside = full.strip_prefix("node_modules/")?;
    let mut slashes = inside.match_indices('/').map(|(at, _)| at);
    let first = slashes.next()?;
    let end = if inside.starts_with('@') { slashes.next()? } else { first };
    Some((&inside[..end], &inside[end + 1..]))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    #[test]
    fn a_scoped_package_and_its_code_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("@s-p-npm-1.2.3-abc.zip");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        for (name, text) in [
            ("node_modules/@s/p/package.json", r#"{"name": "@s/p", "version": "1.2.3"}"#),
            ("node_modules/@s/p/lib/a.js", "1"),
            ("node_modules/@s/p/lib/a.d.ts", "2"),
        ] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let found = packages(&path).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), found[0].version.as_deref()), ("@s/p", Some("1.2.3")));
        let files: Vec<_> = found[0].archived.as_ref().unwrap().keys().collect();
        assert_eq!(files, ["lib/a.js", "package.json"]);
    }

    #[test]
    fn what_is_no_archive_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, "no zip").unwrap();
        assert!(packages(&path).unwrap_err().to_lowercase().contains("zip"));
    }
}
