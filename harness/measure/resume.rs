//! What an earlier process of the same run has already done.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{Cell, Failure};
use super::plan::{Plan, Subject};
use super::publisher::Publisher;
use crate::record::{Kind, RecordError, SampleRow, Status};

/// The invocations that need not be measured again.
#[derive(Clone, Debug, Default)]
pub struct Done(BTreeSet<(usize, u32)>);

impl Done {
    /// Whether the invocation with this number of the subject with this index is done.
    #[must_use]
    pub fn holds(&self, subject: usize, invocation: u32) -> bool {
        self.0.contains(&(subject, invocation))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }
}

/// Takes over what an earlier process did of `plan`: whole invocations are loaded into
/// `publisher`, the samples of broken ones are marked as abandoned.
///
/// # Errors
/// Results can't be read or written.
pub fn take_over(plan: &Plan, publisher: &mut Publisher) -> Result<Done, RecordError> {
    let samples = publisher.folder().samples()?;
    for row in publisher.folder().cells()? {
        let is_own = row.started_at == plan.run && row.status != Status::Ok;
        let mut cells = plan.subjects.iter().flat_map(|subject| &subject.cells);
        if is_own && let Some(cell) = cells.find(|cell| cell.key() == row.key()) {
            publisher.fail(cell, Failure { status: row.status, detail: row.detail.clone() });
        }
    }
    let mut done = BTreeSet::new();
    for (index, subject) in plan.subjects.iter().enumerate() {
        let sound = subject.sound_cells(publisher);
        let (whole, partial) = invocations(subject, &sound, plan.effort.batches, &samples);
        let of = |numbers: &BTreeSet<u32>, row: &SampleRow| {
            numbers.contains(&row.invocation) && subject.cells.iter().any(|cell| cell.owns(row))
        };
        if !partial.is_empty() {
            let (runtime, version) = (subject.target.family().name, subject.target.version());
            publisher.folder().abandon(runtime, &version, |row| of(&partial, row))?;
        }
        let kept = samples.iter().filter(|row| of(&whole, row)).cloned();
        publisher.keep(&subject.cells, kept.collect());
        done.extend(whole.into_iter().map(|number| (index, number)));
    }
    Ok(Done(done))
}

/// Sorts the samples of a run that was broken off: the invocations of `subject` that are complete,
/// and those that are not. An invocation can't be gone on with, since its processes are gone.
///
/// It is complete if every cell that has not failed has all its batches, and the last reading of
/// memory if it has the first.
fn invocations(
    subject: &Subject,
    sound: &[Cell],
    batches: u32,
    samples: &[SampleRow],
) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let mut seen: BTreeMap<u32, Vec<&SampleRow>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.kind != Kind::Abandoned) {
        if subject.cells.iter().any(|cell| cell.owns(sample)) {
            seen.entry(sample.invocation).or_default().push(sample);
        }
    }
    let is_whole = |samples: &[&SampleRow]| {
        sound.iter().all(|cell| {
            let count =
                |kind| samples.iter().filter(|row| row.kind == kind && cell.owns(row)).count();
            count(Kind::Batch) == batches as usize
                && count(Kind::MemoryAfter) == count(Kind::MemoryBefore)
        })
    };
    let (whole, partial): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|(_, samples)| is_whole(samples));
    let numbers =
        |these: Vec<(u32, Vec<&SampleRow>)>| these.into_iter().map(|(number, _)| number).collect();
    (numbers(whole), numbers(partial))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::case::Catalogue;
    use crate::measure::Target;
    use crate::runtime::{Family, Settings};

    fn subject() -> Subject {
        let failure = Failure { status: Status::Error, detail: String::new() };
        let family = Family::named("node").unwrap();
        let target = Target::Broken { family, label: "1.2.3".to_owned(), failure };
        let case = Catalogue::locate().find("await-two").unwrap();
        let cells = ["generator", "async"]
            .map(|name| Cell::of(&target, &case.name, name, Settings::NONE, "t1"));
        let driver = PathBuf::from("driver.js");
        Subject { target, case, cells: cells.to_vec(), driver, settings: Settings::default() }
    }

    /// An invocation with this many batches of each variant, whose memory was read.
    fn samples(subject: &Subject, invocation: u32, batches: usize, closed: bool) -> Vec<SampleRow> {
        let kinds = std::iter::once(Kind::MemoryBefore)
            .chain(std::iter::repeat_n(Kind::Batch, batches))
            .chain(closed.then_some(Kind::MemoryAfter));
        let of = |kind| subject.cells.iter().map(move |cell| cell.sample(invocation, 0, kind));
        kinds.flat_map(of).collect()
    }

    #[test]
    fn only_whole_invocations_are_done() {
        let subject = subject();
        let rows: Vec<SampleRow> = [
            samples(&subject, 0, 3, true),
            samples(&subject, 1, 2, false),
            samples(&subject, 2, 3, false),
            samples(&subject, 3, 3, true),
        ]
        .concat();
        let (whole, partial) = invocations(&subject, &subject.cells, 3, &rows);
        assert_eq!(whole, BTreeSet::from([0, 3]));
        assert_eq!(partial, BTreeSet::from([1, 2]));
    }

    #[test]
    fn what_was_abandoned_before_does_not_count_again() {
        let subject = subject();
        let mut rows = samples(&subject, 0, 2, false);
        for row in &mut rows {
            row.kind = Kind::Abandoned;
        }
        rows.extend(samples(&subject, 0, 3, true));
        let (whole, partial) = invocations(&subject, &subject.cells, 3, &rows);
        assert_eq!((whole, partial), (BTreeSet::from([0]), BTreeSet::new()));
    }

    #[test]
    fn a_cell_that_failed_is_not_waited_for() {
        let subject = subject();
        let mut rows = samples(&subject, 0, 3, true);
        rows.retain(|row| row.variant == "generator");
        let (whole, _) = invocations(&subject, &subject.cells[..1], 3, &rows);
        assert_eq!(whole, BTreeSet::from([0]));
        let (whole, _) = invocations(&subject, &subject.cells, 3, &rows);
        assert_eq!(whole, BTreeSet::new());
    }
}
