//! Rewrites the marked part of a document, so that its tables are never typed by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// The line before the part that is rewritten; what follows the words is kept.
const BEGIN: &str = "<!-- awaitbench report -->";

/// The line after it.
const END: &str = "<!-- end of report -->";

/// Replaces what stands between the marks of `file` by `text`.
pub(super) fn splice(file: &Path, text: &str) -> anyhow::Result<()> {
    let name = file.display();
    let document = fs::read_to_string(file).with_context(|| format!("can't read \"{name}\""))?;
    let Some(spliced) = between(&document, text) else {
        bail!("\"{name}\" has no lines \"{BEGIN}\" and \"{END}\", in this order: add them");
    };
    let file = &fs::canonicalize(file)?; // a link stays one
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let fresh = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    fs::write(fresh.path(), spliced)?;
    fs::set_permissions(fresh.path(), fs::metadata(file)?.permissions())?;
    fresh.persist(file).with_context(|| format!("can't write \"{name}\""))?;
    Ok(())
}

fn between(document: &str, text: &str) -> Option<String> {
    let begin = document.find(BEGIN)? + BEGIN.len();
    let end = begin + document[begin..].find(END)?;
    let (before, after) = (&document[..begin], &document[end..]);
    Some(format!("{before}\n\n{}\n\n{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_marked_changes_and_doing_it_again_changes_nothing() {
        let document = format!("# Title\n{BEGIN}\nold\n{END}\nrest\n");
        let once = between(&document, "new\n").unwrap();
        assert_eq!(once, format!("# Title\n{BEGIN}\n\nnew\n\n{END}\nrest\n"));
        assert_eq!(between(&once, "new\n").unwrap(), once);
    }

    #[test]
    fn marks_must_be_there_and_in_order() {
        assert_eq!(between("nothing", "new"), None);
        assert_eq!(between(&format!("{END}{BEGIN}"), "new"), None);
    }
}
