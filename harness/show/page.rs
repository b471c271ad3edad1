//! What every renderer starts from: pages of sections, each a table with its notes.
//!
//! A renderer only places what is here. That keeps the terminal and Markdown saying the same, and lets a narrow
//! terminal drop columns by their priority.

use super::{Entry, Notes};

/// What is shown about one thing: its tables first, then what qualifies them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Empty for a table alone.
    pub title: String,
    pub sections: Vec<Section>,
    /// Said below the tables. A line that begins with a space is never broken.
    pub lines: Vec<String>,
    /// Where the figures come from, how to read them, and what to be warned of: at the end.
    pub about: Vec<String>,
}

/// One table with its heading and notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// `await-two: throughput`; empty for a table alone.
    pub title: String,
    pub table: Table,
    /// What the raised numbers in the table refer to.
    pub notes: Notes,
    /// What the table shows, under it.
    pub remark: Option<String>,
}

/// Columns and rows of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Entry>>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What several columns belong to: a case, or the published figures.
    pub group: Option<String>,
    pub name: String,
    /// The unit of its figures, unless they bear their own.
    pub unit: Option<&'static str>,
    pub align: Align,
    /// On a narrow terminal the columns with the highest number are dropped first; those with 0 never.
    pub priority: u8,
    /// Whether the column belongs to the one before it, and stands closer to it.
    pub close: bool,
}

/// The side at which a column's texts line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

impl Page {
    pub fn of_table(columns: Vec<Column>, rows: Vec<Vec<Entry>>) -> Self {
        Self { sections: vec![Section::new("", columns, rows)], ..Self::default() }
    }

    /// What stands in the column of this name, in the first row that begins with these words.
    #[cfg(test)]
    pub(crate) fn cell(&self, row: &str, column: &str) -> String {
        let begins = |entries: &[Entry]| {
            (1..=entries.len()).any(|n| {
                let words: Vec<String> = entries[..n].iter().map(Entry::shown).collect();
                words.join(" ") == row
            })
        };
        for Section { table, .. } in &self.sections {
            let at =
                table.columns.iter().position(|it| it.name == column || it.full_name() == column);
            let found = table.rows.iter().find(|entries| begins(entries));
            if let (Some(at), Some(entries)) = (at, found) {
                return entries[at].shown();
            }
        }
        panic!("no \"{column}\" of \"{row}\" on the page: {self:#?}");
    }

    /// The section with this heading.
    #[cfg(test)]
    pub(crate) fn section(&self, title: &str) -> &Section {
        let found = self.sections.iter().find(|section| section.title == title);
        found.unwrap_or_else(|| panic!("no section \"{title}\": {self:#?}"))
    }
}

impl Section {
    pub fn new(title: impl Into<String>, columns: Vec<Column>, rows: Vec<Vec<Entry>>) -> Self {
        Self { title: title.into(), table: Table { columns, rows }, ..Self::default() }
    }

    /// Without the columns that have no entry at all.
    pub fn without_empty_columns(mut self) -> Self {
        let is_filled = |i: usize| self.table.rows.iter().any(|row| !row[i].is_nothing());
        self.table = self.table.select(|i, _| is_filled(i));
        self
    }

    pub fn noted(self, notes: Notes) -> Self {
        Self { notes, ..self }
    }

    pub fn remarked(self, remark: impl Into<String>) -> Self {
        Self { remark: Some(remark.into()), ..self }
    }
}

impl Column {
    /// A column of words that is always shown.
    pub fn label(name: impl Into<String>) -> Self {
        Self {
            group: None,
            name: name.into(),
            unit: None,
            align: Align::Left,
            priority: 0,
            close: false,
        }
    }

    /// A column of words that goes where there is no room.
    pub fn words(name: impl Into<String>, priority: u8) -> Self {
        Self { priority, ..Self::label(name) }
    }

    pub fn figures(
        name: impl Into<String>,
        unit: impl Into<Option<&'static str>>,
        priority: u8,
    ) -> Self {
        Self { unit: unit.into(), align: Align::Right, priority, ..Self::label(name) }
    }

    /// The same column under a heading that it shares with others.
    pub fn of(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The same column, standing close to the one before it.
    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// The whole name in one line, without the unit: `published ratio`.
    pub fn full_name(&self) -> String {
        match &self.group {
            Some(group) => format!("{group} {}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Table {
    /// Only the columns for which `keep` holds.
    pub(super) fn select(&self, keep: impl Fn(usize, &Column) -> bool) -> Self {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|&i| keep(i, &self.columns[i])).collect();
        let row = |row: &Vec<Entry>| kept.iter().map(|&i| row[i].clone()).collect();
        Self {
            columns: kept.iter().map(|&i| self.columns[i].clone()).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }
}
