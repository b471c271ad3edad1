//! `awaitbench report [DIR]`: tables and plots out of results.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Common, Format};
use crate::measure::ratios;
use crate::record::{CellRow, MachineFolder, SampleRow, find_machines};
use crate::report::Matrix;

/// Makes tables and plots out of results.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// Folder of results, or of one machine in it
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Report {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let folder = self.folder.unwrap_or_else(|| common.out.clone());
        let machines = find_machines(&folder)?;
        let matrices: Vec<Matrix> =
            machines.iter().map(read_matrix).collect::<anyhow::Result<_>>()?;
        print_matrices(&matrices, &folder, common.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// After measuring: prints everything there is about this machine, and draws the plots.
///
/// # Errors
/// Results can't be read, or plots can't be written.
pub fn publish_report(folder: &MachineFolder, common: &Common) -> anyhow::Result<()> {
    let matrix = read_matrix(folder)?;
    print_matrices(&[matrix], &common.out, common.format)
}

/// Everything published about one machine.
///
/// # Errors
/// A file can't be read.
fn read_matrix(folder: &MachineFolder) -> anyhow::Result<Matrix> {
    matrix_of(folder, folder.cells()?, &folder.samples()?)
}

/// These cells and samples of one machine.
pub(super) fn matrix_of(
    folder: &MachineFolder,
    cells: Vec<CellRow>,
    samples: &[SampleRow],
) -> anyhow::Result<Matrix> {
    let ratios = ratios(&cells, samples);
    Ok(Matrix { folder: folder.name(), machine: folder.machine()?, cells, ratios })
}

/// Prints matrices.
///
/// # Errors
/// Standard output is closed.
pub(super) fn print_matrices(
    matrices: &[Matrix],
    _results: &Path,
    _format: Format,
) -> anyhow::Result<()> {
    for matrix in matrices {
        for cell in &matrix.cells {
            println!(
                "{} {} {} {:?} {:?} {:?}",
                cell.version,
                cell.case,
                cell.variant,
                cell.status,
                cell.ns_per_op,
                cell.relative_margin
            );
        }
        for ratio in &matrix.ratios {
            println!(
                "{} {} {:?} {:?} {:?}",
                ratio.version, ratio.case, ratio.ratio, ratio.ratio_low, ratio.ratio_high
            );
        }
    }
    Ok(())
}
