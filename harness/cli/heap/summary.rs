//! `awaitbench heap summary`: classes and their sizes, as in DevTools' Summary view.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::entries::{distance, place};
use super::rules::RulesOption;
use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::strings::{Duplicate, duplicates};
use crate::heap::summary::{Member, Selection, SortBy, Summary, SummaryRow, members, summary};
use crate::heap::text::printable;
use crate::show::format::{bytes, count};
use crate::show::{Answer, Column, Entry, Page, ShowError, csv_under};

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
    /// List texts that more than one string has instead, the most wasteful first
    #[arg(long, conflicts_with_all = ["class", "sort"])]
    strings: bool,
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

/// What one snapshot was asked for.
#[derive(Serialize)]
struct Of<'a, T> {
    file: &'a Path,
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

#[derive(Serialize)]
struct Duplicates {
    total_bytes: u64,
    text_count: usize,
    duplicate_bytes: u64,
    strings: Vec<Duplicate>,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let analysis = Analysis::open(&self.file, self.rules.rules())?;
        match &self.class {
            Some(class) => self.list(&analysis, class, common)?,
            None if self.strings => self.list_strings(&analysis, common)?,
            None => self.summarise(&analysis, common)?,
        }
        // Freeing gigabytes array by array helps nobody when the process ends anyway.
        std::mem::forget(analysis);
        Ok(ExitCode::SUCCESS)
    }

    fn selection(&self, common: &Common) -> Selection {
        let rows = common.format.is_for_people().then_some(ROWS);
        Selection {
            sort_by: match self.sort {
                Order::Retained => SortBy::Retained,
                Order::Shallow => SortBy::Shallow,
                Order::Count => SortBy::Count,
                Order::Distance => SortBy::Distance,
                Order::Name => SortBy::Name,
            },
            filter: self.filter.clone(),
            limit: self.limit.or(rows).filter(|limit| *limit > 0),
        }
    }

    fn of<T>(&self, content: T) -> Of<'_, T> {
        Of { file: &self.file, rules: self.rules.name(), content }
    }

    fn summarise(&self, analysis: &Analysis, common: &Common) -> anyhow::Result<()> {
        let summary = summary(analysis, &self.selection(common));
        if !common.quiet {
            warn(&summary);
        }
        print(&self.of(summary), common.format)
    }

    fn list(&self, analysis: &Analysis, class: &str, common: &Common) -> anyhow::Result<()> {
        let objects = members(analysis, class, &self.selection(common));
        if objects.is_empty() {
            return Err(self.no_such_class(analysis, class).into());
        }
        let total_bytes = analysis.total_bytes();
        print(&self.of(Members { class, total_bytes, objects }), common.format)
    }

    fn list_strings(&self, analysis: &Analysis, common: &Common) -> anyhow::Result<()> {
        let selection = self.selection(common);
        let mut strings = duplicates(analysis);
        strings.retain(|string| selection.admits(&string.text));
        let text_count = strings.len();
        let duplicate_bytes = strings.iter().map(|string| string.duplicate_bytes).sum();
        strings.truncate(selection.limit.unwrap_or(usize::MAX));
        let total_bytes = analysis.total_bytes();
        print(
            &self.of(Duplicates { total_bytes, text_count, duplicate_bytes, strings }),
            common.format,
        )
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
        count(summary.node_count as u64),
        bytes(summary.total_bytes),
        count(summary.group_count as u64),
        if shown < summary.group_count { format!(", {shown} shown") } else { String::new() }
    );
    for row in &summary.replaced {
        crate::say!(
            "note: DevTools hides {} \"{}\" of another kind ({}) behind the row of that name",
            count(row.count),
            printable(&row.name),
            bytes(row.shallow_bytes)
        );
    }
}

impl Answer for Of<'_, Summary> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-summary/1"
    }

    fn pages(&self) -> Vec<Page> {
        let total = self.content.total_bytes;
        let share = |bytes: u64| Entry::Share(bytes as f64 / total.max(1) as f64);
        let columns = vec![
            Column::label("Class"),
            Column::label("Source"),
            Column::figures("Distance", None, 0),
            Column::figures("Count", None, 0),
            Column::figures("Shallow", None, 0),
            Column::figures("", None, 0).close(),
            Column::figures("Retained", None, 0),
            Column::figures("", None, 0).close(),
        ];
        let row = |row: &SummaryRow| {
            vec![
                Entry::Name(row.name.clone()),
                place(row.source.as_deref()),
                distance(row.distance),
                Entry::Count(row.count),
                Entry::Bytes(row.shallow_bytes),
                share(row.shallow_bytes),
                Entry::Bytes(row.retained_bytes),
                share(row.retained_bytes),
            ]
        };
        vec![Page::of_table(columns, self.content.groups.iter().map(row).collect())]
    }

    fn csv(&self) -> Result<String, ShowError> {
        const HEADER: [&str; 7] =
            ["name", "location", "source", "distance", "count", "shallow_bytes", "retained_bytes"];
        let rows = self.content.groups.iter().map(|row| {
            let names = (&row.name, &row.location, &row.source);
            (names, row.distance, row.count, row.shallow_bytes, row.retained_bytes)
        });
        csv_under(&HEADER, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

impl Answer for Of<'_, Members<'_>> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-objects/1"
    }

    fn pages(&self) -> Vec<Page> {
        let columns = vec![
            Column::label("Id"),
            Column::label("Name"),
            Column::figures("Distance", None, 0),
            Column::figures("Shallow", None, 0),
            Column::figures("Retained", None, 0),
        ];
        let row = |object: &Member| {
            vec![
                Entry::text(object.id.to_string()),
                Entry::Name(object.name.clone()),
                distance(object.distance),
                Entry::Bytes(object.shallow_bytes),
                Entry::Bytes(object.retained_bytes),
            ]
        };
        vec![Page::of_table(columns, self.content.objects.iter().map(row).collect())]
    }

    fn csv(&self) -> Result<String, ShowError> {
        let header = ["id", "name", "distance", "shallow_bytes", "retained_bytes"];
        let rows = self.content.objects.iter().map(|object| {
            let sizes = (object.shallow_bytes, object.retained_bytes);
            (object.id, &object.name, object.distance, sizes)
        });
        csv_under(&header, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

impl Answer for Of<'_, Duplicates> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-strings/1"
    }

    fn pages(&self) -> Vec<Page> {
        const LONGEST: usize = 60;
        let columns = vec![
            Column::label("String"),
            Column::label("Id"),
            Column::figures("Count", None, 0),
            Column::figures("Shallow", None, 0),
            Column::figures("Duplicate", None, 0),
        ];
        let row = |string: &Duplicate| {
            let text = match string.text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &string.text[..end]),
                None => string.text.clone(),
            };
            vec![
                Entry::Name(text),
                Entry::text(string.id.to_string()),
                Entry::Count(string.count),
                Entry::Bytes(string.shallow_bytes),
                Entry::Bytes(string.duplicate_bytes),
            ]
        };
        let page = Page::of_table(columns, self.content.strings.iter().map(row).collect());
        let told = format!(
            "{} texts are there more than once: one string for each would save {}.",
            count(self.content.text_count as u64),
            bytes(self.content.duplicate_bytes)
        );
        vec![Page { lines: vec![told], ..page }]
    }

    fn csv(&self) -> Result<String, ShowError> {
        let header = ["id", "text", "count", "shallow_bytes", "duplicate_bytes", "cut"];
        let rows = self.content.strings.iter().map(|string| {
            let bytes = (string.shallow_bytes, string.duplicate_bytes);
            (string.id, &string.text, string.count, bytes, string.cut)
        });
        csv_under(&header, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}
