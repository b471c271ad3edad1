//! Memory over the number of ops, all variants and versions in one picture.
//!
//! Markers are readings without a forced collection; a hollow one at the end of a line is what was still
//! held after one. A line that ends early says why in the legend.

use crate::key::variant_order;
use crate::record::{CurveRow, ReadingRow, Status};
use crate::show::plot::lines::{Line, Lines, Panel, Style};
use crate::show::plot::palette::{Look, of_series, of_variant};

/// The curves of these rows, which are of one case, out of all readings.
pub(super) fn curves(
    case: &str,
    about: &[String],
    rows: &[&CurveRow],
    readings: &[ReadingRow],
) -> Lines {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| {
        a.key
            .of_runtime()
            .cmp(&b.key.of_runtime())
            .then_with(|| variant_order(&a.key.variant).cmp(&variant_order(&b.key.variant)))
    });
    // With one version a variant has its usual look; with several, no two lines share one.
    let is_one = sorted.windows(2).all(|it| it[0].key.of_runtime() == it[1].key.of_runtime());
    let look = |i: usize, row: &CurveRow| {
        if is_one { of_variant(&row.key.variant, i) } else { of_series(i) }
    };
    let lines = sorted.iter().enumerate().map(|(i, row)| line(row, look(i, row), readings));
    let lines = lines.filter(|line| !line.points.is_empty()).collect();
    Lines {
        title: format!("{case}: heap in use, no collection forced"),
        about: about.to_vec(),
        across: "ops executed",
        style: Style::READINGS,
        panels: vec![Panel { quantity: "heap in use", lines }],
    }
}

fn line(row: &CurveRow, look: Look, readings: &[ReadingRow]) -> Line {
    let own = || readings.iter().filter(|reading| reading.key == row.key);
    let point = |reading: &ReadingRow| Some((reading.ops as f64, reading.heap_used_bytes? as f64));
    let end = match row.status {
        Status::Ok => String::new(),
        _ if row.out_of_memory => ", out of memory".to_owned(),
        status => format!(", {status}"),
    };
    Line {
        name: format!("{} {}{end}", row.key.full_label(), row.key.variant),
        look,
        points: own().filter(|reading| !reading.collected).filter_map(point).collect(),
        collected: own().filter(|reading| reading.collected).find_map(point),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::draw_curves;
    use super::*;
    use crate::show::plot::svg;

    fn row(version: &str, status: &str, is_full: bool) -> CurveRow {
        let row = json!({
            "case": "instance-loop", "variant": "generator", "runtime": "node", "version": version,
            "engine_version": "", "flags": "", "status": status, "detail": "",
            "out_of_memory": is_full, "started_at": "", "harness_version": "",
        });
        serde_json::from_value(row).unwrap()
    }

    fn reading(version: &str, ops: u64, heap: u64, collected: bool) -> ReadingRow {
        let row = json!({
            "case": "instance-loop", "variant": "generator", "runtime": "node", "version": version,
            "engine_version": "", "flags": "", "run": "", "ops": ops, "collected": collected,
            "heap_used_bytes": heap,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn lines_have_their_own_readings_and_say_how_they_ended() {
        let rows = [row("12.16.0", "ok", false), row("12.15.0", "error", true)];
        let readings = [
            reading("12.15.0", 0, 2_000_000, false),
            reading("12.15.0", 1_000_000, 33_000_000, false),
            reading("12.16.0", 0, 2_000_000, false),
            reading("12.16.0", 1_000_000, 3_000_000, false),
            reading("12.16.0", 1_000_000, 1_900_000, true),
        ];
        let all: Vec<&CurveRow> = rows.iter().collect();
        let curves = curves("instance-loop", &["Test CPU".to_owned()], &all, &readings);
        let lines = &curves.panels[0].lines;
        assert_eq!(lines[0].name, "node 12.15.0 generator, out of memory");
        assert_eq!(lines[0].points, [(0.0, 2e6), (1e6, 33e6)]);
        assert_eq!(lines[1].collected, Some((1e6, 1.9e6)));
        let svg = svg(&curves.planned().unwrap()).unwrap();
        for words in ["out of memory", "after a collection", "ops executed", "heap in use", "MB"] {
            assert!(svg.contains(words), "{words}: {svg}");
        }
    }

    #[test]
    fn a_curve_without_readings_is_not_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let paths =
            draw_curves(&[], &[row("6.17.1", "unsupported", false)], &[], folder.path()).unwrap();
        assert!(paths.is_empty());
    }
}
