//! What an earlier process of the same run has already done.

use std::collections::BTreeSet;

use super::cell::{Cell, Failure};
use super::plan::{Plan, Subject};
use super::publisher::Publisher;
use crate::record::{InvocationRow, Kind, RecordError, Role, SampleRow, Status};

/// The invocations that need not be measured again.
#[derive(Clone, Debug, Default)]
pub struct Done(BTreeSet<(usize, u32)>);

impl Done {
    /// Whether the invocation with this number of the subject with this index is done.
    pub fn holds(&self, subject: usize, invocation: u32) -> bool {
        self.0.contains(&(subject, invocation))
    }

    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }
}

/// Takes over what an earlier process did of `plan`: whole invocations are loaded into
/// `publisher`, what there is of broken ones is marked as abandoned.
pub fn take_over(plan: &Plan, publisher: &mut Publisher) -> Result<Done, RecordError> {
    let samples = publisher.folder().samples()?;
    let rows = publisher.folder().invocations()?;
    for row in publisher.folder().cells()? {
        let is_own = row.started_at == plan.run && row.status != Status::Ok;
        let mut cells = plan.subjects.iter().flat_map(|subject| &subject.cells);
        if is_own && let Some(cell) = cells.find(|cell| cell.key == row.key) {
            publisher.fail(cell, Failure { status: row.status, detail: row.detail.clone() });
        }
    }
    let mut done = BTreeSet::new();
    for (index, subject) in plan.subjects.iter().enumerate() {
        let sound = subject.sound_cells(publisher);
        let (whole, partial) = invocations(subject, &sound, &samples, &rows);
        let is_own = |row: &SampleRow| subject.cells.iter().any(|cell| cell.owns(row));
        let is_own_row =
            |row: &InvocationRow| subject.cells.iter().any(|cell| cell.has_invoked(row));
        if !partial.is_empty() {
            publisher.folder().abandon(
                &subject.cells[0].key,
                |row| partial.contains(&row.invocation) && is_own(row),
                |row| partial.contains(&row.invocation) && is_own_row(row),
            )?;
        }
        let kept = samples.iter().filter(|row| whole.contains(&row.invocation) && is_own(row));
        publisher.keep(&subject.cells, kept.cloned().collect());
        let is_kept = |row: &&InvocationRow| {
            row.role != Role::Abandoned && whole.contains(&row.invocation) && is_own_row(row)
        };
        publisher.keep_invocations(&subject.cells, rows.iter().filter(is_kept).cloned().collect());
        done.extend(whole.into_iter().map(|number| (index, number)));
    }
    Ok(Done(done))
}

/// Sorts what there is of a run that was broken off: the invocations of `subject` that are complete,
/// and those that are not. An invocation can't be gone on with, since its processes are gone.
///
/// It is complete if every cell that has not failed has its row, which is written last.
fn invocations(
    subject: &Subject,
    sound: &[Cell],
    samples: &[SampleRow],
    rows: &[InvocationRow],
) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let living: Vec<&InvocationRow> = rows
        .iter()
        .filter(|row| row.role != Role::Abandoned)
        .filter(|row| subject.cells.iter().any(|cell| cell.has_invoked(row)))
        .collect();
    let of_samples = samples
        .iter()
        .filter(|sample| sample.kind != Kind::Abandoned)
        .filter(|sample| subject.cells.iter().any(|cell| cell.owns(sample)))
        .map(|sample| sample.invocation);
    let seen: BTreeSet<u32> = of_samples.chain(living.iter().map(|row| row.invocation)).collect();
    seen.into_iter().partition(|number| {
        sound
            .iter()
            .all(|cell| living.iter().any(|row| row.invocation == *number && cell.has_invoked(row)))
    })
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

    /// What an invocation leaves: a batch of each variant, and a row if it came to its end.
    fn traces(subject: &Subject, number: u32, ended: bool) -> (Vec<SampleRow>, Vec<InvocationRow>) {
        let samples = subject.cells.iter().map(|cell| cell.sample(number, 0, Kind::Batch));
        let rows = subject.cells.iter().map(|cell| cell.invocation(number));
        (samples.collect(), if ended { rows.collect() } else { Vec::new() })
    }

    fn sorted(
        subject: &Subject,
        traces: &[(Vec<SampleRow>, Vec<InvocationRow>)],
    ) -> (Vec<u32>, Vec<u32>) {
        let samples: Vec<_> = traces.iter().flat_map(|(samples, _)| samples.clone()).collect();
        let rows: Vec<_> = traces.iter().flat_map(|(_, rows)| rows.clone()).collect();
        let (whole, partial) = invocations(subject, &subject.cells, &samples, &rows);
        (whole.into_iter().collect(), partial.into_iter().collect())
    }

    #[test]
    fn only_what_came_to_its_end_is_done() {
        let subject = subject();
        let mut repeated = traces(&subject, 3, true);
        repeated.1.iter_mut().for_each(|row| row.role = Role::Repeated);
        let mut half = traces(&subject, 4, true);
        half.1.pop();
        let all = [traces(&subject, 0, true), traces(&subject, 1, false), repeated, half];
        assert_eq!(sorted(&subject, &all), (vec![0, 3], vec![1, 4]));
    }

    #[test]
    fn what_was_abandoned_before_does_not_count_again() {
        let subject = subject();
        let mut abandoned = traces(&subject, 0, true);
        abandoned.0.iter_mut().for_each(|row| row.kind = Kind::Abandoned);
        abandoned.1.iter_mut().for_each(|row| row.role = Role::Abandoned);
        assert_eq!(sorted(&subject, &[abandoned.clone()]), (vec![], vec![]));
        let again = traces(&subject, 0, true);
        assert_eq!(sorted(&subject, &[abandoned, again]), (vec![0], vec![]));
    }

    #[test]
    fn another_run_is_not_this_one() {
        let subject = subject();
        let mut earlier = traces(&subject, 0, true);
        earlier.0.iter_mut().for_each(|row| row.run = "t0".to_owned());
        earlier.1.iter_mut().for_each(|row| row.run = "t0".to_owned());
        assert_eq!(sorted(&subject, &[earlier]), (vec![], vec![]));
    }

    #[test]
    fn a_cell_that_failed_is_not_waited_for() {
        let subject = subject();
        let (samples, mut rows) = traces(&subject, 0, true);
        rows.retain(|row| row.key.variant == "generator");
        let (whole, _) = invocations(&subject, &subject.cells[..1], &samples, &rows);
        assert_eq!(whole, BTreeSet::from([0]));
        let (whole, _) = invocations(&subject, &subject.cells, &samples, &rows);
        assert_eq!(whole, BTreeSet::new());
    }
}
