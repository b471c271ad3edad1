//! Memory curves, one cell after the other, each kept as soon as it is known.

use std::process::ExitCode;

use super::plots::draw_leaks;
use super::{CURVE_BUDGET, CURVE_OPS, Leak, Setup, name};
use crate::case::Variant;
use crate::cli::Common;
use crate::cli::print::print;
use crate::leak::{Curve, CurvePlan, Curves, trace};
use crate::measure::{Cell, Subject, Target};
use crate::progress::Progress;
use crate::record::Status;
use crate::show::format::{bytes, fixed};

impl Leak {
    pub(super) async fn curves(&self, setup: &Setup, common: &Common) -> anyhow::Result<ExitCode> {
        let mut curves = Vec::new();
        for subject in &setup.subjects {
            for (cell, variant) in subject.cells.iter().zip(&subject.case.variants) {
                let curve = self.trace(setup, subject, cell, variant).await;
                setup.folder.publish_curve(&curve.row, &curve.readings)?;
                setup.bars.came_to(&name(cell), &words(&curve));
                curves.push(curve);
            }
        }
        let plots = draw_leaks(&setup.folder, &setup.folder.path().join("plots"))?;
        let (machine, folder) = (&setup.machine, &setup.folder.name());
        print(
            &Curves { curves: &curves, machine, folder, whole_series: self.series },
            common.format,
        )?;
        setup.end(common, &plots);
        let failed = curves.iter().any(Curve::has_failed) || setup.is_incomplete;
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn trace(
        &self,
        setup: &Setup,
        subject: &Subject,
        cell: &Cell,
        variant: &Variant,
    ) -> Curve {
        let runtime = match &subject.target {
            Target::Ready(runtime) => runtime,
            Target::Broken { failure, .. } => return Curve::failed(cell, failure.clone()),
        };
        setup.bars.doing(&name(cell), "executing");
        let plan = CurvePlan {
            driver: &subject.driver,
            case: &subject.case,
            variant,
            settings: &subject.settings,
            ops: self.ops.unwrap_or(CURVE_OPS),
            budget: self.budget(CURVE_BUDGET),
        };
        trace(runtime, cell, &plan).await
    }
}

/// What progress says of a curve.
fn words(curve: &Curve) -> String {
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
