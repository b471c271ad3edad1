//! The matrix for programs: raw numbers in base units, as CSV and as JSON.
//!
//! CSV has one row per cell: the columns of the summary files, the machine's folder before them and
//! the ratio after them. The ratio belongs to a pair of variants and stands on the row of the
//! `async` one, whose advantage it is; on all other rows it is empty. The cost of one await stands on
//! every row that it was made of. JSON keeps the three apart.

use serde::Serialize;

use super::Matrix;
use super::layout::{Depth, pages};
use super::lookup::Lookup;
use crate::key::{Key, family};
use crate::machine::Machine;
use crate::measure::{BetweenRuns, Source, Warning};
use crate::record::{CellRow, CostRow, Figure, RatioRow};
use crate::show::{Advised, Answer, Page, ShowError, csv};

#[derive(Clone, Copy, Debug)]
pub struct Report<'a>(pub &'a [Matrix]);

#[derive(Serialize)]
struct MachineColumn<'a> {
    machine: &'a str,
}

#[derive(Serialize)]
struct RatioColumns {
    ratio: Option<f64>,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
}

#[derive(Default, Serialize)]
struct CostColumns {
    ns_per_await: Option<f64>,
    ns_per_await_low: Option<f64>,
    ns_per_await_high: Option<f64>,
    ns_per_call: Option<f64>,
    ns_per_call_low: Option<f64>,
    ns_per_call_high: Option<f64>,
    ticks_per_await: Option<u64>,
}

impl CostColumns {
    /// The cost that `cell` is one of the times of; nothing if there is none.
    fn of(cell: &CellRow, costs: &[CostRow]) -> Self {
        let is_own = |cost: &&CostRow| {
            family(&cell.key.case).is_some_and(|(family, _)| {
                cost.key == Key { case: family.to_owned(), ..cell.key.clone() }
            })
        };
        let Some(cost) = costs.iter().find(is_own) else { return Self::default() };
        Self {
            ns_per_await: Some(cost.ns_per_await),
            ns_per_await_low: cost.ns_per_await_low,
            ns_per_await_high: cost.ns_per_await_high,
            ns_per_call: Some(cost.ns_per_call),
            ns_per_call_low: cost.ns_per_call_low,
            ns_per_call_high: cost.ns_per_call_high,
            ticks_per_await: cost.ticks_per_await,
        }
    }
}

impl Answer for Report<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/report/1"
    }

    fn pages(&self) -> Vec<Page> {
        pages(self.0, Depth::Everything)
    }

    /// All cells of all machines, sorted as the tables are.
    fn csv(&self) -> Result<String, ShowError> {
        csv(self.0.iter().flat_map(|matrix| {
            let lookup = Lookup::new(matrix);
            sorted_cells(matrix).into_iter().map(move |cell| {
                let ratio = (cell.key.variant == "async")
                    .then(|| lookup.ratio(&cell.key.case, &cell.key.of_runtime()))
                    .flatten();
                let ratio = RatioColumns {
                    ratio: ratio.map(|row| row.ratio),
                    ratio_low: ratio.and_then(|row| row.ratio_low),
                    ratio_high: ratio.and_then(|row| row.ratio_high),
                };
                let costs = CostColumns::of(cell, &matrix.costs);
                (MachineColumn { machine: &matrix.folder }, cell.columns(), ratio, costs)
            })
        }))
    }

    /// `machine` is the folder's name and ties the rows together.
    fn json(&self) -> impl Serialize {
        Document::of(self.0)
    }
}

#[derive(Default, Serialize)]
struct Document<'a> {
    machines: Vec<MachineRow<'a>>,
    cells: Vec<Row<'a, &'a CellRow>>,
    ratios: Vec<Row<'a, &'a RatioRow>>,
    costs: Vec<Row<'a, &'a CostRow>>,
    warnings: Vec<Row<'a, Advised<'a, Warning>>>,
}

/// The Birge ratios that the intervals of a machine are widened by where nothing is known of a cell itself.
#[derive(Serialize)]
struct Widening {
    birge_of_ratio: f64,
    birge_of_ratio_is: Source,
    birge_of_ops_per_sec: f64,
    birge_of_ops_per_sec_is: Source,
}

impl Widening {
    fn of(between: &BetweenRuns) -> Self {
        let of = |figure| between.of_machine(figure).ratio.max(1.0);
        Self {
            birge_of_ratio: of(Figure::Ratio),
            birge_of_ratio_is: between.source(Figure::Ratio),
            birge_of_ops_per_sec: of(Figure::OpsPerSec),
            birge_of_ops_per_sec_is: between.source(Figure::OpsPerSec),
        }
    }
}

#[derive(Serialize)]
struct MachineRow<'a> {
    machine: &'a str,
    #[serde(flatten)]
    description: &'a Machine,
    intervals: Widening,
}

#[derive(Serialize)]
struct Row<'a, T> {
    machine: &'a str,
    #[serde(flatten)]
    row: T,
}

impl<'a> Document<'a> {
    fn of(matrices: &'a [Matrix]) -> Self {
        let mut document = Self::default();
        for matrix in matrices {
            let machine = matrix.folder.as_str();
            document.machines.push(MachineRow {
                machine,
                description: &matrix.machine,
                intervals: Widening::of(&matrix.between),
            });
            document.cells.extend(sorted_cells(matrix).into_iter().map(|row| Row { machine, row }));
            let mut costs: Vec<_> = matrix.costs.iter().collect();
            costs.sort_by(|a, b| a.key.cmp(&b.key));
            document.costs.extend(costs.into_iter().map(|row| Row { machine, row }));
            document
                .ratios
                .extend(sorted_ratios(matrix).into_iter().map(|row| Row { machine, row }));
            document
                .warnings
                .extend(Advised::all(&matrix.warnings).into_iter().map(|row| Row { machine, row }));
        }
        document
    }
}

fn sorted_cells(matrix: &Matrix) -> Vec<&CellRow> {
    let mut cells: Vec<_> = matrix.cells.iter().collect();
    cells.sort_by(|a, b| a.key.cmp(&b.key));
    cells
}

fn sorted_ratios(matrix: &Matrix) -> Vec<&RatioRow> {
    let mut ratios: Vec<_> = matrix.ratios.iter().collect();
    ratios.sort_by(|a, b| a.key.cmp(&b.key));
    ratios
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::show::value;

    #[test]
    fn csv_keeps_raw_numbers_and_leaves_missing_ones_empty() {
        let text = Report(&[sample::measured(), sample::published()]).csv().unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn json_has_the_published_names() {
        let mut matrix = sample::published();
        matrix.cells.truncate(2);
        matrix.ratios.truncate(1);
        let value = value(&Report(&[matrix])).unwrap();
        assert_eq!(value["schema"], "awaitbench/report/1");
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn rows_of_both_are_sorted_by_case_runtime_and_variant() {
        let value = value(&Report(&[sample::measured()])).unwrap();
        let cells = value["cells"].as_array().unwrap();
        let keys: Vec<_> = cells
            .iter()
            .map(|cell| {
                let text = |name: &str| cell[name].as_str().unwrap().to_owned();
                (text("case"), text("version"), text("variant"))
            })
            .collect();
        let key = |case: &str, version: &str, variant: &str| {
            (case.to_owned(), version.to_owned(), variant.to_owned())
        };
        assert_eq!(keys[0], key("await-two", "6.17.1", "generator"));
        assert_eq!(keys[1], key("await-two", "6.17.1", "async"));
        assert_eq!(keys[13], key("await-two", "unknown-3f2a", "async"));
        assert_eq!(keys.last(), Some(&key("noop", "26.10.0", "promise")));
    }
}
