//! Carries out a plan: every subject once a block, fresh processes throughout.

use std::path::PathBuf;

use super::cell::{Cell, Failure, Target};
use super::effort::Effort;
use super::publisher::Publisher;
use super::schedule::blocks;
use super::side_by_side::{Setting, SideBySide};
use crate::case::Case;
use crate::record::RecordError;
use crate::session::Deadlines;

/// One case on one runtime, with the variants that are measured side by side.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The runtime, or why there is none.
    pub target: Target,
    /// The case.
    pub case: Case,
    /// One a variant.
    pub cells: Vec<Cell>,
    /// The driver's file.
    pub driver: PathBuf,
    /// The user's flags for the runtime.
    pub flags: Vec<String>,
}

/// What is to be measured, how much of it, and in which order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What.
    pub subjects: Vec<Subject>,
    /// How much.
    pub effort: Effort,
    /// How long each request may take.
    pub deadlines: Deadlines,
    /// Decides the order.
    pub seed: u64,
}

/// Told how far a plan is.
pub trait Observer {
    /// An invocation of `subject` begins.
    fn begins(&self, subject: &Subject);
    /// It has ended.
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

/// Measures everything in `plan`. The summary of every cell is on disk after each invocation of
/// it; a cell that fails is a row and never stops the others.
///
/// # Errors
/// Results can't be written: the disk is full, say.
pub async fn measure(
    plan: &Plan,
    publisher: &mut Publisher,
    observer: &dyn Observer,
) -> Result<(), RecordError> {
    for subject in &plan.subjects {
        subject.publish_if_broken(publisher, observer)?;
    }
    for (invocation, block) in
        (0..).zip(blocks(plan.subjects.len(), plan.effort.invocations, plan.seed))
    {
        for index in block {
            let subject = &plan.subjects[index];
            observer.begins(subject);
            invoke(plan, subject, invocation, publisher, observer).await?;
            observer.ends(subject);
        }
    }
    Ok(())
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
        flags: &subject.flags,
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
    let finished = invocation + 1 == plan.effort.invocations;
    for cell in &cells {
        publisher.publish(cell, finished)?;
    }
    Ok(())
}
