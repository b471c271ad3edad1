//! What the row of an invocation says, out of its batches and of what was seen around them.

use crate::machine::{Disturbance, Disturbances, Noise, Usage};
use crate::record::InvocationRow;
use crate::stats::{Sample, steadiness};

/// A batch after the warm-up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) position: u32,
    /// Its ops and its time.
    pub(super) batch: Sample,
    /// Whether it had a collection inside, as far as that can be told.
    pub(super) had_collection: Option<bool>,
}

/// Fills in everything that follows from these.
pub(super) fn conclude(
    row: &mut InvocationRow,
    counted: &[Counted],
    noise: &Noise,
    usage: Option<&Usage>,
) {
    let total = |of: fn(&Sample) -> u64| {
        counted.iter().fold(0_u64, |sum, one| sum.saturating_add(of(&one.batch)))
    };
    row.batches = counted.len() as u32;
    row.ops = total(|batch| batch.n);
    row.wall_ns = total(|batch| batch.elapsed.as_nanos() as u64);
    let told: Vec<bool> = counted.iter().filter_map(|one| one.had_collection).collect();
    row.collected_batches =
        (!told.is_empty()).then(|| told.iter().filter(|had| **had).count() as u32);
    find_steady_state(row, counted);
    fill_noise(row, noise);
    if let Some(usage) = usage {
        fill_usage(row, usage);
    }
}

/// Too few batches can't be classified, and then nothing is said.
fn find_steady_state(row: &mut InvocationRow, counted: &[Counted]) {
    let times: Vec<f64> = counted.iter().map(|one| one.batch.ns_per_op()).collect();
    if let Ok(found) = steadiness(&times) {
        row.steadiness = Some(found.class);
        row.steady_from = found.steady_from.map(|index| counted[index].position);
    }
}

fn fill_noise(row: &mut InvocationRow, noise: &Noise) {
    row.disturbances = Disturbances(Disturbance::in_noise(noise));
    row.cores_online = noise.cores_online;
    row.stolen_share = noise.stolen_share;
    row.others_share = noise.others_share;
    row.load = noise.load;
    row.lowest_khz = noise.lowest_khz;
    row.highest_khz = noise.highest_khz;
    row.throttled = noise.throttled;
    row.swapped_in_pages = noise.swapped_in_pages;
    row.swapped_out_pages = noise.swapped_out_pages;
}

fn fill_usage(row: &mut InvocationRow, usage: &Usage) {
    row.cpu_ns = usage.cpu_ns;
    row.waited_ns = usage.waited_ns;
    row.voluntary_switches = usage.voluntary_switches;
    row.involuntary_switches = usage.involuntary_switches;
    row.minor_faults = usage.minor_faults;
    row.major_faults = usage.major_faults;
    row.cores_allowed = usage.cores_allowed;
    row.core_list.clone_from(&usage.core_list);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::key::Key;
    use crate::measure::Cell;
    use crate::stats::Class;

    fn row() -> InvocationRow {
        let cell = Cell { key: Key::node("await-two", "async", "12.16.2"), run: "t1".to_owned() };
        cell.invocation(0)
    }

    /// Batches of 1,000 ops that follow the warm-up's seven samples.
    fn counted(times: &[u64], had_collection: Option<bool>) -> Vec<Counted> {
        let one = |(position, ns): (u32, &u64)| Counted {
            position,
            batch: Sample { n: 1000, elapsed: Duration::from_nanos(1000 * ns) },
            had_collection,
        };
        (7..).zip(times).map(one).collect()
    }

    /// Six batches at 300 ns and twenty at 200: from the seventh on, at position 13, it is steady.
    #[test]
    fn the_steady_state_begins_at_a_position() {
        let times =
            [[300, 303, 297, 301, 299, 300].as_slice(), &[200, 202, 198, 201, 199].repeat(4)];
        let mut row = row();
        conclude(&mut row, &counted(&times.concat(), Some(true)), &Noise::default(), None);
        assert_eq!((row.steadiness, row.steady_from), (Some(Class::Warmup), Some(13)));
        assert_eq!((row.batches, row.ops, row.wall_ns), (26, 26_000, 1_800_000 + 4_000_000));
        assert_eq!(row.collected_batches, Some(26));
        assert!(!row.is_disturbed());
    }

    #[test]
    fn few_batches_are_not_classified_and_what_is_not_told_is_missing() {
        let mut row = row();
        conclude(&mut row, &counted(&[200; 8], None), &Noise::default(), None);
        assert_eq!((row.steadiness, row.steady_from, row.collected_batches), (None, None, None));
        assert_eq!((row.cpu_ns, row.stolen_share), (None, None));
    }

    #[test]
    fn disturbances_are_found() {
        let noise = Noise { stolen_share: Some(0.5), others_share: Some(0.4), ..Noise::default() };
        let usage =
            Usage { cpu_ns: Some(5), core_list: Some("0-1".to_owned()), ..Usage::default() };
        let mut row = row();
        conclude(&mut row, &counted(&[200; 8], Some(false)), &noise, Some(&usage));
        assert_eq!(row.disturbances.0, [Disturbance::Stolen, Disturbance::Load]);
        assert_eq!((row.cpu_ns, row.core_list.as_deref()), (Some(5), Some("0-1")));
        assert_eq!(row.collected_batches, Some(0));
    }
}
