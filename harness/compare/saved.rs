//! A comparison that is kept: a page with its plot among the results of B's machine.
//!
//! Tables alone would mislead whoever finds them later, so that the page has the warnings too, which
//! the command says on standard error.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Compared, Comparison, Subject, draw};
use crate::process::Scratch;
use crate::show::plot::PlotError;
use crate::show::{Advise, Answer, escaped, markdown};

/// The folder of comparisons among the results of a machine.
const FOLDER: &str = "compare";

/// The page's file: what forges show of a folder.
const PAGE: &str = "README.md";

/// The files of the plot.
const PLOTS: [&str; 2] = ["compare.svg", "compare.png"];

/// Why a comparison could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The plot could not be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    #[error("can't write \"{}\": {source}; see whether the folder is writable, or name another with --out", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Writes `results/<B's machine>/compare/<A>/`: `README.md`, and `compare.svg` and `compare.png` if there is a
/// quotient to draw. Answers the folder.
///
/// Everything is made beside its place first, and then renamed into it, the page last: a file there is
/// the old one or the new one, and what can't be made leaves the old ones.
pub fn save(
    comparison: &Comparison,
    a: &Subject,
    b: &Subject,
    results: &Path,
) -> Result<PathBuf, SaveError> {
    let comparisons = results.join(&b.matrix.folder).join(FOLDER);
    let folder = comparisons.join(folder_name(a, b));
    let scratch = Scratch::inside(&comparisons).map_err(io_error(&comparisons))?;
    let has_plot = !draw(comparison, a, b, scratch.path())?.is_empty();
    let fresh = scratch.path().join(PAGE);
    fs::write(&fresh, text(comparison, a, b, has_plot)).map_err(io_error(&fresh))?;
    fs::create_dir_all(&folder).map_err(io_error(&folder))?;
    for name in PLOTS.into_iter().chain([PAGE]) {
        let (fresh, place) = (scratch.path().join(name), folder.join(name));
        if fresh.exists() {
            fs::rename(fresh, &place).map_err(io_error(&place))?;
        } else if place.exists() {
            // The plot of an earlier comparison, which had something to draw.
            fs::remove_file(&place).map_err(io_error(&place))?;
        }
    }
    Ok(folder)
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> SaveError {
    let path = path.to_owned();
    move |source| SaveError::Io { path, source }
}

/// What B was compared with: A's machine unless it is B's own, and the versions if only one of each is
/// looked at.
fn folder_name(a: &Subject, b: &Subject) -> String {
    let mut parts = Vec::new();
    if a.matrix.folder != b.matrix.folder {
        parts.push(a.matrix.folder.clone());
    }
    for (subject, other) in [(a, None), (b, a.only.as_ref())] {
        if let Some(only) = subject.only.as_ref().filter(|only| other != Some(*only)) {
            parts.push(format!("{}-{}", only.runtime, only.version));
        }
    }
    // Two days of one machine.
    if parts.is_empty() { a.matrix.folder.clone() } else { parts.join("-") }
}

fn text(comparison: &Comparison, a: &Subject, b: &Subject, has_plot: bool) -> String {
    let mut text = markdown(&Compared { comparison, a, b }.pages());
    if has_plot {
        text += &format!("\n![B ÷ A with 95 % intervals]({})\n", PLOTS[0]);
    }
    if !comparison.warnings.is_empty() {
        text += "\n### what to know before believing it\n\n";
    }
    for warning in &comparison.warnings {
        let words = format!("{warning}: {}.", warning.advice());
        text += &format!("- {}\n", escaped(&words));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, Version, compare};
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<_> =
            names.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn measured() -> Subject {
        results("mine", &[("11.15.0", "async", 1000.0), ("12.16.2", "async", 100.0)])
    }

    #[test]
    fn the_page_its_plot_and_its_warnings_are_kept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (article(), measured());
        let comparison = compare(&a, &b, Margin::DEFAULT);
        let first = save(&comparison, &a, &b, folder.path()).unwrap();
        assert_eq!(first, folder.path().join("mine/compare/article"));
        let read = || {
            let all = files(&first);
            all.into_iter().map(|name| fs::read(first.join(&name)).unwrap()).collect::<Vec<_>>()
        };
        let before = read();
        assert_eq!(files(&first), ["README.md", "compare.png", "compare.svg"]);
        assert_eq!(files(first.parent().unwrap()), ["article"]);
        insta::assert_snapshot!(fs::read_to_string(first.join(PAGE)).unwrap());
        save(&comparison, &a, &b, folder.path()).unwrap();
        assert!(before == read(), "bytes differ");
    }

    #[test]
    fn without_a_quotient_there_is_no_plot_and_no_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (a, mut b) = (article(), measured());
        let kept = save(&compare(&a, &b, Margin::DEFAULT), &a, &b, folder.path()).unwrap();
        b.matrix.cells.iter_mut().for_each(|cell| cell.status = crate::record::Status::Timeout);
        save(&compare(&a, &b, Margin::DEFAULT), &a, &b, folder.path()).unwrap();
        assert_eq!(files(&kept), ["README.md"]);
        assert!(!fs::read_to_string(kept.join(PAGE)).unwrap().contains("compare.svg"));
    }

    #[test]
    fn the_folder_says_what_b_was_compared_with() {
        let (a, b) = (article(), measured());
        let only = |subject: &Subject, version| {
            let version = Version::new("node", version);
            subject.clone().narrowed(&version)
        };
        let (old, new) = (only(&b, "11.15.0"), only(&b, "12.16.2"));
        assert_eq!(folder_name(&a, &b), "article");
        assert_eq!(folder_name(&b, &b), "mine");
        assert_eq!(folder_name(&old, &new), "node-11.15.0-node-12.16.2");
        assert_eq!(folder_name(&only(&a, "12.16.2"), &new), "article-node-12.16.2");
        assert_eq!(folder_name(&only(&a, "11.15.0"), &new), "article-node-11.15.0-node-12.16.2");
    }

    #[test]
    fn what_can_not_be_written_is_named_and_leaves_the_old_page() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (article(), measured());
        let comparison = compare(&a, &b, Margin::DEFAULT);
        let kept = save(&comparison, &a, &b, folder.path()).unwrap();
        fs::remove_file(kept.join("compare.svg")).unwrap();
        fs::create_dir(kept.join("compare.svg")).unwrap();
        fs::write(kept.join(PAGE), "old").unwrap();
        let error = save(&comparison, &a, &b, folder.path()).unwrap_err().to_string();
        assert!(error.contains("compare.svg") && error.contains("--out"), "{error}");
        assert_eq!(fs::read_to_string(kept.join(PAGE)).unwrap(), "old");
        assert_eq!(files(kept.parent().unwrap()), ["article"]);
    }
}
