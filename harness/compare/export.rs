//! A comparison for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::outcome::{Change, Keys, Mean, Outcome, RatioChange};
use super::page::page;
use super::verdict::SIGNIFICANCE;
use super::{Comparison, Subject, Warning};
use crate::machine::Machine;
use crate::show::{Advised, Answer, Page, ShowError, csv};

/// A comparison and its sides.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    pub comparison: &'a Comparison,
    pub a: &'a Subject,
    pub b: &'a Subject,
}

impl Answer for Compared<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/compare/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self.comparison, self.a, self.b)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        let changes = self.comparison.changes.iter();
        csv(changes.map(|change| (&change.keys, Figures::of(change), &change.outcome)))
    }

    fn json(&self) -> impl Serialize {
        let comparison = self.comparison;
        Document {
            a: side_row(self.a),
            b: side_row(self.b),
            margin: comparison.margin.share(),
            significance: SIGNIFICANCE,
            changes: comparison.changes.iter().map(change_row).collect(),
            ratio_changes: comparison.ratio_changes.iter().map(ratio_row).collect(),
            geometric_means: &comparison.means,
            warnings: Advised::all(&comparison.warnings),
        }
    }
}

#[derive(Serialize)]
struct Figures {
    ops_per_sec_a: Option<f64>,
    ops_per_sec_b: Option<f64>,
}

impl Figures {
    fn of(change: &Change) -> Self {
        Self { ops_per_sec_a: change.ops_per_sec_a, ops_per_sec_b: change.ops_per_sec_b }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    a: SideRow<'a>,
    b: SideRow<'a>,
    margin: f64,
    significance: f64,
    changes: Vec<ChangeRow<'a>>,
    ratio_changes: Vec<RatioChangeRow<'a>>,
    geometric_means: &'a [Mean],
    warnings: Vec<Advised<'a, Warning>>,
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

fn side_row(subject: &Subject) -> SideRow<'_> {
    SideRow { machine: &subject.matrix.folder, description: &subject.matrix.machine }
}

fn change_row(change: &Change) -> ChangeRow<'_> {
    ChangeRow { keys: &change.keys, figures: Figures::of(change), outcome: &change.outcome }
}

fn ratio_row(change: &RatioChange) -> RatioChangeRow<'_> {
    let RatioChange { keys, ratio_a, ratio_b, outcome } = change;
    RatioChangeRow { keys, ratio_a: *ratio_a, ratio_b: *ratio_b, outcome }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{article, results};
    use super::super::{Margin, compare};
    use super::*;
    use crate::show::value;

    fn sides() -> (Subject, Subject) {
        (article(), results("b", &[("11.15.0", "async", 1000.0), ("12.16.2", "async", 100.0)]))
    }

    #[test]
    fn json_has_the_published_names() {
        let (a, b) = sides();
        let value =
            value(&Compared { comparison: &compare(&a, &b, Margin::DEFAULT), a: &a, b: &b })
                .unwrap();
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
        let text =
            Compared { comparison: &compare(&a, &b, Margin::DEFAULT), a: &a, b: &b }.csv().unwrap();
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
