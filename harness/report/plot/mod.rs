//! Plots of a matrix as SVG and PNG files.
//!
//! Figures are points with their 95 % intervals drawn, beside one another for each runtime
//! version. The picture says on what machine, on which days and with which versions it was
//! measured, and what could not be measured, in words.

mod chart;
mod curves;
mod figure;
mod quotients;
mod subject;
mod verdicts;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Matrix;
use super::lookup::Lookup;
use crate::key::Key;
use crate::record::{CurveRow, LeakRow, ReadingRow};
use crate::show::plot::{PlotError, file_stem, write_all};
pub use figure::Point;
pub use quotients::Dots;

use chart::Chart;
use figure::{Figure, Panel};
use subject::Subject;
use verdicts::Verdicts;

/// Draws all plots of a matrix into a folder, which is made if there is none, and returns their
/// paths in the order of drawing.
///
/// For every case with several numbers of awaits `cost-<case>`, for every other
/// `throughput-<case>` and `memory-<case>`, and one `ratio` for all cases that have
/// one, each as `.svg` and `.png`; what has no figure at all is not drawn. Published figures are
/// hollow markers beside the measured ones.
pub fn draw(
    matrix: &Matrix,
    published: Option<&Matrix>,
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    let figures = figures(matrix, published).into_iter();
    write_all(figures.map(|(name, figure)| (name, Chart::of(figure))), folder)
}

/// Draws the quotients of a comparison as `compare`. `about` says what A and B are; each of `series` has one
/// dot for each of `runtimes`.
pub fn draw_quotients(
    about: Vec<String>,
    runtimes: Vec<Key>,
    series: Vec<Dots>,
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    let chart = Chart::of(quotients::figure(about, runtimes, series));
    write_all([("compare".to_owned(), chart)], folder)
}

/// Draws the verdicts of each case as `leaks-<case>`: a row for each variant, a box for each runtime,
/// coloured by verdict. `about` says where they come from.
pub fn draw_verdicts(
    about: &[String],
    rows: &[LeakRow],
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    let picture = |case: &str| {
        let own: Vec<&LeakRow> = rows.iter().filter(|row| row.key.case == case).collect();
        (format!("leaks-{}", file_stem(case)), Verdicts::of(case, about, &own))
    };
    let cases: BTreeSet<&str> = rows.iter().map(|row| &*row.key.case).collect();
    write_all(cases.into_iter().map(picture), folder)
}

/// Draws the memory curves of each case as `curve-<case>`, all variants and versions in one picture.
pub fn draw_curves(
    about: &[String],
    rows: &[CurveRow],
    readings: &[ReadingRow],
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    let picture = |case: &str| {
        let own: Vec<&CurveRow> = rows.iter().filter(|row| row.key.case == case).collect();
        let lines = curves::curves(case, about, &own, readings).planned()?;
        Some((format!("curve-{}", file_stem(case)), lines))
    };
    let cases: BTreeSet<&str> = rows.iter().map(|row| &*row.key.case).collect();
    write_all(cases.into_iter().filter_map(picture), folder)
}

/// Everything that there is to draw, with the names of the files.
fn figures(matrix: &Matrix, published: Option<&Matrix>) -> Vec<(String, Figure)> {
    let subject = Subject::new(Lookup::new(matrix), published.map(Lookup::new));
    let mut figures = Vec::new();
    for case in subject.families() {
        figures.push((format!("cost-{}", file_stem(case)), subject.cost(case)));
    }
    for case in subject.cases() {
        figures.push((format!("throughput-{}", file_stem(case)), subject.throughput(case)));
    }
    figures.push(("ratio".to_owned(), subject.ratio()));
    for case in subject.cases() {
        figures.push((format!("memory-{}", file_stem(case)), subject.memory(case)));
    }
    figures.retain(|(_, figure)| figure.panels.iter().any(Panel::has_points));
    figures
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use super::super::sample;
    use super::*;
    use crate::show::plot::{png, svg};

    fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn drawing_again_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (mut measured, published) = (sample::measured(), sample::published());
        measured.cells.retain(|cell| cell.key.case == "await-two");
        let paths = draw(&measured, Some(&published), folder.path()).unwrap();
        let first = contents(folder.path());
        assert_eq!(first.len(), paths.len());
        fs::remove_file(&paths[0]).unwrap();
        fs::remove_file(&paths[3]).unwrap();
        draw(&measured, Some(&published), folder.path()).unwrap();
        assert!(first == contents(folder.path()), "bytes differ");
    }

    #[test]
    fn each_case_has_its_plots_and_no_others() {
        let figures = figures(&sample::measured(), None);
        let names: Vec<&str> = figures.iter().map(|(name, _)| &**name).collect();
        assert_eq!(
            names,
            [
                "throughput-await-two",
                "throughput-instance-loop",
                "throughput-noop",
                "ratio",
                "memory-await-two",
                "memory-instance-loop",
            ]
        );
    }

    #[test]
    fn cases_that_make_a_cost_are_one_plot() {
        let mut figures = figures(&sample::with_awaits(), None);
        let names: Vec<_> = figures.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"cost-await-k"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("await-k-")), "{names:?}");
        let svg = svg(&Chart::of(figures.swap_remove(0).1)).unwrap();
        assert!(svg.contains("one await, ns") && svg.contains("the call, ns"), "{svg}");
    }

    #[test]
    fn a_matrix_without_figures_draws_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let empty = Matrix { cells: Vec::new(), ratios: Vec::new(), ..sample::measured() };
        assert_eq!(draw(&empty, None, folder.path()).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = draw(&sample::measured(), None, &file).unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }

    #[test]
    fn the_svg_is_as_it_was_blessed() {
        let (measured, published) = (sample::measured(), sample::published());
        let figures = figures(&measured, Some(&published));
        let (name, figure) = figures.into_iter().next().unwrap();
        assert_eq!(name, "throughput-await-two");
        insta::assert_snapshot!(svg(&Chart::of(figure)).unwrap());
    }

    #[test]
    fn the_png_has_its_size_and_the_colours_of_its_series() {
        let matrix = sample::measured();
        let figure = figures(&matrix, None).swap_remove(0).1;
        let bytes = png(&Chart::of(figure)).unwrap();
        let mut reader = ::png::Decoder::new(io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (1200, 720));
        for colour in [[213, 94, 0], [0, 114, 178], [255, 255, 255]] {
            let count = pixels.chunks(3).filter(|pixel| *pixel == colour).count();
            assert!(count > 500, "{count} pixels of {colour:?}");
        }
    }

    #[test]
    fn unusual_names_and_figures_are_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let paths = draw(&sample::unusual(), None, folder.path()).unwrap();
        let svg = fs::read_to_string(&paths[0]).unwrap();
        assert!(svg.contains("a/b &lt;c&gt;"), "{svg}");
        assert!(svg.contains("async timeout") && svg.contains("Node.js 8.17.0"), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    #[ignore = "draws pictures for a person to look at, into $AWAITBENCH_LOOK"]
    fn look() {
        let folder = PathBuf::from(std::env::var_os("AWAITBENCH_LOOK").unwrap());
        let published = sample::published();
        draw(&sample::measured(), Some(&published), &folder.join("seven")).unwrap();
        let one = sample::machine(&[("26.10.0", 912_345.0, 8.61)]);
        draw(&one, None, &folder.join("one")).unwrap();
        let versions: Vec<_> =
            (0..40).map(|i| (format!("{}.{}.{}", 6 + i / 2, i % 2 * 17, i % 3), i)).collect();
        let many: Vec<_> = versions
            .iter()
            .map(|(version, i)| {
                let i = f64::from(*i);
                (
                    version.as_str(),
                    260_000.0 + 17_000.0 * i,
                    if i < 12.0 { 1.7 } else { 9.0 + i / 10.0 },
                )
            })
            .collect();
        let mut many = sample::machine(&many);
        for cell in many.cells.iter_mut().filter(|cell| cell.key.version.starts_with("6.")) {
            if cell.key.variant == "async" {
                cell.status = crate::record::Status::Unsupported;
            }
        }
        many.ratios.retain(|ratio| !ratio.key.version.starts_with("6."));
        draw(&many, Some(&published), &folder.join("forty")).unwrap();
        draw(&published, None, &folder.join("published")).unwrap();
        draw(&sample::with_awaits(), None, &folder.join("awaits")).unwrap();
        draw(&sample::unusual(), Some(&published), &folder.join("unusual")).unwrap();
    }
}
