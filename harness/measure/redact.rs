//! What is published names no place on the user's machine.

/// The text on one line, with of each absolute path only its last part, and the same of addresses.
pub(crate) fn redact(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(redact_word).collect();
    words.join(" ")
}

/// Masks the paths in one word, which may stand in quotes, brackets or behind a `=`.
fn redact_word(word: &str) -> String {
    let mut kept = String::new();
    let mut rest = word;
    while let Some(start) = path_start(rest) {
        let (before, path) = rest.split_at(start);
        let end = path.find(['"', '\'', ')', ']', ',', ';', ':']).unwrap_or(path.len());
        let last = path[..end].rsplit(['/', '\\']).next().unwrap_or_default();
        kept.push_str(before);
        kept.push_str(last);
        rest = &path[end..];
    }
    kept + rest
}

/// Where an absolute path or the place in an address begins: at a separator that no letter, digit or
/// dot stands before, and that another separator or a name follows.
fn path_start(text: &str) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '~');
    text.char_indices().find_map(|(at, c)| {
        let before = text[..at].chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let starts = matches!(c, '/' | '\\')
            && !before.is_some_and(|before| before.is_alphanumeric() || before == '.')
            && after.is_some_and(is_name);
        starts.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_part_of_a_path_is_kept() {
        for (text, redacted) in [
            ("Error: no /home/alice/secret/x.js here", "Error: no x.js here"),
            ("at Object.<anonymous> (/work/a b/c.js:5:3)", "at Object.<anonymous> (a b/c.js:5:3)"),
            ("\"/opt/node\": not found", "\"node\": not found"),
            (
                "--require=/tmp/alice/x.js --max-semi-space-size=64",
                "--require=x.js --max-semi-space-size=64",
            ),
            ("see http://host.example/path/page for more", "see http:page for more"),
            ("and/or 1/2 ./here a\nb", "and/or 1/2 ./here a b"),
            ("a / b", "a / b"),
        ] {
            assert_eq!(redact(text), redacted);
        }
    }
}
