//! What was found, for people.

use super::resolution::NOMINAL;
use super::{Findings, Resolution};
use crate::measure::ENOUGH_RUNS;
use crate::record::{BetweenRunsRow, Figure};
use crate::show::format::fixed;
use crate::show::{Advise, Column, Entry, Page, Section};
use crate::stats::POWER;

mod priority {
    pub(super) const INTERVAL: u8 = 3;
    pub(super) const RATIO: u8 = 2;
    pub(super) const FOUND: u8 = 1;
}

/// The tables: what a run resolves, how often it is wrong, and what to change.
pub(super) fn page(findings: &Findings, machine: &str) -> Page {
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
        ..Page::default()
    }
}

/// How much whole runs differ, and what follows.
pub(super) fn between_runs_page(rows: &[BetweenRunsRow], machine: &str) -> Page {
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
    let row = |row: &BetweenRunsRow| {
        let figure = match row.figure {
            Figure::Ratio => row.figure.word().to_owned(),
            Figure::OpsPerSec => format!("{} {}", row.key.variant, row.figure.word()),
        };
        let mean = match row.figure {
            Figure::Ratio => Entry::Fixed(row.value, 2),
            Figure::OpsPerSec => Entry::Count(row.value.round() as u64),
        };
        vec![
            Entry::Text(row.key.full_label()),
            Entry::Text(row.key.case.clone()),
            Entry::Text(figure),
            Entry::Count(row.runs.into()),
            mean,
            Entry::Share(row.deviation_between_runs),
            Entry::Share(row.standard_error),
            Entry::Ratio(row.birge_ratio),
            Entry::Ratios(row.birge_ratio_low, row.birge_ratio_high),
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
        sections: vec![
            Section::new("repeated runs", columns, rows.iter().map(row).collect()).remarked(remark),
        ],
        ..Page::default()
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
    let found = |ratio: Option<f64>| Entry::figure(ratio, |ratio| Entry::Share(ratio - 1.0));
    let row = |row: &Resolution| {
        let bounds = row.ratio_low.zip(row.ratio_high);
        vec![
            Entry::Text(row.key.full_label()),
            Entry::Text(row.key.case.clone()),
            Entry::Text(row.key.variant.clone()),
            Entry::figure(row.ratio, |ratio| Entry::Fixed(ratio, 3)),
            Entry::companion(bounds, |(low, high)| Entry::Fixes(low, high, 3)),
            found(row.detectable_quick),
            found(row.detectable_default),
            found(row.detectable_thorough),
        ]
    };
    let rows = rows.iter().map(row).collect();
    Section::new("the smallest difference that a run finds", columns, rows).remarked(format!(
        "A difference of that size is found in {} % of all runs; smaller ones less often.",
        fixed(POWER * 100.0, 0)
    ))
}

fn claims(findings: &Findings) -> Option<Section> {
    let claims = findings.false_claims?;
    let columns = vec![
        Column::figures("runs", None, 0),
        Column::figures("false differences", None, 0),
        Column::figures("share", None, 0),
        Column::figures("[low, high]", None, 0).close(),
        Column::figures("stated", None, 0),
    ];
    let row = vec![
        Entry::Count(claims.rounds.into()),
        Entry::Count(claims.claims.into()),
        Entry::Share(claims.share),
        Entry::Shares(claims.share_low, claims.share_high),
        Entry::Share(NOMINAL),
    ];
    let mut advice: Vec<String> =
        findings.advice.iter().map(|of| format!("{of}: {}.", of.advice())).collect();
    advice.extend(findings.warnings.iter().map(|of| format!("{of}: {}.", of.advice())));
    let remark = if advice.is_empty() {
        "Nothing needs to be changed.".to_owned()
    } else {
        advice.join("\n")
    };
    let title = "differences claimed where there is none";
    Some(Section::new(title, columns, vec![row]).remarked(remark))
}

#[cfg(test)]
mod tests {
    use super::super::{Findings, sample};
    use super::*;
    use crate::record::between_runs::tests::row;

    #[test]
    fn what_is_found_and_how_often_it_is_wrong() {
        let trials = [sample::biased(), sample::trial("async", 20, 0.1, 0.05, 4)];
        let findings = Findings::of(&trials, Vec::new());
        let page = page(&findings, "a test CPU, 2 cores");
        assert_eq!(page.title, "What a test CPU, 2 cores can resolve");
        let cell = |column: &str| page.cell("node 12.16.2 await-two generator", column);
        assert!(cell("ratio").starts_with("1.1"), "{page:#?}");
        assert!(
            cell("found with default").ends_with(" %") && cell("[low, high]").starts_with("[1.")
        );
        let claims = page.section("differences claimed where there is none");
        assert_eq!(claims.table.rows[0][0].shown(), "40");
        let advice = claims.remark.as_ref().unwrap();
        assert!(findings.advice.iter().all(|of| advice.contains(of.advice())), "{advice}");
    }

    #[test]
    fn between_runs() {
        let rows = [row("", Figure::Ratio, 1.52), row("async", Figure::OpsPerSec, 3.1)];
        let page = between_runs_page(&rows, "a test CPU, 2 cores");
        let name = format!("{} {} {}", rows[0].key.runtime, rows[0].key.version, rows[0].key.case);
        assert_eq!(page.cell(&format!("{name} ratio"), "Birge ratio"), "1.52");
        let other = rows[1].figure.word();
        assert_eq!(page.cell(&format!("{name} async {other}"), "Birge ratio"), "3.10");
    }
}
