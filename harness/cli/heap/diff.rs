//! `awaitbench heap diff`: what a newer snapshot has that an older one has not.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::entries::place;
use super::rules::RulesOption;
use super::standard_input;
use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::diff::{Diff, DiffRow, MatchedBy, diff};
use crate::heap::read::Source;
use crate::show::format::fixed;
use crate::show::{Answer, Column, Entry, Page, ShowError, csv_under};

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
struct Compared<'a> {
    base: &'a Path,
    new: &'a Path,
    rules: &'static str,
    #[serde(flatten)]
    diff: Diff,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let by = self.by.map(|by| match by {
            By::Id => MatchedBy::Id,
            By::Class => MatchedBy::Class,
        });
        standard_input::at_most_one(&[&self.base, &self.new])?;
        let (base, new) = (Source::new(&self.base)?, Source::new(&self.new)?);
        let mut diff = diff(|| base.read(), || new.read(), self.rules.rules(), by)?;
        if diff.matched_by == MatchedBy::Class && self.by.is_none() && !common.quiet {
            crate::say!(
                "note: the ids of these snapshots do not match ({} % of the objects that could \
                 be the same are): they are of different processes or sessions, so classes are \
                 compared, not objects",
                fixed(diff.same_ids * 100.0, 0)
            );
        }
        let rows = common.format.is_for_people().then_some(ROWS);
        let limit = self.limit.or(rows).filter(|limit| *limit > 0);
        diff.groups.truncate(limit.unwrap_or(usize::MAX));
        let rules = self.rules.name();
        print(&Compared { base: &self.base, new: &self.new, rules, diff }, common.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Answer for Compared<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-diff/1"
    }

    fn pages(&self) -> Vec<Page> {
        let by_id = self.diff.matched_by == MatchedBy::Id;
        let rows = self.diff.groups.iter().map(|row| entries(row, by_id)).collect();
        vec![Page::of_table(columns(by_id), rows)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        const HEADER: [&str; 10] = [
            "name",
            "location",
            "source",
            "new_count",
            "deleted_count",
            "delta_count",
            "new_bytes",
            "deleted_bytes",
            "delta_bytes",
            "delta_retained_bytes",
        ];
        let rows = self.diff.groups.iter().map(|row| {
            let names = (&row.name, &row.location, &row.source);
            let counts = (row.new_count, row.deleted_count, row.delta_count);
            let bytes = (row.new_bytes, row.deleted_bytes, row.delta_bytes);
            (names, counts, bytes, row.delta_retained_bytes)
        });
        csv_under(&HEADER, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

/// Objects that came and went if ids match, else what is kept alive.
fn columns(by_id: bool) -> Vec<Column> {
    let figures = |name: &str| Column::figures(name, None, 0);
    let mut columns = vec![Column::label("Class"), Column::label("Source")];
    columns.extend(match by_id {
        true => vec![
            figures("New"),
            figures("Deleted"),
            figures("Delta"),
            figures("Allocated"),
            figures("Freed"),
            figures("Size delta"),
        ],
        false => vec![figures("Delta"), figures("Size delta"), figures("Retained delta")],
    });
    columns
}

fn entries(row: &DiffRow, by_id: bool) -> Vec<Entry> {
    let mut entries = vec![Entry::Name(row.name.clone()), place(row.source.as_deref())];
    let (count, bytes) = (Entry::CountChange(row.delta_count), Entry::BytesChange(row.delta_bytes));
    entries.extend(match by_id {
        true => vec![
            Entry::figure(row.new_count, Entry::Count),
            Entry::figure(row.deleted_count, Entry::Count),
            count,
            Entry::figure(row.new_bytes, Entry::Bytes),
            Entry::figure(row.deleted_bytes, Entry::Bytes),
            bytes,
        ],
        false => {
            vec![count, bytes, Entry::figure(row.delta_retained_bytes, Entry::BytesChange)]
        }
    });
    entries
}
