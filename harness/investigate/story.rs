//! What one investigation has found: plain data, of which `story.json` is made.

use serde::Serialize;

pub use super::browsers::Browser;
pub use super::culprits::Culprits;
pub use super::heap_step::Heap;
pub use super::load::Load;
pub use super::step::Step;
pub use super::versions::Versions;

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
        let Some(load) = self.growth.found() else { return "An investigation".to_owned() };
        let runtime = load.key.runtime_name();
        if load.leaks() {
            format!("Why a service on {runtime} grows")
        } else {
            format!("A service on {runtime} under load")
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
