//! `awaitbench heap summary`: classes and their sizes, as in DevTools' Summary view.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::RulesOption;
use super::sheet::{self, Cell, Column};
use crate::cli::options::{Common, Format};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::summary::{Member, Selection, SortBy, Summary, SummaryRow, members, summary};
use crate::units::{Bytes, thousands};

/// Rows of a table for people; machines get all.
const ROWS: usize = 30;

/// Classes by what they keep alive, as in DevTools' Summary view
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Heap snapshot
    file: PathBuf,
    #[command(flatten)]
    rules: RulesOption,
    /// List the objects of this class instead
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Only names that contain this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Order::Retained)]
    sort: Order,
    /// At most this many rows; 0 for all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Retained,
    Shallow,
    Count,
    Distance,
    Name,
}

#[derive(Serialize)]
struct Answer<'a, T> {
    schema: &'static str,
    file: &'a std::path::Path,
    rules: &'static str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Members<'a> {
    class: &'a str,
    total_bytes: u64,
    objects: Vec<Member>,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let analysis = Analysis::open(&self.file, self.rules.rules())?;
        match &self.class {
            Some(class) => self.list(&analysis, class, common)?,
            None => self.summarise(&analysis, common)?,
        }
        // Freeing gigabytes array by array helps nobody when the process ends anyway.
        std::mem::forget(analysis);
        Ok(ExitCode::SUCCESS)
    }

    fn selection(&self, common: &Common) -> Selection {
        let for_people = matches!(common.format, Format::Table | Format::Markdown);
        Selection {
            sort_by: match self.sort {
                Order::Retained => SortBy::Retained,
                Order::Shallow => SortBy::Shallow,
                Order::Count => SortBy::Count,
                Order::Distance => SortBy::Distance,
                Order::Name => SortBy::Name,
            },
            filter: self.filter.clone(),
            limit: self.limit.or(for_people.then_some(ROWS)).filter(|limit| *limit > 0),
        }
    }

    fn answer<T>(&self, schema: &'static str, content: T) -> Answer<'_, T> {
        Answer { schema, file: &self.file, rules: self.rules.name(), content }
    }

    fn summarise(&self, analysis: &Analysis, common: &Common) -> anyhow::Result<()> {
        let summary = summary(analysis, &self.selection(common));
        if !common.quiet {
            warn(&summary);
        }
        if common.format == Format::Json {
            return sheet::print_json(&self.answer("awaitbench/heap-summary/1", summary));
        }
        let people = common.format != Format::Csv;
        let total = summary.total_bytes;
        let rows: Vec<_> = summary.groups.iter().map(|row| cells(row, total, people)).collect();
        sheet::print(common.format, &columns(people), &rows)
    }

    fn list(&self, analysis: &Analysis, class: &str, common: &Common) -> anyhow::Result<()> {
        let objects = members(analysis, class, &self.selection(common));
        if objects.is_empty() {
            return Err(self.no_such_class(analysis, class).into());
        }
        let total_bytes = analysis.total_bytes();
        if common.format == Format::Json {
            let content = Members { class, total_bytes, objects };
            return sheet::print_json(&self.answer("awaitbench/heap-objects/1", content));
        }
        let columns = [
            Column("id", "Id"),
            Column("name", "Name"),
            Column("distance", "Distance"),
            Column("shallow_bytes", "Shallow"),
            Column("retained_bytes", "Retained"),
        ];
        let row = |object: &Member| {
            vec![
                Cell::Text(format!("{}", object.id)),
                Cell::Text(object.name.clone()),
                Cell::Distance(object.distance),
                Cell::Bytes(object.shallow_bytes),
                Cell::Bytes(object.retained_bytes),
            ]
        };
        let rows: Vec<_> = objects.iter().map(row).collect();
        sheet::print(common.format, &columns, &rows)
    }

    fn no_such_class(&self, analysis: &Analysis, class: &str) -> HeapError {
        let all = summary(analysis, &Selection::default()).groups;
        let wanted = class.to_lowercase();
        let near = |row: &&SummaryRow| {
            let name = row.name.to_lowercase();
            name.contains(&wanted) || (name.len() > 2 && wanted.contains(&name))
        };
        HeapError::NoSuchClass {
            path: self.file.clone(),
            name: class.to_owned(),
            nearest: all.iter().find(near).map(|row| row.name.clone()),
        }
    }
}

fn warn(summary: &Summary) {
    let shown = summary.groups.len();
    crate::say!(
        "{} nodes, {}, {} classes{}",
        thousands(summary.node_count as u64),
        Bytes(summary.total_bytes),
        thousands(summary.group_count as u64),
        if shown < summary.group_count { format!(", {shown} shown") } else { String::new() }
    );
    for row in &summary.replaced {
        crate::say!(
            "note: DevTools hides {} \"{}\" of another kind ({}) behind the row of that name",
            thousands(row.count),
            row.name,
            Bytes(row.shallow_bytes)
        );
    }
}

fn columns(people: bool) -> Vec<Column> {
    let mut columns = vec![
        Column("name", "Class"),
        Column("source", "Source"),
        Column("distance", "Distance"),
        Column("count", "Count"),
        Column("shallow_bytes", "Shallow"),
        Column("retained_bytes", "Retained"),
    ];
    if people {
        columns.insert(5, Column("shallow_share", ""));
        columns.push(Column("retained_share", ""));
    } else {
        columns.insert(1, Column("location", ""));
    }
    columns
}

fn cells(row: &SummaryRow, total: u64, people: bool) -> Vec<Cell> {
    let share = |bytes: u64| Cell::Share(bytes as f64 / total.max(1) as f64);
    let mut cells = vec![
        Cell::Text(row.name.clone()),
        Cell::Source(row.source.clone()),
        Cell::Distance(row.distance),
        Cell::Count(row.count),
        Cell::Bytes(row.shallow_bytes),
        Cell::Bytes(row.retained_bytes),
    ];
    if people {
        cells.insert(5, share(row.shallow_bytes));
        cells.push(share(row.retained_bytes));
    } else {
        cells.insert(1, Cell::Text(row.location.clone().unwrap_or_default()));
    }
    cells
}
