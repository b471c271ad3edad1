//! A comparison as a plot: the quotients with their intervals on a logarithmic axis.

use std::path::{Path, PathBuf};

use super::outcome::{Change, Keys};
use super::{Comparison, Subject};
use crate::key::{Key, variant_order};
use crate::report::plot::{Dots, Point, draw_quotients};
use crate::report::provenance;
use crate::show::plot::PlotError;

/// Draws `compare.svg` and `compare.png` into a folder, which is made if there is none, and answers
/// their paths; none if there is no quotient to draw.
pub fn draw(
    comparison: &Comparison,
    a: &Subject,
    b: &Subject,
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    let has_ratio = |change: &&Change| change.outcome.ratio.is_some();
    let changes: Vec<&Change> = comparison.changes.iter().filter(has_ratio).collect();
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let across = comparison.across;
    let mut runtimes: Vec<Key> =
        changes.iter().map(|change| position(&change.keys, across)).collect();
    runtimes.sort();
    runtimes.dedup();
    let mut kinds: Vec<(&str, &str)> =
        changes.iter().map(|change| (&*change.keys.b.case, &*change.keys.b.variant)).collect();
    kinds.sort_by_key(|(case, variant)| (*case, variant_order(variant)));
    kinds.dedup();
    let series = kinds
        .into_iter()
        .map(|(case, variant)| {
            let dot = |runtime: &Key| {
                let mut own = changes.iter().filter(|change| {
                    (&*change.keys.b.case, &*change.keys.b.variant) == (case, variant)
                });
                let found = own.find(|change| position(&change.keys, across) == *runtime)?;
                let outcome = &found.outcome;
                Point::new(outcome.ratio, outcome.ratio_low, outcome.ratio_high)
            };
            Dots {
                variant: variant.to_owned(),
                case: case.to_owned(),
                dots: runtimes.iter().map(dot).collect(),
            }
        })
        .collect();
    let about = vec![
        format!("A: {}", provenance::machine(&a.matrix)),
        format!("B: {}", provenance::machine(&b.matrix)),
    ];
    let when = [("A", a), ("B", b)].into_iter().filter_map(|(name, side)| {
        provenance::when(&side.matrix).map(|when| format!("{name} {when}"))
    });
    draw_quotients(about.into_iter().chain(when).collect(), runtimes, series, folder)
}

/// Where a row stands: at its version, or at both.
fn position(Keys { a, b }: &Keys, across: bool) -> Key {
    let version = if !across {
        b.version.clone()
    } else if b.runtime == a.runtime {
        format!("{} → {}", a.version, b.version)
    } else {
        format!("{} (A: {} {})", b.version, a.runtime, a.version)
    };
    Key { version, ..b.of_runtime() }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, compare};
    use super::*;

    #[test]
    fn both_files_are_drawn_and_tell_what_they_show() {
        let folder = tempfile::tempdir().unwrap();
        let b = results("b", &[("11.15.0", "async", 1000.0), ("12.16.2", "async", 100.0)]);
        let comparison = compare(&article(), &b, Margin::DEFAULT);
        let paths = draw(&comparison, &article(), &b, folder.path()).unwrap();
        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["compare.svg", "compare.png"]);
        let svg = std::fs::read_to_string(&paths[0]).unwrap();
        for words in ["B ÷ A", "machine b", "MacBook Pro", "await-two async", "log scale"] {
            assert!(svg.contains(words), "{words}: {svg}");
        }
    }

    #[test]
    fn nothing_to_compare_draws_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let a = results("a", &[("11.15.0", "async", 1000.0)]);
        let b = results("b", &[("12.16.2", "async", 1000.0)]);
        let comparison = compare(&a, &b, Margin::DEFAULT);
        assert_eq!(draw(&comparison, &a, &b, folder.path()).unwrap(), Vec::<PathBuf>::new());
    }
}
