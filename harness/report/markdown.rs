//! Pages as Markdown: every column, aligned in the source so that a diff stays readable.

use super::format::raised;
use super::table::{Align, Column, Page, Section, Table};

/// The pages as GitHub-flavoured Markdown, one second-level heading a machine.
pub(super) fn render(pages: &[Page]) -> String {
    let mut blocks = Vec::new();
    for page in pages {
        blocks.push(format!("## {}", escaped(&page.title)));
        if !page.about.is_empty() {
            let about: Vec<_> = page.about.iter().map(|line| escaped(line)).collect();
            blocks.push(about.join("\n"));
        }
        blocks.extend(page.sections.iter().flat_map(section_blocks));
    }
    blocks.join("\n\n") + "\n"
}

fn section_blocks(section: &Section) -> Vec<String> {
    let mut blocks = vec![format!("### {}", escaped(&section.title))];
    if !section.table.columns.is_empty() {
        blocks.push(table_lines(&section.table).join("\n"));
    }
    for (i, note) in section.notes.iter().enumerate() {
        blocks.push(format!("{} {}", raised(i + 1), escaped(note)));
    }
    blocks.extend(section.remark.as_deref().map(escaped));
    blocks
}

fn table_lines(table: &Table) -> Vec<String> {
    let header: Vec<_> = table.columns.iter().map(heading).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|entry| escaped(entry.text())).collect())
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

/// `published generator (ops/s)`.
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

/// The text with nothing in it that Markdown or HTML would obey.
pub(crate) fn escaped(text: &str) -> String {
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
        let matrices = [sample::measured(), sample::published()];
        insta::assert_snapshot!(super::super::markdown(&matrices));
    }

    #[test]
    fn published_figures_alone_are_a_page() {
        insta::assert_snapshot!(super::super::markdown(&[sample::published()]));
    }
}
