//! One row for each invocation: how the process went, what it cost beside its wall time, and what the
//! machine did meanwhile.
//!
//! The row is written last, when the process has ended. So an invocation is whole exactly if its row
//! is on disk, which is all that `--resume` needs to know.

use serde::{Deserialize, Serialize};

use super::{Keyed, Kind, SampleRow};
use crate::machine::Disturbances;
use crate::stats::Class;

/// What becomes of the batches of an invocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// They count, from its steady state on.
    #[default]
    Counted,
    /// It was disturbed and another took its place: kept, never counted.
    Repeated,
    /// Half a pair, from a run that was broken off at that moment: kept, never counted.
    Abandoned,
}

/// One row of `results/<machine>/invocations/<runtime>-<version>.csv`. What the system does not tell
/// is empty. Everything that is counted over time is counted from before the first batch after the
/// warm-up until after the last.
pub type InvocationRow = Keyed<InvocationFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InvocationFigures {
    /// The `started_at` of the summary row that this belongs to.
    pub run: String,
    /// Which fresh process, from 0; the variants of a case with the same number ran side by side.
    pub invocation: u32,
    pub role: Role,
    pub disturbances: Disturbances,
    /// Whether and how it reached a steady state; `None` where that was not asked or can't be told.
    pub steadiness: Option<Class>,
    /// `position` of the first batch of the steady state; `None` if there is none.
    pub steady_from: Option<u32>,
    pub batches: u32,
    pub ops: u64,
    pub wall_ns: u64,
    /// CPU time of the process, all its threads together.
    pub cpu_ns: Option<u64>,
    /// Time from the start of the processes to the first batch after the warm-up.
    pub warm_up_ns: u64,
    /// The length that its batches aimed at.
    pub batch_ns: u64,
    /// The smallest step of the clock that timed them.
    pub timer_resolution_ns: u64,
    /// Heap that an op allocates, measured between two collections; `None` where heaps can't be read.
    pub allocated_bytes_per_op: Option<f64>,
    /// Batches that had a collection inside; `None` if they allocate too little to need one.
    pub collected_batches: Option<u32>,
    /// Times that one of its threads gave the CPU up.
    pub voluntary_switches: Option<u64>,
    /// Times that one of its threads was made to.
    pub involuntary_switches: Option<u64>,
    /// Time that its main thread could have run and had to wait.
    pub waited_ns: Option<u64>,
    /// Page faults that needed no disk.
    pub minor_faults: Option<u64>,
    pub major_faults: Option<u64>,
    /// Cores that it may run on.
    pub cores_allowed: Option<u32>,
    pub core_list: Option<String>,
    /// The core that its main thread was bound to, the same for all variants beside it; `None` if it
    /// was free.
    pub main_core: Option<u32>,
    /// Cores that the system has switched on.
    pub cores_online: Option<u32>,
    /// Share of the CPU time of all cores that the hypervisor gave to others.
    pub stolen_share: Option<f64>,
    /// Share of the CPU time of all cores that went to others than the processes measured and the
    /// harness.
    pub others_share: Option<f64>,
    /// The system's load over the last minute.
    pub load: Option<f64>,
    /// The lowest frequency of any core at the first or the last moment.
    pub lowest_khz: Option<u64>,
    pub highest_khz: Option<u64>,
    /// Times that any core was throttled because of heat.
    pub throttled: Option<u64>,
    /// Pages that the system read back from swap.
    pub swapped_in_pages: Option<u64>,
    /// Pages that it wrote to swap.
    pub swapped_out_pages: Option<u64>,
}

impl InvocationFigures {
    pub fn is_disturbed(&self) -> bool {
        !self.disturbances.0.is_empty()
    }
}

fn owns(row: &InvocationRow, sample: &SampleRow) -> bool {
    row.invocation == sample.invocation
        && row.run == sample.run
        && row.key == sample.key
        && row.role != Role::Abandoned
}

/// Says of each batch whether it counts, as far as the rows of their invocations tell: files keep
/// what a batch was when it was measured, and that is known only later.
pub fn settle(samples: &mut [SampleRow], invocations: &[InvocationRow]) {
    use std::collections::HashMap;
    let mut rows: HashMap<(u32, &str, &str, &str), Vec<&InvocationRow>> = HashMap::new();
    for row in invocations {
        let place = (row.invocation, &*row.run, &*row.key.case, &*row.key.variant);
        rows.entry(place).or_default().push(row);
    }
    for sample in samples {
        let place = (sample.invocation, &*sample.run, &*sample.key.case, &*sample.key.variant);
        let candidates = rows.get(&place).into_iter().flatten();
        if let Some(row) = candidates.copied().find(|row| owns(row, sample)) {
            sample.kind = settled(sample, row);
        }
    }
}

fn settled(sample: &SampleRow, row: &InvocationRow) -> Kind {
    match (sample.kind, row.role) {
        (Kind::Abandoned, _) => Kind::Abandoned,
        (_, Role::Repeated) => Kind::Disturbed,
        (Kind::Batch, _) if row.steady_from.is_some_and(|first| sample.position < first) => {
            Kind::Settling
        }
        (kind, _) => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::measure::Cell;

    fn cell() -> Cell {
        Cell { key: Key::node("await-two", "async", "12.16.2"), run: "t1".to_owned() }
    }

    fn kinds(samples: &[SampleRow]) -> Vec<Kind> {
        samples.iter().map(|sample| sample.kind).collect()
    }

    #[test]
    fn batches_before_the_steady_state_do_not_count() {
        let cell = cell();
        let of = |invocation, position, kind| cell.sample(invocation, position, kind);
        let mut samples = vec![
            of(0, 2, Kind::Warmup),
            of(0, 3, Kind::Batch),
            of(0, 4, Kind::Batch),
            of(0, 5, Kind::MemoryAfter),
            of(1, 3, Kind::Batch),
            of(2, 3, Kind::Batch),
            of(2, 3, Kind::Abandoned),
        ];
        samples[4].run = "t0".to_owned();
        let mut steady = cell.invocation(0);
        steady.steady_from = Some(4);
        let mut other_run = cell.invocation(1);
        other_run.role = Role::Repeated;
        let mut repeated = cell.invocation(2);
        repeated.role = Role::Repeated;
        let mut abandoned = cell.invocation(0);
        abandoned.role = Role::Abandoned;
        settle(&mut samples, &[abandoned, steady, other_run, repeated]);
        assert_eq!(
            kinds(&samples),
            [
                Kind::Warmup,
                Kind::Settling,
                Kind::Batch,
                Kind::MemoryAfter,
                Kind::Batch,
                Kind::Disturbed,
                Kind::Abandoned,
            ]
        );
    }

    #[test]
    fn of_an_invocation_without_steady_state_everything_counts() {
        let cell = cell();
        let mut samples = vec![cell.sample(0, 3, Kind::Batch)];
        let mut row = cell.invocation(0);
        row.steadiness = Some(Class::NoSteadyState);
        settle(&mut samples, &[row]);
        assert_eq!(kinds(&samples), [Kind::Batch]);
    }
}
