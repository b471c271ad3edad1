//! A comparison for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::outcome::{Change, Keys, Mean, Outcome, RatioChange};
use super::verdict::SIGNIFICANCE;
use super::{Comparison, Subject, Warning};
use crate::machine::Machine;
use crate::report::ExportError;

/// The first field of the JSON.
pub const SCHEMA: &str = "awaitbench/compare/1";

#[derive(Serialize)]
struct Figures {
    ops_per_sec_a: Option<f64>,
    ops_per_sec_b: Option<f64>,
}

/// The compared cells as CSV with a header. What is missing is an empty field.
///
/// # Errors
/// A row can't be written, which no comparison is known to cause.
pub fn csv(comparison: &Comparison) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for change in &comparison.changes {
        let figures =
            Figures { ops_per_sec_a: change.ops_per_sec_a, ops_per_sec_b: change.ops_per_sec_b };
        writer.serialize((&change.keys, figures, &change.outcome))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    a: SideRow<'a>,
    b: SideRow<'a>,
    margin: f64,
    significance: f64,
    changes: Vec<ChangeRow<'a>>,
    ratio_changes: Vec<RatioChangeRow<'a>>,
    geometric_means: &'a [Mean],
    warnings: Vec<WarningRow<'a>>,
}

#[derive(Serialize)]
struct SideRow<'a> {
    machine: &'a str,
    #[serde(flatten)]
    description: &'a Machine,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    #[serde(flatten)]
    keys: &'a Keys,
    #[serde(flatten)]
    figures: Figures,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

#[derive(Serialize)]
struct RatioChangeRow<'a> {
    #[serde(flatten)]
    keys: &'a Keys,
    ratio_a: f64,
    ratio_b: f64,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    #[serde(flatten)]
    warning: &'a Warning,
    message: String,
    advice: &'static str,
}

/// The whole comparison: `{schema, a, b, margin, significance, changes, ratio_changes,
/// geometric_means, warnings}`. What is missing is null.
///
/// # Errors
/// A value can't be written, which no comparison is known to cause.
pub fn json(
    comparison: &Comparison,
    a: &Subject,
    b: &Subject,
) -> Result<serde_json::Value, ExportError> {
    Ok(serde_json::to_value(Document {
        schema: SCHEMA,
        a: side_row(a),
        b: side_row(b),
        margin: comparison.margin.share(),
        significance: SIGNIFICANCE,
        changes: comparison.changes.iter().map(change_row).collect(),
        ratio_changes: comparison.ratio_changes.iter().map(ratio_row).collect(),
        geometric_means: &comparison.means,
        warnings: comparison.warnings.iter().map(warning_row).collect(),
    })?)
}

fn side_row(subject: &Subject) -> SideRow<'_> {
    SideRow { machine: &subject.matrix.folder, description: &subject.matrix.machine }
}

fn change_row(change: &Change) -> ChangeRow<'_> {
    let Change { keys, ops_per_sec_a, ops_per_sec_b, outcome } = change;
    let figures = Figures { ops_per_sec_a: *ops_per_sec_a, ops_per_sec_b: *ops_per_sec_b };
    ChangeRow { keys, figures, outcome }
}

const fn ratio_row(change: &RatioChange) -> RatioChangeRow<'_> {
    let RatioChange { keys, ratio_a, ratio_b, outcome } = change;
    RatioChangeRow { keys, ratio_a: *ratio_a, ratio_b: *ratio_b, outcome }
}

fn warning_row(warning: &Warning) -> WarningRow<'_> {
    WarningRow { warning, message: warning.to_string(), advice: warning.advice() }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, compare};
    use super::*;

    fn sides() -> (Subject, Subject) {
        (article(), results("b", &[("11.15.0", "async", 1000.0), ("12.16.2", "async", 100.0)]))
    }

    #[test]
    fn json_has_the_published_names() {
        let (a, b) = sides();
        let value = json(&compare(&a, &b, Margin::DEFAULT), &a, &b).unwrap();
        assert_eq!(value["schema"], "awaitbench/compare/1");
        let change = &value["changes"][1];
        for name in ["runtime", "version", "case", "variant", "ratio", "ratio_low", "ratio_high"] {
            assert!(!change[name].is_null(), "{name}: {change:#}");
        }
        assert_eq!(change["verdict"], "faster");
        assert!(value["changes"][0]["ratio_low"].is_null());
        assert!(value["warnings"][0]["advice"].is_string());
    }

    #[test]
    fn csv_has_a_row_a_cell_and_leaves_missing_fields_empty() {
        let (a, b) = sides();
        let text = csv(&compare(&a, &b, Margin::DEFAULT)).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next().unwrap(),
            "runtime,version,runtime_a,version_a,case,variant,flags,ops_per_sec_a,ops_per_sec_b,\
             ratio,ratio_low,ratio_high,p,p_adjusted,verdict,reason"
        );
        let bare = lines.next().unwrap();
        assert!(bare.ends_with(",,,,,unresolved,no interval published"), "{bare}");
        assert_eq!(lines.count(), 1);
    }
}
