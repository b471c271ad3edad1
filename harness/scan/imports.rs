//! What a file loads, read from its text without a parser: a quoted path behind `require(`, `import` or
//! `from`, a path put together with `__dirname`, and `new URL("./…", import.meta.url)`, as workers are
//! started. What is computed otherwise is not followed, but noted.

use memchr::{memchr3_iter, memmem};

/// What a file loads of its own package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Imports {
    /// Relative paths as they are written, and names such as `#lib` of the package's `imports`.
    pub(super) paths: Vec<String>,
    /// It loads something else that is computed.
    pub(super) is_computed: bool,
}

/// How far a path that is put together may reach, in bytes.
const LONGEST: usize = 512;

/// Reads a file.
pub(super) fn imports(source: &[u8]) -> Imports {
    let mut found = Imports::default();
    for start in memchr3_iter(b'"', b'\'', b'`', source) {
        if matches!(source.get(start + 1), Some(b'.' | b'#'))
            && let Some(path) = quoted(&source[start..])
            && (is_relative(path) || path.starts_with('#'))
            && is_import(&source[..start])
        {
            found.paths.push(path.to_owned());
        }
    }
    let folders = memmem::find_iter(source, "__dirname");
    for at in folders.filter(|at| !is_comment(&source[..*at])) {
        found.paths.extend(from_folder(&source[at + "__dirname".len()..]));
    }
    found.is_computed = ["require(", "import(", "Worker(", "fork("].iter().any(|call| {
        memmem::find_iter(source, call).any(|at| is_computed(source, at, at + call.len()))
    }) || memmem::find(source, b"createRequire(").is_some();
    found
}

fn is_relative(path: &str) -> bool {
    path == "." || path == ".." || path.starts_with("./") || path.starts_with("../")
}

/// The text between quotes, if nothing is put into it.
fn quoted(source: &[u8]) -> Option<&str> {
    let (quote, rest) = source.split_first()?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let length = rest.iter().take(LONGEST).position(|byte| byte == quote)?;
    let path = std::str::from_utf8(&rest[..length]).ok()?;
    (!(*quote == b'`' && path.contains("${"))).then_some(path)
}

/// The path that follows on `__dirname`: `, "lib", "a.js")`, `+ "/a.js"`, `}/a.js` in a template.
fn from_folder(rest: &[u8]) -> Option<String> {
    let rest = &rest[..rest.len().min(LONGEST)];
    if let Some(rest) = rest.strip_prefix(b"}") {
        let length = rest.iter().position(|byte| *byte == b'`')?;
        let path = std::str::from_utf8(&rest[..length]).ok()?;
        return (path.starts_with('/') && !path.contains("${")).then(|| format!(".{path}"));
    }
    let rest = rest.trim_ascii_start();
    if let Some(rest) = rest.strip_prefix(b"+") {
        let path = quoted(rest.trim_ascii_start())?;
        return path.starts_with('/').then(|| format!(".{path}"));
    }
    let mut path = ".".to_owned();
    let mut rest = rest;
    while let Some(argument) = rest.strip_prefix(b",") {
        let argument = argument.trim_ascii_start();
        let part = quoted(argument)?;
        path.push('/');
        path.push_str(part);
        rest = argument[part.len() + 2..].trim_ascii_start();
    }
    (path.len() > 1 && rest.starts_with(b")")).then_some(path)
}

/// Whether a path that follows this text is imported.
fn is_import(before: &[u8]) -> bool {
    let trimmed = without_comment(before.trim_ascii_end());
    let (word_end, is_call) = match trimmed.strip_suffix(b"(") {
        Some(callee) => (callee.trim_ascii_end(), true),
        None => (trimmed, false),
    };
    let calls: &[&[u8]] = &[
        b"require",
        b"import",
        b"require.resolve",
        b"import.meta.resolve",
        b"URL",
        b"Worker",
        b"fork",
    ];
    let words: &[&[u8]] = &[b"from", b"import"];
    let known = if is_call { calls } else { words };
    known.iter().any(|word| word_end.ends_with(word)) && !is_comment(before)
}

/// A magic comment of webpack may stand between: `import(/* webpackChunkName: "a" */ './a')`.
fn without_comment(trimmed: &[u8]) -> &[u8] {
    match trimmed.strip_suffix(b"*/") {
        Some(comment) => match memmem::rfind(comment, b"/*") {
            Some(start) => trimmed[..start].trim_ascii_end(),
            None => trimmed,
        },
        None => trimmed,
    }
}

/// Whether the call that begins at `at`, and is given something at `open`, loads what its text does not
/// tell.
fn is_computed(source: &[u8], at: usize, open: usize) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    if source[..at].last().is_some_and(is_name) || is_comment(&source[..at]) {
        return false;
    }
    let mut given = source[open..].trim_ascii_start();
    while let Some(comment) = given.strip_prefix(b"/*") {
        let Some(end) = memmem::find(comment, b"*/") else { return false };
        given = comment[end + 2..].trim_ascii_start();
    }
    match given.first() {
        None | Some(b')') => false,
        Some(b'"' | b'\'' | b'`') => match quoted(given) {
            // `require("./locale/" + name)`
            Some(path) => given[path.len() + 2..].trim_ascii_start().starts_with(b"+"),
            None => !given.starts_with(b"`${__dirname}/") || from_folder(&given[12..]).is_none(),
        },
        // `require(path.join(__dirname, "a.js"))`, `new Worker(new URL("./a.js", import.meta.url))`.
        Some(_) => {
            let near = &given[..given.len().min(LONGEST)];
            let near = &near[..memmem::find_iter(near, b";").next().unwrap_or(near.len())];
            let is_known = memmem::find(near, b"__dirname")
                .is_some_and(|at| from_folder(&near[at + 9..]).is_some());
            let is_url =
                given.starts_with(b"new URL(") && quoted(given[8..].trim_ascii_start()).is_some();
            let is_resolved = given.starts_with(b"require.resolve(")
                && quoted(given[16..].trim_ascii_start()).is_some();
            !(is_known || is_url || is_resolved)
        }
    }
}

/// Whether the line begins as one of a comment.
fn is_comment(before: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
    let line = line.trim_ascii_start();
    line.starts_with(b"//")
        || line.starts_with(b"*")
        || (line.starts_with(b"/*") && memmem::find(line, b"*/").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_from_other_strings() {
        let source = br##"
            import a from "./a"; import"./b.js"; export * from '../c';
            const d = require( "./d" ), e = import(/* webpackChunkName: "x" */ './e'), f = "./no";
            // require("./comment")
             * import x from "./doc"
            g(require('.'), "./no2"); import h from "package"; path.join("./no3");
            require(`./f`); require("#g"); new Worker(new URL("./h", import.meta.url)); "#no4"
        "##;
        let paths = ["./a", "./b.js", "../c", "./d", "./e", ".", "./f", "#g", "./h"];
        assert_eq!(imports(source).paths, paths);
        assert!(!imports(source).is_computed);
    }

    #[test]
    fn paths_are_put_together_with_the_folder() {
        for (source, path) in [
            ("require(path.join(__dirname, 'lib', \"a.js\"))", "./lib/a.js"),
            ("new (require('worker_threads').Worker)(__dirname + '/a.js')", "./a.js"),
            ("fork(`${__dirname}/../a.js`)", "./../a.js"),
            ("resolve( __dirname , 'a' )", "./a"),
        ] {
            assert_eq!(imports(source.as_bytes()).paths, [path], "{source}");
            assert!(!imports(source.as_bytes()).is_computed, "{source}");
        }
        for source in ["join(__dirname, name)", "__dirname + name", "`${__dirname}/${name}`"] {
            assert!(imports(source.as_bytes()).paths.is_empty(), "{source}");
        }
    }

    #[test]
    fn what_is_computed_is_known_to_be() {
        for source in [
            "require(name)",
            "import(`./${name}.js`)",
            "require('./a/' + name)",
            "new Worker(file)",
        ] {
            assert!(imports(source.as_bytes()).is_computed, "{source}");
        }
        for source in ["require('a')", "// require(name)", "__webpack_require__(1)", "require()"] {
            assert!(!imports(source.as_bytes()).is_computed, "{source}");
        }
    }
}
