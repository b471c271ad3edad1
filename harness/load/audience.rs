//! Who is told how a load goes, and who keeps what is read while it lasts.

use super::series::Second;
use super::service::Service;
use crate::progress::Progress;

/// What there is to keep.
pub enum LoadEvent<'a> {
    Started(&'a Service),
    Second(&'a Second),
}

pub struct Audience<'a> {
    /// What `progress` calls the load.
    pub id: &'a str,
    pub progress: &'a dyn Progress,
    pub hear: &'a mut dyn FnMut(LoadEvent<'_>),
}

impl Audience<'_> {
    /// A part of the work begins.
    pub(super) fn begins(&self, what: &str) {
        self.progress.doing(self.id, what);
    }
}
