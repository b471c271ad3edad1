//! Answers: what a command has to say, as a page for people or as rows for programs.
//!
//! A command gives one [`Answer`], and [`render`] makes a text of it. Rounding, thousands separators and units of
//! people's figures exist only here. Nothing here measures, reads results or prints.

mod entry;
pub mod format;
mod labels;
mod markdown;
mod notes;
mod page;
pub mod plot;
#[cfg(test)]
mod sample;
mod terminal;

use std::fmt::Display;

use clap::ValueEnum;
use serde::Serialize;

pub use entry::Entry;
pub(crate) use labels::Labels;
pub use markdown::{escaped, markdown};
pub use notes::Notes;
pub use page::{Align, Column, Page, Section, Table};
pub use terminal::terminal;

/// How an answer is written on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for a terminal.
    #[default]
    Table,
    /// One object `{schema, …}`.
    Json,
    /// A header and rows, base units.
    Csv,
    /// A Markdown table.
    Markdown,
}

impl Format {
    /// Whether people read it, who get what is most important and rounded figures.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown)
    }
}

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its columns.
    pub width: usize,
    pub colour: bool,
}

/// What a command has to say. Rows have other columns than pages: the pages have what a reader needs, the rows all
/// that is known.
pub trait Answer {
    /// The first field of the JSON object.
    fn schema(&self) -> &'static str;
    /// For people.
    fn pages(&self) -> Vec<Page>;
    /// For people elsewhere: the same pages, unless there is more to tell.
    fn markdown(&self) -> String {
        markdown(&self.pages())
    }
    /// A header and rows: [`csv`] makes them of records.
    fn csv(&self) -> Result<String, ShowError>;
    /// The fields of the JSON object beside its schema.
    fn json(&self) -> impl Serialize;
}

/// Why an answer could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    #[error("can't write the answer as CSV: {0}; this is a defect of awaitbench, please report it")]
    Csv(#[from] csv::Error),
    #[error(
        "can't write the answer as JSON: {0}; this is a defect of awaitbench, please report it"
    )]
    Json(#[from] serde_json::Error),
}

/// The answer as a text that ends with a newline, if it is not empty.
pub fn render<A: Answer>(answer: &A, format: Format, look: Look) -> Result<String, ShowError> {
    match format {
        Format::Table => Ok(terminal(&answer.pages(), look)),
        Format::Markdown => Ok(answer.markdown()),
        Format::Csv => answer.csv(),
        Format::Json => json(answer),
    }
}

#[derive(Serialize)]
struct Document<T> {
    schema: &'static str,
    #[serde(flatten)]
    content: T,
}

/// The answer as a JSON object of many lines.
pub fn json<A: Answer>(answer: &A) -> Result<String, ShowError> {
    let document = Document { schema: answer.schema(), content: answer.json() };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
pub fn value<A: Answer>(answer: &A) -> Result<serde_json::Value, ShowError> {
    Ok(serde_json::to_value(Document { schema: answer.schema(), content: answer.json() })?)
}

/// Records as CSV under a header of their fields' names; nothing if there are none.
pub fn csv<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String, ShowError> {
    written(csv::Writer::from_writer(Vec::new()), rows)
}

/// Records as CSV under this header, which is there even if there are none.
pub fn csv_under<T: Serialize>(
    header: &[&str],
    rows: impl IntoIterator<Item = T>,
) -> Result<String, ShowError> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(header)?;
    written(writer, rows)
}

fn written<T: Serialize>(
    mut writer: csv::Writer<Vec<u8>>,
    rows: impl IntoIterator<Item = T>,
) -> Result<String, ShowError> {
    for row in rows {
        writer.serialize(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A warning, or advice: its [`Display`] says what is the matter.
pub trait Advise: Display + Serialize {
    /// What to do about it.
    fn advice(&self) -> &'static str;
}

/// A warning among the fields of a JSON object.
#[derive(Serialize)]
pub struct Advised<'a, W> {
    #[serde(flatten)]
    of: &'a W,
    message: String,
    advice: &'static str,
}

impl<'a, W: Advise> Advised<'a, W> {
    pub fn all(warnings: &'a [W]) -> Vec<Self> {
        warnings.iter().map(Self::of).collect()
    }

    pub fn of(of: &'a W) -> Self {
        Self { of, message: of.to_string(), advice: of.advice() }
    }
}
