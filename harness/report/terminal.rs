//! Pages for a terminal: no line wider than it, and no cell broken over lines.
//!
//! Where the table is too wide, whole columns go, the least needed first, and a line under the
//! table says which. Colour only repeats what words say.

use std::borrow::Cow;

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Table as Grid, TableStyle};

use super::format::raised;
use super::table::{Align, Column, Entry, Page, Section, Table};

/// Nothing but a line under the header: figures are read down a column. A junction would take a
/// column of the terminal at every gap.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// Spaces before a column.
const GAP: usize = 2;

/// Spaces before a column that belongs to the one before it.
const CLOSE_GAP: usize = 1;

/// The pages as text, each line ended by a newline and at most `width` columns wide, unless two
/// columns alone are wider.
pub(super) fn render(pages: &[Page], width: usize, colour: bool) -> String {
    let pages: Vec<_> = pages.iter().map(|page| page_text(page, width, colour)).collect();
    pages.join("\n\n")
}

fn page_text(page: &Page, width: usize, colour: bool) -> String {
    let mut lines = paragraph(&page.title, "", width);
    for line in &mut lines {
        *line = styled(line, BOLD, colour);
    }
    for about in &page.about {
        lines.extend(paragraph(about, "", width).iter().map(|line| styled(line, DIM, colour)));
    }
    for section in &page.sections {
        lines.push(String::new());
        lines.extend(section_lines(section, width, colour));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn section_lines(section: &Section, width: usize, colour: bool) -> Vec<String> {
    let (table, dropped) = fit(&section.table, width);
    let mut lines = vec![styled(&section.title, BOLD, colour)];
    if !table.columns.is_empty() {
        lines.extend(grid(&table, colour).lines().map(|line| line.trim_end().to_owned()));
    }
    let mut under = Vec::new();
    for (i, note) in section.notes.iter().enumerate() {
        let number = raised(i + 1);
        let indent = " ".repeat(number.chars().count() + 1);
        under.extend(paragraph(&format!("{number} {note}"), &indent, width));
    }
    if let Some(remark) = &section.remark {
        under.extend(paragraph(remark, "", width));
    }
    if !dropped.is_empty() {
        let text = format!("No room at {width} columns for {}.", dropped.join(", "));
        under.extend(paragraph(&text, "", width));
    }
    lines.extend(under.iter().map(|line| styled(line, DIM, colour)));
    lines
}

/// The table without what does not fit, and the names of the columns that went.
fn fit(table: &Table, width: usize) -> (Cow<'_, Table>, Vec<String>) {
    let mut limit = u8::MAX;
    let mut fitting = Cow::Borrowed(table);
    while total_width(&fitting) > width {
        // All of one priority go together: a margin of one variant beside none would mislead.
        let Some(highest) = fitting.columns.iter().map(|column| column.priority).max() else {
            break;
        };
        if highest == 0 {
            break;
        }
        limit = highest - 1;
        fitting = Cow::Owned(table.select(|_, column| column.priority <= limit));
    }
    let mut names: Vec<String> = Vec::new();
    for column in table.columns.iter().filter(|column| column.priority > limit) {
        let name = column.full_name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (fitting, names)
}

fn total_width(table: &Table) -> usize {
    let contents = grid(table, false).column_max_content_widths();
    let gaps = table.columns.iter().skip(1).map(gap);
    contents.into_iter().map(usize::from).sum::<usize>() + gaps.sum::<usize>()
}

const fn gap(column: &Column) -> usize {
    if column.close { CLOSE_GAP } else { GAP }
}

fn grid(table: &Table, colour: bool) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(STYLE);
    if colour {
        grid.enforce_styling();
    } else {
        grid.force_no_tty();
    }
    let has_groups = table.columns.iter().any(|column| column.group.is_some());
    let has_units = table.columns.iter().any(|column| column.unit.is_some());
    grid.set_header(
        table.columns.iter().map(|column| Cell::new(header(column, has_groups, has_units))),
    );
    for row in &table.rows {
        grid.add_row(row.iter().map(cell));
    }
    for (i, column) in grid.column_iter_mut().enumerate() {
        let before = if i == 0 { 0 } else { gap(&table.columns[i]) };
        column.set_padding((u16::try_from(before).unwrap_or(0), 0));
        column.set_cell_alignment(match table.columns[i].align {
            Align::Left => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        });
    }
    grid
}

/// The column's head in as many lines as its neighbours have, with the name on the same line.
fn header(column: &Column, has_groups: bool, has_units: bool) -> String {
    let mut lines = Vec::new();
    if has_groups {
        // A margin belongs to the column before it, whose head names the group.
        let group = column.group.as_deref().filter(|_| !column.close);
        lines.push(group.unwrap_or_default());
    }
    lines.push(&column.name);
    if has_units {
        lines.push(column.unit.unwrap_or_default());
    }
    lines.join("\n")
}

fn cell(entry: &Entry) -> Cell {
    let cell = Cell::new(entry.text());
    match entry {
        Entry::Text(_) | Entry::Blank => cell,
        Entry::Failed(_) => cell.fg(Color::Yellow),
        Entry::Missing => cell.add_attribute(Attribute::Dim),
    }
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

fn styled(text: &str, style: &str, colour: bool) -> String {
    if colour && !text.is_empty() { format!("{style}{text}{RESET}") } else { text.to_owned() }
}

fn paragraph(text: &str, indent: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(20)).subsequent_indent(indent);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{sample, terminal};

    #[test]
    fn eighty_columns() {
        let text = terminal(&[sample::measured(), sample::published()], 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_hundred_and_twenty_columns() {
        let text = terminal(&[sample::measured(), sample::published()], 120, false);
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_least_needed_columns_go_first_and_are_named() {
        let text = terminal(&[sample::unusual()], 90, false);
        let header = text.lines().find(|line| line.contains("generator")).unwrap();
        assert!(header.contains("async") && !header.contains('±'), "{text}");
        assert!(text.contains("No room at 90 columns for ±, regenerator."), "{text}");
    }

    #[test]
    fn long_notes_are_wrapped_and_hang() {
        let mut matrix = sample::unusual();
        matrix.cells.retain(|cell| cell.key.version == "8.17.0" || cell.key.version == "12.16.2");
        for cell in &mut matrix.cells {
            cell.key.flags.clear();
            cell.detail = "word ".repeat(40);
        }
        let text = terminal(&[matrix], 80, false);
        assert!(text.lines().any(|line| line.starts_with("  word word")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let matrices = [sample::measured(), sample::published()];
        let plain = terminal(&matrices, 100, false);
        let coloured = terminal(&matrices, 100, true);
        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains("\u{1b}[1m"));
        let mut stripped = String::new();
        let mut pieces = coloured.split("\u{1b}[");
        stripped.push_str(pieces.next().unwrap());
        for piece in pieces {
            stripped.push_str(piece.split_once('m').unwrap().1);
        }
        let trimmed: Vec<_> = stripped.lines().map(str::trim_end).collect();
        assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
    }
}
