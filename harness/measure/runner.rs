//! Carries out a plan: every subject once a block, fresh processes throughout.

use std::time::Instant;

use super::cell::{Cell, Failure, Target};
use super::plan::{Goal, Plan, Subject};
use super::publisher::Publisher;
use super::resume::Done;
use super::schedule::blocks;
use super::side_by_side::{Setting, SideBySide};
use crate::record::RecordError;

/// Told how far a plan is.
pub trait Observer {
    /// An invocation of `subject` begins.
    fn begins(&self, subject: &Subject);
    /// It has ended, or was not needed.
    fn ends(&self, subject: &Subject);
    /// A cell failed: this is said once for each.
    fn failed(&self, cell: &Cell, failure: &Failure);
}

impl Subject {
    /// Publishes at once what needs no measuring: the failure of a runtime that does not work.
    ///
    /// Answers whether there is anything left to measure.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn publish_if_broken(
        &self,
        publisher: &mut Publisher,
        observer: &dyn Observer,
    ) -> Result<bool, RecordError> {
        let Target::Broken { failure, .. } = &self.target else { return Ok(false) };
        for cell in &self.cells {
            observer.failed(cell, failure);
            publisher.fail(cell, failure.clone());
            publisher.publish(cell, true)?;
        }
        Ok(true)
    }

    /// The cells that have not failed.
    #[must_use]
    pub fn sound_cells(&self, publisher: &Publisher) -> Vec<Cell> {
        self.cells.iter().filter(|cell| !publisher.has_failed(cell)).cloned().collect()
    }
}

/// Measures everything in `plan` that `done` does not hold. Samples are on disk as they come, the
/// summary of every cell after each invocation of it; a cell that fails is a row and never stops the
/// others.
///
/// # Errors
/// Results can't be written: the disk is full, say.
pub async fn measure(
    plan: &Plan,
    done: &Done,
    publisher: &mut Publisher,
    observer: &dyn Observer,
) -> Result<(), RecordError> {
    for subject in &plan.subjects {
        subject.publish_if_broken(publisher, observer)?;
    }
    let began = Instant::now();
    let order = blocks(plan.subjects.len(), plan.effort.invocations, plan.seed);
    for (invocation, block) in (0..).zip(order) {
        for index in block {
            let subject = &plan.subjects[index];
            observer.begins(subject);
            if !done.holds(index, invocation) && !is_enough(plan, subject, publisher, began) {
                invoke(plan, subject, invocation, publisher, observer).await?;
            }
            observer.ends(subject);
        }
    }
    for cell in plan.subjects.iter().flat_map(|subject| &subject.cells) {
        if publisher.has_measured(cell) {
            publisher.publish(cell, true)?;
        }
    }
    publisher.folder().finish()
}

/// Whether `subject` has reached the plan's goal, or time is over.
fn is_enough(plan: &Plan, subject: &Subject, publisher: &Publisher, began: Instant) -> bool {
    /// With fewer invocations an interval is too uncertain itself to stop because of it.
    const LEAST: usize = 5;
    let Goal::Precision { margin, max_time } = plan.goal else { return false };
    if publisher.invocations(&subject.cells) < LEAST {
        return false;
    }
    began.elapsed() > max_time
        || publisher.margin(&subject.cells).is_some_and(|reached| reached <= margin)
}

/// One invocation of one subject: fresh processes, side by side, from start to end.
async fn invoke(
    plan: &Plan,
    subject: &Subject,
    invocation: u32,
    publisher: &mut Publisher,
    observer: &dyn Observer,
) -> Result<(), RecordError> {
    let Target::Ready(runtime) = &subject.target else { return Ok(()) };
    let cells = subject.sound_cells(publisher);
    if cells.is_empty() {
        return Ok(());
    }
    let setting = Setting {
        runtime,
        case: &subject.case,
        driver: &subject.driver,
        settings: &subject.settings,
        effort: plan.effort,
        deadlines: plan.deadlines,
    };
    let mut side_by_side = SideBySide::start(setting, &cells, invocation).await;
    for _ in 0..plan.effort.batches {
        side_by_side.take_turn().await;
        publisher.add(&cells, side_by_side.take_samples())?;
    }
    let (samples, failures) = side_by_side.finish().await;
    publisher.add(&cells, samples)?;
    for (cell, failure) in failures {
        observer.failed(&cell, &failure);
        publisher.fail(&cell, failure);
    }
    for cell in &cells {
        publisher.publish(cell, false)?;
    }
    Ok(())
}
