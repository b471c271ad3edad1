//! A row of records: who it is about, and what was found.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::key::Key;

/// What was found, and of whom. In JSON and in CSV the fields of both stand side by side, the key's first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keyed<T> {
    #[serde(flatten)]
    pub key: Key,
    #[serde(flatten)]
    pub row: T,
}

impl<T> Keyed<T> {
    /// What the csv writer takes, which knows no flattening.
    pub fn columns(&self) -> (&Key, &T) {
        (&self.key, &self.row)
    }

    /// Who it is about, with what is told of it in place of the row.
    pub fn as_told<U>(&self, told: U) -> Keyed<U> {
        Keyed { key: self.key.clone(), row: told }
    }

    /// The row with other figures.
    pub fn with(mut self, change: impl FnOnce(&mut T)) -> Self {
        change(&mut self.row);
        self
    }
}

impl<T> Deref for Keyed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.row
    }
}

impl<T> DerefMut for Keyed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.row
    }
}
