//! Which files of a package are code that it ships: not its types, source maps or tests.

/// Folders whose content only tests the package.
const TEST_FOLDERS: &[&str] = &["test", "tests", "__tests__", "__mocks__", "__fixtures__"];

/// Names of what JavaScript engines load.
const EXTENSIONS: &[&str] = &["js", "cjs", "mjs", "jsx"];

/// Whether the folder of this name, inside a package, may hold shipped code.
pub(super) fn is_shipped_folder(name: &str) -> bool {
    !name.starts_with('.') && !TEST_FOLDERS.contains(&name)
}

/// Whether the file of this name is shipped code; `at_root` is whether it stands in the package's
/// own folder.
pub(super) fn is_shipped_file(name: &str, at_root: bool) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is_test = stem.ends_with(".test") || stem.ends_with(".spec");
    let is_test_at_root = at_root && (stem == "test" || stem == "tests");
    EXTENSIONS.contains(&extension) && !is_test && !is_test_at_root && !name.starts_with('.')
}

/// Whether a path inside a package, with `/` between names, is shipped code.
pub(super) fn is_shipped_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut folders = folders.split('/').filter(|name| !name.is_empty());
    folders.all(is_shipped_folder) && is_shipped_file(name, !path.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_what_lies_beside_it() {
        for code in ["index.js", "lib/a.cjs", "esm/a.mjs", "dist/a.min.js", "lib/test.js"] {
            assert!(is_shipped_path(code), "{code}");
        }
        for other in [
            "index.d.ts",
            "index.js.map",
            "src/index.ts",
            "package.json",
            "test/a.js",
            "lib/__tests__/a.js",
            "lib/a.test.js",
            "lib/a.spec.mjs",
            "test.js",
            ".eslintrc.js",
            "bin/run",
        ] {
            assert!(!is_shipped_path(other), "{other}");
        }
    }
}
