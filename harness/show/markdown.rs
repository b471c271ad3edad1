//! Pages as Markdown: every column, aligned in the source so that a diff stays readable.

use super::format::raised;
use super::{Align, Column, Page, Section, Table};
use crate::heap::text::printable;

/// The pages as GitHub-flavoured Markdown, a second-level heading for each that has a title.
pub fn markdown(pages: &[Page]) -> String {
    let blocks: Vec<String> = pages.iter().flat_map(page_blocks).collect();
    blocks.join("\n\n") + "\n"
}

fn page_blocks(page: &Page) -> Vec<String> {
    let mut blocks = Vec::new();
    if !page.title.is_empty() {
        blocks.push(format!("## {}", clean(&page.title)));
    }
    blocks.extend(page.sections.iter().flat_map(section_blocks));
    for lines in [&page.lines, &page.about] {
        if !lines.is_empty() {
            let lines: Vec<_> = lines.iter().map(|line| clean(line)).collect();
            blocks.push(lines.join("\n"));
        }
    }
    blocks
}

fn section_blocks(section: &Section) -> Vec<String> {
    let mut blocks = Vec::new();
    if !section.title.is_empty() {
        blocks.push(format!("### {}", clean(&section.title)));
    }
    if !section.table.columns.is_empty() {
        blocks.push(table_lines(&section.table).join("\n"));
    }
    for (i, note) in section.notes.texts().iter().enumerate() {
        blocks.push(format!("{} {}", raised(i + 1), clean(note)));
    }
    blocks.extend(section.remark.as_deref().map(clean));
    blocks
}

fn table_lines(table: &Table) -> Vec<String> {
    let header: Vec<_> = table.columns.iter().map(heading).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|entry| escaped(&entry.shown())).collect())
        .collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|i| {
            let entries = rows.iter().map(|row| row[i].chars().count());
            entries.chain([header[i].chars().count(), 3]).max().unwrap_or(3)
        })
        .collect();
    let rule = table.columns.iter().zip(&widths).map(|(column, width)| match column.align {
        Align::Left => "-".repeat(*width),
        Align::Right => "-".repeat(width - 1) + ":",
    });
    let mut lines = vec![line(table, &header, &widths), joined(rule)];
    lines.extend(rows.iter().map(|row| line(table, row, &widths)));
    lines
}

fn heading(column: &Column) -> String {
    let unit = column.unit.map(|unit| format!(" ({unit})")).unwrap_or_default();
    escaped(&(column.full_name() + &unit))
}

fn line(table: &Table, texts: &[String], widths: &[usize]) -> String {
    let padded = texts.iter().zip(&table.columns).zip(widths);
    joined(padded.map(|((text, column), &width)| match column.align {
        Align::Left => format!("{text:<width$}"),
        Align::Right => format!("{text:>width$}"),
    }))
}

fn joined(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// The text, line by line, with nothing in it that a terminal or Markdown would obey.
fn clean(text: &str) -> String {
    text.lines().map(|line| escaped(&printable(line))).collect::<Vec<_>>().join("\n")
}

/// The text with nothing in it that Markdown or HTML would obey.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '|' | '#' => escaped.extend(['\\', c]),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn names_cannot_break_the_table() {
        assert_eq!(escaped("a|b <i> c_d & `e`"), "a\\|b &lt;i> c\\_d &amp; \\`e\\`");
    }

    #[test]
    fn all_columns_are_there() {
        insta::assert_snapshot!(markdown(&[sample::page(), sample::names()]));
    }
}
