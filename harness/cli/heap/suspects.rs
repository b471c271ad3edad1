//! `awaitbench heap suspects`: what leaks, why it is held, and what to do.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::sheet::{self, Cell, Column};
use crate::cli::options::{Common, Format};
use crate::heap::analysis::Analysis;
use crate::heap::path::Step;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};

/// What leaks, why it is held, and what to do
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// [BASE] NEW: the snapshot, and before it an older one of the same program to compare with
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The least that a suspect keeps alive, or grew by, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Thresholds::default().min_bytes)]
    min_bytes: u64,
    /// The least part of the heap that a suspect keeps alive, 0 to 1; without BASE only
    #[arg(long, value_name = "SHARE", default_value_t = Thresholds::default().min_share)]
    min_share: f64,
    /// At most this many; 0 for all
    #[arg(long, value_name = "N", default_value_t = Thresholds::default().most)]
    limit: usize,
    /// Exit with status 1 if there is any suspect
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    file: &'a Path,
    base: Option<&'a Path>,
    total_bytes: u64,
    suspects: &'a [Suspect],
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let (base, file) = match &self.files[..] {
            [file] => (None, file),
            [base, file, ..] => (Some(base), file),
            [] => anyhow::bail!("no snapshot was given; give one, or an older and a newer one"),
        };
        let older = base.map(|base| Analysis::open(base, Rules::Today)).transpose()?;
        let analysis = Analysis::open(file, Rules::Today)?;
        let thresholds = Thresholds {
            min_bytes: self.min_bytes,
            min_share: self.min_share,
            most: if self.limit == 0 { usize::MAX } else { self.limit },
            ..Thresholds::default()
        };
        let found = suspects(&analysis, older.as_ref(), &thresholds);
        match common.format {
            Format::Json => sheet::print_json(&Answer {
                schema: "awaitbench/heap-suspects/1",
                file,
                base: base.map(PathBuf::as_path),
                total_bytes: analysis.total_bytes(),
                suspects: &found,
            })?,
            Format::Csv => print_rows(common.format, &found)?,
            Format::Table | Format::Markdown if found.is_empty() => {
                let what = if base.is_some() { "grew by" } else { "keeps" };
                writeln!(
                    std::io::stdout(),
                    "No suspects: nothing in this heap {what} as much as a leak would."
                )?;
            }
            Format::Table | Format::Markdown => {
                print_rows(common.format, &found)?;
                explain(&found)?;
            }
        }
        std::mem::forget((analysis, older));
        let failed = self.check && !found.is_empty();
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn print_rows(format: Format, found: &[Suspect]) -> anyhow::Result<()> {
    let columns = [
        Column("name", "Suspect"),
        Column("variable", "Variable"),
        Column("id", "Id"),
        Column("retained_bytes", "Retained"),
        Column("retained_share", ""),
        Column("shallow_bytes", "Shallow"),
        Column("shallow_share", ""),
        Column("growth_bytes", "Growth"),
        Column("known_cause", "Known as"),
    ];
    let row = |suspect: &Suspect| {
        vec![
            Cell::Text(suspect.name.clone()),
            Cell::Text(suspect.variable.clone().unwrap_or_default()),
            Cell::Text(suspect.id.to_string()),
            Cell::Bytes(suspect.retained_bytes),
            Cell::Share(suspect.retained_share),
            Cell::Bytes(suspect.shallow_bytes),
            Cell::Share(suspect.shallow_share),
            suspect.growth_bytes.map_or(Cell::Missing, Cell::BytesChange),
            suspect.known_cause.map_or(Cell::Missing, |cause| Cell::Text(cause.id.to_owned())),
        ]
    };
    sheet::print(format, &columns, &found.iter().map(row).collect::<Vec<_>>())
}

/// Prints what was found out about each suspect.
fn explain(found: &[Suspect]) -> anyhow::Result<()> {
    for (i, suspect) in found.iter().enumerate() {
        writeln!(std::io::stdout())?;
        sheet::print_paragraph(&format!("{}. {}", i + 1, suspect.sentence), "   ")?;
        for source in suspect.known_cause.iter().flat_map(|cause| cause.sources) {
            writeln!(std::io::stdout(), "   See {source}")?;
        }
        writeln!(std::io::stdout(), "   Held by:")?;
        write_path(&mut std::io::stdout().lock(), &suspect.path)?;
    }
    Ok(())
}

/// Writes a path, one link a line.
pub(super) fn write_path(out: &mut impl Write, path: &[Step]) -> std::io::Result<()> {
    for step in path {
        writeln!(out, "     {}", step.line())?;
    }
    Ok(())
}
