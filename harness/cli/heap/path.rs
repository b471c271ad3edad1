//! `awaitbench heap path`: the shortest ways from the roots to one object.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::suspects::path_lines;
use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::path::{Step, node_name, retaining_paths};
use crate::heap::rules::Rules;
use crate::show::format::bytes;
use crate::show::{Answer, Column, Entry, Format, Page, ShowError, csv_under};

/// Why one object is alive: the shortest ways from the roots to it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Heap snapshot
    file: PathBuf,
    /// The object's id, as `heap summary --class` and `heap suspects` say it; with or without @
    #[arg(value_parser = parse_id)]
    id: u64,
    /// At most this many ways, one for each object that retains it; 0 for all
    #[arg(long, value_name = "N", default_value_t = 3)]
    limit: usize,
}

pub(super) fn parse_id(text: &str) -> Result<u64, String> {
    let number = text.strip_prefix('@').unwrap_or(text);
    number.parse().map_err(|_| "not an id: ids are numbers such as 12345 or @12345".to_owned())
}

#[derive(Serialize)]
struct Paths<'a> {
    file: &'a Path,
    id: u64,
    name: &'a str,
    shallow_bytes: u64,
    retained_bytes: u64,
    paths: &'a [Vec<Step>],
    /// Whether people get a table and not the ways as lines.
    #[serde(skip)]
    as_table: bool,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let analysis = Analysis::open(&self.file, Rules::Today)?;
        let node = analysis
            .snapshot
            .find_id(self.id)
            .ok_or_else(|| HeapError::NoSuchId { path: self.file.clone(), id: self.id })?;
        let limit = if self.limit == 0 { usize::MAX } else { self.limit };
        let paths = retaining_paths(&analysis, node, limit);
        let answer = Paths {
            file: &self.file,
            id: self.id,
            name: &node_name(&analysis, node),
            shallow_bytes: analysis.snapshot.self_sizes.get(node),
            retained_bytes: analysis.retained_bytes(node),
            paths: &paths,
            as_table: common.format == Format::Markdown,
        };
        print(&answer, common.format)?;
        std::mem::forget(analysis);
        Ok(ExitCode::SUCCESS)
    }
}

impl Paths<'_> {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{} @{}: {} itself, keeps {} alive",
            self.name,
            self.id,
            bytes(self.shallow_bytes),
            bytes(self.retained_bytes)
        )];
        if self.paths.is_empty() {
            lines.push("Nothing retains it: only weak links lead to it, or none.".to_owned());
        }
        for path in self.paths {
            lines.push(String::new());
            lines.extend(path_lines(path));
        }
        lines
    }

    /// Every step with the number of its way, from 1.
    fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        let numbered = self.paths.iter().enumerate();
        numbered.flat_map(|(i, path)| path.iter().map(move |step| (i + 1, step)))
    }
}

impl Answer for Paths<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-path/1"
    }

    fn pages(&self) -> Vec<Page> {
        if !self.as_table {
            return vec![Page { lines: self.lines(), ..Page::default() }];
        }
        let columns = vec![
            Column::figures("Path", None, 0),
            Column::label("Edge"),
            Column::label("Kind"),
            Column::label("Object"),
            Column::label("Id"),
            Column::figures("Size", None, 0),
            Column::figures("Times", None, 0),
        ];
        let row = |(path, step): (usize, &Step)| {
            vec![
                Entry::Count(path as u64),
                Entry::Name(step.edge.clone()),
                Entry::text(step.edge_kind),
                Entry::Name(step.name.clone()),
                Entry::text(step.id.to_string()),
                Entry::Bytes(step.self_bytes),
                Entry::Count(step.times),
            ]
        };
        vec![Page::of_table(columns, self.steps().map(row).collect())]
    }

    fn csv(&self) -> Result<String, ShowError> {
        let header = ["path", "edge", "edge_kind", "name", "id", "self_bytes", "times"];
        let row = |(path, step): (usize, &Step)| {
            let edge = (step.edge.clone(), step.edge_kind);
            (path, edge, step.name.clone(), step.id, step.self_bytes, step.times)
        };
        csv_under(&header, self.steps().map(row))
    }

    fn json(&self) -> impl Serialize {
        self
    }
}
