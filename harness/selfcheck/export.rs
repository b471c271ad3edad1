//! What was found, for programs: raw numbers, as CSV and as JSON.

use serde::Serialize;

use super::page::{between_runs_page, page};
use super::{Advice, FalseClaims, Findings, Resolution};
use crate::measure::Warning;
use crate::record::{BetweenRunsRow, Keyed};
use crate::show::{Advised, Answer, Page, ShowError, csv};

const SCHEMA: &str = "awaitbench/selfcheck/1";

/// What a machine can resolve.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    pub findings: &'a Findings,
    pub machine: &'a str,
}

#[derive(Serialize)]
struct Document<'a> {
    machine: &'a str,
    resolutions: &'a [Resolution],
    false_claims: Option<FalseClaims>,
    advice: Vec<Advised<'a, Advice>>,
    warnings: Vec<Advised<'a, Warning>>,
}

impl Answer for Checked<'_> {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self.findings, self.machine)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        csv(self.findings.resolutions.iter().map(Keyed::columns))
    }

    fn json(&self) -> impl Serialize {
        Document {
            machine: self.machine,
            resolutions: &self.findings.resolutions,
            false_claims: self.findings.false_claims,
            advice: Advised::all(&self.findings.advice),
            warnings: Advised::all(&self.findings.warnings),
        }
    }
}

/// How much whole runs differ, as in `between-runs.csv`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Differing<'a> {
    pub machine: &'a str,
    #[serde(rename = "between_runs")]
    pub rows: &'a [BetweenRunsRow],
}

impl Answer for Differing<'_> {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn pages(&self) -> Vec<Page> {
        vec![between_runs_page(self.rows, self.machine)]
    }

    fn csv(&self) -> Result<String, ShowError> {
        csv(self.rows.iter().map(Keyed::columns))
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::show::value;

    #[test]
    fn both_have_the_documented_names() {
        let findings = Findings::of(&[sample::biased()], Vec::new());
        let checked = Checked { findings: &findings, machine: "m" };
        let value = value(&checked).unwrap();
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
        let text = checked.csv().unwrap();
        assert!(
            text.starts_with(
                "case,variant,runtime,version,engine_version,flags,rounds,invocations,ratio,ratio_low,ratio_high,\
             deviation_within,deviation_between,detectable_quick,detectable_default,\
             detectable_thorough,false_claims\nawait-two,generator,node,12.16.2,,,20,60,1.1"
            ),
            "{text}"
        );
    }

    #[test]
    fn repeated_runs_have_the_columns_of_their_file() {
        let row = crate::record::between_runs::tests::row("", crate::record::Figure::Ratio, 1.5);
        let text = Differing { machine: "m", rows: &[row] }.csv().unwrap();
        assert!(text.starts_with("case,variant,runtime,version,engine_version,flags,figure,runs,"));
        assert!(text.contains("\nawait-two,,node,12.16.2,,,ratio,20,10,15.0,"), "{text}");
    }
}
