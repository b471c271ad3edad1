//! How far each subject of a plan is: whether it needs another invocation, of how many batches, and
//! whether a disturbed one may be repeated.
//!
//! All of it follows from the rows on disk, so that a run that was broken off and resumed decides what
//! an unbroken one would have decided. Only `--max-time` begins anew.

use std::time::Instant;

use super::pilot::{PILOT, Prediction, predict};
use super::plan::{Goal, Plan, Subject};
use super::publisher::Publisher;
use crate::progress::Progress;
use crate::record::Role;
use crate::show::format::fixed;

/// What is known of each subject, by its index in the plan.
#[derive(Debug)]
pub(super) struct Standing<'p> {
    plan: &'p Plan,
    began: Instant,
    subjects: Vec<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// Whether the interval is as narrow as it should be.
    is_reached: bool,
    prediction: Option<Prediction>,
}

impl<'p> Standing<'p> {
    /// Before the first invocation that this process measures.
    pub(super) fn new(plan: &'p Plan) -> Self {
        let subjects = vec![State::default(); plan.subjects.len()];
        Self { plan, began: Instant::now(), subjects }
    }

    /// Takes the latest invocation of a subject into account.
    pub(super) fn update(&mut self, index: usize, publisher: &Publisher, progress: &dyn Progress) {
        let Goal::Precision { margin, .. } = self.plan.goal else { return };
        let subject = &self.plan.subjects[index];
        let state = &mut self.subjects[index];
        if publisher.count(&subject.cells, Role::Counted) < PILOT {
            return;
        }
        state.is_reached =
            publisher.margin(&subject.cells).is_some_and(|reached| reached <= margin);
        if state.prediction.is_none() {
            state.prediction = predict(&subject.cells, publisher, margin);
            if let (false, Some(prediction)) = (state.is_reached, &state.prediction) {
                progress.note(&told(subject, margin, prediction));
            }
        }
    }

    /// Whether the subject needs an invocation of this number.
    pub(super) fn needs(&self, index: usize, number: u32, publisher: &Publisher) -> bool {
        let subject = &self.plan.subjects[index];
        if subject.sound_cells(publisher).is_empty() {
            return false;
        }
        let repeated = publisher.count(&subject.cells, Role::Repeated);
        if number >= self.plan.effort.invocations.saturating_add(repeated) {
            return false;
        }
        match self.plan.goal {
            Goal::Invocations => true,
            Goal::Precision { max_time, .. } => {
                let is_late = self.began.elapsed() > max_time
                    && publisher.count(&subject.cells, Role::Counted) >= PILOT;
                !self.subjects[index].is_reached && !is_late
            }
        }
    }

    /// How many batches the next invocation has.
    pub(super) fn batches(&self, index: usize) -> u32 {
        let prediction = self.subjects[index].prediction.as_ref();
        prediction.map_or(self.plan.effort.batches, |prediction| prediction.dimensions.batches)
    }

    /// Whether the latest invocation of a subject may be repeated because it was disturbed: at most
    /// half as many are as are planned, or were counted where there is no plan. A machine that is
    /// never at rest would otherwise be measured for ever; what is then disturbed counts.
    pub(super) fn may_repeat(&self, index: usize, publisher: &Publisher) -> bool {
        let cells = &self.plan.subjects[index].cells;
        let basis = match self.plan.goal {
            Goal::Invocations => self.plan.effort.invocations,
            Goal::Precision { .. } => publisher.count(cells, Role::Counted).max(PILOT),
        };
        // The first counts in any case: whatever stops the run then, there is a summary.
        publisher.count(cells, Role::Counted) > 0
            && publisher.count(cells, Role::Repeated) < basis / 2
    }

    /// The invocations of all subjects that were measured, and how many there will be by what is known.
    pub(super) fn progress(&self, publisher: &Publisher) -> (u64, u64) {
        let (mut measured, mut expected) = (0, 0);
        for (index, subject) in self.plan.subjects.iter().enumerate() {
            let counted = publisher.count(&subject.cells, Role::Counted);
            let repeated = publisher.count(&subject.cells, Role::Repeated);
            let own = counted + repeated;
            measured += u64::from(own);
            expected += u64::from(if self.needs(index, 0, publisher) {
                own.max(self.planned(index) + repeated)
            } else {
                own
            });
        }
        (measured, expected)
    }

    /// How many invocations of a subject will count.
    fn planned(&self, index: usize) -> u32 {
        match (self.plan.goal, &self.subjects[index].prediction) {
            (Goal::Invocations, _) => self.plan.effort.invocations,
            (Goal::Precision { .. }, Some(prediction)) => prediction.dimensions.invocations,
            (Goal::Precision { .. }, None) => PILOT,
        }
    }
}

/// What is said of how much is needed for a margin.
fn told(subject: &Subject, margin: f64, prediction: &Prediction) -> String {
    let (case, id) = (&subject.case.name, subject.target.id());
    let remaining = fixed(prediction.remaining().as_secs_f64(), 0);
    let margin = margin * 100.0;
    let size = prediction.dimensions;
    format!(
        "{case} on {id}: ±{margin} % needs about {} invocations of {} batches: {remaining} s more",
        size.invocations, size.batches
    )
}
