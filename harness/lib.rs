//! What `await` costs, and what it leaks, in every JavaScript engine that you can install.
//!
//! Dependencies point downwards only: [`cli`] uses [`compare`], [`load`], [`report`] and [`measure`], which use
//! [`session`], which uses [`runtime`] and [`case`]. [`record`] and [`units`] depend on
//! nothing above them, and the libraries `awaitbench-stats`, `-heap` and `-scan` on nothing here. Only [`cli`] prints.
//!
//! The words are those of the project's design page: a *runtime* embeds an *engine*; a *case* has
//! *variants* that must compute the same thing; an *op* is one execution of the workload; an
//! *invocation* is one fresh process of a runtime measuring one variant of one case; a *sample* is
//! one timed batch of ops inside an invocation.

// So that code shared by unit and integration tests can call the library by its name in both.
#[cfg(test)]
extern crate self as awaitbench;

pub(crate) use awaitbench_heap as heap;
pub(crate) use awaitbench_scan as scan;
pub(crate) use awaitbench_stats as stats;

pub mod article;
pub mod bisect;
pub mod case;
pub mod cli;
pub mod compare;
pub mod devtools;
pub mod investigate;
pub mod key;
pub mod leak;
pub mod load;
pub mod machine;
pub mod measure;
pub mod npm;
pub mod process;
pub mod progress;
pub mod record;
pub mod report;
pub mod runtime;
pub mod selfcheck;
pub mod session;
pub mod show;
pub mod units;

/// The harness's own version, recorded in every summary row.
pub const HARNESS_VERSION: &str = env!("CARGO_PKG_VERSION");
