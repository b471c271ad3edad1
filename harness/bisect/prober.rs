//! The real world of a search: the registry, the cache of verdicts, and live processes.

use node_semver::Version;

use super::finding::{Answer, Probed, VersionAnswer};
use super::lines::Line;
use super::plan::BisectPlan;
use super::question::Question;
use super::timing;
use super::verdicts::Asked;
use super::world::{Trouble, World};
use crate::case::Catalogue;
use crate::leak::{self, Limits, ProbePlan};
use crate::measure::{Cell, Failure, Setting, Subject, Target};
use crate::npm::RegistryError;
use crate::progress::Progress;
use crate::record::Verdict;
use crate::runtime::{Family, Resolver, Runtime, Spec, Why};
use crate::show::format::quantity;

/// What may be concluded by a leak probe.
const LIMITS: Limits = Limits::OPS;

/// Asks real runtimes about one case.
pub(super) struct Prober<'a> {
    pub(super) resolver: &'a Resolver,
    pub(super) catalogue: &'a Catalogue,
    pub(super) plan: &'a BisectPlan,
    pub(super) progress: &'a dyn Progress,
}

impl World for Prober<'_> {
    fn has(&self, family: &'static Family, version: &Version) -> bool {
        self.resolver.has(family, version)
    }

    async fn fetch(&self, family: &'static Family, version: &Version) -> Result<Runtime, Trouble> {
        let had = self.resolver.have(&Spec::exact(family, version), self.progress).await;
        had.map_err(|why| trouble_of(&why))
    }

    async fn ask(&self, runtime: &Runtime, earlier: Option<VersionAnswer>) -> VersionAnswer {
        let subject = self.subject(runtime);
        let kept = self.plan.verdicts.as_ref().zip(self.asked(runtime, &subject));
        if earlier.is_none()
            && let Some(finding) = kept.as_ref().and_then(|(verdicts, key)| verdicts.get(key))
        {
            return finding;
        }
        self.progress.doing(&runtime.id(), "asking");
        let now = self.probe(runtime, &subject).await;
        let finding = match earlier {
            Some(earlier) => earlier.with(now, |answer| self.plan.question.word(answer)),
            None => now,
        };
        if let Some((verdicts, key)) = kept
            && let Err(error) = verdicts.put(&key, &finding)
        {
            tracing::warn!("can't keep the verdict on {}: {error}", runtime.id());
        }
        finding
    }

    fn found(&self, line: &Line, probed: &Probed) {
        let id = format!("{}-{}", line.family.name, probed.version);
        self.progress.came_to(&id, &words(self.plan.question, &probed.finding));
    }
}

impl Prober<'_> {
    fn subject(&self, runtime: &Runtime) -> Subject {
        let target = Target::Ready(runtime.clone());
        let cell = |variant: &crate::case::Variant| {
            Cell::of(&target, &self.plan.case.name, &variant.name, &self.plan.settings, "")
        };
        Subject {
            cells: self.plan.case.variants.iter().map(cell).collect(),
            case: self.plan.case.clone(),
            driver: self.catalogue.driver(runtime.family.name),
            settings: self.plan.settings.clone(),
            target,
        }
    }

    fn asked(&self, runtime: &Runtime, subject: &Subject) -> Option<Asked> {
        let parameters = match self.plan.question {
            Question::Leak => format!("{LIMITS:?}, at most {:?}", self.plan.budget),
            Question::Figure(..) => format!("{:?}, at most {}", timing::EFFORT, timing::MOST),
        };
        let variants = self.plan.case.variants.iter().map(|variant| variant.name.clone());
        Some(Asked {
            variants: variants.collect(),
            executed: subject.digest(),
            measured: format!("{}; {parameters}; {:?}", self.plan.question, self.plan.deadlines),
            ..Asked::of(runtime, subject.target.key(&self.plan.case.name, "", &self.plan.settings))?
        })
    }

    async fn probe(&self, runtime: &Runtime, subject: &Subject) -> VersionAnswer {
        match self.plan.question {
            Question::Leak => self.judge(runtime, subject).await,
            Question::Figure(..) => {
                let setting = Setting {
                    runtime,
                    case: &subject.case,
                    driver: &subject.driver,
                    settings: &subject.settings,
                    effort: timing::EFFORT,
                    deadlines: self.plan.deadlines,
                };
                timing::ask(setting, &subject.cells, self.plan.question).await
            }
        }
    }

    /// The verdict of `awaitbench leak`.
    async fn judge(&self, runtime: &Runtime, subject: &Subject) -> VersionAnswer {
        let Some(variant) = subject.case.variants.first() else {
            return VersionAnswer::of(
                Answer::Unknown,
                "there is no variant to probe".to_owned(),
                None,
            );
        };
        let plan = ProbePlan {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            budget: self.plan.budget,
            limits: LIMITS,
        };
        let found = match leak::ask(runtime, &plan).await {
            Ok(probed) => probed,
            Err(error) => return VersionAnswer::failed(Failure::from(&error)),
        };
        let (answer, detail) = match found.finding.verdict {
            Verdict::Leaks => (Answer::Yes, String::new()),
            Verdict::Stable => (Answer::No, String::new()),
            Verdict::Inconclusive => (Answer::Unknown, found.reason().to_string()),
        };
        VersionAnswer::of(answer, detail, found.finding.bytes_per_op)
    }
}

/// What progress says of an answer.
fn words(question: Question, finding: &VersionAnswer) -> String {
    let mut words = question.word(finding.answer).to_owned();
    if let Some(estimate) = finding.estimate {
        words.push_str(&format!(" ({} {})", quantity(estimate.value), question.unit()));
    } else if finding.answer.state().is_none() {
        words.push_str(&format!(": {}", finding.detail));
    }
    if finding.cached {
        words.push_str(", known from an earlier probe");
    } else if finding.probes > 1 {
        words.push_str(", asked twice");
    }
    words
}

/// Whether the others would have the same trouble.
fn trouble_of(why: &Why) -> Trouble {
    let words = why.to_string();
    match why {
        Why::NoMatch { .. } | Why::Registry(RegistryError::NotPublished(_)) => {
            Trouble::Version(Answer::Missing, words)
        }
        Why::NoBinary { .. }
        | Why::Broken { .. }
        | Why::Unusable { .. }
        | Why::WrongVersion { .. }
        | Why::Tarball(_) => Trouble::Version(Answer::Broken, words),
        Why::NoSystem(_)
        | Why::NoLts(_)
        | Why::NoPackage { .. }
        | Why::Registry(_)
        | Why::Disk { .. } => Trouble::All(words),
    }
}
