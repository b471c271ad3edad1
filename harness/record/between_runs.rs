//! How much whole runs differ on one machine: `results/<machine>/between-runs.csv`.

use serde::{Deserialize, Serialize};

use super::error::RecordError;
use super::names::BETWEEN_RUNS;
use super::rows::{as_they_stand, is_whole, put, read_if_there};
use super::{Keyed, MachineFolder};

/// The largest Birge ratio that is believed to be one: with a larger no interval would say anything.
const LARGEST: f64 = 1000.0;

/// What a row is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    OpsPerSec,
    #[default]
    /// The ratio async ÷ generator in ops/s; the row has no variant.
    Ratio,
}

impl Figure {
    pub const fn word(self) -> &'static str {
        match self {
            Self::OpsPerSec => "ops/s",
            Self::Ratio => "ratio",
        }
    }
}

/// One row: a figure of a cell that was measured in several runs. Deviations are of the natural logarithm, which is
/// nearly a share.
pub type BetweenRunsRow = Keyed<BetweenRunsFigures>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BetweenRunsFigures {
    pub figure: Figure,
    pub runs: u32,
    pub invocations: u32,
    /// Geometric mean over the runs.
    pub value: f64,
    /// Standard deviation of the runs' values.
    pub deviation_between_runs: f64,
    /// Root mean square of the standard errors that the runs state.
    pub standard_error: f64,
    /// The one over the other: see `stats::Birge`.
    pub birge_ratio: f64,
    /// Lower bound of its 95 % interval.
    pub birge_ratio_low: f64,
    pub birge_ratio_high: f64,
    /// Runs whose own 95 % interval, not widened, holds `value`.
    pub held: u32,
    /// When the first run began, RFC 3339 in UTC.
    pub started_at: String,
    /// The harness that measured it.
    pub harness_version: String,
}

impl BetweenRunsFigures {
    /// What no runs can have given.
    fn fault(&self) -> Option<String> {
        if self.runs < 2 {
            return Some(format!("a Birge ratio needs at least two runs, not {}", self.runs));
        }
        let ratio = self.birge_ratio;
        let is_one = (0.0..=LARGEST).contains(&ratio);
        (!is_one).then(|| format!("{ratio} is not a valid Birge ratio"))
    }
}

impl MachineFolder {
    /// Keeps how much runs differ, each row in place of an earlier one about the same.
    pub fn publish_between_runs(&self, rows: &[BetweenRunsRow]) -> Result<(), RecordError> {
        let is_replaced = |known: &BetweenRunsRow| {
            rows.iter().any(|row| row.key == known.key && row.figure == known.figure)
        };
        put(&self.path().join(BETWEEN_RUNS), is_replaced, rows, as_they_stand)
    }

    /// How much runs differ, as far as it is known.
    pub fn between_runs(&self) -> Result<Vec<BetweenRunsRow>, RecordError> {
        let path = self.path().join(BETWEEN_RUNS);
        let refused = |reason| RecordError::BetweenRuns { path: path.clone(), reason };
        if !is_whole::<BetweenRunsFigures>(&path)? {
            return Err(refused(
                "it is not whole: a column is missing, or the end of the last line".to_owned(),
            ));
        }
        let rows = read_if_there(&path).map_err(|error| match error {
            RecordError::Csv { source, .. } => refused(source.to_string()),
            other => other,
        })?;
        match rows.iter().find_map(|row: &BetweenRunsRow| row.fault()) {
            Some(reason) => Err(refused(reason)),
            None => Ok(rows),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::key::Key;
    use crate::machine::Machine;

    /// A row of `await-two` on 12.16.2.
    pub(crate) fn row(variant: &str, figure: Figure, birge_ratio: f64) -> BetweenRunsRow {
        let row = BetweenRunsFigures {
            figure,
            runs: 20,
            invocations: 10,
            value: 15.0,
            deviation_between_runs: 0.01 * birge_ratio,
            standard_error: 0.01,
            birge_ratio,
            birge_ratio_low: birge_ratio * 0.7,
            birge_ratio_high: birge_ratio * 1.5,
            held: 17,
            started_at: "2026-02-03T04:05:06Z".to_owned(),
            harness_version: "0.2.0".to_owned(),
        };
        Keyed { key: Key::node("await-two", variant, "12.16.2"), row }
    }

    #[test]
    fn what_is_measured_again_takes_the_place_of_what_was_known() {
        let results = tempfile::tempdir().unwrap();
        let machine = Machine { title: "Test CPU".to_owned(), ..Machine::default() };
        let folder = MachineFolder::open(results.path(), &machine).unwrap();
        assert_eq!(folder.between_runs().unwrap(), []);
        let [ratio, rate] = [row("", Figure::Ratio, 1.5), row("async", Figure::OpsPerSec, 3.0)];
        folder.publish_between_runs(&[ratio, rate.clone()]).unwrap();
        let again = row("", Figure::Ratio, 1.2);
        folder.publish_between_runs(std::slice::from_ref(&again)).unwrap();
        assert_eq!(folder.between_runs().unwrap(), [again, rate]);
        assert!(folder.cells().unwrap().is_empty(), "the file holds no summaries");
    }

    #[test]
    fn what_no_runs_can_have_given_is_refused() {
        let results = tempfile::tempdir().unwrap();
        let machine = Machine { title: "Test CPU".to_owned(), ..Machine::default() };
        let folder = MachineFolder::open(results.path(), &machine).unwrap();
        let sound = row("", Figure::Ratio, 1.5);
        for (row, words) in [
            (
                sound.clone().with(|row| row.runs = 1),
                "a Birge ratio needs at least two runs, not 1",
            ),
            (
                sound.clone().with(|row| row.birge_ratio = f64::NAN),
                "NaN is not a valid Birge ratio",
            ),
            (sound.clone().with(|row| row.birge_ratio = 1e300), " is not a valid Birge ratio"),
            (sound.with(|row| row.birge_ratio = -1.0), "-1 is not a valid Birge ratio"),
        ] {
            folder.publish_between_runs(&[row]).unwrap();
            let error = folder.between_runs().unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("between-runs.csv"), "{error}");
        }
    }

    /// Only what was written whole is renamed into place, so what is not whole was written by something else.
    #[test]
    fn garbage_does_not_count_as_no_rows() {
        let results = tempfile::tempdir().unwrap();
        let machine = Machine { title: "Test CPU".to_owned(), ..Machine::default() };
        let folder = MachineFolder::open(results.path(), &machine).unwrap();
        folder.publish_between_runs(&[row("", Figure::Ratio, 1.5)]).unwrap();
        let path = folder.path().join(BETWEEN_RUNS);
        let sound = std::fs::read_to_string(&path).unwrap();
        let header = sound.lines().next().unwrap();
        for garbage in [
            "garbage".to_owned(),
            "garbage\n".to_owned(),
            "\u{0}\u{1}\n\n".to_owned(),
            format!("{}\n", &header[..30]),
            sound.replace("runs,", "walks,"),
            sound.replace("ratio,20", "ratio,many"),
            sound.trim_end().to_owned(),
        ] {
            std::fs::write(&path, &garbage).unwrap();
            let error = folder.between_runs().unwrap_err().to_string();
            assert!(error.contains("between-runs.csv") && error.contains("delete"), "{error}");
        }
        for empty in [String::new(), format!("{header}\n")] {
            std::fs::write(&path, empty).unwrap();
            assert_eq!(folder.between_runs().unwrap(), []);
        }
    }
}
