//! What every renderer starts from: pages of sections, each a table of texts with its notes.
//!
//! A cell's text is final here; a renderer only places it. That keeps the terminal and Markdown
//! saying the same, and lets a narrow terminal drop columns by their priority.

/// Everything shown about one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The machine's title.
    pub title: String,
    /// Lines on where the figures come from and how to read them.
    pub about: Vec<String>,
    /// The tables.
    pub sections: Vec<Section>,
}

/// One table with its heading and notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading: `await-two: throughput`.
    pub title: String,
    /// The table.
    pub table: Table,
    /// What the raised numbers in the table refer to; the first is number 1.
    pub notes: Vec<String>,
    /// One line on what the table shows, under it.
    pub remark: Option<String>,
}

/// Columns and rows of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns, from the left.
    pub columns: Vec<Column>,
    /// The rows, from the top.
    pub rows: Vec<Vec<Entry>>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What several columns belong to: a case, or the published figures.
    pub group: Option<String>,
    /// What the column shows.
    pub name: String,
    /// The unit of its figures, unless they bear their own.
    pub unit: Option<&'static str>,
    /// Whether figures line up at their right.
    pub align: Align,
    /// Columns with the highest number are dropped first where there is no room; 0 never.
    pub priority: u8,
    /// Whether the column belongs to the one before it, and stands closer to it.
    pub close: bool,
}

/// The side at which a column's texts line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// The text of one cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A figure or a name.
    Text(String),
    /// The word for how measuring failed, with the number of its note.
    Failed(String),
    /// Nothing was measured.
    Missing,
    /// What would accompany a figure where there is none: a dash beside a dash says nothing.
    Blank,
}

impl Entry {
    /// The figure as `write` gives it, or [`Entry::Missing`].
    pub(crate) fn figure<T>(value: Option<T>, write: impl FnOnce(T) -> String) -> Self {
        value.map_or(Self::Missing, |value| Self::Text(write(value)))
    }

    /// What `write` makes of a margin or an interval, or [`Entry::Blank`].
    pub(crate) fn companion<T>(value: Option<T>, write: impl FnOnce(T) -> String) -> Self {
        value.map_or(Self::Blank, |value| Self::Text(write(value)))
    }

    /// What is shown.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Failed(text) => text,
            Self::Missing => super::format::MISSING,
            Self::Blank => "",
        }
    }
}

impl Column {
    /// A column of words that is always shown.
    pub(crate) fn label(name: impl Into<String>) -> Self {
        Self {
            group: None,
            name: name.into(),
            unit: None,
            align: Align::Left,
            priority: 0,
            close: false,
        }
    }

    /// A column of figures.
    pub(crate) fn figures(
        name: impl Into<String>,
        unit: impl Into<Option<&'static str>>,
        priority: u8,
    ) -> Self {
        Self {
            group: None,
            name: name.into(),
            unit: unit.into(),
            align: Align::Right,
            priority,
            close: false,
        }
    }

    /// The same column under a heading that it shares with others.
    pub(crate) fn of(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The same column, standing close to the one before it.
    pub(crate) fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// The whole name in one line, without the unit: `published ratio`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.group {
            Some(group) => format!("{group} {}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Table {
    /// Only the columns for which `keep` holds.
    pub(crate) fn select(&self, keep: impl Fn(usize, &Column) -> bool) -> Self {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|&i| keep(i, &self.columns[i])).collect();
        Self {
            columns: kept.iter().map(|&i| self.columns[i].clone()).collect(),
            rows: self
                .rows
                .iter()
                .map(|row| kept.iter().map(|&i| row[i].clone()).collect())
                .collect(),
        }
    }

    /// Without the columns that have no entry at all.
    pub(crate) fn without_empty_columns(&self) -> Self {
        self.select(|i, _| {
            self.rows.iter().any(|row| !matches!(row[i], Entry::Missing | Entry::Blank))
        })
    }
}
