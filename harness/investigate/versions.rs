//! Since when: the search for the versions that leak.

use std::time::{Duration, Instant};

use node_semver::Version;
use serde::Deserialize as _;
use serde_json::Value;

use super::plan::{Field, Plan};
use super::story::{Versions, Window};
use crate::leak::bisect::{
    Answer, Bisection, Finding, Line, Prober, Question, Rules, WIDEST_GAP, World, hunt, lines,
};
use crate::measure::redact::redact;
use crate::runtime::Settings;
use crate::session::Deadlines;

/// The case that is asked about, the article's, and its variant.
pub(super) const CASE: &str = "instance-loop";
pub(super) const VARIANT: &str = "generator";

/// How long a verdict may take: as `awaitbench bisect` has it.
pub(super) const BUDGET: Duration = Duration::from_secs(10);

/// Looks for the versions that leak. Nothing that was found out earlier is used: every number of the
/// report is of this run.
///
/// # Errors
/// The registry gives no list, the search stops, or no version answers; in one sentence.
pub(super) async fn searched(field: &Field<'_>, plan: &Plan) -> Result<Bisection, String> {
    let begin = Instant::now();
    let spec = &plan.versions;
    let mut case = field.catalogue.find(CASE).map_err(|error| error.to_string())?;
    case.variants.retain(|variant| variant.name == VARIANT);
    let listed = field.resolver.listed(spec.family).await.map_err(|error| error.to_string())?;
    let wanted: Vec<Version> = listed.into_iter().filter(|version| spec.admits(version)).collect();
    if wanted.is_empty() {
        return Err(format!("there is no version to ask in {spec}"));
    }
    let prober = Prober {
        resolver: field.resolver,
        catalogue: field.catalogue,
        case: case.clone(),
        settings: Settings::NONE,
        question: Question::Leak,
        deadlines: Deadlines::default(),
        budget: BUDGET,
        verdicts: None,
        watch: field.watch,
    };
    let is_offline = field.resolver.registry.is_offline();
    let absent = |line: &Line, version: &Version| {
        let is_absent = is_offline && !prober.has(line.family, version);
        is_absent.then(|| {
            let detail = "not installed, and --offline forbids to fetch".to_owned();
            Finding { probes: 0, ..Finding::of(Answer::Missing, detail, None) }
        })
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rules = Rules { widest_gap: WIDEST_GAP, keep_going: true, jobs: cores };
    let outcome = hunt(&lines(spec.family, &wanted), &prober, rules, absent).await;
    if let Some(reason) = &outcome.stopped {
        return Err(reason.clone());
    }
    let mut answers = outcome.lines.iter().flat_map(|line| line.answers()).flatten();
    if !answers.any(|answer| answer.state().is_some()) {
        return Err(format!("no version in {spec} gave an answer"));
    }
    Ok(Bisection {
        question: Question::Leak,
        variants: vec![VARIANT.to_owned()],
        case: case.name,
        flags: String::new(),
        outcome,
        elapsed: begin.elapsed(),
    })
}

/// What is told of a search, whose answer for programs is `json`.
///
/// # Errors
/// The answer has other fields than a window needs, which is a defect.
pub(super) fn told(bisection: &Bisection, json: &Value) -> serde_json::Result<Versions> {
    Ok(Versions {
        case: bisection.case.clone(),
        variant: bisection.variants.join(" "),
        flags: bisection.flags.clone(),
        summary: bisection.page().title,
        versions_listed: bisection.listed(),
        versions_asked: bisection.asked(),
        probes: bisection.outcome.probes,
        elapsed_s: bisection.elapsed.as_secs_f64(),
        is_exact: bisection.is_exact(),
        windows: Vec::<Window>::deserialize(&json["windows"])?,
    })
}

/// The answer for programs as it may be published: why a version gave no answer may name places on the
/// user's machine.
pub(super) fn published(mut json: Value) -> Value {
    let hide = |value: Option<&mut Value>| {
        if let Some(Value::String(text)) = value {
            *text = redact(text);
        }
    };
    hide(json.get_mut("error"));
    for version in json.get_mut("versions").and_then(Value::as_array_mut).into_iter().flatten() {
        hide(version.get_mut("detail"));
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leak::bisect::{Outcome, Probed, Searched};

    fn bisection() -> Bisection {
        let node = "node@12.15.0".parse::<crate::runtime::Spec>().unwrap().family;
        let versions: Vec<Version> =
            (13..=16).map(|minor| Version::from((12_u64, minor, 0_u64))).collect();
        let answer = |at: usize, answer: Answer, detail: &str| {
            let finding = Finding::of(answer, detail.to_owned(), None);
            Some(Probed { version: versions[at].clone(), engine_version: String::new(), finding })
        };
        let found = vec![
            answer(0, Answer::Yes, ""),
            answer(1, Answer::Broken, "can't write \"/home/alice/.cache/x\": no space left"),
            None,
            answer(3, Answer::No, ""),
        ];
        let line = Line { family: node, name: "12".to_owned(), versions: versions.clone() };
        let lines = vec![Searched { line, found }];
        let stopped = Some("no \"/home/alice/bin/npm\"".to_owned());
        Bisection {
            question: Question::Leak,
            case: CASE.to_owned(),
            variants: vec![VARIANT.to_owned()],
            flags: String::new(),
            outcome: Outcome { lines, probes: 3, cached: 0, downloads: 0, stopped },
            elapsed: Duration::from_secs(3),
        }
    }

    #[test]
    fn what_is_published_names_no_place() {
        let whole = bisection().json().unwrap();
        assert!(whole.to_string().contains("/home/alice"), "{whole}");
        let published = published(whole.clone());
        assert!(!published.to_string().contains("/home"), "{published}");
        assert_eq!(published["versions"][1]["detail"], "can't write \"x\": no space left");
        assert_eq!(published["windows"], whole["windows"]);
    }

    #[test]
    fn windows_are_those_of_the_answer() {
        let bisection = bisection();
        let told = told(&bisection, &bisection.json().unwrap()).unwrap();
        let window = &told.windows[0];
        assert_eq!((&*window.runtime, &*window.first_leaking), ("node", "12.13.0"));
        assert_eq!(window.fixed_in.as_deref(), Some("12.16.0"));
        assert_eq!(window.untested_after, ["12.14.0", "12.15.0"]);
        assert!(!window.is_exact && !told.is_exact);
        assert_eq!((told.versions_listed, told.versions_asked), (4, 3));
    }
}
