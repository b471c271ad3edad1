//! The CSV files: the only place that reads or writes them.
//!
//! `FORMAT.md` says what every column means. Numbers are in base units, `.` is the decimal mark, a
//! missing value is an empty field and never 0.

pub(crate) mod between_runs;
mod cell;
mod cost;
mod error;
#[cfg(test)]
mod golden_tests;
mod invocation;
mod journal;
mod leak;
mod load;
mod rows;
mod sample;
mod series;
mod store;

pub use between_runs::{BetweenRunsRow, Figure};
pub use cell::{CellRow, RatioRow, Status};
pub use cost::CostRow;
pub use error::RecordError;
pub use invocation::{InvocationRow, Role, settle};
pub use journal::{PlanRecord, SubjectRecord};
pub use leak::{CurveRow, LeakRow, ReadingRow};
pub use load::{LoadRow, SecondRow};
pub use sample::{Kind, SampleRow};
pub use store::{MachineFolder, find_machines};
