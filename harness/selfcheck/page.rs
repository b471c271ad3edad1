//! What was found, for people.

use super::{Findings, NOMINAL, Resolution};
use crate::measure::ENOUGH_RUNS;
use crate::record::{BetweenRunsRow, Figure};
use crate::report::format;
use crate::report::table::{Column, Entry, Page, Section, Table};
use crate::stats::POWER;

/// Where a terminal is narrow, the highest of these goes first.
mod priority {
    pub(super) const INTERVAL: u8 = 3;
    pub(super) const RATIO: u8 = 2;
    pub(super) const FOUND: u8 = 1;
}

/// The tables: what a run resolves, how often it is wrong, and what to change.
#[must_use]
pub fn page(findings: &Findings, machine: &str) -> Page {
    Page {
        title: format!("What {machine} can resolve"),
        about: vec![
            "Each variant was measured under two names, side by side, with --quick. Their true ratio \
             is 1. [low, high] are 95 % intervals."
                .to_owned(),
        ],
        sections: std::iter::once(resolutions(&findings.resolutions))
            .chain(claims(findings))
            .collect(),
    }
}

/// How much whole runs differ, and what follows.
#[must_use]
pub fn between_runs_page(rows: &[BetweenRunsRow], machine: &str) -> Page {
    let columns = vec![
        Column::label("runtime"),
        Column::label("case"),
        Column::label("figure"),
        Column::figures("runs", None, 5),
        Column::figures("mean", None, 4),
        Column::figures("between runs", None, 2).of("deviation"),
        Column::figures("stated", None, 2).of("deviation"),
        Column::figures("Birge ratio", None, 0),
        Column::figures("[low, high]", None, 3).close(),
        Column::figures("held", None, 1),
    ];
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let row = |row: &BetweenRunsRow| {
        let figure = match row.figure {
            Figure::Ratio => row.figure.word().to_owned(),
            Figure::OpsPerSec => format!("{} {}", row.key.variant, row.figure.word()),
        };
        let mean = match row.figure {
            Figure::Ratio => format!("{:.2}", row.value),
            Figure::OpsPerSec => format::count(row.value.round() as u64),
        };
        let bounds = format!("[{:.2}, {:.2}]", row.birge_ratio_low, row.birge_ratio_high);
        vec![
            Entry::Text(row.key.full_label()),
            Entry::Text(row.key.case.clone()),
            Entry::Text(figure),
            Entry::Text(format::count(row.runs.into())),
            Entry::Text(mean),
            Entry::Text(percent(row.deviation_between_runs)),
            Entry::Text(percent(row.standard_error)),
            Entry::Text(format!("{:.2}", row.birge_ratio)),
            Entry::Text(bounds),
            Entry::Text(format!("{} of {}", row.held, row.runs)),
        ]
    };
    let remark = if rows.iter().any(|row| row.runs < ENOUGH_RUNS) {
        format!(
            "Fewer than {ENOUGH_RUNS} runs may resemble each other by chance: intervals of this machine are widened by these \
             ratios only where they are above what is assumed unmeasured."
        )
    } else {
        "From now on the intervals of this machine are widened by these ratios, as far as they are above 1.".to_owned()
    };
    Page {
        title: format!("How much whole runs differ on {machine}"),
        about: vec![
            "Whole runs of one plan were repeated. Deviation between runs: of what they gave. Stated: the standard error \
             that each run makes of its own invocations. Their quotient is the Birge ratio: 1 if what runs state is \
             true. Held: how many intervals, without widening, hold the mean of all runs."
                .to_owned(),
        ],
        sections: vec![Section {
            title: "repeated runs".to_owned(),
            table: Table { columns, rows: rows.iter().map(row).collect() },
            notes: Vec::new(),
            remark: Some(remark),
        }],
    }
}

fn resolutions(rows: &[Resolution]) -> Section {
    let columns = vec![
        Column::label("runtime"),
        Column::label("case"),
        Column::label("variant"),
        Column::figures("ratio", None, priority::RATIO),
        Column::figures("[low, high]", None, priority::INTERVAL).close(),
        Column::figures("--quick", None, priority::FOUND).of("found with"),
        Column::figures("default", None, priority::FOUND).of("found with"),
        Column::figures("--thorough", None, priority::FOUND).of("found with"),
    ];
    let found = |ratio: Option<f64>| {
        Entry::figure(ratio, |ratio| format!("{:.1} %", (ratio - 1.0) * 100.0))
    };
    let row = |row: &Resolution| {
        let flags = if row.flags.is_empty() { String::new() } else { format!(" {}", row.flags) };
        let bounds = row.ratio_low.zip(row.ratio_high);
        vec![
            Entry::Text(format!("{} {}{flags}", row.runtime, row.version)),
            Entry::Text(row.case.clone()),
            Entry::Text(row.variant.clone()),
            Entry::figure(row.ratio, |ratio| format!("{ratio:.3}")),
            Entry::companion(bounds, |(low, high)| format!("[{low:.3}, {high:.3}]")),
            found(row.detectable_quick),
            found(row.detectable_default),
            found(row.detectable_thorough),
        ]
    };
    Section {
        title: "the smallest difference that a run finds".to_owned(),
        table: Table { columns, rows: rows.iter().map(row).collect() },
        notes: Vec::new(),
        remark: Some(format!(
            "A difference of that size is found in {:.0} % of all runs; smaller ones less often.",
            POWER * 100.0
        )),
    }
}

fn claims(findings: &Findings) -> Option<Section> {
    let claims = findings.false_claims?;
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let columns = vec![
        Column::figures("runs", None, 0),
        Column::figures("false differences", None, 0),
        Column::figures("share", None, 0),
        Column::figures("[low, high]", None, 0).close(),
        Column::figures("stated", None, 0),
    ];
    let row = vec![
        Entry::Text(format::count(claims.rounds.into())),
        Entry::Text(format::count(claims.claims.into())),
        Entry::Text(percent(claims.share)),
        Entry::Text(format!("[{}, {}]", percent(claims.share_low), percent(claims.share_high))),
        Entry::Text(percent(NOMINAL)),
    ];
    let mut advice: Vec<String> =
        findings.advice.iter().map(|of| format!("{of}: {}.", of.advice())).collect();
    advice.extend(findings.warnings.iter().map(|of| format!("{of}: {}.", of.advice())));
    let remark = if advice.is_empty() {
        "Nothing needs to be changed.".to_owned()
    } else {
        advice.join("\n")
    };
    Some(Section {
        title: "differences claimed where there is none".to_owned(),
        table: Table { columns, rows: vec![row] },
        notes: Vec::new(),
        remark: Some(remark),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Findings, sample};
    use super::*;
    use crate::record::between_runs::tests::row;
    use crate::report::{markdown_pages, terminal_pages};

    fn shown() -> Page {
        let trials = [sample::biased(), sample::trial("async", 20, 0.1, 0.05, 4)];
        page(&Findings::of(&trials, Vec::new()), "a test CPU, 2 cores")
    }

    #[test]
    fn eighty_columns() {
        let text = terminal_pages(&[shown()], 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_hundred_and_twenty_columns() {
        let text = terminal_pages(&[shown()], 120, false);
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn between_runs() {
        let rows = [row("", Figure::Ratio, 1.52), row("async", Figure::OpsPerSec, 3.1)];
        for width in [80, 120] {
            let text =
                terminal_pages(&[between_runs_page(&rows, "a test CPU, 2 cores")], width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            insta::assert_snapshot!(format!("between_runs_{width}"), text);
        }
    }

    #[test]
    fn markdown() {
        insta::assert_snapshot!(markdown_pages(&[shown()]));
    }
}
