//! Carries out a plan: every subject once a block, fresh processes throughout.

use super::cell::{Cell, Target};
use super::goal::Standing;
use super::plan::{Plan, Subject};
use super::publisher::Publisher;
use super::resume::Done;
use super::schedule::blocks;
use super::side_by_side::{Setting, SideBySide};
use crate::machine::NoiseWatch;
use crate::progress::Progress;
use crate::record::{RecordError, Role};

impl Subject {
    /// Publishes at once what needs no measuring: the failure of a runtime that does not work.
    ///
    /// Answers whether there is anything left to measure.
    pub fn publish_if_broken(
        &self,
        publisher: &mut Publisher,
        progress: &dyn Progress,
    ) -> Result<bool, RecordError> {
        let Target::Broken { failure, .. } = &self.target else { return Ok(false) };
        for cell in &self.cells {
            progress.note(&failure.of(cell));
            publisher.fail(cell, failure.clone());
            publisher.publish(cell, true)?;
        }
        Ok(true)
    }

    /// The cells that have not failed.
    pub fn sound_cells(&self, publisher: &Publisher) -> Vec<Cell> {
        self.cells.iter().filter(|cell| !publisher.has_failed(cell)).cloned().collect()
    }
}

/// Measures everything in `plan` that `done` does not hold. Samples are on disk as they come, the
/// summary of every cell after each invocation of it; a cell that fails is a row and never stops the
/// others. What was disturbed is measured again after everything else, by when the machine may rest.
pub async fn measure(
    plan: &Plan,
    done: &Done,
    publisher: &mut Publisher,
    progress: &dyn Progress,
) -> Result<(), RecordError> {
    for subject in &plan.subjects {
        subject.publish_if_broken(publisher, progress)?;
    }
    let mut standing = Standing::new(plan);
    let everything = 0..plan.subjects.len();
    for index in everything.clone() {
        standing.update(index, publisher, progress);
    }
    for (number, block) in (0..).zip(blocks(plan.subjects.len(), plan.seed)) {
        if !everything.clone().any(|index| standing.needs(index, number, publisher)) {
            break;
        }
        for index in block {
            if done.holds(index, number) || !standing.needs(index, number, publisher) {
                continue;
            }
            let (measured, expected) = standing.progress(publisher);
            progress.done(measured, expected);
            let subject = &plan.subjects[index];
            progress.doing(&subject.target.id(), &subject.case.name);
            invoke(plan, index, number, &standing, publisher, progress).await?;
            standing.update(index, publisher, progress);
        }
    }
    for cell in plan.subjects.iter().flat_map(|subject| &subject.cells) {
        if publisher.has_measured(cell) {
            publisher.publish(cell, true)?;
        }
    }
    publisher.folder().finish()
}

/// One invocation of one subject: fresh processes, side by side, from start to end.
async fn invoke(
    plan: &Plan,
    index: usize,
    number: u32,
    standing: &Standing<'_>,
    publisher: &mut Publisher,
    progress: &dyn Progress,
) -> Result<(), RecordError> {
    let subject = &plan.subjects[index];
    let Target::Ready(runtime) = &subject.target else { return Ok(()) };
    let cells = subject.sound_cells(publisher);
    let setting = Setting {
        runtime,
        case: &subject.case,
        driver: &subject.driver,
        settings: &subject.settings,
        effort: plan.effort,
        deadlines: plan.deadlines,
    };
    let mut side_by_side = SideBySide::start(setting, &cells, number).await;
    publisher.add(&cells, side_by_side.take_samples())?;
    let watch = NoiseWatch::begin(side_by_side.pids());
    for _ in 0..standing.batches(index) {
        side_by_side.take_turn().await;
        publisher.add(&cells, side_by_side.take_samples())?;
    }
    let seen = watch.end();
    let mut ended = side_by_side.finish(&seen).await;
    publisher.add(&cells, ended.samples)?;
    if ended.invocations.iter().any(|row| row.is_disturbed())
        && standing.may_repeat(index, publisher)
    {
        // Pairs count together or not at all.
        ended.invocations.iter_mut().for_each(|row| row.role = Role::Repeated);
    }
    publisher.conclude(&cells, ended.invocations)?;
    for (cell, failure) in ended.failures {
        progress.note(&failure.of(&cell));
        publisher.fail(&cell, failure);
    }
    for cell in &cells {
        publisher.publish(cell, false)?;
    }
    Ok(())
}
