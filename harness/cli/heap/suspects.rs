//! `awaitbench heap suspects`: what leaks, why it is held, and what to do.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::analysis::Analysis;
use crate::heap::path::Step;
use crate::heap::rules::Rules;
use crate::heap::suspects::{Suspect, Thresholds, suspects};
use crate::show::{Answer, Column, Entry, Page, ShowError, csv_under};

/// What leaks, why it is held, and what to do
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// [BASE] NEW: the snapshot, and before it an older one of the same program to compare with
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The least that a suspect keeps alive, or grew by, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Thresholds::default().min_bytes)]
    min_bytes: u64,
    /// The least part of the heap that a suspect keeps alive, 0 to 1; without BASE only
    #[arg(long, value_name = "SHARE", value_parser = parse_share, default_value_t = Thresholds::default().min_share)]
    min_share: f64,
    /// At most this many; 0 for all
    #[arg(long, value_name = "N", default_value_t = Thresholds::default().most)]
    limit: usize,
    /// Exit with status 1 if there is any suspect
    #[arg(long)]
    check: bool,
}

fn parse_share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "not a part of the heap: give a number from 0 to 1".to_owned())
}

#[derive(Serialize)]
struct Found<'a> {
    file: &'a Path,
    base: Option<&'a Path>,
    total_bytes: u64,
    suspects: Vec<Suspect>,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let (base, file) = match &self.files[..] {
            [file] => (None, file),
            [base, file, ..] => (Some(base), file),
            [] => anyhow::bail!("no snapshot was given; give one, or an older and a newer one"),
        };
        let older = base.map(|base| Analysis::open(base, Rules::Today)).transpose()?;
        let analysis = Analysis::open(file, Rules::Today)?;
        let thresholds = Thresholds {
            min_bytes: self.min_bytes,
            min_share: self.min_share,
            most: if self.limit == 0 { usize::MAX } else { self.limit },
            ..Thresholds::default()
        };
        let answer = Found {
            file,
            base: base.map(PathBuf::as_path),
            total_bytes: analysis.total_bytes(),
            suspects: suspects(&analysis, older.as_ref(), &thresholds),
        };
        print(&answer, common.format)?;
        let failed = self.check && !answer.suspects.is_empty();
        std::mem::forget((analysis, older));
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

impl Answer for Found<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-suspects/1"
    }

    fn pages(&self) -> Vec<Page> {
        if self.suspects.is_empty() {
            let what = if self.base.is_some() { "grew by" } else { "keeps" };
            let words =
                format!("No suspects: nothing in this heap {what} as much as a leak would.");
            return vec![Page { lines: vec![words], ..Page::default() }];
        }
        let columns = vec![
            Column::label("Suspect"),
            Column::label("Variable"),
            Column::label("Id"),
            Column::figures("Retained", None, 0),
            Column::figures("", None, 0).close(),
            Column::figures("Shallow", None, 0),
            Column::figures("", None, 0).close(),
            Column::figures("Growth", None, 0),
            Column::label("Known as"),
        ];
        let row = |suspect: &Suspect| {
            vec![
                Entry::Name(suspect.name.clone()),
                Entry::companion(suspect.variable.clone(), Entry::Name),
                Entry::text(suspect.id.to_string()),
                Entry::Bytes(suspect.retained_bytes),
                Entry::Share(suspect.retained_share),
                Entry::Bytes(suspect.shallow_bytes),
                Entry::Share(suspect.shallow_share),
                Entry::figure(suspect.growth_bytes, Entry::BytesChange),
                Entry::figure(suspect.known_cause, |cause| Entry::text(cause.id)),
            ]
        };
        let page = Page::of_table(columns, self.suspects.iter().map(row).collect());
        vec![Page { lines: explained(&self.suspects), ..page }]
    }

    fn csv(&self) -> Result<String, ShowError> {
        const HEADER: [&str; 9] = [
            "name",
            "variable",
            "id",
            "retained_bytes",
            "retained_share",
            "shallow_bytes",
            "shallow_share",
            "growth_bytes",
            "known_cause",
        ];
        let rows = self.suspects.iter().map(|suspect| {
            let names = (&suspect.name, &suspect.variable, suspect.id);
            let retained = (suspect.retained_bytes, suspect.retained_share.to_string());
            let shallow = (suspect.shallow_bytes, suspect.shallow_share.to_string());
            let cause = suspect.known_cause.map(|cause| cause.id);
            (names, retained, shallow, suspect.growth_bytes, cause)
        });
        csv_under(&HEADER, rows)
    }

    fn json(&self) -> impl Serialize {
        self
    }
}

/// What was found out about each suspect.
fn explained(found: &[Suspect]) -> Vec<String> {
    let mut lines = Vec::new();
    for (i, suspect) in found.iter().enumerate() {
        if i > 0 {
            lines.push(String::new());
        }
        lines.push(format!("{}. {}", i + 1, suspect));
        let sources = suspect.known_cause.iter().flat_map(|cause| cause.sources);
        lines.extend(sources.map(|source| format!("   See {source}")));
        lines.push("   Held by:".to_owned());
        lines.extend(path_lines(&suspect.path));
    }
    lines
}

/// A path, one link per line.
pub(super) fn path_lines(path: &[Step]) -> impl Iterator<Item = String> {
    path.iter().map(|step| format!("     {}", step.line()))
}
