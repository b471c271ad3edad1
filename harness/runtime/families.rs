//! The families there are: one more is one entry.

use super::Family;
use super::chromium::CHROMIUM;
use super::node::NODE;

/// In the order in which they are shown.
pub static FAMILIES: &[&Family] = &[&NODE, &CHROMIUM];

impl Family {
    /// The family of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.name == name).copied()
    }
}
