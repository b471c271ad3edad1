//! The plots of verdicts and curves, drawn from what is recorded, so that runs add up.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::record::MachineFolder;
use crate::report::plot::{draw_curves, draw_verdicts};
use crate::report::provenance::days;

/// Draws everything that is known of leaks on one machine into `plots`; answers the paths.
pub(in crate::cli) fn draw_leaks(
    folder: &MachineFolder,
    plots: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let machine = folder.machine()?.title;
    // Of each row when it was measured, and by which harness: what draws the picture is another perhaps.
    let about = |rows: Vec<(&str, &str)>| {
        let measured = days(rows.iter().map(|(started_at, _)| *started_at));
        let measured = measured.map(|days| format!("measured {days}"));
        let versions: BTreeSet<&str> = rows.iter().map(|(_, version)| *version).collect();
        let versions: Vec<&str> =
            versions.into_iter().filter(|version| !version.is_empty()).collect();
        let version = format!("awaitbench {}", versions.join(", "));
        [machine.clone()].into_iter().chain(measured).chain([version]).collect::<Vec<String>>()
    };
    let (leaks, curves) = (folder.leaks()?, folder.curves()?);
    let mut paths = Vec::new();
    if !leaks.is_empty() {
        let about =
            about(leaks.iter().map(|row| (&*row.started_at, &*row.harness_version)).collect());
        paths.extend(draw_verdicts(&about, &leaks, plots)?);
    }
    if !curves.is_empty() {
        let about =
            about(curves.iter().map(|row| (&*row.started_at, &*row.harness_version)).collect());
        paths.extend(draw_curves(&about, &curves, &folder.curve_series()?, plots)?);
    }
    Ok(paths)
}
