//! Whole runs, repeated: how much more they differ than the interval of each says.

use crate::measure::{RATIO_OF, counted, denominator, pairs};
use crate::record::{
    BetweenRunsFigures, BetweenRunsRow, CellRow, Figure, Keyed, SampleRow, Status,
};
use crate::stats::{Birge, Evidence, Invocation, LogSpread};

/// What one run gave for one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Given {
    value: f64,
    spread: LogSpread,
    invocations: u32,
}

/// A figure of a cell, and what each run gave for it.
#[derive(Clone, Debug, PartialEq)]
struct Repeated {
    /// The first run's row of the cell.
    cell: CellRow,
    figure: Figure,
    given: Vec<Given>,
}

/// Runs of the same plan, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    figures: Vec<Repeated>,
    runs: u32,
}

impl Runs {
    /// Takes one run's cells and samples in. A figure that a run does not have counts in none.
    pub fn add(&mut self, cells: &[CellRow], samples: &[SampleRow]) {
        self.runs += 1;
        for cell in cells.iter().filter(|cell| cell.status == Status::Ok) {
            let invocations: Vec<Invocation> = counted(cell, samples).into_values().collect();
            let given = given(Evidence::of_rate(&invocations), invocations.len());
            self.keep(cell, Figure::OpsPerSec, given);
            if cell.key.variant == RATIO_OF.0
                && let Some(below) = denominator(cell, cells)
            {
                let pairs = pairs(cell, below, samples);
                let given = self::given(Evidence::of_ratio(&pairs), pairs.len());
                self.keep(cell, Figure::Ratio, given);
            }
        }
    }

    fn keep(&mut self, cell: &CellRow, figure: Figure, given: Option<Given>) {
        let Some(given) = given else { return };
        let is_it = |known: &&mut Repeated| known.figure == figure && known.cell.key == cell.key;
        match self.figures.iter_mut().find(is_it) {
            Some(known) => known.given.push(given),
            None => self.figures.push(Repeated { cell: cell.clone(), figure, given: vec![given] }),
        }
    }

    /// One row per figure that every run has: ratios first, they are what one publishes.
    pub fn rows(&self) -> Vec<BetweenRunsRow> {
        let whole = self.figures.iter().filter(|figure| figure.given.len() as u32 == self.runs);
        let mut rows: Vec<BetweenRunsRow> = whole.filter_map(Repeated::row).collect();
        rows.sort_by_key(|row| row.figure == Figure::OpsPerSec);
        rows
    }
}

fn given(evidence: Option<Evidence>, invocations: usize) -> Option<Given> {
    let evidence = evidence?;
    let spread = evidence.spread()?;
    Some(Given { value: evidence.value(), spread, invocations: invocations as u32 })
}

impl Repeated {
    fn row(&self) -> Option<BetweenRunsRow> {
        let logs: Vec<(f64, LogSpread)> =
            self.given.iter().map(|given| (given.value.ln(), given.spread)).collect();
        let (_, ratio) = Birge::of(&logs)?;
        let count = logs.len() as f64;
        let mean = logs.iter().map(|(value, _)| value).sum::<f64>() / count;
        let stated = (logs.iter().map(|(_, spread)| spread.variance).sum::<f64>() / count).sqrt();
        let holds = |given: &&Given| {
            let bounds = given.spread.bounds(given.value);
            bounds.is_some_and(|(low, high)| (low..=high).contains(&mean.exp()))
        };
        let cell = self.cell.clone();
        let key = if self.figure == Figure::Ratio { cell.key.of_case() } else { cell.key };
        let row = BetweenRunsFigures {
            figure: self.figure,
            runs: self.given.len() as u32,
            invocations: self.given.iter().map(|given| given.invocations).max()?,
            value: mean.exp(),
            deviation_between_runs: ratio.value * stated,
            standard_error: stated,
            birge_ratio: ratio.value,
            birge_ratio_low: ratio.low,
            birge_ratio_high: ratio.high,
            held: self.given.iter().filter(holds).count() as u32,
            started_at: cell.row.started_at,
            harness_version: cell.row.harness_version,
        };
        Some(Keyed { key, row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::measure::Cell;
    use crate::record::Kind;

    /// A run in which invocations of both variants took these times, in ns per op.
    fn run(at: &str, generator: &[u64], native: &[u64]) -> (Vec<CellRow>, Vec<SampleRow>) {
        let (mut cells, mut samples) = (Vec::new(), Vec::new());
        for (variant, times) in [("generator", generator), ("async", native)] {
            let cell = Cell {
                key: Key {
                    engine_version: "7.8".to_owned(),
                    ..Key::node("await-two", variant, "12.16.2")
                },
                run: at.to_owned(),
            };
            for (invocation, ns) in (0..).zip(times) {
                let mut sample = cell.sample(invocation, 0, Kind::Batch);
                (sample.n, sample.elapsed_ns) = (Some(1000), Some(1000 * ns));
                samples.push(sample);
            }
            cells.push(cell.row(Status::Ok, ""));
        }
        (cells, samples)
    }

    /// By hand: the generator takes 990, 1,010 ns in one run and 1,089, 1,111 in the next: standard error 1 % in
    /// each, 10 % between them: ln(1.1) ÷ √2 ÷ 0.01 = 6.74. Async follows it, so that the ratio is 10 in both; it
    /// states 0 in neither, as the invocations' ratios differ.
    #[test]
    fn runs_are_held_against_what_each_of_them_states() {
        let mut runs = Runs::default();
        let add = |runs: &mut Runs, (cells, samples): (Vec<CellRow>, Vec<SampleRow>)| {
            runs.add(&cells, &samples);
        };
        add(&mut runs, run("t1", &[990, 1010], &[100, 100]));
        add(&mut runs, run("t2", &[1089, 1111], &[110, 110]));
        let rows = runs.rows();
        let names: Vec<_> = rows.iter().map(|row| (row.figure, &*row.key.variant)).collect();
        assert_eq!(names, [(Figure::Ratio, ""), (Figure::OpsPerSec, "generator")]);
        let [ratio, generator] = &rows[..] else { panic!("{rows:?}") };
        assert!(ratio.birge_ratio < 1e-6 && (ratio.value - 10.0).abs() < 1e-9, "{ratio:?}");
        assert_eq!((ratio.runs, ratio.invocations, ratio.held), (2, 2, 2));
        assert!((generator.standard_error - 0.01).abs() < 1e-4, "{generator:?}");
        assert!((generator.birge_ratio - 6.74).abs() < 0.01, "{generator:?}");
        assert!((generator.deviation_between_runs - 0.0674).abs() < 1e-4, "{generator:?}");
        // Student's t with one degree of freedom: ± 12.7 times 1 %.
        assert_eq!((generator.held, generator.started_at.as_str()), (2, "t1"));
    }

    #[test]
    fn a_figure_that_a_run_lacks_has_no_row() {
        let mut runs = Runs::default();
        let (cells, samples) = run("t1", &[990, 1010], &[100, 102]);
        runs.add(&cells, &samples);
        assert_eq!(runs.rows(), [], "one run says nothing");
        let (mut cells, samples) = run("t2", &[980, 1010], &[99, 102]);
        cells[0].status = Status::Error;
        runs.add(&cells, &samples);
        let rows = runs.rows();
        assert_eq!(rows.iter().map(|row| &*row.key.variant).collect::<Vec<_>>(), ["async"]);
    }
}
