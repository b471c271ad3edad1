//! Since when: the search for the versions that leak.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::plan::{Context, Plan};
use super::step::{Discovery, Within};
use crate::article::{BUDGET, GENERATOR, INSTANCE_LOOP};
use crate::bisect::{BisectPlan, Bisection, Question, Rules, WIDEST_GAP, search};
use crate::runtime::Settings;
use crate::session::Deadlines;

/// The search for the versions that leak.
#[derive(Clone, Debug)]
pub struct Versions(pub Bisection);

impl Discovery for Versions {
    fn summary(&self) -> String {
        self.0.summary()
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.0.each_text(visit);
    }
}

impl Serialize for Versions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(found) = self;
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("case", &found.case)?;
        fields.serialize_entry("variant", &found.variants.join(" "))?;
        fields.serialize_entry("flags", &found.flags)?;
        fields.serialize_entry("summary", &found.summary())?;
        fields.serialize_entry("versions_listed", &found.listed())?;
        fields.serialize_entry("versions_asked", &found.asked())?;
        fields.serialize_entry("probes", &found.outcome.probes)?;
        fields.serialize_entry("elapsed_s", &found.elapsed.as_secs_f64())?;
        fields.serialize_entry("is_exact", &found.is_exact())?;
        fields.serialize_entry("windows", &found.windows())?;
        fields.end()
    }
}

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
    // Dozens of versions as one step, whose answers are not told one by one: the report has what they come to.
    let words = |id: &str, what: &str| format!("{what} {id}");
    let told = Within { step, words, progress: context.progress };
    let found = search(&plan, context.resolver, context.catalogue, &told).await;
    let bisection = found.map_err(|error| error.to_string())?;
    bisection.failure().map_or(Ok(Versions(bisection)), Err)
}

#[cfg(test)]
mod tests {
    use super::super::step::Step;
    use super::*;
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
