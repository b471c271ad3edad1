//! Verdicts, one cell after the other, each kept as soon as it is known; and their snapshots.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use super::plots::draw_leaks;
use super::{Leak, SNAPSHOT_OPS, Setup, name};
use crate::article::BUDGET;
use crate::case::Variant;
use crate::cli::Common;
use crate::cli::print::print;
use crate::leak::{Judged, Limits, Pair, ProbePlan, SnapshotError, Verdicts, ask, two_snapshots};
use crate::measure::{Cell, Failure, Subject, Target};
use crate::progress::Progress;
use crate::record::Status;
use crate::runtime::Runtime;
use crate::show::format::quantity;

/// What became of everything.
#[derive(Default)]
struct Tally {
    judged: Vec<Judged>,
    /// Whether a snapshot could not be taken.
    lacks_snapshots: bool,
}

impl Leak {
    pub(super) async fn verdicts(
        &self,
        setup: &Setup,
        common: &Common,
    ) -> anyhow::Result<ExitCode> {
        let mut tally = Tally::default();
        for subject in &setup.subjects {
            for (cell, variant) in subject.cells.iter().zip(&subject.case.variants) {
                let mut judged = self.judge(setup, subject, cell, variant).await;
                setup.folder.publish_leak(&judged.row, &judged.series)?;
                setup.bars.came_to(&name(cell), &words(&judged));
                if let (Some(folder), Target::Ready(runtime), Status::Ok) =
                    (&self.snapshots, &subject.target, judged.row.status)
                {
                    let doing = |what: &str| setup.bars.doing(&name(cell), what);
                    match self.snapshots(runtime, subject, variant, folder, &doing).await {
                        Ok(files) => judged.snapshots = Some(files),
                        Err(error) => tally.lacks_snapshots |= complain(&name(cell), &error, setup),
                    }
                }
                tally.judged.push(judged);
            }
        }
        let plots = draw_leaks(&setup.folder, &setup.folder.path().join("plots"))?;
        let (judged, folder) = (&tally.judged, &setup.folder.name());
        let machine = &setup.machine;
        print(&Verdicts { judged, machine, folder, whole_series: self.series }, common.format)?;
        setup.end(common, &plots);
        if !common.quiet {
            suggest(judged);
        }
        Ok(self.status(setup, &tally))
    }

    async fn judge(
        &self,
        setup: &Setup,
        subject: &Subject,
        cell: &Cell,
        variant: &Variant,
    ) -> Judged {
        let runtime = match &subject.target {
            Target::Ready(runtime) => runtime,
            Target::Broken { failure, .. } => {
                return Judged::of(cell, Err(failure.clone()), None);
            }
        };
        setup.bars.doing(&name(cell), "probing");
        let plan = ProbePlan {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            budget: self.budget(BUDGET),
            limits: Limits::OPS,
        };
        let start = Instant::now();
        let outcome = ask(runtime, &plan).await.map_err(|error| Failure::from(&error));
        let elapsed = outcome.as_ref().map_or_else(|_| start.elapsed(), |probed| probed.elapsed);
        Judged::of(cell, outcome, Some(elapsed))
    }

    async fn snapshots(
        &self,
        runtime: &Runtime,
        subject: &Subject,
        variant: &Variant,
        folder: &Path,
        doing: &dyn Fn(&str),
    ) -> Result<[std::path::PathBuf; 2], SnapshotError> {
        let pair = Pair {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            ops: self.ops.unwrap_or(SNAPSHOT_OPS),
            time: self.budget(BUDGET),
            folder,
        };
        Ok(two_snapshots(runtime, &pair, doing).await?.files)
    }

    fn status(&self, setup: &Setup, tally: &Tally) -> ExitCode {
        let judged = &tally.judged;
        let failed = judged.iter().any(Judged::has_failed);
        let found = self.check && judged.iter().any(Judged::leaks);
        if failed || found || tally.lacks_snapshots || setup.is_incomplete {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// What progress says of a verdict.
fn words(judged: &Judged) -> String {
    let row = &judged.row;
    match (row.verdict, row.bytes_per_op) {
        (Some(verdict), Some(rate)) => format!("{verdict} ({} bytes/op)", quantity(rate)),
        (Some(verdict), None) => verdict.to_string(),
        (None, _) => format!("{}: {}", row.status, row.detail),
    }
}

/// Says why there are no snapshots. That a runtime can't take any is not a failure.
fn complain(name: &str, error: &SnapshotError, setup: &Setup) -> bool {
    if let SnapshotError::Session { error, .. } = error
        && error.status() == Status::Unsupported
    {
        setup.bars.came_to(name, &format!("note: {error}"));
        return false;
    }
    // Said even if progress is not.
    setup.bars.came_to(name, "no snapshots");
    say!("error: {error}");
    true
}

/// Says what to do with the snapshots.
fn suggest(judged: &[Judged]) {
    for [before, after] in judged.iter().filter_map(|it| it.snapshots.as_ref()) {
        let quoted = |path: &Path| {
            let text = path.display().to_string();
            if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text }
        };
        say!("next:    awaitbench heap suspects {} {}", quoted(before), quoted(after));
    }
}
