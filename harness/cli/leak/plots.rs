//! The plots of verdicts and curves, drawn from what is recorded, so that runs add up.

use std::path::PathBuf;

use crate::record::MachineFolder;
use crate::report::format::day;
use crate::report::plot::{draw_curves, draw_verdicts};

/// Draws everything that is known of leaks on one machine into its folder; answers the paths.
///
/// # Errors
/// Results can't be read, or a plot can't be written.
pub(in crate::cli) fn draw_leaks(folder: &MachineFolder) -> anyhow::Result<Vec<PathBuf>> {
    let plots = folder.path().join("plots");
    let machine = folder.machine()?.title;
    let about = |starts: Vec<&str>| {
        let days = || starts.iter().filter_map(|started_at| day(started_at));
        let measured = match (days().min(), days().max()) {
            (Some(first), Some(last)) if first == last => Some(format!("measured {first}")),
            (Some(first), Some(last)) => Some(format!("measured {first} to {last}")),
            _ => None,
        };
        let version = format!("awaitbench {}", crate::HARNESS_VERSION);
        [machine.clone()].into_iter().chain(measured).chain([version]).collect::<Vec<String>>()
    };
    let (leaks, curves) = (folder.leaks()?, folder.curves()?);
    let mut paths = Vec::new();
    if !leaks.is_empty() {
        let about = about(leaks.iter().map(|row| &*row.started_at).collect());
        paths.extend(draw_verdicts(&about, &leaks, &plots)?);
    }
    if !curves.is_empty() {
        let about = about(curves.iter().map(|row| &*row.started_at).collect());
        paths.extend(draw_curves(&about, &curves, &folder.curve_series()?, &plots)?);
    }
    Ok(paths)
}
