//! `awaitbench heap suspects`: what leaks, why it is held, and what to do.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::standard_input;
use crate::cli::Common;
use crate::cli::print::print;
use crate::heap::analysis::Analysis;
use crate::heap::path::Step;
use crate::heap::rules::Rules;
use crate::heap::suspects::known::Cause;
use crate::heap::suspects::{Findings, Grown, Suspect, Thresholds, findings};
use crate::heap::text::printable;
use crate::show::{Answer, Column, Entry, Page, ShowError, csv_under};

/// What leaks, why it is held, and what to do
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// [BASE…] NEW: the snapshot, and before it older ones of the same program to compare with, the oldest first
    ///
    /// With two or more older ones, a suspect is what grew in every step. `-` is standard input.
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
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
    /// The snapshots between the oldest and the newest.
    #[serde(skip_serializing_if = "<[PathBuf]>::is_empty")]
    between: &'a [PathBuf],
    total_bytes: u64,
    suspects: Vec<Suspect>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<Class>,
}

/// A class that grew, with its sentence.
#[derive(Serialize)]
struct Class {
    #[serde(flatten)]
    grown: Grown,
    sentence: String,
}

impl Arguments {
    pub(super) fn run(&self, common: &Common) -> anyhow::Result<ExitCode> {
        let Some((file, older)) = self.files.split_last() else {
            anyhow::bail!("no snapshot was given; give one, or older ones and a newer one");
        };
        standard_input::at_most_one(&self.files)?;
        let open = |file: &PathBuf| Analysis::open(file, Rules::Today);
        let before: Vec<Analysis> = older.iter().map(open).collect::<Result<_, _>>()?;
        let analysis = open(file)?;
        let thresholds = Thresholds {
            min_bytes: self.min_bytes,
            min_share: self.min_share,
            most: if self.limit == 0 { usize::MAX } else { self.limit },
            ..Thresholds::default()
        };
        let Findings { suspects, classes } = findings(&analysis, &before, &thresholds);
        let class = |grown: Grown| Class { sentence: grown.sentence(), grown };
        let answer = Found {
            file,
            base: older.first().map(PathBuf::as_path),
            between: older.get(1..).unwrap_or(&[]),
            total_bytes: analysis.total_bytes(),
            suspects,
            classes: classes.into_iter().map(class).collect(),
        };
        print(&answer, common.format)?;
        let failed = self.check && (!answer.suspects.is_empty() || answer.large_classes() > 0);
        std::mem::forget((analysis, before));
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

impl Found<'_> {
    fn large_classes(&self) -> usize {
        self.classes.iter().filter(|class| class.grown.is_suspicious).count()
    }

    /// What is told instead of a table of suspects.
    fn without_suspects(&self) -> Vec<String> {
        let mut lines = vec![match (self.base, self.large_classes()) {
            (None, _) => {
                "No suspects: nothing in this heap keeps as much as a leak would.".to_owned()
            }
            (Some(_), 0) => {
                "No suspects: nothing in this heap grew by as much as a leak would.".to_owned()
            }
            (Some(_), _) => {
                "No object explains the growth. Classes do, whose objects are held each \
                             by itself:"
                    .to_owned()
            }
        }];
        if self.large_classes() == 0 && !self.classes.is_empty() {
            lines.push(
                "What grew most is below what is looked for. Take the snapshots with more operations \
                 between them (`awaitbench leak --snapshots DIR --ops N`), or lower --min-bytes:"
                    .to_owned(),
            );
        }
        lines.extend(self.classes_explained());
        lines
    }

    fn classes_explained(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (i, class) in self.classes.iter().enumerate() {
            lines.push(String::new());
            lines.push(format!("{}. {}", i + 1, printable(&class.sentence)));
            lines.extend(sources(class.grown.known_cause.as_ref()));
            if class.grown.is_suspicious {
                lines.push("   Held by:".to_owned());
                lines.extend(path_lines(&class.grown.path));
            }
        }
        lines
    }
}

impl Answer for Found<'_> {
    fn schema(&self) -> &'static str {
        "awaitbench/heap-suspects/1"
    }

    fn pages(&self) -> Vec<Page> {
        if self.suspects.is_empty() {
            return vec![Page { lines: self.without_suspects(), ..Page::default() }];
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
        let mut lines = explained(&self.suspects);
        if !self.classes.is_empty() {
            lines.extend([
                String::new(),
                "They explain less than half of the growth. Classes too:".to_owned(),
            ]);
            lines.extend(self.classes_explained());
        }
        vec![Page { lines, ..page }]
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
        lines.extend(sources(suspect.known_cause.as_ref()));
        lines.push("   Held by:".to_owned());
        lines.extend(path_lines(&suspect.path));
    }
    lines
}

fn sources(cause: Option<&Cause>) -> impl Iterator<Item = String> {
    let sources = cause.into_iter().flat_map(|cause| cause.sources);
    sources.map(|source| format!("   See {source}"))
}

/// A path, one link per line.
pub(super) fn path_lines(path: &[Step]) -> impl Iterator<Item = String> {
    path.iter().map(|step| format!("     {}", step.line()))
}
