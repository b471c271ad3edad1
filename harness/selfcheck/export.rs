//! What was found, for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::{Advice, FalseClaims, Findings, Resolution};
use crate::measure::Warning;
use crate::record::{BetweenRunsRow, Keyed};
use crate::report::ExportError;

/// The first field of the JSON.
pub const SCHEMA: &str = "awaitbench/selfcheck/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    machine: &'a str,
    resolutions: &'a [Resolution],
    false_claims: Option<FalseClaims>,
    advice: Vec<AdviceRow<'a>>,
    warnings: Vec<WarningRow<'a>>,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    #[serde(flatten)]
    of: &'a Warning,
    message: String,
    advice: &'static str,
}

#[derive(Serialize)]
struct AdviceRow<'a> {
    #[serde(flatten)]
    of: &'a Advice,
    message: String,
    advice: &'static str,
}

/// Everything: `{schema, machine, resolutions, false_claims, advice, warnings}`. What is missing is null.
///
/// # Errors
/// A value can't be written, which no findings are known to cause.
pub fn json(findings: &Findings, machine: &str) -> Result<serde_json::Value, ExportError> {
    Ok(serde_json::to_value(Document {
        schema: SCHEMA,
        machine,
        resolutions: &findings.resolutions,
        false_claims: findings.false_claims,
        advice: findings.advice.iter().map(advice_row).collect(),
        warnings: findings.warnings.iter().map(warning_row).collect(),
    })?)
}

fn advice_row(of: &Advice) -> AdviceRow<'_> {
    AdviceRow { of, message: of.to_string(), advice: of.advice() }
}

fn warning_row(of: &Warning) -> WarningRow<'_> {
    WarningRow { of, message: of.to_string(), advice: of.advice() }
}

/// How much whole runs differ: `{schema, machine, between_runs}`, the rows as in `between-runs.csv`.
///
/// # Errors
/// A value can't be written, which no rows are known to cause.
pub fn between_runs_json(
    rows: &[BetweenRunsRow],
    machine: &str,
) -> Result<serde_json::Value, ExportError> {
    Ok(serde_json::json!({ "schema": SCHEMA, "machine": machine, "between_runs": rows }))
}

/// The same as CSV with a header.
///
/// # Errors
/// A row can't be written, which no rows are known to cause.
pub fn between_runs_csv(rows: &[BetweenRunsRow]) -> Result<String, ExportError> {
    text(rows.iter().map(Keyed::columns))
}

/// The resolutions as CSV with a header.
///
/// # Errors
/// A row can't be written, which no findings are known to cause.
pub fn csv(findings: &Findings) -> Result<String, ExportError> {
    text(&findings.resolutions)
}

fn text(rows: impl IntoIterator<Item = impl Serialize>) -> Result<String, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn both_have_the_documented_names() {
        let findings = Findings::of(&[sample::biased()], Vec::new());
        let value = json(&findings, "m").unwrap();
        assert_eq!((&value["schema"], &value["machine"]), (&SCHEMA.into(), &"m".into()));
        let row = &value["resolutions"][0];
        for name in ["ratio", "detectable_quick", "detectable_default", "detectable_thorough"] {
            assert!(row[name].as_f64().is_some_and(|value| value > 1.0), "{name}: {row:#}");
        }
        assert_eq!(value["false_claims"]["rounds"], 20);
        assert_eq!(value["advice"][0]["kind"], "too_many_claims");
        assert!(
            value["advice"][0]["advice"].is_string() && value["advice"][0]["message"].is_string()
        );
        let text = csv(&findings).unwrap();
        assert!(
            text.starts_with(
                "runtime,version,case,variant,flags,rounds,invocations,ratio,ratio_low,ratio_high,\
             deviation_within,deviation_between,detectable_quick,detectable_default,\
             detectable_thorough,false_claims\nnode,12.16.2,await-two,generator,,20,60,1.1"
            ),
            "{text}"
        );
    }

    #[test]
    fn repeated_runs_have_the_columns_of_their_file() {
        let row = crate::record::between_runs::tests::row("", crate::record::Figure::Ratio, 1.5);
        let text = between_runs_csv(&[row]).unwrap();
        assert!(text.starts_with("case,variant,runtime,version,engine_version,flags,figure,runs,"));
        assert!(text.contains("\nawait-two,,node,12.16.2,,,ratio,20,10,15.0,"), "{text}");
    }
}
