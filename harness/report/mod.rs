//! Tables, plots and pages out of results. Rounding and thousands separators exist only here.
//!
//! All of it is functions of data: a [`Matrix`] goes in, texts or picture files come out, and
//! nothing is printed. [`pages`] decides what is shown; [`terminal()`], [`markdown()`], [`csv()`] and
//! [`json()`] decide how it is written; [`plot`] draws.

mod export;
pub mod format;
mod layout;
mod lookup;
mod markdown;
pub mod plot;
pub(crate) mod provenance;
#[cfg(test)]
mod sample;
pub mod table;
mod terminal;

use crate::machine::Machine;
use crate::measure::{BetweenRuns, Warning};
use crate::record::{CellRow, CostRow, RatioRow};

pub use export::{ExportError, SCHEMA, csv, json};
pub use layout::{Depth, page, pages};
pub(crate) use markdown::escaped as escaped_markdown;
use table::Page;

/// Everything published about one machine: what a table or a plot is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The folder's name under `results/`.
    pub folder: String,
    /// The hardware and OS.
    pub machine: Machine,
    /// One row a runtime version, case and variant.
    pub cells: Vec<CellRow>,
    /// One row a runtime version and case that has both variants.
    pub ratios: Vec<RatioRow>,
    /// One row a runtime version, variant and case whose members differ in their number of awaits.
    pub costs: Vec<CostRow>,
    /// How much whole runs differ here, which all intervals take into account.
    pub between: BetweenRuns,
    /// What a reader must know before believing them.
    pub warnings: Vec<Warning>,
}

/// The tables of all machines for a terminal of `width` columns.
///
/// Published figures (a machine with `published`) stand beside those of each measured machine.
/// Columns that do not fit are left out and named; nothing is wrapped inside a table.
#[must_use]
pub fn terminal(matrices: &[Matrix], width: usize, colour: bool) -> String {
    terminal_pages(&pages(matrices, Depth::Everything), width, colour)
}

/// Any pages for a terminal, as [`terminal()`] writes those of machines.
#[must_use]
pub fn terminal_pages(pages: &[Page], width: usize, colour: bool) -> String {
    terminal::render(pages, width, colour)
}

/// The tables of all machines as Markdown, with every column.
#[must_use]
pub fn markdown(matrices: &[Matrix]) -> String {
    markdown_pages(&pages(matrices, Depth::Everything))
}

/// The same without how the invocations went: for a document that is about something else too.
#[must_use]
pub fn markdown_figures(matrices: &[Matrix]) -> String {
    markdown_pages(&pages(matrices, Depth::Figures))
}

/// Any pages as Markdown.
#[must_use]
pub fn markdown_pages(pages: &[Page]) -> String {
    markdown::render(pages)
}
