//! `awaitbench heap show`: one object, what it refers to and what refers to it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::entries::distance;
use super::path::parse_id;
use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::analysis::Analysis;
use crate::heap::error::HeapError;
use crate::heap::object::{Neighbour, Object, object};
use crate::heap::rules::Rules;
use crate::heap::text::printable;
use crate::show::format::{bytes, count};
use crate::show::{Answer, Column, Entry, Page, ShowError, csv_under};

/// Rows of each table for people; machines get all.
const ROWS: usize = 50;

/// One object: what it refers to, and all that refers to it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Heap snapshot
    file: PathBuf,
    /// The object's id, as the other commands say it; with or without @
    #[arg(value_parser = parse_id)]
    id: u64,
    /// At most this many rows of each; 0 for all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Shown<'a> {
    file: &'a Path,
    #[serde(flatten)]
    object: Object,
    /// All there are; the lists may have fewer.
    content_count: usize,
    retainer_count: usize,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let analysis = Analysis::open(&self.file, Rules::Today)?;
        let node = analysis
            .snapshot
            .find_id(self.id)
            .ok_or_else(|| HeapError::NoSuchId { path: self.file.clone(), id: self.id })?;
        let mut object = object(&analysis, node);
        let (content_count, retainer_count) = (object.content.len(), object.retainers.len());
        let rows = common.format.is_for_people().then_some(ROWS);
        let limit = self.limit.or(rows).filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        object.content.truncate(limit);
        object.retainers.truncate(limit);
        let answer = Shown { file: &self.file, object, content_count, retainer_count };
        print(&answer, common.format)?;
        std::mem::forget(analysis);
        Ok(ExitCode::SUCCESS)
    }
}

impl Shown<'_> {
    fn lines(&self) -> Vec<String> {
        let object = &self.object;
        let mut lines = vec![format!(
            "{} @{}, {}: {} itself, keeps {} alive",
            object.name,
            object.id,
            object.kind,
            bytes(object.shallow_bytes),
            bytes(object.retained_bytes)
        )];
        lines.extend(object.source.as_ref().map(|source| format!("From {source}")));
        lines.extend(object.text.as_ref().map(|text| format!("Text: {text}")));
        lines.iter().map(|line| printable(line).into_owned()).collect()
    }
}

fn table(title: &str, all: usize, of: &[Neighbour]) -> Page {
    let columns = vec![
        Column::label("Link"),
        Column::label("Kind"),
        Column::label("Object"),
        Column::label("Id"),
        Column::figures("Distance", None, 0),
        Column::figures("Shallow", None, 0),
        Column::figures("Retained", None, 0),
    ];
    let row = |other: &Neighbour| {
        vec![
            Entry::Name(other.edge.clone()),
            Entry::text(other.edge_kind),
            Entry::Name(other.name.clone()),
            Entry::text(other.id.to_string()),
            distance(other.distance),
            Entry::Bytes(other.self_bytes),
            Entry::Bytes(other.retained_bytes),
        ]
    };
    let shown =
        if of.len() < all { format!(", {} shown", count(of.len() as u64)) } else { String::new() };
    let mut page = Page::of_table(columns, of.iter().map(row).collect());
    for section in &mut page.sections {
        section.title = format!("{title}: {}{shown}", count(all as u64));
    }
    page
}

impl Answer for Shown<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-object/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![
            Page { lines: self.lines(), ..Page::default() },
            table("It refers to", self.content_count, &self.object.content),
            table("Referred to by", self.retainer_count, &self.object.retainers),
        ]
    }

    fn csv(&self) -> Result<String, ShowError> {
        let header = [
            "direction",
            "edge",
            "edge_kind",
            "name",
            "kind",
            "id",
            "self_bytes",
            "retained_bytes",
            "distance",
            "retains",
        ];
        let content = self.object.content.iter().map(|other| ("content", other));
        let retainers = self.object.retainers.iter().map(|other| ("retainer", other));
        let rows = content.chain(retainers).map(|(direction, other)| {
            let edge = (&other.edge, other.edge_kind);
            let object = (&other.name, &other.kind, other.id);
            let sizes = (other.self_bytes, other.retained_bytes);
            (direction, edge, object, sizes, other.distance, other.retains)
        });
        csv_under(&header, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}
