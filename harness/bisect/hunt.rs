//! Carries out a search over all lines: fetches ahead, asks several at a time, stops at trouble.
//!
//! What to ask is [`super::search`]'s business; how a version is come by and asked is the
//! [`World`]'s. Everything the search wants is needed whatever the other answers will be, so that
//! nothing is fetched in vain.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use node_semver::Version;

use super::finding::{Answer, Probed, VersionAnswer};
use super::lines::Line;
use super::search::{Known, Purpose, next};
use super::world::{Trouble, World};
use crate::runtime::Runtime;

/// Fetches that run side by side: each is mostly waiting for the network.
const FETCHES: usize = 4;

/// How a search is carried out.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The most versions in a row that are not asked between two that agree.
    pub widest_gap: usize,
    /// Whether a version that is missing or broken is walked around.
    pub keep_going: bool,
    /// How many are asked at the same time.
    pub jobs: usize,
}

/// A line with what was found out about its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    pub line: Line,
    /// In the order of its versions; `None` for one that was not asked.
    pub found: Vec<Option<Probed>>,
}

impl Searched {
    /// The answers in the order of the versions.
    pub fn answers(&self) -> Vec<Option<Answer>> {
        let answer = |probed: &Option<Probed>| probed.as_ref().map(|probed| probed.finding.answer);
        self.found.iter().map(answer).collect()
    }
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub lines: Vec<Searched>,
    /// Probes made now, confirming ones too.
    pub probes: u32,
    /// Answers that came from the cache of verdicts.
    pub cached: u32,
    pub downloads: u32,
    /// Why the search stopped before its end.
    pub stopped: Option<String>,
}

/// The place of a version: its line and its position in it.
type Place = (usize, usize);

/// What is going on with a version that is wanted.
enum Stage {
    Fetching,
    Here(Box<Runtime>),
    Asking,
}

enum Event {
    Fetched(Place, bool, Result<Runtime, Trouble>),
    Asked(Place, Box<Runtime>, VersionAnswer),
}

struct Hunt<'a, W> {
    world: &'a W,
    rules: Rules,
    stages: HashMap<Place, Stage>,
    outcome: Outcome,
}

/// Asks until every boundary is found. `absent` answers for versions that are known not to be had.
pub(super) async fn hunt<W: World>(
    lines: &[Line],
    world: &W,
    rules: Rules,
    absent: impl Fn(&Line, &Version) -> Option<VersionAnswer>,
) -> Outcome {
    let begin = |line: &Line| Searched {
        line: line.clone(),
        found: line
            .versions
            .iter()
            .map(|version| {
                let finding = absent(line, version)?;
                let engine_version = String::new();
                Some(Probed { version: version.clone(), engine_version, finding })
            })
            .collect(),
    };
    let outcome = Outcome { lines: lines.iter().map(begin).collect(), ..Outcome::default() };
    let mut hunt = Hunt { world, rules, stages: HashMap::new(), outcome };
    let mut running = FuturesUnordered::new();
    while hunt.outcome.stopped.is_none() {
        for task in hunt.start() {
            running.push(task);
        }
        let Some(event) = running.next().await else { break };
        hunt.take(event);
    }
    // What is still running is of no use any more: dropping it ends it.
    hunt.outcome
}

impl<'a, W: World> Hunt<'a, W> {
    /// Begins as much of what is wanted as may run at a time, the most urgent first.
    fn start(&mut self) -> Vec<LocalBoxFuture<'a, Event>> {
        let mut tasks: Vec<LocalBoxFuture<'a, Event>> = Vec::new();
        for (_, place) in self.wanted() {
            let world = self.world;
            let line = &self.outcome.lines[place.0].line;
            let (family, version) = (line.family, line.versions[place.1].clone());
            match self.stages.get(&place) {
                None if world.has(family, &version) || self.count(is_fetching) < FETCHES => {
                    let is_new = !world.has(family, &version);
                    self.stages.insert(place, Stage::Fetching);
                    tasks.push(Box::pin(async move {
                        Event::Fetched(place, is_new, world.fetch(family, &version).await)
                    }));
                }
                Some(Stage::Here(runtime)) if self.count(is_asking) < self.rules.jobs => {
                    let runtime = runtime.clone();
                    let earlier = self.finding(place).cloned();
                    self.stages.insert(place, Stage::Asking);
                    tasks.push(Box::pin(async move {
                        let finding = world.ask(&runtime, earlier).await;
                        Event::Asked(place, runtime, finding)
                    }));
                }
                _ => {}
            }
        }
        tasks
    }

    /// Every version that is to be asked next, over all lines, the most urgent first.
    fn wanted(&self) -> Vec<(Purpose, Place)> {
        let mut wanted = Vec::new();
        for (index, searched) in self.outcome.lines.iter().enumerate() {
            let known: Vec<Option<Known>> = searched
                .found
                .iter()
                .map(|probed| probed.as_ref().map(|probed| probed.finding.known()))
                .collect();
            let gap = self.rules.widest_gap;
            let steps = next(&known, gap).into_iter();
            wanted.extend(steps.map(|step| (step.purpose, (index, step.at))));
        }
        wanted.sort_by_key(|(purpose, _)| *purpose);
        wanted
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Fetched(place, is_new, Ok(runtime)) => {
                self.outcome.downloads += u32::from(is_new);
                self.stages.insert(place, Stage::Here(Box::new(runtime)));
            }
            Event::Fetched(_, _, Err(Trouble::All(reason))) => self.outcome.stopped = Some(reason),
            Event::Fetched(place, _, Err(Trouble::Version(answer, detail))) => {
                self.stages.remove(&place);
                self.note(
                    place,
                    "",
                    VersionAnswer { probes: 0, ..VersionAnswer::of(answer, detail, None) },
                );
            }
            Event::Asked(place, runtime, finding) => {
                if finding.cached {
                    self.outcome.cached += 1;
                } else {
                    self.outcome.probes += 1;
                }
                let engine_version = runtime.engine_version.clone();
                self.stages.insert(place, Stage::Here(runtime));
                self.note(place, &engine_version, finding);
            }
        }
    }

    /// Writes down what was found out about a version.
    fn note(&mut self, place: Place, engine_version: &str, finding: VersionAnswer) {
        let searched = &mut self.outcome.lines[place.0];
        let version = searched.line.versions[place.1].clone();
        if finding.answer.is_failure() && !self.rules.keep_going {
            let id = format!("{}-{version}", searched.line.family.name);
            self.outcome.stopped = Some(failure(&id, &finding));
        }
        let probed = Probed { version, engine_version: engine_version.to_owned(), finding };
        self.world.found(&searched.line, &probed);
        searched.found[place.1] = Some(probed);
    }

    fn finding(&self, (line, at): Place) -> Option<&VersionAnswer> {
        self.outcome.lines[line].found[at].as_ref().map(|probed| &probed.finding)
    }

    fn count(&self, is: fn(&Stage) -> bool) -> usize {
        self.stages.values().filter(|stage| is(stage)).count()
    }
}

/// What is said of a version that stops the search.
fn failure(id: &str, finding: &VersionAnswer) -> String {
    let detail = &finding.detail;
    let named = if detail.contains(id) { detail.clone() } else { format!("{id}: {detail}") };
    format!("{named}; --keep-going goes on without it")
}

const fn is_fetching(stage: &Stage) -> bool {
    matches!(stage, Stage::Fetching)
}

const fn is_asking(stage: &Stage) -> bool {
    matches!(stage, Stage::Asking)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::path::PathBuf;

    use super::super::search::WIDEST_GAP;
    use super::super::windows::windows;
    use super::*;
    use crate::runtime::Family;

    /// A world of one line `1.0.0`, `1.1.0`, … whose versions answer by the letter at their place:
    /// `y`, `n`, `?` unknown, `m` missing, `b` broken when asked, `x` trouble for all, `f` yes at
    /// first and then no.
    struct Fake {
        truth: &'static str,
        log: RefCell<Vec<String>>,
        asking: RefCell<(usize, usize)>,
    }

    impl Fake {
        fn letter(&self, version: &Version) -> char {
            self.truth.chars().nth(version.minor as usize).unwrap()
        }
    }

    impl World for Fake {
        fn has(&self, _: &'static Family, version: &Version) -> bool {
            version.minor == 0
        }

        async fn fetch(
            &self,
            family: &'static Family,
            version: &Version,
        ) -> Result<Runtime, Trouble> {
            self.log.borrow_mut().push(format!("fetch {}", version.minor));
            tokio::task::yield_now().await;
            match self.letter(version) {
                'm' => Err(Trouble::Version(Answer::Missing, "not published".to_owned())),
                'x' => Err(Trouble::All("no network".to_owned())),
                _ => Ok(Runtime {
                    family,
                    version: version.clone(),
                    engine_version: "1.0".to_owned(),
                    lts: None,
                    path: PathBuf::new(),
                    origins: Vec::new(),
                }),
            }
        }

        async fn ask(&self, runtime: &Runtime, earlier: Option<VersionAnswer>) -> VersionAnswer {
            self.log.borrow_mut().push(format!("ask {}", runtime.version.minor));
            {
                let mut asking = self.asking.borrow_mut();
                asking.0 += 1;
                asking.1 = asking.1.max(asking.0);
            }
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            self.asking.borrow_mut().0 -= 1;
            let answer = match (self.letter(&runtime.version), &earlier) {
                ('y', _) | ('f', None) => Answer::Yes,
                ('n' | 'f', _) => Answer::No,
                ('b', _) => Answer::Broken,
                _ => Answer::Unknown,
            };
            let now = VersionAnswer::of(answer, "crashed".to_owned(), None);
            earlier.map_or(now.clone(), |earlier| earlier.with(now, |_| "so"))
        }

        fn found(&self, _: &Line, _: &Probed) {}
    }

    async fn carry_out(truth: &'static str, rules: Rules) -> (Outcome, Fake) {
        let versions = (0..truth.len() as u64).map(|minor| Version::from((1, minor, 0))).collect();
        let line = Line { family: Family::named("node").unwrap(), name: "1".to_owned(), versions };
        let fake = Fake { truth, log: RefCell::default(), asking: RefCell::default() };
        let outcome = hunt(&[line], &fake, rules, |_, _| None).await;
        (outcome, fake)
    }

    const RULES: Rules = Rules { widest_gap: WIDEST_GAP, keep_going: false, jobs: 2 };

    #[tokio::test]
    async fn a_boundary_is_found_and_only_what_is_asked_is_fetched() {
        let (outcome, fake) = carry_out("yyyyyyyyyyynnnnn", RULES).await;
        let window = &windows(&outcome.lines[0].answers())[0];
        assert_eq!((window.first, window.last, window.after), (0, 10, Some(11)));
        assert!(window.is_exact());
        let log = fake.log.borrow();
        let count = |word: &str| log.iter().filter(|line| line.starts_with(word)).count();
        assert_eq!(count("ask"), outcome.probes as usize);
        let asked = outcome.lines[0].found.iter().flatten().count();
        assert_eq!(outcome.probes as usize, asked + 2, "two are asked again");
        // Version 0 was there.
        assert_eq!((count("fetch"), outcome.downloads as usize), (asked, asked - 1));
        assert_eq!(fake.asking.borrow().1, 2, "two at a time");
        assert_eq!(outcome.stopped, None);
    }

    #[tokio::test]
    async fn one_job_asks_one_at_a_time() {
        let (outcome, fake) = carry_out("yyyynnnn", Rules { jobs: 1, ..RULES }).await;
        assert_eq!((fake.asking.borrow().1, outcome.stopped), (1, None));
    }

    #[tokio::test]
    async fn trouble_with_a_version_stops_unless_told_to_go_on() {
        for (truth, words) in [
            ("yyyyyynnnnnm", "node-1.11.0: not published; --keep-going goes on without it"),
            ("byyyyynnnnnn", "node-1.0.0: crashed; --keep-going goes on without it"),
        ] {
            let (outcome, _) = carry_out(truth, RULES).await;
            assert_eq!(outcome.stopped.as_deref(), Some(words));
            let (outcome, _) = carry_out(truth, Rules { keep_going: true, ..RULES }).await;
            assert_eq!(outcome.stopped, None);
            let window = &windows(&outcome.lines[0].answers())[0];
            assert_eq!((window.last, window.after), (5, Some(6)), "{truth}");
        }
    }

    #[tokio::test]
    async fn trouble_with_everything_stops_always() {
        let (outcome, _) = carry_out("yyyx", Rules { keep_going: true, ..RULES }).await;
        assert_eq!(outcome.stopped.as_deref(), Some("no network"));
    }

    #[tokio::test]
    async fn an_answer_that_changes_is_none_and_the_search_goes_on() {
        let (outcome, _) = carry_out("yyyyyfnnnnn", RULES).await;
        let window = &windows(&outcome.lines[0].answers())[0];
        assert_eq!((window.last, &window.untested_after, window.after), (4, &vec![5], Some(6)));
        assert_eq!(outcome.stopped, None, "what can't be decided is not a failure");
    }

    #[tokio::test]
    async fn what_is_known_to_be_absent_is_not_asked() {
        let versions = (0..6).map(|minor| Version::from((1, minor, 0))).collect();
        let line = Line { family: Family::named("node").unwrap(), name: "1".to_owned(), versions };
        let fake = Fake { truth: "yyyynn", log: RefCell::default(), asking: RefCell::default() };
        let absent = |_: &Line, version: &Version| {
            (version.minor % 2 == 1).then(|| VersionAnswer {
                probes: 0,
                ..VersionAnswer::of(Answer::Missing, "not here".to_owned(), None)
            })
        };
        let outcome = hunt(&[line], &fake, RULES, absent).await;
        assert_eq!(outcome.stopped, None);
        let window = &windows(&outcome.lines[0].answers())[0];
        assert_eq!((window.last, &window.untested_after, window.after), (2, &vec![3], Some(4)));
    }
}
