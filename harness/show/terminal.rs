//! Pages for a terminal: no line wider than it, and no cell broken over lines.
//!
//! Where the table is too wide, whole columns go, the least needed first, and a line under the
//! table says which. Colour only repeats what words say.

use std::borrow::Cow;

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Table as Grid, TableStyle};

use super::format::raised;
use super::{Align, Column, Entry, Look, Page, Section, Table};
use crate::heap::text::printable;

/// Nothing but a line under the header: figures are read down a column. A junction would take a
/// column of the terminal at every gap.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

const GAP: usize = 2;

/// Spaces before a column that belongs to the one before it.
const CLOSE_GAP: usize = 1;

/// The pages as text, each line ended by a newline and at most `width` columns wide, unless two
/// columns alone are wider.
pub fn terminal(pages: &[Page], look: Look) -> String {
    let pages: Vec<_> = pages.iter().map(|page| page_text(page, look)).collect();
    pages.join("\n\n")
}

fn page_text(page: &Page, look: Look) -> String {
    let title = paragraph(&page.title, "", look.width);
    let mut blocks = vec![title.iter().map(|line| styled(line, BOLD, look)).collect()];
    blocks.extend(page.sections.iter().map(|section| section_lines(section, look)));
    blocks.push(page.lines.iter().flat_map(|line| said(line, look.width)).collect());
    let about = page.about.iter().flat_map(|about| paragraph(about, "", look.width));
    blocks.push(about.map(|line| styled(&line, DIM, look)).collect());
    blocks.retain(|lines: &Vec<String>| !lines.iter().all(String::is_empty));
    blocks.iter().map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>().join("\n")
}

fn section_lines(section: &Section, look: Look) -> Vec<String> {
    let width = look.width;
    let (table, dropped) = fit(&section.table, width);
    let mut lines = Vec::new();
    if !section.title.is_empty() {
        lines.push(styled(&printable(&section.title), BOLD, look));
    }
    if !table.columns.is_empty() {
        lines.extend(grid(&table, look.colour).lines().map(|line| line.trim_end().to_owned()));
    }
    let mut under = Vec::new();
    for (i, note) in section.notes.texts().iter().enumerate() {
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
    lines.extend(under.iter().map(|line| styled(line, DIM, look)));
    lines
}

/// The table with what fits, and the names of the columns that went: names out of programs are cut first.
fn fit(table: &Table, width: usize) -> (Cow<'_, Table>, Vec<String>) {
    let table = shorten(table, width);
    let mut limit = u8::MAX;
    let mut fitting = table.clone();
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

/// Cuts names and places until the lines are no wider than `width`: places before names.
fn shorten(table: &Table, width: usize) -> Cow<'_, Table> {
    const LEAST: usize = 16;
    let has = |at: usize, is: fn(&Entry) -> bool| table.rows.iter().any(|row| is(&row[at]));
    let all = || 0..table.columns.len();
    let places = all().filter(|&at| has(at, |entry| matches!(entry, Entry::Place(_))));
    let names = all().filter(|&at| has(at, |entry| matches!(entry, Entry::Name(_))));
    let mut table = Cow::Borrowed(table);
    for at in places.chain(names) {
        let total = total_width(&table);
        let now = usize::from(grid(&table, false).column_max_content_widths()[at]);
        if total <= width || now <= LEAST {
            continue;
        }
        let room = now.saturating_sub(total - width).max(LEAST);
        for row in &mut table.to_mut().rows {
            row[at] = match &row[at] {
                Entry::Place(_) => Entry::Place(end_of(&row[at].shown(), room)),
                Entry::Name(_) => Entry::Name(beginning_of(&row[at].shown(), room)),
                other => other.clone(),
            };
        }
    }
    table
}

fn beginning_of(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(room - 1).collect::<String>())
}

fn end_of(text: &str, room: usize) -> String {
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    format!("…{}", text.chars().skip(length - room + 1).collect::<String>())
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
    let cell = Cell::new(entry.shown());
    match entry {
        Entry::Failed(_) => cell.fg(Color::Yellow),
        Entry::Missing => cell.add_attribute(Attribute::Dim),
        _ => cell,
    }
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

fn styled(text: &str, style: &str, look: Look) -> String {
    if look.colour && !text.is_empty() { format!("{style}{text}{RESET}") } else { text.to_owned() }
}

fn paragraph(text: &str, indent: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(20)).subsequent_indent(indent);
    // Advice has lines of its own.
    let lines = text.lines().map(printable);
    lines.flat_map(|line| wrapped(&line, options.clone())).collect()
}

/// A line of a page: whole if it begins with a space; else what is below its beginning is indented.
fn said(line: &str, width: usize) -> Vec<String> {
    let line = printable(line);
    if line.is_empty() || line.starts_with(' ') {
        return vec![line.into_owned()];
    }
    // Addresses and paths stay whole, so that they can be clicked.
    let options = textwrap::Options::new(width.max(40))
        .subsequent_indent("   ")
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    wrapped(&line, options)
}

fn wrapped(line: &str, options: textwrap::Options<'_>) -> Vec<String> {
    textwrap::wrap(line, options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn plain(pages: &[Page], width: usize) -> String {
        let text = terminal(pages, Look { width, colour: false });
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        text
    }

    #[test]
    fn the_least_needed_columns_go_first_and_are_named_and_long_notes_hang() {
        for width in [60, 80, 120] {
            let text = plain(&[sample::page()], width);
            insta::assert_snapshot!(format!("{width}_columns"), text);
        }
    }

    #[test]
    fn places_are_cut_before_names() {
        for width in [60, 80, 120] {
            insta::assert_snapshot!(format!("names_{width}"), plain(&[sample::names()], width));
        }
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let pages = [sample::page(), sample::names()];
        let plain = plain(&pages, 100);
        let coloured = terminal(&pages, Look { width: 100, colour: true });
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

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let mut page = sample::page();
        let evil = "a\u{1b}[31mb\u{7}\u{9b}2J";
        page.title = evil.to_owned();
        page.sections[0].title = evil.to_owned();
        page.sections[0].remark = Some(evil.to_owned());
        page.sections[0].table.rows[0][0] = Entry::text(evil);
        page.lines = vec![evil.to_owned(), format!("  {evil}")];
        page.about.push(evil.to_owned());
        let text = plain(&[page], 120);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
