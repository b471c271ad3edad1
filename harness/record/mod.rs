//! The CSV files: the only place that reads or writes them.
//!
//! `docs/FORMAT.md` says what every column means. Numbers are in base units, `.` is the decimal mark, a
//! missing value is an empty field and never 0.

pub(crate) mod between_runs;
mod cell;
mod cost;
mod error;
#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod golden_tests;
mod invocation;
mod journal;
mod keyed;
mod leak;
mod load;
mod memory;
mod names;
mod rows;
mod sample;
mod series;
mod store;

pub use between_runs::{BetweenRunsFigures, BetweenRunsRow, Figure};
pub use cell::{CellFigures, CellRow, RatioRow, Status};
pub use cost::CostRow;
pub use error::RecordError;
pub use invocation::{InvocationFigures, InvocationRow, Role, settle};
pub use journal::{PlanRecord, SubjectRecord};
pub use keyed::Keyed;
pub use leak::{CurveFigures, CurveRow, LeakFigures, LeakRow, ReadingFigures, ReadingRow};
pub use load::{LoadFigures, LoadRow, SecondFigures, SecondRow};
pub use memory::{Holder, Space, Verdict};
pub use sample::{Kind, SampleFigures, SampleRow};
pub use store::{MachineFolder, find_machines};
