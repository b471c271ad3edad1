//! Since when: the search for the versions that leak.

use super::plan::{Context, Plan};
use super::story::Versions;
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::bisect::{BisectPlan, Question, Rules, WIDEST_GAP, search};
use crate::progress::{Progress, Stage};
use crate::runtime::Settings;
use crate::session::Deadlines;

/// Looks for the versions that leak. Nothing that was found out earlier is used: every number of the
/// report is of this run.
pub(super) async fn search_versions(
    context: &Context<'_>,
    plan: &Plan,
    step: &'static str,
) -> Result<Versions, String> {
    context.progress.doing(step, "listing");
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
    let bisection = found.map_err(|error| error.to_string())?;
    bisection.failure().map_or(Ok(Versions(bisection)), Err)
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
    use super::super::story::Step;
    use super::*;
    use crate::bisect::Bisection;
    use crate::bisect::sample::bisection;
    use crate::show::value;

    /// One that could not go on, and had a version that gave no answer.
    fn stopped() -> Bisection {
        let mut found = bisection(&[("12", "y?.n")]);
        found.outcome.stopped = Some("no \"/home/alice/bin/npm\"".to_owned());
        let broken = found.outcome.lines[0].found[1].as_mut().unwrap();
        broken.finding.detail = "can't write \"/home/alice/.cache/x\": no space left".to_owned();
        found
    }

    #[test]
    fn what_is_published_names_no_place() {
        let whole = value(&stopped()).unwrap();
        assert!(whole.to_string().contains("/home/alice"), "{whole}");
        let mut step = Step::Found(Versions(stopped()));
        step.hide_places();
        let published = value(&step.found().unwrap().0).unwrap();
        assert!(!published.to_string().contains("/home"), "{published}");
        assert_eq!(published["versions"][1]["detail"], "can't write \"x\": no space left");
        assert_eq!(published["windows"], whole["windows"]);
    }

    #[test]
    fn windows_are_those_of_the_answer() {
        let told = serde_json::to_value(Versions(stopped())).unwrap();
        let answer = value(&stopped()).unwrap();
        for (field, told) in told.as_object().unwrap().iter().filter(|(it, _)| *it != "variant") {
            assert_eq!(answer[field], *told, "{field}");
        }
        assert_eq!(told["windows"][0]["fixed_in"], "12.3.0");
        assert_eq!((&told["versions_listed"], &told["versions_asked"]), (&4.into(), &3.into()));
    }
}
