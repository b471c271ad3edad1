//! The matrix for programs: raw numbers in base units, as CSV and as JSON.
//!
//! CSV has one row a cell: the columns of the summary files, the machine's folder before them and
//! the ratio after them. The ratio belongs to a pair of variants and stands on the row of the
//! `async` one, whose advantage it is; on all other rows it is empty. JSON keeps the two apart.

use serde::Serialize;

use super::Matrix;
use super::lookup::Lookup;
use super::order::{NOOP, RuntimeKey, variant_order};
use crate::machine::Machine;
use crate::measure::Warning;
use crate::record::{CellRow, RatioRow};

/// The first field of the JSON.
pub const SCHEMA: &str = "awaitbench/report/1";

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The CSV writer refused a row.
    #[error("can't write the matrix as CSV: {0}; this is a defect of awaitbench, please report it")]
    Csv(#[from] csv::Error),
    /// The JSON writer refused a value.
    #[error(
        "can't write the matrix as JSON: {0}; this is a defect of awaitbench, please report it"
    )]
    Json(#[from] serde_json::Error),
}

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

/// All cells of all machines as CSV with a header, sorted as the tables are.
///
/// # Errors
/// If a row can't be written, which no [`Matrix`] is known to cause.
pub fn csv(matrices: &[Matrix]) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for matrix in matrices {
        let lookup = Lookup::new(matrix);
        for cell in sorted_cells(matrix) {
            let ratio = (cell.variant == "async")
                .then(|| lookup.ratio(&cell.case, &RuntimeKey::from(cell)))
                .flatten();
            let ratio = RatioColumns {
                ratio: ratio.map(|row| row.ratio),
                ratio_low: ratio.and_then(|row| row.ratio_low),
                ratio_high: ratio.and_then(|row| row.ratio_high),
            };
            writer.serialize((MachineColumn { machine: &matrix.folder }, cell, ratio))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    machines: Vec<MachineRow<'a>>,
    cells: Vec<Row<'a, CellRow>>,
    ratios: Vec<Row<'a, RatioRow>>,
    warnings: Vec<WarningRow<'a>>,
}

#[derive(Serialize)]
struct MachineRow<'a> {
    machine: &'a str,
    #[serde(flatten)]
    description: &'a Machine,
}

#[derive(Serialize)]
struct Row<'a, T> {
    machine: &'a str,
    #[serde(flatten)]
    row: &'a T,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    machine: &'a str,
    #[serde(flatten)]
    warning: &'a Warning,
    message: String,
    advice: &'static str,
}

/// All machines, cells and ratios: `{schema, machines, cells, ratios, warnings}`, where `machine` is the
/// folder's name and ties the three together. A missing figure is null.
///
/// # Errors
/// If a value can't be written, which no [`Matrix`] is known to cause.
pub fn json(matrices: &[Matrix]) -> Result<serde_json::Value, ExportError> {
    let mut document = Document {
        schema: SCHEMA,
        machines: Vec::new(),
        cells: Vec::new(),
        ratios: Vec::new(),
        warnings: Vec::new(),
    };
    for matrix in matrices {
        let machine = matrix.folder.as_str();
        document.machines.push(MachineRow { machine, description: &matrix.machine });
        document.cells.extend(sorted_cells(matrix).into_iter().map(|row| Row { machine, row }));
        document.ratios.extend(sorted_ratios(matrix).into_iter().map(|row| Row { machine, row }));
        document.warnings.extend(matrix.warnings.iter().map(|warning| WarningRow {
            machine,
            warning,
            message: warning.to_string(),
            advice: warning.advice(),
        }));
    }
    Ok(serde_json::to_value(document)?)
}

fn sorted_cells(matrix: &Matrix) -> Vec<&CellRow> {
    let mut cells: Vec<_> = matrix.cells.iter().collect();
    cells.sort_by(|a, b| {
        let place = |cell: &'_ CellRow| (cell.case == NOOP, cell.case.clone());
        place(a)
            .cmp(&place(b))
            .then_with(|| RuntimeKey::from(*a).cmp(&RuntimeKey::from(*b)))
            .then_with(|| variant_order(&a.variant).cmp(&variant_order(&b.variant)))
    });
    cells
}

fn sorted_ratios(matrix: &Matrix) -> Vec<&RatioRow> {
    let mut ratios: Vec<_> = matrix.ratios.iter().collect();
    ratios.sort_by(|a, b| {
        a.case.cmp(&b.case).then_with(|| RuntimeKey::from(*a).cmp(&RuntimeKey::from(*b)))
    });
    ratios
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn csv_keeps_raw_numbers_and_leaves_missing_ones_empty() {
        let text = csv(&[sample::measured(), sample::published()]).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn json_has_the_published_names() {
        let mut matrix = sample::published();
        matrix.cells.truncate(2);
        matrix.ratios.truncate(1);
        let value = json(&[matrix]).unwrap();
        assert_eq!(value["schema"], "awaitbench/report/1");
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn rows_of_both_are_sorted_by_case_runtime_and_variant() {
        let value = json(&[sample::measured()]).unwrap();
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
