//! A list of rows in whichever format was asked for.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::Format;

/// Prints `rows` on standard output: for people with `headers` and the texts that `cells` makes of
/// a row, for programs as JSON `{schema, name: […]}` or CSV with the field names of the row's type.
///
/// # Errors
/// Standard output is closed.
pub(super) fn print_rows<T: Serialize>(
    format: Format,
    schema: &str,
    name: &str,
    rows: &[T],
    headers: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let mut object = serde_json::Map::new();
            object.insert("schema".to_owned(), schema.into());
            object.insert(name.to_owned(), serde_json::to_value(rows)?);
            // Written by ourselves: an error of serde_json hides that the pipe is closed.
            writeln!(out, "{}", serde_json::to_string_pretty(&object)?)?;
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            for row in rows {
                writer.serialize(row)?;
            }
            writer.flush()?;
        }
        Format::Table | Format::Markdown => {
            let preset =
                if format == Format::Table { presets::NOTHING } else { presets::ASCII_MARKDOWN };
            let mut table = Table::new();
            table.load_style(preset).set_content_arrangement(ContentArrangement::Disabled);
            table.set_header(headers.to_vec());
            for row in rows {
                table.add_row(cells(row));
            }
            for line in table.lines() {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
    }
    Ok(())
}
