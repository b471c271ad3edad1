//! Plans, invocations, warm-up, sampling: the one measuring engine.
//!
//! The variants of a case live side by side, one fresh process each, and take turns in short batches,
//! so that drift and noisy neighbours hit all alike. `cargo bench` and `awaitbench run` differ only
//! in who chooses the number of ops and the order of the cells.

mod between_runs;
mod cell;
mod collection;
mod costs;
mod effort;
mod goal;
mod invocation_row;
mod live_invocation;
mod pilot;
mod plan;
mod publisher;
mod ratio;
pub(crate) mod redact;
mod resume;
mod rotation;
mod runner;
mod schedule;
mod side_by_side;
mod summary;
mod warning;
mod warnings;

pub use between_runs::{BetweenRuns, ENOUGH_RUNS, Source};
pub use cell::{Cell, Failure, Target};
pub use collection::allocated_per_op;
pub use costs::costs;
pub use effort::Effort;
pub use plan::{Goal, Plan, Subject};
pub use publisher::Publisher;
pub use ratio::{denominator, pairs, ratios};
pub use resume::{Done, take_over};
pub use rotation::Rotation;
pub use runner::measure;
pub use side_by_side::{Setting, SideBySide};
pub use summary::{counted, summarize, widen_as_known};
pub use warning::{Warning, sentences};
pub use warnings::warnings;

/// The variants that a ratio is made of: native ÷ down-levelled, the article's last column.
pub const RATIO_OF: (&str, &str) = ("async", "generator");
