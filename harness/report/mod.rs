//! Tables, plots and pages out of results. Rounding and thousands separators exist only here.

use crate::machine::Machine;
use crate::record::{CellRow, RatioRow};

/// Everything published about one machine: what a table or a plot is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The folder's name under `results/`.
    pub folder: String,
    /// The hardware and OS.
    pub machine: Machine,
    /// One row a runtime version, case and variant.
    pub cells: Vec<CellRow>,
    /// One row a runtime version and case that has both variants.
    pub ratios: Vec<RatioRow>,
}
