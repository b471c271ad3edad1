//! Since when: the search for the versions that leak.

use super::plan::{Context, Plan};
use super::story::Versions;
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::bisect::{BisectPlan, Bisection, Question, Rules, WIDEST_GAP, search};
use crate::measure::redact::redact;
use crate::progress::{Progress, Stage};
use crate::runtime::Settings;
use crate::session::Deadlines;

/// Looks for the versions that leak. Nothing that was found out earlier is used: every number of the
/// report is of this run. What comes back may be published: it names no place on the user's machine.
pub(super) async fn search_versions(
    context: &Context<'_>,
    plan: &Plan,
    step: &'static str,
) -> Result<Bisection, String> {
    let mut case = context.catalogue.find(INSTANCE_LOOP).map_err(|error| error.to_string())?;
    case.variants.retain(|variant| variant.name == GENERATOR);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = BisectPlan {
        specs: vec![plan.versions.clone()],
        question: Question::Leak,
        case,
        settings: Settings::NONE.clone(),
        rules: Rules { widest_gap: WIDEST_GAP, keep_going: true, jobs: cores },
        deadlines: Deadlines::default(),
        budget: BUDGET,
        verdicts: None,
    };
    let told = AsOneStep { step, progress: context.progress };
    let found = search(&plan, context.resolver, context.catalogue, &told).await;
    let mut bisection = found.map_err(|error| error.to_string())?;
    if let Some(why) = bisection.failure() {
        return Err(why);
    }
    bisection.each_text(&mut |text| *text = redact(text));
    Ok(bisection)
}

/// What is told of a search.
pub(super) fn tell(bisection: &Bisection) -> Versions {
    Versions {
        case: bisection.case.clone(),
        variant: bisection.variants.join(" "),
        flags: bisection.flags.clone(),
        summary: bisection.summary(),
        versions_listed: bisection.listed(),
        versions_asked: bisection.asked(),
        probes: bisection.outcome.probes,
        elapsed_s: bisection.elapsed.as_secs_f64(),
        is_exact: bisection.is_exact(),
        windows: bisection.windows(),
    }
}

/// Dozens of versions as one step, whose answers are not told one by one: the report has what they come to.
struct AsOneStep<'a> {
    step: &'static str,
    progress: &'a dyn Progress,
}

impl Progress for AsOneStep<'_> {
    fn at(&self, id: &str, stage: Stage) {
        self.progress.at(id, stage);
    }

    fn doing(&self, id: &str, what: &str) {
        self.progress.doing(self.step, &format!("{what} {id}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bisect::{Answer, Line, Outcome, Probed, Searched, VersionAnswer};
    use crate::show::value;
    use node_semver::Version;
    use std::time::Duration;

    fn bisection() -> Bisection {
        let node = "node@12.15.0".parse::<crate::runtime::Spec>().unwrap().family;
        let versions: Vec<Version> =
            (13..=16).map(|minor| Version::from((12_u64, minor, 0_u64))).collect();
        let answer = |at: usize, answer: Answer, detail: &str| {
            let finding = VersionAnswer::of(answer, detail.to_owned(), None);
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
            case: INSTANCE_LOOP.to_owned(),
            variants: vec![GENERATOR.to_owned()],
            flags: String::new(),
            outcome: Outcome { lines, probes: 3, cached: 0, downloads: 0, stopped },
            elapsed: Duration::from_secs(3),
        }
    }

    #[test]
    fn what_is_published_names_no_place() {
        let mut found = bisection();
        let whole = value(&found).unwrap();
        assert!(whole.to_string().contains("/home/alice"), "{whole}");
        found.each_text(&mut |text| *text = redact(text));
        let published = value(&found).unwrap();
        assert!(!published.to_string().contains("/home"), "{published}");
        assert_eq!(published["versions"][1]["detail"], "can't write \"x\": no space left");
        assert_eq!(published["windows"], whole["windows"]);
    }

    #[test]
    fn windows_are_those_of_the_answer() {
        let told = tell(&bisection());
        let window = &told.windows[0];
        assert_eq!((window.runtime, window.bounds.ends()), ("node", ["12.13.0", "12.13.0"]));
        assert_eq!(window.fixed_in.as_deref(), Some("12.16.0"));
        assert_eq!(window.untested_after, ["12.14.0", "12.15.0"]);
        assert!(!window.is_exact && !told.is_exact);
        assert_eq!((told.versions_listed, told.versions_asked), (4, 3));
    }
}
