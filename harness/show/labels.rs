//! How rows name their runtimes.

use std::collections::BTreeSet;

use super::{Column, Entry};
use crate::key::Key;

/// The first column: only the version where all runtimes are of one family, which its head names.
pub(crate) struct Labels(Option<String>);

impl Labels {
    pub(crate) fn of<'a>(families: impl IntoIterator<Item = &'a str>) -> Self {
        let families: BTreeSet<&str> = families.into_iter().collect();
        let only = if families.len() == 1 { families.first() } else { None };
        Self(only.map(|family| (*family).to_owned()))
    }

    pub(crate) fn column(&self) -> Column {
        self.column_or("runtime")
    }

    /// The column, with this head where there are several families.
    pub(crate) fn column_or(&self, several: &str) -> Column {
        Column::label(self.0.as_deref().unwrap_or(several))
    }

    /// `12.16.2`, or `node 12.16.2` where there are several families.
    pub(crate) fn name(&self, family: &str, version: &str) -> String {
        if self.0.is_some() { version.to_owned() } else { format!("{family} {version}") }
    }

    pub(crate) fn entry(&self, key: &Key) -> Entry {
        Entry::Text(self.name(&key.runtime, &key.version_label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_named_once_or_in_each_row() {
        let one = Labels::of(["node", "node"]);
        assert_eq!(
            (one.column().name.as_str(), one.name("node", "8.17.0")),
            ("node", "8.17.0".into())
        );
        let two = Labels::of(["node", "bun"]);
        assert_eq!(two.column_or("line").name, "line");
        let key = Key {
            runtime: "bun".into(),
            version: "1.2.3".into(),
            flags: "--smol".into(),
            ..Key::default()
        };
        assert_eq!(two.entry(&key), Entry::text("bun 1.2.3 --smol"));
    }
}
