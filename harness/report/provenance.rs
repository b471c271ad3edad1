//! Where figures come from, in words: the machine, the days, the versions.
//!
//! Tables and plots name it alike, so that a picture cut out of its page still tells.

use std::collections::{BTreeMap, BTreeSet};

use super::Matrix;
use crate::key::{Key, family_name, is_version};
use crate::measure::{BetweenRuns, Source};
use crate::record::Figure;
use crate::show::format::{day, fixed};

/// The machine's title, or its folder's name if it has none.
pub(crate) fn machine(matrix: &Matrix) -> &str {
    if matrix.machine.title.is_empty() { &matrix.folder } else { &matrix.machine.title }
}

/// `measured 2026-02-03 to 2026-02-05`, or that the figures are published ones; `None` if the
/// rows do not say when.
pub(crate) fn when(matrix: &Matrix) -> Option<String> {
    let verb = if matrix.machine.published.is_some() { "published" } else { "measured" };
    let days = days(matrix.cells.iter().map(|cell| cell.started_at.as_str()))?;
    Some(format!("{verb} {days}"))
}

/// `2026-02-03`, or `2026-02-03 to 2026-02-05`, of the moments at which something began; `None` if none of them is a date.
pub(crate) fn days<'a>(started_at: impl Iterator<Item = &'a str>) -> Option<String> {
    let days: BTreeSet<&str> = started_at.filter_map(day).collect();
    match (days.first()?, days.last()?) {
        (first, last) if first == last => Some((*first).to_owned()),
        (first, last) => Some(format!("{first} to {last}")),
    }
}

/// What intervals are widened by, and how that is known; `None` where they are not.
pub(crate) fn widened(between: &BetweenRuns) -> Option<String> {
    let part = |(figure, name)| {
        let ratio = fixed(between.of_machine(figure).ratio.max(1.0), 1);
        match between.source(figure) {
            Source::Measured => Some(format!("{ratio} of {name}")),
            Source::Assumed => Some(format!("{ratio} of {name}, assumed")),
            Source::Unknown => None,
        }
    };
    let figures = [(Figure::Ratio, "ratios"), (Figure::OpsPerSec, "ops/s")];
    let parts: Vec<String> = figures.into_iter().filter_map(part).collect();
    if parts.is_empty() {
        return None;
    }
    let measured = days(between.started_at()).map(|on| format!("measured {on}"));
    let is_assumed = figures.iter().any(|(figure, _)| between.source(*figure) == Source::Assumed);
    let how = is_assumed.then(|| {
        "this is a virtual machine; awaitbench selfcheck --between-runs 20 measures it".to_owned()
    });
    let words: Vec<String> = parts.into_iter().chain(measured).chain(how).collect();
    Some(format!("widened by the Birge ratio of whole runs ({})", words.join("; ")))
}

/// `awaitbench 0.1.0`, or all versions that measured; `None` if the rows do not say.
pub(crate) fn harness(matrix: &Matrix) -> Option<String> {
    let versions: BTreeSet<_> = matrix
        .cells
        .iter()
        .map(|cell| cell.harness_version.as_str())
        .filter(|version| !version.is_empty())
        .collect();
    let versions: Vec<_> = versions.into_iter().collect();
    (!versions.is_empty()).then(|| format!("awaitbench {}", versions.join(", ")))
}

/// `Node.js 8.17.0 to 26.10.0 (7 versions)`, for each family; what is not a version is named apart.
pub(crate) fn runtimes<'k>(keys: impl IntoIterator<Item = &'k Key>) -> String {
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in keys {
        let versions = families.entry(&key.runtime).or_default();
        if versions.last() != Some(&key.version.as_str()) {
            versions.push(&key.version);
        }
    }
    let ranges = families.iter().map(|(runtime, versions)| {
        let (known, others): (Vec<&str>, Vec<&str>) =
            versions.iter().partition(|version| is_version(version));
        let range = match known.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            [first, .., last] => Some(format!("{first} to {last} ({} versions)", known.len())),
        };
        let named = range.into_iter().chain(others.into_iter().map(str::to_owned));
        format!("{} {}", family_name(runtime), named.collect::<Vec<_>>().join(", "))
    });
    ranges.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::machine::Machine;
    use crate::record::between_runs::tests::row;

    #[test]
    fn days_and_versions_are_named_once() {
        let mut matrix = sample::measured();
        assert_eq!(when(&matrix).as_deref(), Some("measured 2026-02-03"));
        assert_eq!(harness(&matrix).as_deref(), Some("awaitbench 0.1.0"));
        matrix.cells[0].started_at = "2026-02-05T00:00:00Z".into();
        matrix.cells[0].harness_version = "0.2.0".into();
        assert_eq!(when(&matrix).as_deref(), Some("measured 2026-02-03 to 2026-02-05"));
        assert_eq!(harness(&matrix).as_deref(), Some("awaitbench 0.1.0, 0.2.0"));
    }

    #[test]
    fn what_widens_intervals_is_said() {
        let of = |rows, virtualised| {
            let machine = Machine { virtualised: Some(virtualised), ..Machine::default() };
            widened(&BetweenRuns::of(rows, &machine))
        };
        assert_eq!(of(Vec::new(), false), None);
        let assumed = of(Vec::new(), true).unwrap();
        assert!(
            assumed.contains("of ratios, assumed;") && assumed.contains("selfcheck"),
            "{assumed}"
        );
        let rows = vec![row("", Figure::Ratio, 1.66), row("async", Figure::OpsPerSec, 0.8)];
        assert_eq!(
            of(rows, true).unwrap(),
            "widened by the Birge ratio of whole runs (1.7 of ratios; 1.0 of ops/s; measured 2026-02-03)"
        );
        // Two runs say less than is assumed, and so nothing used was measured.
        let few = row("", Figure::Ratio, 1.1).with(|row| row.runs = 2);
        assert_eq!(of(vec![few], true), Some(assumed));
    }

    #[test]
    fn rows_without_a_day_give_none() {
        assert_eq!(when(&sample::published()), None);
        assert_eq!(harness(&sample::published()), None);
    }

    #[test]
    fn families_give_their_ranges() {
        let keys = [
            Key::runtime("bun", "1.2.3", ""),
            Key::runtime("node", "8.17.0", ""),
            Key::runtime("node", "8.17.0", "--no-opt"),
            Key::runtime("node", "26.10.0", ""),
            Key::runtime("node", "unknown-3f2a", ""),
        ];
        assert_eq!(
            runtimes(&keys),
            "Bun 1.2.3, Node.js 8.17.0 to 26.10.0 (2 versions), unknown-3f2a"
        );
    }
}
