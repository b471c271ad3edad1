//! What `await` costs, and what it leaks, in every JavaScript engine that you can install.
//!
//! This crate is the command line; nothing here is an interface for others. The libraries are `awaitbench-stats`,
//! `awaitbench-heap` and `awaitbench-scan`. `docs/ARCHITECTURE.md` says what each module decides, and which way
//! dependencies point. Only `cli` prints.

// So that code shared by unit and integration tests can call the library by its name in both.
#[cfg(test)]
extern crate self as awaitbench;

pub(crate) use awaitbench_heap as heap;
pub(crate) use awaitbench_scan as scan;
pub(crate) use awaitbench_stats as stats;

mod article;
mod bisect;
mod case;
mod cli;
mod compare;
mod devtools;
mod investigate;
mod key;
mod leak;
mod load;
mod machine;
mod measure;
mod npm;
mod process;
mod progress;
mod record;
mod report;
mod runtime;
mod selfcheck;
mod session;
mod show;
mod units;

pub use cli::{Cli, report_error};

/// What `tests/` and `benches/` use. Nobody else may: it changes with them, and a test fails on a name that neither uses.
#[doc(hidden)]
pub mod facade {
    pub use crate::case::{Case, Catalogue, read_cases};
    pub use crate::cli::{
        Common, MeasureBar, ProgressBars, publish_report, report_error, selection,
    };
    pub use crate::leak::ask as leak_ask;
    pub use crate::leak::probe as leak_probe;
    pub use crate::leak::{Limits, Pair, ProbePlan, Probed, two_snapshots};
    pub use crate::load::{LEAST_EVEN, LEAST_IN_STEPS};
    pub use crate::machine::fingerprint;
    pub use crate::measure::{Cell, Effort, Publisher, Rotation, Setting, Subject, Target};
    pub use crate::process::{Scratch, on_interrupt};
    pub use crate::progress::{Progress, Stage};
    pub use crate::record::{
        Holder, Kind, MachineFolder, RecordError, SampleRow, Space, Status, Verdict, find_machines,
    };
    pub use crate::runtime::{
        Environment, Family, Found, Origin, Platform, Resolver, Runtime, Settings, discover,
        install, probe,
    };
    pub use crate::session::{Deadlines, Problem, Session, SessionError, Workload};
    pub use crate::show::format::quantity;
    pub use crate::show::plot::register_fonts;
    pub use crate::units::{Bytes, thousands};
}

/// Recorded in every summary row.
pub(crate) const HARNESS_VERSION: &str = env!("CARGO_PKG_VERSION");
