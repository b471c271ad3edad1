//! `awaitbench report [DIR]`: tables, and plots if they are asked for, out of results.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::Common;
use super::leak::draw_leaks;
use super::outcome::WrongUsage;
use super::print::print;
use super::splice::splice;
use crate::key::family;
use crate::measure::{BetweenRuns, Publisher, costs, ratios, sentences, warnings, widen_as_known};
use crate::record::{CellRow, InvocationRow, MachineFolder, RecordError, SampleRow, find_machines};
use crate::report::{self, Depth, Matrix, plot};
use crate::runtime::{Spec, Want};
use crate::show::{Format, markdown};

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
    /// Also draw plots, into a folder for each machine below this one
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Draw none, as is usual
    #[arg(long, hide = true, conflicts_with = "plots")]
    no_plots: bool,
}

impl Report {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let folder = self.folder.as_ref().unwrap_or(&common.out);
        let machines = find_machines(folder)?;
        refuse_moving_specs(common)?;
        let matrices: Vec<Matrix> = machines
            .iter()
            .map(|machine| chosen(machine, common))
            .collect::<anyhow::Result<_>>()?;
        let is_filtered =
            !(common.runtimes.is_empty() && common.cases.is_empty() && common.variants.is_empty());
        if matrices.iter().all(|matrix| matrix.cells.is_empty())
            && (is_filtered || !any_about_leaks(&machines)?)
        {
            if !is_filtered {
                return Err(RecordError::Empty(folder.clone()).into());
            }
            anyhow::bail!("nothing in \"{}\" is what was asked for", folder.display());
        }
        let is_seen =
            self.plots.is_some() || self.splice.is_some() || common.format.is_for_people();
        let beside = if is_filtered || !is_seen {
            None
        } else if let Some(own) = matrices.iter().find(|it| it.machine.published.is_some()) {
            Some(own.clone())
        } else {
            published(folder)?
        };
        if let Some(plots) = &self.plots {
            for (machine, matrix) in machines.iter().zip(&matrices) {
                let plots = plots.join(machine.name());
                draw(matrix, beside.as_ref(), &plots)?;
                // Verdicts and curves are not chosen from.
                if !is_filtered {
                    draw_leaks(machine, &plots)?;
                }
                if !common.quiet {
                    say!("plots: {}", plots.display());
                }
            }
        }
        if let Some(file) = &self.splice {
            let pages = report::pages(&for_people(matrices, beside), Depth::Figures);
            splice(file, &markdown(&pages))?;
            if !common.quiet {
                say!("rewritten: {}", file.display());
            }
        } else {
            print_matrices(matrices, beside, common.format)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether a folder has verdicts or curves: pictures are drawn of them even where no throughput was measured.
fn any_about_leaks(machines: &[MachineFolder]) -> anyhow::Result<bool> {
    for machine in machines {
        if !(machine.leaks()?.is_empty() && machine.curves()?.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// After measuring: prints everything there is about this machine, with published figures beside
/// it, and draws the plots.
pub fn publish_report(folder: &MachineFolder, common: &Common) -> anyhow::Result<()> {
    let (matrix, published) = (read_matrix(folder)?, published(&common.out)?);
    print_matrices(vec![matrix.clone()], published.clone(), common.format)?;
    draw_into_folder(folder, &matrix, published.as_ref(), common)
}

/// Draws everything there is about a machine into its folder, and says where.
fn draw_into_folder(
    folder: &MachineFolder,
    matrix: &Matrix,
    published: Option<&Matrix>,
    common: &Common,
) -> anyhow::Result<()> {
    let plots = folder.path().join("plots");
    draw(matrix, published, &plots)?;
    if !common.quiet {
        say!("results: {}\nplots:   {}", folder.path().display(), plots.display());
    }
    Ok(())
}

/// The cells of one run, with published figures of the same cells beside them, and what to know
/// before believing them: on standard error, and in the answer where a program reads it. Then draws the
/// plots of all that is known of the machine.
pub(super) fn publish_run(publisher: &Publisher, common: &Common) -> anyhow::Result<()> {
    let (folder, cells) = (publisher.folder(), publisher.published().to_vec());
    let mut matrix = matrix_of(folder, cells, &publisher.samples(), &publisher.invocations())?;
    let found = std::mem::take(&mut matrix.warnings);
    if !common.quiet {
        sentences(&found).iter().for_each(|words| say!("warning: {words}"));
    }
    if common.quiet || common.format == Format::Json {
        matrix.warnings = found;
    }
    let published = published(&common.out)?;
    let beside = published.clone().map(|mut published| {
        let is_measured = |cell: &CellRow| {
            let same = |own: &CellRow| {
                (&own.key.runtime, &own.key.version, &own.key.case)
                    == (&cell.key.runtime, &cell.key.version, &cell.key.case)
            };
            matrix.cells.iter().any(same)
        };
        published.cells.retain(is_measured);
        published.ratios = ratios(&published.cells, &[], &published.between);
        published
    });
    let beside = beside.filter(|published| !published.cells.is_empty());
    print_matrices(vec![matrix.clone()], beside, common.format)?;
    // Nothing is computed twice where this run is all that is known.
    let is_all = folder.cells()?.iter().all(|cell| publisher.published().contains(cell));
    let matrix = if is_all { matrix } else { read_matrix(folder)? };
    draw_into_folder(folder, &matrix, published.as_ref(), common)
}

/// The first machine under `results`, or else under the clone's own results, whose figures are only
/// published.
fn published(results: &Path) -> anyhow::Result<Option<Matrix>> {
    let of_clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    let clone = if of_clone.is_dir() { find_machines(&of_clone)? } else { Vec::new() };
    for folder in find_machines(results)?.into_iter().chain(clone) {
        if folder.machine()?.published.is_some() {
            return Ok(Some(read_matrix(&folder)?));
        }
    }
    Ok(None)
}

/// Draws the plots of one machine into a folder.
fn draw(matrix: &Matrix, published: Option<&Matrix>, plots: &Path) -> anyhow::Result<()> {
    let beside = published.filter(|published| published.folder != matrix.folder);
    plot::draw(matrix, beside, plots)?;
    Ok(())
}

/// Everything published about one machine.
fn read_matrix(folder: &MachineFolder) -> anyhow::Result<Matrix> {
    matrix_of(folder, folder.cells()?, &folder.samples()?, &folder.invocations()?)
}

/// These cells and samples of one machine.
fn matrix_of(
    folder: &MachineFolder,
    mut cells: Vec<CellRow>,
    samples: &[SampleRow],
    invocations: &[InvocationRow],
) -> anyhow::Result<Matrix> {
    let (name, machine) = (folder.name(), folder.machine()?);
    let between = BetweenRuns::of(folder.between_runs()?, &machine);
    widen_as_known(&mut cells, samples, &between);
    let (ratios, costs) = (ratios(&cells, samples, &between), costs(&cells, samples, &between));
    let warnings = warnings(&cells, invocations);
    Ok(Matrix { folder: name, machine, cells, ratios, costs, between, warnings })
}

/// Results know versions alone: what `lts` or `latest` was when they were made, they do not say.
fn refuse_moving_specs(common: &Common) -> anyhow::Result<()> {
    let is_moving = |spec: &&Spec| !matches!(spec.want, Want::Exact(_) | Want::Range(_));
    match common.runtimes.iter().find(is_moving) {
        None => Ok(()),
        Some(spec) => {
            let words = format!("\"{spec}\" names no version, and results know only versions");
            Err(WrongUsage(words).into())
        }
    }
}

/// Only what `--runtime`, `--case` and `--variant` name, if they name anything. Nothing is computed of the rest.
fn chosen(folder: &MachineFolder, common: &Common) -> anyhow::Result<Matrix> {
    let mut cells = folder.cells()?;
    cells.retain(|cell| is_chosen(cell, common));
    let mut matrix = matrix_of(folder, cells, &folder.samples()?, &folder.invocations()?)?;
    // Two numbers of awaits that were named one by one are no family.
    matrix.costs.retain(|row| names_case(common, &row.key.case));
    Ok(matrix)
}

/// Whether `--runtime`, `--case` and `--variant`, as far as given, name this cell.
pub(super) fn is_chosen(cell: &CellRow, common: &Common) -> bool {
    admits_version(common, &cell.key.runtime, &cell.key.version)
        && names_case(common, &cell.key.case)
        && names_variant(common, &cell.key.variant)
}

fn admits_version(common: &Common, runtime: &str, version: &str) -> bool {
    let admits = |version: node_semver::Version| {
        common.runtimes.iter().any(|spec| spec.family.name == runtime && spec.admits(&version))
    };
    common.runtimes.is_empty() || node_semver::Version::parse(version).is_ok_and(admits)
}

/// A case may have been given as its folder, with or without a number of awaits; results have its name.
fn names_case(common: &Common, name: &str) -> bool {
    let family = family(name).map(|(family, _)| family);
    let is_it = |case: &String| {
        let last = Path::new(case).file_name();
        last.is_some_and(|last| last == name || family.is_some_and(|family| last == family))
    };
    common.cases.is_empty() || common.cases.iter().any(is_it)
}

fn names_variant(common: &Common, name: &str) -> bool {
    common.variants.is_empty() || common.variants.iter().any(|variant| variant == name)
}

/// The matrices with `published` beside them, unless one of them is published itself.
fn for_people(mut matrices: Vec<Matrix>, published: Option<Matrix>) -> Vec<Matrix> {
    if matrices.iter().all(|matrix| matrix.machine.published.is_none()) {
        matrices.extend(published);
    }
    matrices
}

/// Prints matrices on standard output: with `published` beside them where people read them.
fn print_matrices(
    matrices: Vec<Matrix>,
    published: Option<Matrix>,
    format: Format,
) -> anyhow::Result<()> {
    let matrices = if format.is_for_people() { for_people(matrices, published) } else { matrices };
    print(&report::Report(&matrices), format)
}
