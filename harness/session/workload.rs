//! What a session is started with.

use std::path::Path;

use super::message::HelloOptions;
use crate::case::{Case, Unhandled, Variant};
use crate::runtime::Settings;

#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    pub driver: &'a Path,
    pub case: &'a Case,
    pub variant: &'a Variant,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
}

impl<'a> Workload<'a> {
    /// The workload that executes `variant` of `case` with this driver.
    pub const fn of(
        case: &'a Case,
        variant: &'a Variant,
        driver: &'a Path,
        settings: &'a Settings,
    ) -> Self {
        Self { driver, case, variant, settings }
    }

    /// The runtime's flags: what the user asks comes last, and wins.
    pub(super) fn flags(&self) -> Vec<String> {
        self.case.flags.iter().chain(&self.settings.flags).cloned().collect()
    }

    pub(super) fn hello_options(&self) -> HelloOptions {
        HelloOptions {
            awaits: self.case.awaits,
            async_hooks: self.settings.async_hooks,
            needs: self.variant.needs.clone(),
            concurrency: Some(self.case.concurrency).filter(|ops| *ops > 1),
            ignore_unhandled: self.case.unhandled == Unhandled::Ignore,
        }
    }
}
