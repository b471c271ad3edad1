//! The real world of a search: the registry, the cache of verdicts, and live processes.

use std::time::Duration;

use node_semver::Version;

use super::finding::{Answer, Finding, Probed};
use super::lines::Line;
use super::question::Question;
use super::timing;
use super::verdicts::{Key, Verdicts};
use super::world::{Trouble, World};
use crate::case::{Case, Catalogue};
use crate::leak::{Limits, Plan, Verdict, probe};
use crate::measure::{Cell, Failure, Setting, Subject, Target};
use crate::npm::RegistryError;
use crate::runtime::{Family, Progress, Resolver, Runtime, Settings, Spec, Why};
use crate::session::Deadlines;

/// What may be concluded by a leak probe.
const LIMITS: Limits = Limits::OPS;

/// Told how far the search is, beside how far installations are.
pub trait Watch: Progress {
    /// The runtime with this id is being asked.
    fn asking(&self, id: &str);
    /// This was found out about the runtime with this id.
    fn found(&self, id: &str, finding: &Finding);
}

/// Asks real runtimes about one case.
pub struct Prober<'a> {
    /// Where versions come from.
    pub resolver: &'a Resolver,
    /// Where the driver is.
    pub catalogue: &'a Catalogue,
    /// The case, with just the variants that are executed.
    pub case: Case,
    /// What the user asked of the runtime.
    pub settings: &'a Settings,
    /// What is asked.
    pub question: Question,
    /// How long each request may take where time is measured.
    pub deadlines: Deadlines,
    /// How long a leak probe may take.
    pub budget: Duration,
    /// Where answers are kept, if they are.
    pub verdicts: Option<Verdicts>,
    /// Who is told.
    pub watch: &'a dyn Watch,
}

impl World for Prober<'_> {
    fn has(&self, family: &'static Family, version: &Version) -> bool {
        let mut installed = self.resolver.discovery.runtimes.iter();
        installed.any(|runtime| runtime.family == family && runtime.version == *version)
    }

    async fn fetch(&self, family: &'static Family, version: &Version) -> Result<Runtime, Trouble> {
        let had = self.resolver.have(&Spec::exact(family, version), self.watch).await;
        had.map_err(|why| trouble_of(&why))
    }

    async fn ask(&self, runtime: &Runtime, earlier: Option<Finding>) -> Finding {
        let subject = self.subject(runtime);
        let kept = self.verdicts.as_ref().zip(self.key(runtime, &subject));
        if earlier.is_none()
            && let Some(finding) = kept.as_ref().and_then(|(verdicts, key)| verdicts.get(key))
        {
            return finding;
        }
        self.watch.asking(&runtime.id());
        let now = self.probe(runtime, &subject).await;
        let finding = match earlier {
            Some(earlier) => earlier.with(now, |answer| self.question.word(answer)),
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
        self.watch.found(&id, &probed.finding);
    }
}

impl Prober<'_> {
    fn subject(&self, runtime: &Runtime) -> Subject {
        let target = Target::Ready(runtime.clone());
        let cell = |variant: &crate::case::Variant| {
            Cell::of(&target, &self.case.name, &variant.name, self.settings, "")
        };
        Subject {
            cells: self.case.variants.iter().map(cell).collect(),
            case: self.case.clone(),
            driver: self.catalogue.driver(runtime.family.name),
            settings: self.settings.clone(),
            target,
        }
    }

    fn key(&self, runtime: &Runtime, subject: &Subject) -> Option<Key> {
        let parameters = match self.question {
            Question::Leak => format!("{LIMITS:?}, at most {:?}", self.budget),
            Question::Figure(..) => format!("{:?}, at most {}", timing::EFFORT, timing::MOST),
        };
        let variants = self.case.variants.iter().map(|variant| variant.name.clone());
        Some(Key {
            case: self.case.name.clone(),
            variants: variants.collect(),
            flags: self.settings.words(),
            executed: subject.digest(),
            measured: format!("{}; {parameters}; {:?}", self.question, self.deadlines),
            ..Key::of(runtime)?
        })
    }

    async fn probe(&self, runtime: &Runtime, subject: &Subject) -> Finding {
        match self.question {
            Question::Leak => self.judge(runtime, subject).await,
            Question::Figure(..) => {
                let setting = Setting {
                    runtime,
                    case: &subject.case,
                    driver: &subject.driver,
                    settings: &subject.settings,
                    effort: timing::EFFORT,
                    deadlines: self.deadlines,
                };
                timing::ask(setting, &subject.cells, self.question).await
            }
        }
    }

    /// The verdict of `awaitbench leak`; an inconclusive probe is made once more, with twice the time.
    async fn judge(&self, runtime: &Runtime, subject: &Subject) -> Finding {
        let Some(variant) = subject.case.variants.first() else {
            return Finding::of(Answer::Unknown, "there is no variant to probe".to_owned(), None);
        };
        let mut found = Err(Finding::of(Answer::Unknown, String::new(), None));
        // Noise, or a slow version: a second look costs less than fetching its neighbours.
        for budget in [self.budget, self.budget * 2] {
            let plan = Plan {
                driver: &subject.driver,
                case: &subject.case,
                variant,
                settings: &subject.settings,
                budget,
                limits: LIMITS,
            };
            match probe(runtime, &plan).await {
                Ok(probed) => found = Ok(probed.finding),
                Err(error) => return Finding::failed(Failure::from(&error)),
            }
            if found.as_ref().is_ok_and(|found| found.verdict != Verdict::Inconclusive) {
                break;
            }
        }
        let found = match found {
            Ok(found) => found,
            Err(none) => return none,
        };
        let (answer, detail) = match found.verdict {
            Verdict::Leaks => (Answer::Yes, String::new()),
            Verdict::Stable => (Answer::No, String::new()),
            Verdict::Inconclusive => (Answer::Unknown, found.reason.to_string()),
        };
        Finding::of(answer, detail, found.bytes_per_op)
    }
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
