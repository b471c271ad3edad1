//! Cell after cell is asked, and what it came to is kept as soon as it is known.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{
    Curve, CurvePlan, Judged, Limits, Pair, ProbePlan, SnapshotError, ask, trace, two_snapshots,
};
use crate::case::Variant;
use crate::measure::{Cell, Failure, Subject, Target};
use crate::progress::Progress;
use crate::record::{MachineFolder, RecordError, Status};
use crate::runtime::Runtime;
use crate::show::format::{bytes, fixed, quantity};

/// Whom to ask, where it is kept, and who is told meanwhile.
pub struct Inquiry<'a> {
    pub subjects: &'a [Subject],
    pub folder: &'a MachineFolder,
    pub progress: &'a dyn Progress,
    /// The longest that a cell may take.
    pub budget: Duration,
}

/// Snapshots that are wanted of each cell: where, and how many ops apart.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub folder: &'a Path,
    pub ops: u64,
}

impl Inquiry<'_> {
    fn cells(&self) -> impl Iterator<Item = (&Subject, &Cell, &Variant)> {
        self.subjects.iter().flat_map(|subject| {
            let cells = subject.cells.iter().zip(&subject.case.variants);
            cells.map(move |(cell, variant)| (subject, cell, variant))
        })
    }

    /// The verdict on every cell, and why there are no snapshots where there might be.
    pub async fn verdicts(
        &self,
        wanted: Option<Wanted<'_>>,
    ) -> Result<(Vec<Judged>, Vec<SnapshotError>), RecordError> {
        let (mut all, mut lacking) = (Vec::new(), Vec::new());
        for (subject, cell, variant) in self.cells() {
            let mut judged = self.judge(subject, cell, variant).await;
            self.folder.publish_leak(&judged.row, &judged.series)?;
            self.progress.came_to(&cell.name(), &verdict_words(&judged));
            if let (Some(wanted), Target::Ready(runtime), Status::Ok) =
                (wanted, &subject.target, judged.row.status)
            {
                match self.snapshots(wanted, runtime, subject, cell, variant).await {
                    Ok(files) => judged.snapshots = Some(files),
                    // That a runtime can't take any is not a failure.
                    Err(error) if error.is_unsupported() => {
                        self.progress.came_to(&cell.name(), &format!("note: {error}"));
                    }
                    Err(error) => {
                        self.progress.came_to(&cell.name(), "no snapshots");
                        lacking.push(error);
                    }
                }
            }
            all.push(judged);
        }
        Ok((all, lacking))
    }

    async fn judge(&self, subject: &Subject, cell: &Cell, variant: &Variant) -> Judged {
        let runtime = match &subject.target {
            Target::Ready(runtime) => runtime,
            Target::Broken { failure, .. } => {
                return Judged::of(cell, Err(failure.clone()), None);
            }
        };
        self.progress.doing(&cell.name(), "probing");
        let plan = ProbePlan {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            budget: self.budget,
            limits: Limits::OPS,
        };
        let start = Instant::now();
        let outcome = ask(runtime, &plan).await.map_err(|error| Failure::from(&error));
        let elapsed = outcome.as_ref().map_or_else(|_| start.elapsed(), |probed| probed.elapsed);
        Judged::of(cell, outcome, Some(elapsed))
    }

    async fn snapshots(
        &self,
        wanted: Wanted<'_>,
        runtime: &Runtime,
        subject: &Subject,
        cell: &Cell,
        variant: &Variant,
    ) -> Result<[std::path::PathBuf; 2], SnapshotError> {
        let pair = Pair {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            ops: wanted.ops,
            time: self.budget,
            folder: wanted.folder,
        };
        let doing = |what: &str| self.progress.doing(&cell.name(), what);
        Ok(two_snapshots(runtime, &pair, &doing).await?.files)
    }

    /// The memory curve of every cell, `ops` long.
    pub async fn curves(&self, ops: u64) -> Result<Vec<Curve>, RecordError> {
        let mut curves = Vec::new();
        for (subject, cell, variant) in self.cells() {
            let curve = match &subject.target {
                Target::Broken { failure, .. } => Curve::failed(cell, failure.clone()),
                Target::Ready(runtime) => {
                    self.progress.doing(&cell.name(), "executing");
                    let plan = CurvePlan {
                        driver: &subject.driver,
                        case: &subject.case,
                        variant,
                        settings: &subject.settings,
                        ops,
                        budget: self.budget,
                    };
                    trace(runtime, cell, &plan).await
                }
            };
            self.folder.publish_curve(&curve.row, &curve.readings)?;
            self.progress.came_to(&cell.name(), &curve_words(&curve));
            curves.push(curve);
        }
        Ok(curves)
    }
}

/// What progress says of a verdict.
fn verdict_words(judged: &Judged) -> String {
    let row = &judged.row;
    match (row.verdict, row.bytes_per_op) {
        (Some(verdict), Some(rate)) => format!("{verdict} ({} bytes/op)", quantity(rate)),
        (Some(verdict), None) => verdict.to_string(),
        (None, _) => format!("{}: {}", row.status, row.detail),
    }
}

/// What progress says of a curve.
fn curve_words(curve: &Curve) -> String {
    let row = &curve.row;
    if row.out_of_memory {
        let ops = row.ops.unwrap_or(0);
        return format!("out of memory; at the last reading {ops} ops were executed");
    }
    match (row.status, row.elapsed_s, row.heap_collected_bytes) {
        (Status::Ok, Some(seconds), Some(held)) => {
            format!("{} s, {} still held", fixed(seconds, 3), bytes(held))
        }
        (Status::Ok, Some(seconds), None) => format!("{} s", fixed(seconds, 3)),
        _ => format!("{}: {}", row.status, row.detail),
    }
}
