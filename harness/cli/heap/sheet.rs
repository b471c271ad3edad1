//! Rows of an answer as a terminal table, Markdown or CSV.
//!
//! People get multiples of bytes and separated thousands; machines get raw numbers.

use std::io::Write;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle, presets};

use crate::cli::options::Format;
use crate::cli::report::terminal_look;
use crate::heap::script::short;
use crate::units::{Bytes, thousands};

/// A line under the headings and nothing else: rows stay one line apart.
const TERMINAL: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// A column: its name for machines, and its heading for people.
pub(super) struct Column(pub(super) &'static str, pub(super) &'static str);

/// A value in a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(String),
    /// A place in a program: people get it without folders, and its end where room is short.
    Source(Option<String>),
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
            Self::Source(place) => place.as_deref().map(short).map(printable).unwrap_or_default(),
            Self::Count(count) => thousands(*count),
            Self::Bytes(bytes) => Bytes(*bytes).to_string(),
            Self::CountChange(change) => {
                format!("{}{}", sign(*change), thousands(change.unsigned_abs()))
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
            Self::Source(place) => place.clone().unwrap_or_default(),
            Self::Count(number) | Self::Bytes(number) => number.to_string(),
            Self::CountChange(number) | Self::BytesChange(number) => number.to_string(),
            Self::Share(share) => share.to_string(),
            Self::Distance(distance) => distance.map(|d| d.to_string()).unwrap_or_default(),
            Self::Missing => String::new(),
        }
    }

    fn alignment(&self) -> CellAlignment {
        let is_text = matches!(self, Self::Text(_) | Self::Source(_));
        if is_text { CellAlignment::Left } else { CellAlignment::Right }
    }
}

fn sign(change: i64) -> &'static str {
    match change {
        0 => "",
        1.. => "+",
        _ => "−",
    }
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
    let mut out = std::io::stdout().lock();
    let (width, _) = terminal_look(&out);
    write!(out, "{}", text(format, columns, rows, width))?;
    Ok(())
}

/// Rows as Markdown, or as a table of at most `width` columns, as far as numbers leave room.
fn text(format: Format, columns: &[Column], rows: &[Vec<Cell>], width: usize) -> String {
    let mut grid = vec![columns.iter().map(|column| column.1.to_owned()).collect::<Vec<_>>()];
    grid.extend(rows.iter().map(|row| row.iter().map(Cell::for_people).collect()));
    let aligned = |at: usize| rows.first().map_or(CellAlignment::Left, |row| row[at].alignment());
    if format == Format::Markdown {
        grid.iter_mut().flatten().for_each(|cell| *cell = cell.replace('|', "\\|"));
    } else {
        fit(&mut grid, rows, width);
    }
    let mut lines = grid.into_iter();
    let mut table = Table::new();
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    table.load_style(match format {
        Format::Markdown => presets::ASCII_MARKDOWN,
        _ => TERMINAL,
    });
    table.set_header(lines.next().unwrap_or_default());
    lines.for_each(|line| _ = table.add_row(line));
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(aligned(at));
        if format != Format::Markdown {
            column.set_padding((gap(columns, at) as u16, 0));
        }
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Spaces before a column: a share belongs to what is before it.
fn gap(columns: &[Column], at: usize) -> usize {
    match at {
        0 => 0,
        _ if columns[at].1.is_empty() => 1,
        _ => 2,
    }
}

/// Shortens texts until the lines are no wider than `width`: places before names.
fn fit(grid: &mut [Vec<String>], rows: &[Vec<Cell>], width: usize) {
    const LEAST: usize = 16;
    let widest = |grid: &[Vec<String>], at: usize| {
        grid.iter().map(|line| line[at].chars().count()).max().unwrap_or(0)
    };
    let Some(first) = rows.first() else { return };
    let gaps = 2 * first.len() - first.iter().filter(|cell| matches!(cell, Cell::Share(_))).count();
    let mut total: usize = (0..first.len()).map(|at| widest(grid, at)).sum::<usize>() + gaps - 2;
    let sources = (0..first.len()).filter(|&at| matches!(first[at], Cell::Source(_)));
    let texts = (0..first.len()).filter(|&at| matches!(first[at], Cell::Text(_)));
    for at in sources.chain(texts) {
        let now = widest(grid, at);
        if total <= width || now <= LEAST {
            continue;
        }
        let room = now.saturating_sub(total - width).max(LEAST);
        let keep_end = matches!(first[at], Cell::Source(_));
        for line in &mut *grid {
            line[at] = shortened(&line[at], room, keep_end);
        }
        total -= now - room;
    }
}

fn shortened(text: &str, room: usize, keep_end: bool) -> String {
    let length = text.chars().count();
    if length <= room {
        text.to_owned()
    } else if keep_end {
        format!("…{}", text.chars().skip(length - room + 1).collect::<String>())
    } else {
        format!("{}…", text.chars().take(room - 1).collect::<String>())
    }
}

/// A paragraph for people, no line wider than the terminal, lines after the first indented.
///
/// # Errors
/// If standard output can't be written.
pub(super) fn print_paragraph(text: &str, indent: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let (width, _) = terminal_look(&out);
    // Addresses and paths stay whole, so that they can be clicked.
    let options = textwrap::Options::new(width.max(40))
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
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
        assert_eq!(Cell::BytesChange(-1_600_000).for_people(), "−1.60 MB");
        assert_eq!(Cell::BytesChange(-1_600_000).for_machines(), "-1600000");
        assert_eq!(Cell::CountChange(0).for_people(), "0");
        assert_eq!(Cell::Distance(Some(100_000_003)).for_people(), "–");
        assert_eq!(Cell::Distance(None).for_machines(), "");
        assert_eq!(printable("a\nb"), "a b");
        let place = Cell::Source(Some("/srv/app/queue.js:7:1".to_owned()));
        assert_eq!(place.for_people(), "queue.js:7:1");
        assert_eq!(place.for_machines(), "/srv/app/queue.js:7:1");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let columns = [
            Column("name", "Class"),
            Column("source", "Source"),
            Column("bytes", "Retained"),
            Column("share", ""),
        ];
        let row = |name: &str, place: &str| {
            let place = Some(place.to_owned()).filter(|place| !place.is_empty());
            vec![
                Cell::Text(name.to_owned()),
                Cell::Source(place),
                Cell::Bytes(14_585_840),
                Cell::Share(0.554),
            ]
        };
        let rows = [
            row("Generator", ""),
            row("BuiltinModule", "node:internal/bootstrap/realm:238:13"),
            row("{aVeryLongProperty, another, andOneMore, andTheLast}", "/srv/lib/a.js:1:1"),
        ];
        for width in [120, 80, 60] {
            let text = text(Format::Table, &columns, &rows, width);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("table_of_{width}"), text);
        }
        let markdown = text(Format::Markdown, &columns, &rows, 20);
        assert!(markdown.contains("andTheLast}"), "{markdown}");
    }
}
