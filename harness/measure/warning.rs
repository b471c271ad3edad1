//! Something that makes figures worth less than they look, in words: what the machine did, and how the
//! processes behaved, each with what to do about it. [`super::soundness`] finds them.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::show::Advise;
use crate::show::format::percent;

/// With fewer invocations Student's t makes an interval more than a third wider than with many, and
/// the interval is uncertain itself.
pub const FEW_INVOCATIONS: u32 = 5;

/// How many cells a warning names before it only counts.
const NAMED: usize = 4;

/// Something that makes figures worth less than they look.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// The hypervisor gave CPU time to others.
    Stolen {
        /// Invocations in which it was too much.
        invocations: u32,
        of: u32,
        /// The largest share of the CPU time of all cores.
        worst_share: f64,
    },
    /// Other programs used the CPU.
    OtherLoad {
        /// Invocations in which it was too much.
        invocations: u32,
        of: u32,
        /// The largest share of the CPU time of all cores.
        worst_share: f64,
    },
    Swapping {
        /// Invocations in which it was too much.
        invocations: u32,
        of: u32,
    },
    /// Cores were throttled because of heat.
    Throttling {
        /// Invocations in which it happened.
        invocations: u32,
        of: u32,
    },
    /// Disturbed invocations count, since there had been too many to repeat them all.
    DisturbedCount {
        cells: Vec<String>,
    },
    /// The cores did not run at one frequency.
    FrequencyChanging {
        lowest_khz: u64,
        highest_khz: u64,
    },
    /// Processes may not run on every core.
    RestrictedAffinity {
        /// Cores that they may run on.
        cores_allowed: u32,
        core_list: String,
        cores_online: u32,
    },
    FewInvocations {
        cells: Vec<String>,
    },
    /// Many invocations never became steady, and all their batches count.
    NoSteadyState {
        cells: Vec<String>,
    },
    /// Many invocations became slower than they had been.
    SlowDown {
        cells: Vec<String>,
    },
    /// Batches without a garbage collection inside.
    NoCollection {
        cells: Vec<String>,
    },
    /// Batches shorter than 1,000 times the clock's smallest step.
    ShortBatches {
        cells: Vec<String>,
    },
}

impl Advise for Warning {
    fn advice(&self) -> &'static str {
        match self {
            Self::Stolen { .. } => {
                "measure when the host is quiet, or on a machine that is not shared"
            }
            Self::OtherLoad { .. } => "close other programs, and measure again",
            Self::Swapping { .. } => "free memory, and measure again",
            Self::Throttling { .. } => "cool the machine, or pause between runs with fewer cases",
            Self::DisturbedCount { .. } => {
                "believe the intervals, which are wider for it, or measure again when the machine rests"
            }
            Self::FrequencyChanging { .. } => {
                "set the governor to performance and switch turbo off, or trust ratios alone"
            }
            Self::RestrictedAffinity { .. } => {
                "start awaitbench without taskset or a CPU limit: helper threads need a core of their own"
            }
            Self::FewInvocations { .. } => "leave --quick out, or raise --invocations",
            Self::NoSteadyState { .. } => {
                "use --thorough, whose processes live longer, and look at the samples"
            }
            Self::SlowDown { .. } => {
                "look at the samples: a heap that grows, or code that was deoptimised, gets slower"
            }
            Self::NoCollection { .. } => {
                "collections are part of the cost: use --thorough, whose invocations are longer"
            }
            Self::ShortBatches { .. } => "use `awaitbench run`, which makes batches long enough",
        }
    }
}

impl Warning {
    /// The message and the advice in one line.
    pub fn sentence(&self) -> String {
        format!("{self}: {}", self.advice())
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stolen { invocations, of, worst_share } => write!(
                f,
                "the hypervisor took CPU time away in {invocations} of {of} invocations, up to {}",
                percent(*worst_share)
            ),
            Self::OtherLoad { invocations, of, worst_share } => write!(
                f,
                "other programs used the CPU in {invocations} of {of} invocations, up to {} of it",
                percent(*worst_share)
            ),
            Self::Swapping { invocations, of } => {
                write!(f, "the system swapped in {invocations} of {of} invocations")
            }
            Self::Throttling { invocations, of } => {
                write!(f, "cores were throttled in {invocations} of {of} invocations")
            }
            Self::DisturbedCount { cells } => write!(
                f,
                "disturbed invocations count in {}, since there were too many to repeat them all",
                named(cells)
            ),
            Self::FrequencyChanging { lowest_khz, highest_khz } => write!(
                f,
                "the cores ran at {} to {} MHz",
                lowest_khz.div_ceil(1000),
                highest_khz.div_ceil(1000)
            ),
            Self::RestrictedAffinity { cores_allowed, core_list, cores_online } => write!(
                f,
                "processes may run on {cores_allowed} of {cores_online} cores only ({core_list})"
            ),
            Self::FewInvocations { cells } => {
                write!(f, "there are fewer than {FEW_INVOCATIONS} invocations of {}", named(cells))
            }
            Self::NoSteadyState { cells } => {
                write!(f, "many invocations of {} never became steady", named(cells))
            }
            Self::SlowDown { cells } => {
                write!(f, "many invocations of {} became slower over time", named(cells))
            }
            Self::NoCollection { cells } => {
                write!(f, "many batches of {} contain no garbage collection", named(cells))
            }
            Self::ShortBatches { cells } => {
                write!(f, "batches of {} are too short for the clock that times them", named(cells))
            }
        }
    }
}

/// The first few, and how many more.
fn named(cells: &[String]) -> String {
    let first = cells.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match cells.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// The sentences of all warnings, each once.
pub fn sentences(warnings: &[Warning]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    warnings.iter().map(Warning::sentence).filter(|text| seen.insert(text.clone())).collect()
}
