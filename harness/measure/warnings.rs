//! Whether figures are sound: what there is to warn of in cells and the rows of their invocations.
//!
//! Out of the rows alone, so that a report of old results warns as the run itself did.

use super::effort::shortest_batch;
use super::warning::{FEW_INVOCATIONS, Warning};
use crate::machine::Disturbance;
use crate::record::{CellRow, InvocationRow, Role, Status};
use crate::stats::Class;

/// Share of the classified invocations of a cell that may be unsteady. Of processes that are steady,
/// one in twenty is taken for something else by chance (see `stats::steady`).
const MOST_UNSTEADY: f64 = 0.2;

/// Share of the batches that should have a collection inside.
const LEAST_COLLECTED: f64 = 0.9;

/// How much higher the highest frequency may be than the lowest: the ratio of two variants bears it,
/// since they take turns, but the times of one op do not.
const MOST_FREQUENCY_CHANGE: f64 = 0.1;

/// Everything there is to warn of about these cells, the weightiest first.
pub fn warnings(cells: &[CellRow], rows: &[InvocationRow]) -> Vec<Warning> {
    let is_of = |cell: &CellRow, row: &InvocationRow| {
        row.key == cell.key && row.run == cell.started_at && row.role != Role::Abandoned
    };
    let sound: Vec<Own<'_>> = cells
        .iter()
        .filter(|cell| cell.status == Status::Ok)
        .map(|cell| Own { cell, rows: rows.iter().filter(|row| is_of(cell, row)).collect() })
        .collect();
    let all: Vec<&InvocationRow> = sound.iter().flat_map(|own| own.rows.clone()).collect();
    let mut found = of_machine(&all);
    found.extend(
        which(&sound, Own::counts_disturbed).map(|cells| Warning::DisturbedCount { cells }),
    );
    found.extend(frequency(&all));
    found.extend(affinity(&all));
    found.extend(which(&sound, Own::is_small).map(|cells| Warning::FewInvocations { cells }));
    let unsteady = |class| which(&sound, |own| own.share(class) > MOST_UNSTEADY);
    found.extend(unsteady(Class::NoSteadyState).map(|cells| Warning::NoSteadyState { cells }));
    found.extend(unsteady(Class::Slowdown).map(|cells| Warning::SlowDown { cells }));
    found
        .extend(which(&sound, Own::lacks_collections).map(|cells| Warning::NoCollection { cells }));
    found.extend(which(&sound, Own::is_short).map(|cells| Warning::ShortBatches { cells }));
    found
}

/// The names of the cells of which this is true, if there are any.
fn which<'a>(sound: &[Own<'a>], is: impl Fn(&Own<'a>) -> bool) -> Option<Vec<String>> {
    let found: Vec<String> =
        sound.iter().filter(|own| is(own)).map(|own| own.cell.key.label()).collect();
    (!found.is_empty()).then_some(found)
}

/// A cell and the invocations of its run.
struct Own<'a> {
    cell: &'a CellRow,
    rows: Vec<&'a InvocationRow>,
}

impl Own<'_> {
    fn counted(&self) -> impl Iterator<Item = &InvocationRow> {
        self.rows.iter().copied().filter(|row| row.role == Role::Counted)
    }

    fn counts_disturbed(&self) -> bool {
        self.counted().any(|row| row.is_disturbed())
    }

    fn is_small(&self) -> bool {
        self.cell.invocations.is_some_and(|count| count < FEW_INVOCATIONS)
    }

    /// The share of the classified invocations that are of this class.
    fn share(&self, class: Class) -> f64 {
        let classes: Vec<Class> = self.counted().filter_map(|row| row.steadiness).collect();
        let own = classes.iter().filter(|found| **found == class).count();
        own as f64 / classes.len().max(1) as f64
    }

    fn lacks_collections(&self) -> bool {
        let told = || self.counted().filter(|row| row.collected_batches.is_some());
        let batches: u32 = told().map(|row| row.batches).sum();
        let collected: u32 = told().filter_map(|row| row.collected_batches).sum();
        f64::from(collected) < LEAST_COLLECTED * f64::from(batches)
    }

    fn is_short(&self) -> bool {
        self.counted().any(|row| {
            let shortest = shortest_batch(row.timer_resolution_ns).as_nanos() as f64;
            row.batches > 0 && (row.wall_ns as f64) < shortest * f64::from(row.batches)
        })
    }
}

/// What disturbed invocations, repeated or not.
fn of_machine(rows: &[&InvocationRow]) -> Vec<Warning> {
    let of = rows.len() as u32;
    let with = |disturbance: Disturbance| -> Vec<&InvocationRow> {
        rows.iter().copied().filter(|row| row.disturbances.0.contains(&disturbance)).collect()
    };
    let worst = |rows: &[&InvocationRow], share: fn(&InvocationRow) -> Option<f64>| {
        rows.iter().filter_map(|row| share(row)).fold(0.0, f64::max)
    };
    Disturbance::ALL
        .into_iter()
        .map(|disturbance| (disturbance, with(disturbance)))
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(disturbance, rows)| {
            let invocations = rows.len() as u32;
            match disturbance {
                Disturbance::Stolen => {
                    let worst_share = worst(&rows, |row| row.stolen_share);
                    Warning::Stolen { invocations, of, worst_share }
                }
                Disturbance::Load => {
                    let worst_share = worst(&rows, |row| row.others_share);
                    Warning::OtherLoad { invocations, of, worst_share }
                }
                Disturbance::Swapping => Warning::Swapping { invocations, of },
                Disturbance::Throttled => Warning::Throttling { invocations, of },
            }
        })
        .collect()
}

fn frequency(rows: &[&InvocationRow]) -> Option<Warning> {
    let lowest_khz = rows.iter().filter_map(|row| row.lowest_khz).min()?;
    let highest_khz = rows.iter().filter_map(|row| row.highest_khz).max()?;
    (highest_khz as f64 > lowest_khz as f64 * (1.0 + MOST_FREQUENCY_CHANGE))
        .then_some(Warning::FrequencyChanging { lowest_khz, highest_khz })
}

/// The tightest restriction there was.
fn affinity(rows: &[&InvocationRow]) -> Option<Warning> {
    let restricted = rows.iter().filter_map(|row| {
        let (cores_allowed, cores_online) = (row.cores_allowed?, row.cores_online?);
        let core_list = row.core_list.clone()?;
        (cores_allowed < cores_online).then_some((
            cores_allowed,
            Warning::RestrictedAffinity { cores_allowed, core_list, cores_online },
        ))
    });
    restricted.min_by_key(|(cores, _)| *cores).map(|(_, warning)| warning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::machine::Disturbances;
    use crate::measure::{Cell, sentences};

    fn cell(variant: &str) -> Cell {
        Cell { key: Key::node("await-two", variant, "12.16.2"), run: "t1".to_owned() }
    }

    fn summary(cell: &Cell, invocations: u32) -> CellRow {
        cell.row(Status::Ok, "").with(|row| row.invocations = Some(invocations))
    }

    fn steady(cell: &Cell, invocation: u32) -> InvocationRow {
        cell.invocation(invocation).with(|row| {
            row.steadiness = Some(Class::Flat);
            row.batches = 20;
            row.wall_ns = 400_000_000;
            row.timer_resolution_ns = 100;
            row.collected_batches = Some(20);
            row.cores_allowed = Some(2);
            row.cores_online = Some(2);
            row.core_list = Some("0-1".to_owned());
            row.lowest_khz = Some(2_596_146);
            row.highest_khz = Some(2_596_146);
        })
    }

    /// The kinds of what there is to say of one cell with ten invocations, all of them changed.
    fn kinds(change: impl Fn(&mut InvocationRow)) -> Vec<String> {
        let cell = cell("async");
        let mut rows: Vec<InvocationRow> = (0..10).map(|number| steady(&cell, number)).collect();
        rows.iter_mut().for_each(change);
        let kind = |warning: &Warning| {
            let json = serde_json::to_value(warning).unwrap();
            json["kind"].as_str().unwrap().to_owned()
        };
        warnings(&[summary(&cell, 10)], &rows).iter().map(kind).collect()
    }

    #[test]
    fn nothing_is_said_of_what_went_well_or_was_never_watched() {
        assert!(kinds(|_| {}).is_empty());
        assert!(warnings(&[summary(&cell("async"), 10)], &[]).is_empty());
        let published = summary(&cell("async"), 0).with(|row| row.invocations = None);
        assert!(warnings(&[published], &[]).is_empty());
    }

    #[test]
    fn everything_has_a_kind() {
        assert_eq!(kinds(|row| row.lowest_khz = Some(2_000_000)), ["frequency_changing"]);
        assert_eq!(kinds(|row| row.cores_allowed = Some(1)), ["restricted_affinity"]);
        assert_eq!(kinds(|row| row.steadiness = Some(Class::NoSteadyState)), ["no_steady_state"]);
        assert_eq!(kinds(|row| row.steadiness = Some(Class::Slowdown)), ["slow_down"]);
        assert_eq!(kinds(|row| row.collected_batches = Some(17)), ["no_collection"]);
        assert_eq!(kinds(|row| row.timer_resolution_ns = 20_001), ["short_batches"]);
        let disturbed = |one, other| {
            kinds(move |row| {
                row.disturbances = Disturbances(vec![one, other]);
                row.role = Role::Repeated;
            })
        };
        assert_eq!(disturbed(Disturbance::Stolen, Disturbance::Load), ["stolen", "other_load"]);
        assert_eq!(
            disturbed(Disturbance::Swapping, Disturbance::Throttled),
            ["swapping", "throttling"]
        );
    }

    #[test]
    fn a_chance_finding_is_no_warning() {
        let one_in_ten = |row: &mut InvocationRow| {
            if row.invocation == 3 {
                row.steadiness = Some(Class::NoSteadyState);
                row.collected_batches = Some(10);
            }
        };
        assert!(kinds(one_in_ten).is_empty());
    }

    #[test]
    fn what_was_abandoned_or_of_another_run_is_not_looked_at() {
        assert!(kinds(|row| (row.role, row.cores_allowed) = (Role::Abandoned, Some(1))).is_empty());
        let other_run = |row: &mut InvocationRow| {
            row.run = "t0".to_owned();
            row.cores_allowed = Some(1);
        };
        assert!(kinds(other_run).is_empty());
    }

    #[test]
    fn sentences_say_what_and_what_to_do() {
        let (fast, slow) = (cell("async"), cell("generator"));
        let mut rows = vec![steady(&fast, 0), steady(&slow, 0), steady(&fast, 1), steady(&slow, 1)];
        rows[0].disturbances = Disturbances(vec![Disturbance::Load]);
        rows[0].others_share = Some(0.456);
        let cells = [summary(&fast, 2), summary(&slow, 2)];
        assert_eq!(
            sentences(&warnings(&cells, &rows)),
            [
                "other programs used the CPU in 1 of 4 invocations, up to 45.6 % of it: close other programs, and measure again",
                "disturbed invocations count in await-two async on node 12.16.2, since there were too many to repeat them all: believe the intervals, which are wider for it, or measure again when the machine rests",
                "there are fewer than 5 invocations of await-two async on node 12.16.2; await-two generator on node 12.16.2: leave --quick out, or raise --invocations",
            ]
        );
    }
}
