//! What one investigation has found: the answers of its steps, each as its module gives it, and what of them
//! `story.json` tells.

use std::ops::Deref;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::bisect::Bisection;
use crate::heap::suspects::Suspect;
use crate::heap::text::printable;
use crate::key::Key;
use crate::leak::Judged;
use crate::load::LoadResult;
use crate::measure::redact::redact;
use crate::record::{Keyed, LeakFigures, LeakRow, LoadFigures, LoadRow, Space, Verdict};
use crate::scan::{Cure, Findings, PackageFinding, cures};
use crate::show::format::{bytes, one_line, quantity};
use crate::stats::Estimate;

/// Seconds a day.
const A_DAY: f64 = 86_400.0;

/// What a step has found, or why it has found nothing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    Found(T),
    /// It was not; one sentence says why.
    Failed(String),
    /// Nobody asked for it, or what it needs is not here; one sentence says which.
    Skipped(String),
}

impl<T> Step<T> {
    pub const fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Failed(_) | Self::Skipped(_) => None,
        }
    }

    /// Why nothing was found; `None` if something was.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Failed(why) | Self::Skipped(why) => Some(why),
        }
    }

    /// Whether it could not be carried out.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl<T: Finding> Step<T> {
    /// Hides the places on the user's machine; answers what progress says, which may name them where it failed.
    pub(super) fn hide_places(&mut self) -> String {
        let words = match self {
            Self::Found(found) => {
                found.each_text(&mut hide);
                return found.summary();
            }
            Self::Failed(why) => format!("failed: {why}"),
            Self::Skipped(why) => format!("left out: {why}"),
        };
        let (Self::Failed(why) | Self::Skipped(why)) = self else { return words };
        hide(why);
        words
    }
}

impl<T> From<Result<T, String>> for Step<T> {
    fn from(found: Result<T, String>) -> Self {
        found.map_or_else(Self::Failed, Self::Found)
    }
}

/// Leaves of each place only its last part. A text of one line without any stays as it is: blanks in V8's own names
/// mean something.
fn hide(text: &mut String) {
    let short = redact(text);
    if text.contains('\n') || short.len() < one_line(text).len() {
        *text = short;
    }
}

/// What a step can find.
pub trait Finding {
    /// What progress says of it.
    fn summary(&self) -> String;
    /// Every text that may name places on the user's machine.
    fn each_text(&mut self, _visit: &mut dyn FnMut(&mut String)) {}
}

/// A variant of the service under load.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// Its row, and all that was read.
    #[serde(flatten, serialize_with = "tell_load")]
    pub result: LoadResult,
    /// How long, in seconds.
    pub duration_s: f64,
    /// Requests that came before it and count in nothing.
    pub warm_up_requests: u64,
    /// What the first request met that failed, if that is known.
    pub first_failure: Option<String>,
    /// Why, where the verdict alone does not say it; else empty. The row's reason has advice for another command.
    pub reason: String,
}

impl Deref for Load {
    type Target = LoadRow;

    fn deref(&self) -> &LoadRow {
        &self.result.row
    }
}

impl Load {
    /// Whether it keeps something for every request.
    pub fn leaks(&self) -> bool {
        self.verdict == Some(Verdict::Leaks)
    }

    /// Whether it keeps that in the heap, which is what is counted and what snapshots show.
    pub fn leaks_heap(&self) -> bool {
        self.space == Some(Space::Heap)
    }

    /// Bytes that the heap gained for each request.
    pub fn kept(&self) -> Option<Estimate> {
        estimate(self.bytes_per_request, self.bytes_per_request_low, self.bytes_per_request_high)
    }

    /// Bytes that the heap gained.
    pub fn gained(&self) -> u64 {
        let ends = self.heap_before_bytes.zip(self.heap_after_bytes);
        ends.map_or(0, |(before, after)| after.saturating_sub(before))
    }

    pub fn requests_failed(&self) -> u64 {
        requests_failed(self)
    }

    pub fn bytes_a_day(&self) -> Option<f64> {
        bytes_a_day(self)
    }

    /// Requests after the load, so that the verdict gets sure; they count in nothing else.
    pub fn further_requests(&self) -> u64 {
        further_requests(self)
    }
}

impl Finding for Load {
    fn summary(&self) -> String {
        let Key { runtime, version, variant, .. } = &self.key;
        let verdict = self.verdict.map_or("no verdict", Verdict::word);
        let kept = quantity(self.bytes_per_request.unwrap_or_default());
        format!("{runtime}-{version} as {variant}: {verdict}, {kept} bytes of heap a request")
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.first_failure.iter_mut().for_each(visit);
    }
}

fn tell_load<S: Serializer>(result: &LoadResult, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        #[serde(flatten)]
        key: &'a Key,
        #[serde(flatten, with = "ToldOfLoad")]
        row: &'a LoadFigures,
    }
    let Keyed { key, row } = &result.row;
    Row { key, row }.serialize(serializer)
}

#[derive(Serialize)]
#[serde(remote = "LoadFigures")]
struct ToldOfLoad {
    rate: Option<f64>,
    requests_per_sec: Option<f64>,
    requests: Option<u64>,
    #[serde(getter = "requests_failed")]
    requests_failed: u64,
    heap_before_bytes: Option<u64>,
    heap_after_bytes: Option<u64>,
    bytes_per_request: Option<f64>,
    bytes_per_request_low: Option<f64>,
    bytes_per_request_high: Option<f64>,
    #[serde(getter = "bytes_a_day")]
    bytes_a_day: Option<f64>,
    peak_rss_bytes: Option<u64>,
    p50_ns: Option<u64>,
    p99_ns: Option<u64>,
    p999_ns: Option<u64>,
    verdict: Option<Verdict>,
    space: Option<Space>,
    #[serde(getter = "further_requests")]
    further_requests: u64,
}

/// Those that got no answer, or not the right one.
fn requests_failed(row: &LoadFigures) -> u64 {
    [row.non_2xx, row.errors, row.timeouts].into_iter().flatten().sum()
}

/// What is kept in a day at the rate that was asked for; only where it is the heap that leaks.
fn bytes_a_day(row: &LoadFigures) -> Option<f64> {
    let a_day = row.bytes_per_request? * row.rate? * A_DAY;
    (row.space == Some(Space::Heap) && a_day > 0.0).then_some(a_day)
}

fn further_requests(row: &LoadFigures) -> u64 {
    row.further_requests.unwrap_or(0)
}

fn estimate(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Estimate> {
    Some(Estimate { value: value?, low: low?, high: high? })
}

/// What two snapshots say, one before the load and one after it.
#[derive(Clone, Debug, Serialize)]
pub struct Heap {
    /// The size of the older one.
    pub before_bytes: u64,
    /// The size of the newer one.
    pub after_bytes: u64,
    /// By how much the first suspect grew, as a part of what the heap grew by under load; `None` without
    /// a suspect, or where the heap did not grow.
    pub explained_share: Option<f64>,
    /// What leaks, the strongest first.
    pub suspects: Vec<Suspect>,
}

impl Finding for Heap {
    fn summary(&self) -> String {
        let Some(first) = self.suspects.first() else { return "no suspect".to_owned() };
        format!("{} keeps {} alive", printable(&first.name), bytes(first.retained_bytes))
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.suspects.iter_mut().for_each(|suspect| suspect.each_text(visit));
    }
}

/// What the search of a folder has found.
#[derive(Clone, Debug)]
pub struct Culprits {
    pub folder: String,
    pub findings: Findings,
}

impl Deref for Culprits {
    type Target = Findings;

    fn deref(&self) -> &Findings {
        &self.findings
    }
}

impl Culprits {
    pub fn call_sites(&self) -> u64 {
        self.packages.iter().map(|package| package.call_sites).sum()
    }
}

impl Finding for Culprits {
    fn summary(&self) -> String {
        let (sites, packages) = (self.call_sites(), self.packages.len());
        format!(
            "{}: {sites} call sites in {packages} of {} packages",
            self.folder, self.packages_seen
        )
    }
}

impl Serialize for Culprits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("folder", &self.folder)?;
        fields.serialize_entry("packages_seen", &self.packages_seen)?;
        fields.serialize_entry("files_seen", &self.files_seen)?;
        fields.serialize_entry("skipped", &self.skipped.len())?;
        let packages: Vec<Package<'_>> = self.packages.iter().map(Package).collect();
        fields.serialize_entry("packages", &packages)?;
        fields.end()
    }
}

/// What is told of a package.
struct Package<'a>(&'a PackageFinding);

impl Serialize for Package<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct File<'a> {
            path: &'a str,
            call_sites: u64,
        }
        let Self(found) = *self;
        let files = found.file_list.iter();
        let files = files.map(|file| File { path: &file.path, call_sites: file.call_sites });
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("name", &found.name)?;
        fields.serialize_entry("version", &found.version)?;
        fields.serialize_entry("files", &files.collect::<Vec<_>>())?;
        fields.serialize_entry("call_sites", &found.call_sites)?;
        fields.serialize_entry("loaded_call_sites", &found.loaded_call_sites)?;
        fields.serialize_entry("leaking_call_sites", &found.leaking_call_sites)?;
        fields.serialize_entry("styles", &found.styles)?;
        fields.serialize_entry("needed_by", &needed_by(found))?;
        fields.serialize_entry("cure", &cure(found))?;
        fields.end()
    }
}

/// How it was compiled.
pub(super) fn styles(found: &PackageFinding, between: &str) -> String {
    found.styles.iter().map(|style| style.word()).collect::<Vec<_>>().join(between)
}

/// The packages that need it.
pub(super) fn needed_by(found: &PackageFinding) -> Vec<&str> {
    found.dependents.iter().map(|dependent| &*dependent.name).collect()
}

/// The easiest way to end the finding.
pub(super) fn cure(found: &PackageFinding) -> Option<String> {
    cures(found).first().map(Cure::words)
}

/// The search for the versions that leak.
#[derive(Clone, Debug)]
pub struct Versions(pub Bisection);

impl Deref for Versions {
    type Target = Bisection;

    fn deref(&self) -> &Bisection {
        &self.0
    }
}

impl Finding for Versions {
    fn summary(&self) -> String {
        self.0.summary()
    }

    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.0.each_text(visit);
    }
}

impl Serialize for Versions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("case", &self.case)?;
        fields.serialize_entry("variant", &self.variants.join(" "))?;
        fields.serialize_entry("flags", &self.flags)?;
        fields.serialize_entry("summary", &self.0.summary())?;
        fields.serialize_entry("versions_listed", &self.listed())?;
        fields.serialize_entry("versions_asked", &self.asked())?;
        fields.serialize_entry("probes", &self.outcome.probes)?;
        fields.serialize_entry("elapsed_s", &self.elapsed.as_secs_f64())?;
        fields.serialize_entry("is_exact", &self.is_exact())?;
        fields.serialize_entry("windows", &self.windows())?;
        fields.end()
    }
}

/// A browser with the same leak, or without it.
#[derive(Clone, Debug, Serialize)]
pub struct Browser {
    #[serde(flatten, serialize_with = "tell_browser")]
    pub judged: Judged,
    /// The row's reason has advice for another command.
    pub reason: String,
}

impl Deref for Browser {
    type Target = LeakRow;

    fn deref(&self) -> &LeakRow {
        &self.judged.row
    }
}

impl Browser {
    /// Bytes that an op left behind.
    pub fn kept(&self) -> Option<Estimate> {
        estimate(self.bytes_per_op, self.bytes_per_op_low, self.bytes_per_op_high)
    }
}

impl Finding for Browser {
    fn summary(&self) -> String {
        let Key { runtime, version, .. } = &self.key;
        format!("{runtime}-{version}: {}", self.verdict.map_or("no verdict", Verdict::word))
    }
}

fn tell_browser<S: Serializer>(judged: &Judged, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        #[serde(flatten)]
        key: &'a Key,
        #[serde(flatten, with = "ToldOfBrowser")]
        row: &'a LeakFigures,
    }
    let Keyed { key, row } = &judged.row;
    Row { key, row }.serialize(serializer)
}

#[derive(Serialize)]
#[serde(remote = "LeakFigures")]
struct ToldOfBrowser {
    ops: Option<u64>,
    elapsed_s: Option<f64>,
    bytes_per_op: Option<f64>,
    bytes_per_op_low: Option<f64>,
    bytes_per_op_high: Option<f64>,
    verdict: Option<Verdict>,
    space: Option<Space>,
}

/// Pictures of memory against time, relative to the report; `None` where nothing was there to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pictures {
    /// Of the variant for ES2015 on the leaking version.
    pub growth: Option<String>,
    pub cure: Option<String>,
    /// Of both on the fixed version.
    pub fixed: Option<String>,
}

/// How long a step took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Took {
    pub step: &'static str,
    /// In seconds.
    pub elapsed_s: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Story {
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub elapsed_s: f64,
    /// How long each step took.
    pub steps: Vec<Took>,
    pub machine: String,
    /// The arguments that give such a report again.
    pub arguments: Vec<String>,
    /// The variant for ES2015 on the leaking version.
    pub growth: Step<Load>,
    /// The snapshots of that load.
    pub heap: Step<Heap>,
    /// The search for what was compiled, in the service itself.
    pub service: Step<Culprits>,
    /// The same search in an app's tree.
    pub app: Step<Culprits>,
    /// Whether that app is the one that comes along, and not the user's.
    pub app_is_sample: bool,
    /// The search for the versions.
    pub versions: Step<Versions>,
    /// The variant for ES2017 on the same version.
    pub cure: Step<Load>,
    /// Both variants on a fixed version.
    pub fixed: Vec<Step<Load>>,
    /// The last leaking browser, and the first fixed one.
    pub browsers: Vec<Step<Browser>>,
    pub pictures: Pictures,
    /// The files of data beside the report: the story itself first, then what it was told from.
    pub files: Vec<String>,
}

impl Story {
    /// What it is about, in a line.
    pub fn title(&self) -> String {
        match self.growth.found() {
            Some(load) if load.leaks() => {
                format!("Why a service on {} grows", load.key.runtime_name())
            }
            Some(load) => format!("A service on {} under load", load.key.runtime_name()),
            None => "An investigation".to_owned(),
        }
    }

    /// The loads, in the order in which they were made.
    pub fn loads(&self) -> impl Iterator<Item = &Step<Load>> {
        [&self.growth, &self.cure].into_iter().chain(&self.fixed)
    }

    /// Whether a step failed: the exit status is then 1.
    pub fn has_failures(&self) -> bool {
        self.loads().any(Step::is_failure)
            || self.heap.is_failure()
            || self.service.is_failure()
            || self.app.is_failure()
            || self.versions.is_failure()
            || self.browsers.iter().any(Step::is_failure)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::heap::suspects::Holding;

    #[test]
    fn a_suspect_names_no_place() {
        let plain = sample::suspect();
        let mut same = plain.clone();
        same.each_text(&mut hide);
        assert_eq!(same, plain);
        let place = || Some("store in /home/alice/app.js:7:3".to_owned());
        let mut suspect = plain;
        suspect.name = "\"/home/alice/x\"".to_owned();
        suspect.path[0].name = "global / /home/alice".to_owned();
        suspect.path[0].edge = "/home/alice".to_owned();
        (suspect.variable, suspect.declared_in, suspect.advice) = (place(), place(), place());
        suspect.holds = Some(Holding {
            name: "Timeout".to_owned(),
            count: 1,
            retained_bytes: 1,
            source: place(),
            calls: place(),
            chain: place(),
        });
        suspect.each_text(&mut hide);
        let text = serde_json::to_string(&suspect).unwrap();
        assert!(!text.contains("alice/"), "{text}");
        assert_eq!(suspect.declared_in.as_deref(), Some("store in app.js:7:3"));
        // What is known has its sources still.
        assert!(text.contains("https://bugs.chromium.org/p/v8"), "{text}");
    }
}
