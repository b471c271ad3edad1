//! Memory against time, of all loads of one command in one picture: what is kept, what comes and goes,
//! and what the system sees.

use std::path::{Path, PathBuf};

use super::export::LoadResult;
use crate::show::format;
use crate::show::plot::lines::{Line, Lines, Panel, Style};
use crate::show::plot::palette::{of_case, of_variant};
use crate::show::plot::{PlotError, file_stem, write_all};

/// Draws `<stem>.svg` and `<stem>.png` into a folder, which is made if there is none, and answers their
/// paths; none if nothing was read. `about` says where and when it was measured.
pub fn draw(
    loads: &[LoadResult],
    title: &str,
    about: Vec<String>,
    folder: &Path,
    stem: &str,
) -> Result<Vec<PathBuf>, PlotError> {
    let mut runtimes: Vec<String> = Vec::new();
    let (mut kept, mut heap, mut resident) = (Vec::new(), Vec::new(), Vec::new());
    for load in loads {
        let row = &load.row;
        let runtime = row.key.runtime_name();
        let index = runtimes.iter().position(|known| *known == runtime).unwrap_or_else(|| {
            runtimes.push(runtime.clone());
            runtimes.len() - 1
        });
        // Of several runtimes each line has a look of its own.
        let look = match loads.iter().position(|other| std::ptr::eq(other, load)) {
            Some(other) if index > 0 && other > 0 => of_case(other - 1),
            _ => of_variant(&row.key.variant, 0),
        };
        let name =
            if row.key.variant.is_empty() { row.key.case.clone() } else { row.key.variant.clone() };
        let name = if row.key.version.is_empty() { name } else { format!("{name}, {runtime}") };
        let line =
            |points: Vec<(f64, f64)>| Line { name: name.clone(), look, points, collected: None };
        let seconds = |value: fn(&crate::record::SecondRow) -> Option<u64>| {
            let point = |second: &crate::record::SecondRow| {
                Some((second.elapsed_ns as f64 / 1e9, value(second)? as f64))
            };
            load.seconds.iter().filter_map(point).collect::<Vec<_>>()
        };
        let collected = load
            .checkpoints
            .iter()
            .filter_map(|c| Some((c.elapsed_ns as f64 / 1e9, c.heap_used_bytes? as f64)))
            .collect();
        kept.push(line(collected));
        heap.push(line(seconds(|second| second.heap_used_bytes)));
        resident.push(line(seconds(|second| second.rss_bytes)));
    }
    // Each on an axis of its own: what is kept is small beside what comes and goes.
    let panels = vec![
        Panel { quantity: "heap after collections", lines: kept },
        Panel { quantity: "heap in between", lines: heap },
        Panel { quantity: "resident set", lines: resident },
    ];
    let day = loads.first().and_then(|load| format::day(&load.row.started_at));
    let mut about = about;
    about.extend(day.map(|day| format!("measured {day}")));
    about.push(format!("awaitbench {}", crate::HARNESS_VERSION));
    let (title, across) = (title.to_owned(), "time, seconds");
    let lines = Lines { title, about, across, style: Style::SECONDS, panels };
    write_all(lines.planned().map(|lines| (file_stem(stem), lines)), folder)
}
