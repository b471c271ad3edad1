//! `awaitbench runtimes [SPEC…]`: what is installed here, and what could be.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::outcome::report_error;
use super::print::print;
use super::{Common, block_on};
use crate::runtime::{Environment, Family, Found, Resolver, Spec, Want, Why};
use crate::show::{Answer, Column, Entry, Page, ShowError, csv};

/// Lists the runtimes that are installed here, and what could be.
#[derive(Debug, Args)]
pub(super) struct Runtimes {
    /// Only these; with one, also what the registry has of them
    #[arg(value_name = "SPEC")]
    specs: Vec<Spec>,
}

/// One line of the list.
#[derive(Debug, Serialize)]
struct Row {
    runtime: &'static str,
    version: Option<String>,
    engine: &'static str,
    engine_version: Option<String>,
    /// `installed`, `available` or `broken`.
    state: &'static str,
    origin: String,
    path: Option<String>,
    detail: Option<String>,
}

impl Runtimes {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let specs: Vec<Spec> = self.specs.into_iter().chain(common.runtimes.clone()).collect();
        let mut failed = false;
        let rows = block_on(async {
            let resolver =
                Resolver::open(Environment::current(), common.offline).await.only_looking();
            let mut rows = installed(&resolver, &specs);
            for spec in &specs {
                match available(&resolver, spec, &rows).await {
                    Ok(more) => rows.extend(more),
                    Err(error) => {
                        failed = true;
                        let _ = report_error(&error);
                    }
                }
            }
            Ok(rows)
        })?;
        let list = List { runtimes: rows };
        print(&list, common.format)?;
        if list.runtimes.is_empty() && specs.is_empty() && !common.quiet {
            say!("no runtime is installed: `awaitbench install node@lts` fetches one");
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

#[derive(Serialize)]
struct List {
    runtimes: Vec<Row>,
}

impl Answer for List {
    fn schema(&self) -> &'static str {
        "awaitbench/runtimes/1"
    }

    fn pages(&self) -> Vec<Page> {
        let columns = ["runtime", "engine", "found in", "path"].map(Column::label).to_vec();
        vec![Page::of_table(columns, self.runtimes.iter().map(Row::entries).collect())]
    }

    fn csv(&self) -> Result<String, ShowError> {
        csv(&self.runtimes)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

impl Row {
    fn entries(&self) -> Vec<Entry> {
        let name = match &self.version {
            Some(version) => format!("{}-{version}", self.runtime),
            None => format!("{} (broken)", self.runtime),
        };
        let engine =
            self.engine_version.as_ref().map(|version| format!("{} {version}", self.engine));
        let place: Vec<&str> = self.path.iter().chain(&self.detail).map(String::as_str).collect();
        vec![
            Entry::text(name),
            Entry::companion(engine, Entry::Text),
            Entry::text(self.origin.clone()),
            Entry::text(place.join(": ")),
        ]
    }
}

/// What is here and admitted by any of the specs, then what is broken.
fn installed(resolver: &Resolver, specs: &[Spec]) -> Vec<Row> {
    let discovery = &resolver.discovery;
    let admitted = discovery.runtimes.iter().filter(|runtime| {
        specs.is_empty()
            || specs.iter().any(|spec| {
                spec.family == runtime.family
                    && matches!(spec.want, Want::Exact(_) | Want::Range(_))
                    && spec.admits(&runtime.version)
            })
    });
    let mut rows: Vec<Row> = admitted
        .map(|runtime| Row {
            runtime: runtime.family.name,
            version: Some(runtime.version.to_string()),
            engine: runtime.family.engine,
            engine_version: Some(runtime.engine_version.clone()),
            state: "installed",
            origin: runtime.origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            path: Some(runtime.path.display().to_string()),
            detail: None,
        })
        .collect();
    if specs.is_empty() {
        rows.extend(discovery.broken.iter().map(|broken| Row {
            runtime: broken.family.name,
            version: None,
            engine: broken.family.engine,
            engine_version: None,
            state: "broken",
            origin: broken.origin.to_string(),
            path: Some(broken.path.display().to_string()),
            detail: Some(broken.error.to_string()),
        }));
    }
    rows
}

/// What the registry has of one spec beyond what is here.
async fn available(resolver: &Resolver, spec: &Spec, known: &[Row]) -> anyhow::Result<Vec<Row>> {
    let here: BTreeSet<&str> = known.iter().filter_map(|row| row.version.as_deref()).collect();
    let versions = match spec.want {
        Want::Exact(_) | Want::Range(_) => {
            let all = resolver.available(spec.family).await?;
            all.into_iter().filter(|version| spec.admits(version)).collect()
        }
        _ => Vec::new(),
    };
    if versions.is_empty() && !known.iter().any(|row| admits(spec, row)) {
        // Says what is near; or it is a word or a path, which means one runtime.
        return Ok(vec![single(resolver.find(spec, &()).await)?]);
    }
    let absent =
        versions.into_iter().filter(|version| !here.contains(version.to_string().as_str()));
    Ok(absent
        .map(|version| Row {
            runtime: spec.family.name,
            version: Some(version.to_string()),
            engine: spec.family.engine,
            engine_version: None,
            state: "available",
            origin: "npm".to_owned(),
            path: None,
            detail: Some("can be installed".to_owned()),
        })
        .collect())
}

fn admits(spec: &Spec, row: &Row) -> bool {
    let version = row.version.as_deref().and_then(|text| node_semver::Version::parse(text).ok());
    matches!(spec.want, Want::Exact(_) | Want::Range(_))
        && version.is_some_and(|version| spec.admits(&version))
}

fn single(found: Found) -> Result<Row, Why> {
    let row = |family: &'static Family, state| Row {
        runtime: family.name,
        version: None,
        engine: family.engine,
        engine_version: None,
        state,
        origin: "given".to_owned(),
        path: None,
        detail: None,
    };
    Ok(match found {
        Found::Here(runtime) => Row {
            version: Some(runtime.version.to_string()),
            engine_version: Some(runtime.engine_version),
            origin: runtime.origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            path: Some(runtime.path.display().to_string()),
            ..row(runtime.family, "installed")
        },
        Found::ToFetch(family, version) => Row {
            version: Some(version.to_string()),
            origin: "npm".to_owned(),
            detail: Some("can be installed".to_owned()),
            ..row(family, "available")
        },
        Found::Missing(Why::Broken { family, path, error }) => Row {
            path: Some(path.display().to_string()),
            detail: Some(error.to_string()),
            ..row(family, "broken")
        },
        Found::Missing(why) => return Err(why),
    })
}
