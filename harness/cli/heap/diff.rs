//! `awaitbench heap diff`: what a newer snapshot has that an older one has not.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::RulesOption;
use super::sheet::{self, Cell, Column};
use crate::cli::options::{Common, Format};
use crate::heap::diff::{Diff, DiffRow, MatchedBy, diff};
use crate::heap::read::read_file;

/// Rows of a table for people; machines get all.
const ROWS: usize = 30;

/// What changed between two snapshots, as in DevTools' Comparison view
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The older heap snapshot
    base: PathBuf,
    /// The newer heap snapshot, of the same process and profiling session if possible
    new: PathBuf,
    #[command(flatten)]
    rules: RulesOption,
    /// How to match objects [default: by id if ids match]
    #[arg(long, value_enum)]
    by: Option<By>,
    /// At most this many rows; 0 for all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Id,
    Class,
}

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    base: &'a Path,
    new: &'a Path,
    rules: &'static str,
    #[serde(flatten)]
    diff: &'a Diff,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let by = self.by.map(|by| match by {
            By::Id => MatchedBy::Id,
            By::Class => MatchedBy::Class,
        });
        let mut diff =
            diff(|| read_file(&self.base), || read_file(&self.new), self.rules.rules(), by)?;
        if diff.matched_by == MatchedBy::Class && self.by.is_none() && !common.quiet {
            crate::say!(
                "note: the ids of these snapshots do not match ({:.0} % of the objects that could \
                 be the same are): they are of different processes or sessions, so classes are \
                 compared, not objects",
                diff.same_ids * 100.0
            );
        }
        let people = matches!(common.format, Format::Table | Format::Markdown);
        let limit = self.limit.or(people.then_some(ROWS)).filter(|limit| *limit > 0);
        diff.groups.truncate(limit.unwrap_or(usize::MAX));
        if common.format == Format::Json {
            sheet::print_json(&Answer {
                schema: "awaitbench/heap-diff/1",
                base: &self.base,
                new: &self.new,
                rules: self.rules.name(),
                diff: &diff,
            })?;
        } else {
            let by_id = !people || diff.matched_by == MatchedBy::Id;
            let by_class = !people || diff.matched_by == MatchedBy::Class;
            let rows: Vec<_> = diff.groups.iter().map(|row| cells(row, by_id, by_class)).collect();
            sheet::print(common.format, &columns(by_id, by_class), &rows)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn columns(by_id: bool, by_class: bool) -> Vec<Column> {
    let mut columns = vec![Column("name", "Class")];
    // Both kinds of columns are for machines only.
    if by_id && by_class {
        columns.push(Column("location", ""));
    }
    columns.push(Column("source", "Source"));
    if by_id {
        columns.push(Column("new_count", "New"));
        columns.push(Column("deleted_count", "Deleted"));
    }
    columns.push(Column("delta_count", "Delta"));
    if by_id {
        columns.push(Column("new_bytes", "Allocated"));
        columns.push(Column("deleted_bytes", "Freed"));
    }
    columns.push(Column("delta_bytes", "Size delta"));
    if by_class {
        columns.push(Column("delta_retained_bytes", "Retained delta"));
    }
    columns
}

fn cells(row: &DiffRow, by_id: bool, by_class: bool) -> Vec<Cell> {
    let count = |count: Option<u64>| count.map_or(Cell::Missing, Cell::Count);
    let bytes = |bytes: Option<u64>| bytes.map_or(Cell::Missing, Cell::Bytes);
    let mut cells = vec![Cell::Text(row.name.clone()), Cell::Source(row.source.clone())];
    if by_id {
        cells.extend([count(row.new_count), count(row.deleted_count)]);
    }
    cells.push(Cell::CountChange(row.delta_count));
    if by_id {
        cells.extend([bytes(row.new_bytes), bytes(row.deleted_bytes)]);
    }
    cells.push(Cell::BytesChange(row.delta_bytes));
    if by_class {
        cells.push(row.delta_retained_bytes.map_or(Cell::Missing, Cell::BytesChange));
    }
    cells
}
