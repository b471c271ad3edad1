//! The pictures that are drawn of a matrix: throughput and memory of each case, and the ratios.

use std::collections::BTreeSet;

use super::figure::{Failure, Figure, Panel, Point, Series};
use crate::key::{Key, NOOP, variant_order};
use crate::record::{CellRow, CostRow, Status};
use crate::report::lookup::Lookup;
use crate::report::provenance;
use crate::show::format::si_bytes;
use crate::show::plot::axis::Rule;
use crate::show::plot::palette::{self, Look};

/// The least that the axis of retained bytes/op reaches: the smallest object takes more, and
/// magnified noise would look like a leak.
const NOTABLE_BYTES_PER_OP: f64 = 1.0;

/// The figures of one machine, and published ones to draw beside them.
pub(super) struct Subject<'a> {
    own: Lookup<'a>,
    published: Option<Lookup<'a>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(own: Lookup<'a>, published: Option<Lookup<'a>>) -> Self {
        Self { own, published }
    }

    pub(super) fn cases(&self) -> Vec<&'a str> {
        self.own.single_cases()
    }

    /// The cases that have a cost of one await.
    pub(super) fn families(&self) -> BTreeSet<&'a str> {
        self.own.families()
    }

    /// What one await costs, and the call without any.
    pub(super) fn cost(&self, case: &'a str) -> Figure {
        let costs = self.own.costs(case);
        let keys: BTreeSet<Key> = costs.iter().map(|cost| cost.key.of_runtime()).collect();
        let mut variants: Vec<&str> = costs.iter().map(|cost| &*cost.key.variant).collect();
        variants.sort_by_key(|variant| variant_order(variant));
        variants.dedup();
        let panel = |quantity, rule, point: fn(&CostRow) -> Option<Point>| {
            let points = |variant: &str| {
                let at = |key: &Key| {
                    let is_own = |cost: &&&CostRow| {
                        cost.key.variant == variant && cost.key.of_runtime() == *key
                    };
                    costs.iter().find(is_own).and_then(|cost| point(cost))
                };
                keys.iter().map(at).collect()
            };
            Panel::new(quantity, rule, own_series(&variants, points))
        };
        let panels = vec![
            panel("one await, ns", Rule::ByRange, |cost| {
                Point::new(Some(cost.ns_per_await), cost.ns_per_await_low, cost.ns_per_await_high)
            }),
            // A small call may come out below zero.
            panel("the call, ns", Rule::Linear { at_least: 1.0 }, |cost| {
                Point::new(Some(cost.ns_per_call), cost.ns_per_call_low, cost.ns_per_call_high)
            }),
        ];
        self.figure(format!("{case}: the cost of one await"), keys, panels, |_| Vec::new())
    }

    /// Ops/s of each variant of a case.
    pub(super) fn throughput(&self, case: &'a str) -> Figure {
        let mut keys = self.own.runtimes(case);
        if let Some(published) = &self.published {
            keys.extend(published.runtimes(case));
        }
        let points =
            |lookup: &Lookup<'a>, variant: &str| points(lookup, case, variant, &keys, ops_per_sec);
        let series = self.series(&self.variants(case), palette::of_variant, points);
        let panel = Panel::new("ops/s", Rule::ByRange, series);
        self.figure(format!("{}: operations per second", named(case)), keys, vec![panel], |key| {
            self.failures(case, key)
        })
    }

    /// The ratio of every case that has both variants.
    pub(super) fn ratio(&self) -> Figure {
        let has_ratios = |case: &&str| self.sources().any(|(lookup, _)| lookup.has_ratios(case));
        let cases: Vec<&'a str> = self.cases().into_iter().filter(has_ratios).collect();
        let keys: BTreeSet<Key> = cases
            .iter()
            .flat_map(|case| self.sources().flat_map(|(lookup, _)| lookup.runtimes(case)))
            .collect();
        let points = |lookup: &Lookup<'a>, case: &'a str| {
            let point = |key| {
                let row = lookup.ratio(case, key)?;
                Point::new(Some(row.ratio), row.ratio_low, row.ratio_high)
            };
            keys.iter().map(point).collect()
        };
        let series = self.series(&cases, |_, i| palette::of_case(i), points);
        let reference = Some((1.0, "equally fast"));
        let panel = Panel { reference, ..Panel::new("ratio", Rule::ByRange, series) };
        let title = "async ÷ generator: ratio of operations per second".to_owned();
        self.figure(title, keys, vec![panel], |key| {
            cases.iter().flat_map(|case| self.ratio_failure(case, key)).collect()
        })
    }

    /// What each variant of a case keeps, and its peak.
    pub(super) fn memory(&self, case: &'a str) -> Figure {
        let keys = self.own.runtimes(case);
        let variants = self.own.variants(case);
        let panel = |quantity, rule, value: fn(&CellRow) -> Option<f64>| {
            let point = |cell: &CellRow| Point::new(value(cell), None, None);
            let points = |variant: &str| points(&self.own, case, variant, &keys, point);
            Panel::new(quantity, rule, own_series(&variants, points))
        };
        let kept = Rule::Linear { at_least: NOTABLE_BYTES_PER_OP };
        let peak = panel("peak resident set", Rule::ByRange, |cell| {
            cell.peak_rss_bytes.map(|bytes| bytes as f64)
        });
        let panels = vec![
            panel("retained, bytes/op", kept, |cell| cell.bytes_per_op),
            Panel { write: si_bytes, ..peak },
        ];
        self.figure(format!("{}: memory", named(case)), keys, panels, |key| {
            self.failures(case, key)
        })
    }

    /// What is drawn of each name, of this machine and then as published; what has no figure is left out.
    fn series(
        &self,
        names: &[&'a str],
        look: fn(&str, usize) -> Look,
        points: impl Fn(&Lookup<'a>, &'a str) -> Vec<Option<Point>>,
    ) -> Vec<Series> {
        let of_each = names
            .iter()
            .enumerate()
            .flat_map(|(i, name)| self.sources().map(move |source| (i, *name, source)));
        let series = of_each.map(|(i, name, (lookup, published))| Series {
            name: if published { format!("{name}, published") } else { name.to_owned() },
            look: look(name, i),
            published,
            points: points(lookup, name),
        });
        series.filter(Series::has_points).collect()
    }

    fn figure(
        &self,
        title: String,
        keys: BTreeSet<Key>,
        panels: Vec<Panel>,
        failures: impl Fn(&Key) -> Vec<Failure>,
    ) -> Figure {
        let matrix = self.own.matrix;
        let mut about = vec![provenance::machine(matrix).to_owned()];
        about.extend(provenance::when(matrix));
        about.push(provenance::runtimes(&keys));
        about.extend(provenance::harness(matrix));
        let shows_published =
            panels.iter().flat_map(|panel| &panel.series).any(|series| series.published);
        if let Some(published) = self.published.as_ref().filter(|_| shows_published) {
            about.push(format!("hollow: published, {}", provenance::machine(published.matrix)));
        }
        Figure {
            title,
            about,
            failures: keys.iter().map(failures).collect(),
            runtimes: keys.into_iter().collect(),
            panels,
        }
    }

    /// The machine's own figures, then the published ones.
    fn sources(&self) -> impl Iterator<Item = (&Lookup<'a>, bool)> {
        let own_is_published = self.own.matrix.machine.published.is_some();
        std::iter::once((&self.own, own_is_published))
            .chain(self.published.iter().map(|lookup| (lookup, true)))
    }

    /// The machine's own variants, then those that are only published.
    fn variants(&self, case: &str) -> Vec<&'a str> {
        let mut variants = self.own.variants(case);
        for variant in self.published.iter().flat_map(|lookup| lookup.variants(case)) {
            if !variants.contains(&variant) {
                variants.push(variant);
            }
        }
        variants
    }

    fn failures(&self, case: &'a str, key: &Key) -> Vec<Failure> {
        let cells =
            self.own.variants(case).into_iter().filter_map(|of| self.own.cell(case, key, of));
        cells
            .filter(|cell| cell.status != Status::Ok)
            .map(|cell| Failure {
                of: cell.key.variant.clone(),
                word: cell.status.word().to_owned(),
            })
            .collect()
    }

    /// Why a case has no ratio: the variant that failed, or the word alone if both did alike.
    fn ratio_failure(&self, case: &'a str, key: &Key) -> Option<Failure> {
        if self.own.ratio(case, key).is_some() {
            return None;
        }
        let mut failed = self.failures(case, key);
        failed.retain(|failure| matches!(failure.of.as_str(), "generator" | "async"));
        let word = match failed.as_slice() {
            [] => return None,
            [one] => format!("{} {}", one.of, one.word),
            [one, other, ..] if one.word == other.word => one.word.clone(),
            [one, other, ..] => format!("{}/{}", one.word, other.word),
        };
        Some(Failure { of: case.to_owned(), word })
    }
}

/// The case as titles name it.
fn named(case: &str) -> String {
    if case == NOOP { format!("{case}, the harness's own cost") } else { case.to_owned() }
}

fn ops_per_sec(cell: &CellRow) -> Option<Point> {
    // Published figures may have a margin where measured ones have bounds.
    let bound = |sign: f64| Some(cell.ops_per_sec? * (1.0 + sign * cell.relative_margin?));
    let low = cell.ops_per_sec_low.or_else(|| bound(-1.0));
    let high = cell.ops_per_sec_high.or_else(|| bound(1.0));
    Point::new(cell.ops_per_sec, low, high)
}

/// Of each variant of this machine.
fn own_series(variants: &[&str], points: impl Fn(&str) -> Vec<Option<Point>>) -> Vec<Series> {
    let series = variants.iter().enumerate().map(|(i, variant)| Series {
        name: (*variant).to_owned(),
        look: palette::of_variant(variant, i),
        published: false,
        points: points(variant),
    });
    series.collect()
}

fn points<'a>(
    lookup: &Lookup<'a>,
    case: &'a str,
    variant: &str,
    keys: &BTreeSet<Key>,
    point: impl Fn(&CellRow) -> Option<Point>,
) -> Vec<Option<Point>> {
    keys.iter()
        .map(|key| {
            lookup
                .cell(case, key, variant)
                .filter(|cell| cell.status == Status::Ok)
                .and_then(&point)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::{Matrix, sample};
    use super::*;

    fn subject<'a>(matrix: &'a Matrix, published: Option<&'a Matrix>) -> Subject<'a> {
        Subject::new(Lookup::new(matrix), published.map(Lookup::new))
    }

    #[test]
    fn a_failed_cell_has_no_point_even_if_it_has_figures() {
        let mut matrix = sample::measured();
        for cell in &mut matrix.cells {
            cell.status = Status::Check;
        }
        let figure = subject(&matrix, None).throughput("await-two");
        assert!(!figure.panels[0].has_points());
        assert!(figure.failures.iter().all(|failures| !failures.is_empty()));
    }

    #[test]
    fn words_name_the_variant_unless_all_failed_alike() {
        let matrix = sample::measured();
        let figure = subject(&matrix, None).throughput("await-two");
        assert_eq!(figure.failure_lines(0), ["async unsupported"]);
        assert_eq!(figure.failure_lines(1), Vec::<String>::new());
        assert_eq!(figure.failure_lines(6), ["error"]);
    }

    #[test]
    fn a_case_without_a_ratio_says_which_variant_failed() {
        let matrix = sample::measured();
        let figure = subject(&matrix, None).ratio();
        assert_eq!(
            figure.failure_lines(0),
            ["await-two async unsupported", "instance-loop timeout/unsupported"]
        );
        assert_eq!(figure.failure_lines(6), ["error"]);
    }

    #[test]
    fn published_figures_are_series_of_their_own() {
        let (matrix, published) = (sample::measured(), sample::published());
        let figure = subject(&matrix, Some(&published)).throughput("await-two");
        let names: Vec<_> = figure.panels[0].series.iter().map(|series| &*series.name).collect();
        assert_eq!(names, ["generator", "generator, published", "async", "async, published"]);
        // 6.17.1, 8.17.0, 9.11.2, 10.20.1, 11.15.0, 12.16.2: 443,891 ± 4.12 %.
        let point = figure.panels[0].series[1].points[5].unwrap();
        let (low, high) = point.bounds.unwrap();
        assert!((low - 425_602.7).abs() < 0.1 && (high - 462_179.3).abs() < 0.1);
        assert_eq!(figure.panels[0].series[1].points[0], None);
    }

    #[test]
    fn titles_tell_machine_day_and_versions() {
        let matrix = sample::measured();
        let figure = subject(&matrix, None).memory("instance-loop");
        assert_eq!(figure.title, "instance-loop: memory");
        assert_eq!(
            figure.about,
            [
                "AMD EPYC, 2 cores, Linux x64, virtualised",
                "measured 2026-02-03",
                "Node.js 6.17.1 to 26.10.0 (6 versions)",
                "awaitbench 0.1.0",
            ]
        );
    }
}
