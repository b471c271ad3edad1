//! Does memory that survives collection grow with the number of ops?
//!
//! [`judge`] is the verdict: a function of a series of readings, told what it may conclude by
//! [`Limits`]. [`probe`] makes such a series from a living process, and stops as soon as the verdict
//! is sure. [`Verdicts`] shows them; [`two_snapshots`] says what to look into when there is a leak,
//! and [`trace`] draws the curve that one sees without forced collections. `docs/LEAK.md` says what a
//! verdict means and when it is wrong.

mod before_after;
mod curve;
mod curve_page;
mod export;
mod forecast;
mod growth;
mod inquiry;
mod judged;
mod page;
mod probe;
mod reason;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod sample;
mod series;
mod slowing;
mod sparkline;
mod stride;
mod turn;
mod verdict;

pub use before_after::{Pair, SnapshotError, two_snapshots};
pub use curve::{Curve, CurvePlan, trace};
pub use curve_page::Curves;
pub use export::Verdicts;
pub use inquiry::{Inquiry, Wanted};
pub use judged::Judged;
pub use probe::{ProbePlan, Probed, ask, probe};
pub use reason::Reason;
pub use series::{Checkpoint, Held};
pub use verdict::Limits;
#[cfg(test)]
pub use verdict::{Ground, LeakFinding, judge};
