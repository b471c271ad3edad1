//! Rows of an answer as a terminal table, Markdown or CSV.
//!
//! People get multiples of bytes and separated thousands; machines get raw numbers.

use std::io::Write;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle, presets};

use crate::cli::options::Format;
use crate::units::Bytes;

/// A line under the headings and nothing else: rows stay one line apart.
const TERMINAL: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A column: its name for machines, and its heading for people.
pub(super) struct Column(pub(super) &'static str, pub(super) &'static str);

/// A value in a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(String),
    Count(u64),
    Bytes(u64),
    /// A difference of counts.
    CountChange(i64),
    /// A difference of bytes.
    BytesChange(i64),
    /// A part of the heap, from 0 to 1.
    Share(f64),
    /// A distance; those above 100,000,000 are of what only system roots reach.
    Distance(Option<u32>),
    Missing,
}

impl Cell {
    fn for_people(&self) -> String {
        match self {
            Self::Text(text) => printable(text),
            Self::Count(count) => separated(*count),
            Self::Bytes(bytes) => Bytes(*bytes).to_string(),
            Self::CountChange(change) => {
                format!("{}{}", sign(*change), separated(change.unsigned_abs()))
            }
            Self::BytesChange(change) => {
                format!("{}{}", sign(*change), Bytes(change.unsigned_abs()))
            }
            Self::Share(share) => format!("{:.1} %", share * 100.0),
            Self::Distance(Some(distance)) if *distance < crate::heap::distance::SYSTEM => {
                distance.to_string()
            }
            Self::Distance(_) | Self::Missing => "–".to_owned(),
        }
    }

    fn for_machines(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(number) | Self::Bytes(number) => number.to_string(),
            Self::CountChange(number) | Self::BytesChange(number) => number.to_string(),
            Self::Share(share) => share.to_string(),
            Self::Distance(distance) => distance.map(|d| d.to_string()).unwrap_or_default(),
            Self::Missing => String::new(),
        }
    }

    fn alignment(&self) -> CellAlignment {
        if matches!(self, Self::Text(_)) { CellAlignment::Left } else { CellAlignment::Right }
    }
}

fn sign(change: i64) -> &'static str {
    match change {
        0 => "",
        1.. => "+",
        _ => "−",
    }
}

/// `1203441` as `1,203,441`.
pub(super) fn separated(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

/// A name that fits a table: one line, not too long.
fn printable(text: &str) -> String {
    const LONGEST: usize = 80;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// Prints rows in any format but JSON.
///
/// # Errors
/// If standard output can't be written.
pub(super) fn print(format: Format, columns: &[Column], rows: &[Vec<Cell>]) -> anyhow::Result<()> {
    if format == Format::Csv {
        let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
        writer.write_record(columns.iter().map(|column| column.0))?;
        for row in rows {
            writer.write_record(row.iter().map(Cell::for_machines))?;
        }
        writer.flush()?;
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(match format {
        Format::Markdown => presets::ASCII_MARKDOWN,
        _ => TERMINAL,
    });
    table.set_header(columns.iter().map(|column| column.1));
    for row in rows {
        table.add_row(row.iter().map(|cell| {
            let mut text = cell.for_people();
            if format == Format::Markdown {
                text = text.replace('|', "\\|");
            }
            comfy_table::Cell::new(text).set_alignment(cell.alignment())
        }));
    }
    if let Some(first) = rows.first() {
        for (column, cell) in table.column_iter_mut().zip(first) {
            column.set_cell_alignment(cell.alignment());
        }
    }
    writeln!(std::io::stdout().lock(), "{table}")?;
    Ok(())
}

/// Prints an answer as JSON.
///
/// # Errors
/// If standard output can't be written.
pub(super) fn print_json(answer: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, answer)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people_and_machines() {
        assert_eq!(separated(1_203_441), "1,203,441");
        assert_eq!(separated(12), "12");
        assert_eq!(Cell::BytesChange(-1_600_000).for_people(), "−1.60 MB");
        assert_eq!(Cell::BytesChange(-1_600_000).for_machines(), "-1600000");
        assert_eq!(Cell::CountChange(0).for_people(), "0");
        assert_eq!(Cell::Distance(Some(100_000_003)).for_people(), "–");
        assert_eq!(Cell::Distance(None).for_machines(), "");
        assert_eq!(printable("a\nb"), "a b");
    }
}
