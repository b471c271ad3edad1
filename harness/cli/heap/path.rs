//! `awaitbench heap path`: the shortest ways from the roots to one object.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::sheet::{self, Cell, Column};
use super::suspects::write_path;
use crate::cli::options::{Common, Format};
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::path::{Step, node_name, retaining_paths};
use crate::heap::rules::Rules;
use crate::units::Bytes;

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

fn parse_id(text: &str) -> Result<u64, String> {
    let number = text.strip_prefix('@').unwrap_or(text);
    number.parse().map_err(|_| "not an id: ids are numbers such as 12345 or @12345".to_owned())
}

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    file: &'a Path,
    id: u64,
    name: &'a str,
    shallow_bytes: u64,
    retained_bytes: u64,
    paths: &'a [Vec<Step>],
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
        let answer = Answer {
            schema: "awaitbench/heap-path/1",
            file: &self.file,
            id: self.id,
            name: &node_name(&analysis, node),
            shallow_bytes: analysis.snapshot.self_sizes.get(node),
            retained_bytes: analysis.retained_bytes(node),
            paths: &paths,
        };
        match common.format {
            Format::Json => sheet::print_json(&answer)?,
            Format::Table => print_text(&answer)?,
            Format::Csv | Format::Markdown => print_rows(common.format, &paths)?,
        }
        std::mem::forget(analysis);
        Ok(ExitCode::SUCCESS)
    }
}

fn print_text(answer: &Answer<'_>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} @{}: {} itself, keeps {} alive",
        answer.name,
        answer.id,
        Bytes(answer.shallow_bytes),
        Bytes(answer.retained_bytes)
    )?;
    if answer.paths.is_empty() {
        writeln!(out, "Nothing retains it: only weak links lead to it, or none.")?;
    }
    for path in answer.paths {
        writeln!(out)?;
        write_path(&mut out, path)?;
    }
    Ok(())
}

fn print_rows(format: Format, paths: &[Vec<Step>]) -> anyhow::Result<()> {
    let columns = [
        Column("path", "Path"),
        Column("edge", "Edge"),
        Column("edge_kind", "Kind"),
        Column("name", "Object"),
        Column("id", "Id"),
        Column("self_bytes", "Size"),
        Column("times", "Times"),
    ];
    let mut rows = Vec::new();
    for (i, path) in paths.iter().enumerate() {
        rows.extend(path.iter().map(|step| {
            vec![
                Cell::Count(i as u64 + 1),
                Cell::Text(step.edge.clone()),
                Cell::Text(step.edge_kind.to_owned()),
                Cell::Text(step.name.clone()),
                Cell::Text(step.id.to_string()),
                Cell::Bytes(step.self_bytes),
                Cell::Count(step.times),
            ]
        }));
    }
    sheet::print(format, &columns, &rows)
}
