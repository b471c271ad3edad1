//! Who is told how far an investigation is.

use crate::leak::bisect;

/// Told how far it is, beside how far installations and the search for versions are.
pub trait Watch: bisect::Watch {
    /// A step is at work on this.
    fn at_work(&self, step: &'static str, what: &str);
    /// A step has come to this.
    fn came_to(&self, step: &'static str, what: &str);
}
