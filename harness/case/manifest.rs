//! Reads `case.toml`.

use std::path::Path;

use serde::Deserialize;

use super::{Case, CaseError, Check, Shape, Variant, read, toml_reason};

/// The largest number in a check: the sum of a batch stays exact.
const LARGEST: f64 = 1e6;

/// `case.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    title: String,
    #[serde(default)]
    about: String,
    source: Option<String>,
    shape: Shape,
    variants: Vec<String>,
    check: Check,
}

/// Reads the case in `folder`.
///
/// # Errors
/// The manifest is missing or wrong, or a variant has no file.
pub fn read_case(folder: &Path) -> Result<Case, CaseError> {
    let path = folder.join("case.toml");
    let wrong = |reason: String| CaseError::Manifest { path: path.clone(), reason };
    let text = read(&path)?;
    let manifest: Manifest =
        toml::from_str(&text).map_err(|error| wrong(toml_reason(&text, &error)))?;
    let folder = folder
        .canonicalize()
        .map_err(|source| CaseError::Read { path: folder.to_owned(), source })?;
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| wrong("the folder's name is not UTF-8: rename it".to_owned()))?
        .to_owned();
    if manifest.variants.is_empty() {
        return Err(wrong("`variants` is empty: name at least one".to_owned()));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong("the folder's name has a control character: rename it".to_owned()));
    }
    let Check { per_op, base } = manifest.check;
    if !(per_op.abs() <= LARGEST && base.abs() <= LARGEST) {
        return Err(wrong(format!("`check` must be made of numbers up to {LARGEST}")));
    }
    if per_op == 0.0 {
        return Err(wrong("`per_op` is 0, which does not show that ops were executed".to_owned()));
    }
    let mut variants: Vec<Variant> = Vec::new();
    for name in manifest.variants {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        {
            return Err(wrong(format!(
                "variant \"{name}\": use letters, digits, `-`, `_` and `.` only"
            )));
        }
        if variants.iter().any(|earlier| earlier.name == name) {
            return Err(wrong(format!("variant \"{name}\" stands twice in `variants`")));
        }
        let file = folder.join(format!("{name}.js"));
        if !file.is_file() {
            return Err(wrong(format!("variant \"{name}\" has no file \"{}\"", file.display())));
        }
        variants.push(Variant { name, file });
    }
    Ok(Case {
        name,
        title: manifest.title,
        about: manifest.about,
        source: manifest.source.map(|file| folder.join(file)),
        shape: manifest.shape,
        check: manifest.check,
        variants,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const GOOD: &str =
        "title = \"t\"\nshape = \"promise\"\nvariants = [\"async\"]\ncheck = { per_op = 1 }\n";

    fn case_with(manifest: &str) -> Result<Case, CaseError> {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("my-case");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("case.toml"), manifest).unwrap();
        fs::write(folder.join("async.js"), "").unwrap();
        read_case(&folder)
    }

    #[test]
    fn the_folder_names_the_case() {
        let case = case_with(GOOD).unwrap();
        assert_eq!(case.name, "my-case");
        assert_eq!(case.shape, Shape::Promise);
        assert!(case.variants[0].file.is_absolute());
    }

    #[test]
    fn each_mistake_is_named() {
        for (manifest, words) in [
            (GOOD.replace("promise", "guess"), "unknown variant `guess`"),
            (GOOD.replace("\"async\"", "\"async\", \"other\""), "variant \"other\" has no file"),
            (GOOD.replace("\"async\"", "\"async\", \"async\""), "stands twice"),
            (GOOD.replace("\"async\"", ""), "`variants` is empty"),
            (GOOD.replace("\"async\"", "\"../async\""), "letters, digits"),
            (GOOD.replace("1 }", "nan }"), "numbers up to"),
            (GOOD.replace("1 }", "0 }"), "`per_op` is 0"),
            (GOOD.replace("title", "titel"), "unknown field `titel`"),
        ] {
            let error = case_with(&manifest).unwrap_err().to_string();
            assert!(error.contains(words), "{manifest}\n{error}");
        }
    }
}
