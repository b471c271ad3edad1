//! Watches the machine and the processes that are measured on it, from one moment to another.

use std::collections::BTreeMap;

use super::{Moment, Noise, Usage};

/// The moment at which watching began.
#[derive(Clone, Debug)]
pub struct NoiseWatch {
    moment: Moment,
    measured: BTreeMap<u32, Usage>,
    harness: Usage,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub noise: Noise,
    /// What each process used, by its id.
    pub usages: BTreeMap<u32, Usage>,
}

impl NoiseWatch {
    /// Begins to watch. `measured` are all processes whose work is not noise.
    pub fn begin(measured: impl IntoIterator<Item = u32>) -> Self {
        Self {
            measured: measured.into_iter().map(|pid| (pid, Usage::of(pid))).collect(),
            harness: Usage::of(std::process::id()),
            moment: Moment::now(),
        }
    }

    /// What was seen until now. The processes must be alive still: the dead tell nothing.
    pub fn end(&self) -> Seen {
        let moment = Moment::now();
        let usages: BTreeMap<u32, Usage> = self
            .measured
            .iter()
            .map(|(pid, before)| (*pid, Usage::of(*pid).since(before)))
            .collect();
        let harness = Usage::of(std::process::id()).since(&self.harness);
        // One that tells nothing leaves it unknown what others used.
        let own = usages
            .values()
            .chain([&harness])
            .try_fold(0_u64, |sum, usage| Some(sum.saturating_add(usage.cpu_ns?)));
        Seen { noise: Noise::between(&self.moment, &moment, own), usages }
    }
}
