//! What a session is started with.

use std::path::Path;

use crate::case::{Case, Check, Shape, Variant};
use crate::runtime::Settings;

#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    pub driver: &'a Path,
    pub variant: &'a Path,
    pub shape: Shape,
    /// What every batch must give.
    pub check: Check,
    /// How many awaits an op is to have, if the case says.
    pub awaits: Option<u32>,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
}

impl<'a> Workload<'a> {
    /// The workload that executes `variant` of `case` with this driver.
    pub fn of(case: &Case, variant: &'a Variant, driver: &'a Path, settings: &'a Settings) -> Self {
        Self {
            driver,
            variant: &variant.file,
            shape: case.shape,
            check: case.check,
            awaits: case.awaits,
            settings,
        }
    }
}
