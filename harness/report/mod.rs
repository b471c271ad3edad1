//! Tables and plots out of results: what a [`Matrix`] shows. How it is written is [`crate::show`]'s.

mod export;
mod layout;
mod lookup;
pub mod plot;
pub(crate) mod provenance;
#[cfg(test)]
mod sample;

use crate::machine::Machine;
use crate::measure::{BetweenRuns, Warning};
use crate::record::{CellRow, CostRow, RatioRow};

pub use export::Report;
pub use layout::{Depth, pages};

/// Everything published about one machine: what a table or a plot is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The folder's name under `results/`.
    pub folder: String,
    pub machine: Machine,
    /// One row per runtime version, case and variant.
    pub cells: Vec<CellRow>,
    /// One row per runtime version and case that has both variants.
    pub ratios: Vec<RatioRow>,
    /// One row per runtime version, variant and case whose members differ in their number of awaits.
    pub costs: Vec<CostRow>,
    /// How much whole runs differ here, which all intervals take into account.
    pub between: BetweenRuns,
    /// What a reader must know before believing them.
    pub warnings: Vec<Warning>,
}
