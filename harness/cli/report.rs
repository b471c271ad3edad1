//! `awaitbench report [DIR]`: tables and plots out of results.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::splice::splice;
use super::{Common, Format};
use crate::measure::ratios;
use crate::record::{CellRow, MachineFolder, SampleRow, find_machines};
use crate::report::{self, Matrix, plot};

/// How wide tables are where no terminal says it.
const WIDTH: usize = 120;

/// Makes tables and plots out of results.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// Folder of results, or of one machine in it [default: what --out says]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Rewrite the part of this Markdown file that stands between the marks
    /// `<!-- awaitbench report -->` and `<!-- end of report -->`
    #[arg(long, value_name = "FILE")]
    splice: Option<PathBuf>,
    /// Tables only
    #[arg(long)]
    no_plots: bool,
}

impl Report {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let folder = self.folder.as_ref().unwrap_or(&common.out);
        let machines = find_machines(folder)?;
        let matrices: Vec<Matrix> = machines
            .iter()
            .map(|machine| Ok(chosen(read_matrix(machine)?, common)))
            .collect::<anyhow::Result<_>>()?;
        if !self.no_plots {
            let published = matrices.iter().find(|matrix| matrix.machine.published.is_some());
            for (machine, matrix) in machines.iter().zip(&matrices) {
                draw(machine, matrix, published)?;
            }
        }
        match &self.splice {
            Some(file) => {
                splice(file, &report::markdown(&matrices))?;
                if !common.quiet {
                    eprintln!("rewritten: {}", file.display());
                }
            }
            None => print_matrices(&matrices, common.format)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// After measuring: prints everything there is about this machine, with published figures beside
/// it, and draws the plots.
///
/// # Errors
/// Results can't be read, or plots can't be written.
pub fn publish_report(folder: &MachineFolder, common: &Common) -> anyhow::Result<()> {
    let matrix = read_matrix(folder)?;
    let published = published(&common.out)?;
    let plots = draw(folder, &matrix, published.as_ref())?;
    let matrices: Vec<Matrix> = std::iter::once(matrix).chain(published).collect();
    print_matrices(&matrices, common.format)?;
    if !common.quiet {
        eprintln!("results: {}\nplots:   {}", folder.path().display(), plots.display());
    }
    Ok(())
}

/// The cells of one run, with published figures of the same cells beside them.
///
/// # Errors
/// Results can't be read, or standard output is closed.
pub(super) fn print_run(
    folder: &MachineFolder,
    cells: Vec<CellRow>,
    samples: &[SampleRow],
    common: &Common,
) -> anyhow::Result<()> {
    let matrix = matrix_of(folder, cells, samples)?;
    let published = published(&common.out)?.map(|mut published| {
        let is_measured = |cell: &CellRow| {
            let same = |own: &CellRow| {
                (&own.runtime, &own.version, &own.case)
                    == (&cell.runtime, &cell.version, &cell.case)
            };
            matrix.cells.iter().any(same)
        };
        published.cells.retain(is_measured);
        published.ratios = ratios(&published.cells, &[]);
        published
    });
    let published = published.filter(|published| !published.cells.is_empty());
    let matrices: Vec<Matrix> = std::iter::once(matrix).chain(published).collect();
    print_matrices(&matrices, common.format)
}

/// The first machine under `results` whose figures are only published.
fn published(results: &Path) -> anyhow::Result<Option<Matrix>> {
    for folder in find_machines(results)? {
        let matrix = read_matrix(&folder)?;
        if matrix.machine.published.is_some() {
            return Ok(Some(matrix));
        }
    }
    Ok(None)
}

/// Draws the plots of one machine into its folder; answers where.
fn draw(
    folder: &MachineFolder,
    matrix: &Matrix,
    published: Option<&Matrix>,
) -> anyhow::Result<PathBuf> {
    let plots = folder.path().join("plots");
    let beside = published.filter(|published| published.folder != matrix.folder);
    plot::draw(matrix, beside, &plots)?;
    Ok(plots)
}

/// Everything published about one machine.
fn read_matrix(folder: &MachineFolder) -> anyhow::Result<Matrix> {
    matrix_of(folder, folder.cells()?, &folder.samples()?)
}

/// These cells and samples of one machine.
fn matrix_of(
    folder: &MachineFolder,
    cells: Vec<CellRow>,
    samples: &[SampleRow],
) -> anyhow::Result<Matrix> {
    let ratios = ratios(&cells, samples);
    Ok(Matrix { folder: folder.name(), machine: folder.machine()?, cells, ratios })
}

/// Only what `--runtime`, `--case` and `--variant` name, if they name anything.
fn chosen(mut matrix: Matrix, common: &Common) -> Matrix {
    matrix.cells.retain(|cell| is_chosen(cell, common));
    matrix.ratios.retain(|row| {
        admits_version(common, &row.runtime, &row.version) && named(&common.cases, &row.case)
    });
    matrix
}

/// Whether `--runtime`, `--case` and `--variant`, as far as given, name this cell.
pub(super) fn is_chosen(cell: &CellRow, common: &Common) -> bool {
    admits_version(common, &cell.runtime, &cell.version)
        && named(&common.cases, &cell.case)
        && named(&common.variants, &cell.variant)
}

fn admits_version(common: &Common, runtime: &str, version: &str) -> bool {
    let admits = |version: node_semver::Version| {
        common.runtimes.iter().any(|spec| spec.family.name == runtime && spec.admits(&version))
    };
    common.runtimes.is_empty() || node_semver::Version::parse(version).is_ok_and(admits)
}

fn named(names: &[String], name: &String) -> bool {
    names.is_empty() || names.contains(name)
}

/// How wide a table may be on standard output, and whether it may have colours.
pub(super) fn terminal_look(out: &impl IsTerminal) -> (usize, bool) {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let given = || std::env::var("COLUMNS").ok()?.parse().ok();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    (width.or_else(given).unwrap_or(WIDTH), out.is_terminal() && !plain)
}

/// Prints matrices on standard output.
fn print_matrices(matrices: &[Matrix], format: Format) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Table => {
            let (width, colour) = terminal_look(&out);
            write!(out, "{}", report::terminal(matrices, width, colour))?;
        }
        Format::Markdown => write!(out, "{}", report::markdown(matrices))?,
        Format::Csv => write!(out, "{}", report::csv(matrices)?)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report::json(matrices)?)?;
            writeln!(out)?;
        }
    }
    out.flush().context("standard output")
}
