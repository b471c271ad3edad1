//! Several invocations alive at once, taking turns, for a caller that chooses the number of ops:
//! criterion.

use super::cell::Cell;
use super::side_by_side::{Ended, Setting, SideBySide};
use crate::machine::NoiseWatch;
use crate::record::SampleRow;
use crate::stats::Sample;

/// Several living invocations of one case on one runtime, of which one variant leads.
#[derive(Debug)]
pub struct Rotation {
    invocations: Vec<SideBySide>,
    variant: String,
    next: usize,
    watch: NoiseWatch,
}

impl Rotation {
    /// Starts `setting.effort.invocations` fresh processes of each of `cells`, numbered from
    /// `first`, and warms all of them up.
    pub async fn start(setting: Setting<'_>, cells: &[Cell], variant: &str, first: u32) -> Self {
        let mut cells = cells.to_vec();
        let mut invocations = Vec::new();
        for number in 0..setting.effort.invocations {
            let side_by_side = SideBySide::start(setting, &cells, first + number).await;
            // What fails once fails again, perhaps after a long wait each time.
            cells.retain(|cell| side_by_side.has(&cell.key.variant));
            invocations.push(side_by_side);
            if !cells.iter().any(|cell| cell.key.variant == variant) {
                break;
            }
        }
        let watch = NoiseWatch::begin(invocations.iter().flat_map(SideBySide::pids));
        Self { invocations, variant: variant.to_owned(), next: 0, watch }
    }

    /// The leading variant executes `n` ops in the process whose turn it is, and every other
    /// variant beside it as many as take about as long. `None` if the leading variant failed.
    pub async fn timed(&mut self, n: u64) -> Option<Sample> {
        let count = self.invocations.len();
        let invocation = self.invocations.get_mut(self.next % count.max(1))?;
        self.next += 1;
        invocation.timed(&self.variant, n).await
    }

    /// What was measured since the last call.
    pub fn take_samples(&mut self) -> Vec<SampleRow> {
        self.invocations.iter_mut().flat_map(SideBySide::take_samples).collect()
    }

    /// Reads the memory of every process a last time and ends it. All of them lived at once, and so
    /// share what the machine did meanwhile.
    pub async fn finish(self) -> Ended {
        let seen = self.watch.end();
        let mut ended = Ended::default();
        for invocation in self.invocations {
            let one = invocation.finish(&seen).await;
            ended.samples.extend(one.samples);
            ended.invocations.extend(one.invocations);
            ended.failures.extend(one.failures);
        }
        ended
    }
}
