//! `awaitbench install SPEC…`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::outcome::WrongUsage;
use super::print::print;
use super::selection::have;
use super::{Common, ProgressBars, block_on};
use crate::measure::Target;
use crate::process::on_interrupt;
use crate::runtime::{Environment, Resolver, Spec};
use crate::show::{Answer, Column, Entry, Page, ShowError, csv};

/// Installs runtimes from the npm registry: verified, cached, atomic.
#[derive(Debug, Args)]
pub(super) struct Install {
    /// What to install: node@12.16.2, node@12, node@lts, node@latest, "node@>=11 <14"
    #[arg(value_name = "SPEC")]
    specs: Vec<Spec>,
}

#[derive(Debug, Serialize)]
struct Row {
    runtime: &'static str,
    version: String,
    engine: &'static str,
    engine_version: String,
    path: String,
}

impl Install {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let specs: Vec<Spec> = self.specs.into_iter().chain(common.runtimes.clone()).collect();
        if specs.is_empty() {
            return Err(
                WrongUsage("nothing to install: name one, as in node@lts".to_owned()).into()
            );
        }
        on_interrupt(|| say!("interrupted: what was not finished is gone"));
        let bars = ProgressBars::new(common.quiet);
        let (targets, missing) = block_on(async {
            let resolver = Resolver::open(Environment::current(), common.offline).await;
            have(&specs, &resolver, &bars).await
        })?;
        let mut rows = Vec::new();
        let mut failed = missing > 0;
        for target in targets {
            match target {
                Target::Ready(runtime) => rows.push(Row {
                    runtime: runtime.family.name,
                    version: runtime.version.to_string(),
                    engine: runtime.family.engine,
                    engine_version: runtime.engine_version,
                    path: runtime.path.display().to_string(),
                }),
                Target::Broken { failure, .. } => {
                    failed = true;
                    say!("error: it is no working runtime: {}", failure.detail);
                }
            }
        }
        if rows.is_empty() && failed {
            return Ok(ExitCode::FAILURE);
        }
        print(&Installed { runtimes: rows }, common.format)?;
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

#[derive(Serialize)]
struct Installed {
    runtimes: Vec<Row>,
}

impl Answer for Installed {
    fn schema(&self) -> &'static str {
        "awaitbench/install/1"
    }

    fn pages(&self) -> Vec<Page> {
        let row = |row: &Row| {
            let id = format!("{}-{}", row.runtime, row.version);
            let engine = format!("{} {}", row.engine, row.engine_version);
            vec![Entry::text(id), Entry::text(engine), Entry::text(row.path.clone())]
        };
        let columns = ["runtime", "engine", "path"].map(Column::label).to_vec();
        vec![Page::of_table(columns, self.runtimes.iter().map(row).collect())]
    }

    fn csv(&self) -> Result<String, ShowError> {
        csv(&self.runtimes)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}
