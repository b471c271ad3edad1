//! Since when: the search for the versions that leak.

use std::time::{Duration, Instant};

use node_semver::Version;
use serde::Deserialize as _;
use serde_json::Value;

use super::plan::{Field, Plan};
use super::story::{Versions, Window};
use crate::leak::bisect::{
    Answer, Bisection, Finding, Line, Prober, Question, Rules, World, hunt, lines,
};
use crate::runtime::Settings;
use crate::session::Deadlines;

/// The case that is asked about, the article's, and its build.
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
    let rules = Rules { widest_gap: None, keep_going: true, jobs: cores };
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
        summary: bisection.page().title,
        published: bisection.listed(),
        asked: bisection.asked(),
        probes: bisection.outcome.probes,
        elapsed_s: bisection.elapsed.as_secs_f64(),
        is_exact: bisection.is_exact(),
        windows: Vec::<Window>::deserialize(&json["windows"])?,
    })
}
