//! Searches made up by hand, for tests.

use std::time::Duration;

use node_semver::Version;

use super::Bisection;
use super::finding::{Answer, Probed, VersionAnswer};
use super::hunt::{Outcome, Searched};
use super::lines::Line;
use super::question::Question;
use crate::runtime::Family;
use crate::stats::Estimate;

/// A line `NAME.0.0`, `NAME.1.0`, … with one letter per version: `y` yes, `n` no, `u` unsupported,
/// `?` broken, `m` missing, `.` not asked.
pub(crate) fn searched(name: &str, letters: &str) -> Searched {
    let major: u64 = name.parse().unwrap();
    let versions: Vec<Version> =
        (0..letters.len() as u64).map(|minor| Version::from((major, minor, 0))).collect();
    let found = versions.iter().zip(letters.chars()).map(|(version, letter)| {
        let (answer, detail) = match letter {
            'y' => (Answer::Yes, ""),
            'n' => (Answer::No, ""),
            'u' => (Answer::Unsupported, "SyntaxError: Unexpected token function"),
            '?' => (Answer::Broken, "was killed (signal 11) instead of replying to run"),
            'm' => (Answer::Missing, "the registry has no such version"),
            _ => return None,
        };
        let value = if answer == Answer::Yes { 9.6 } else { 0.0 };
        let estimate = matches!(answer, Answer::Yes | Answer::No).then_some(Estimate {
            value,
            low: value - 0.5,
            high: value + 0.5,
        });
        let finding = VersionAnswer::of(answer, detail.to_owned(), estimate);
        let engine_version = format!("{}.0.1", major - 4);
        Some(Probed { version: version.clone(), engine_version, finding })
    });
    let found = found.collect();
    let family = Family::named("node").unwrap();
    Searched { line: Line { family, name: name.to_owned(), versions }, found }
}

/// A bisection of these lines.
pub(crate) fn bisection(lines: &[(&str, &str)]) -> Bisection {
    let lines: Vec<Searched> = lines.iter().map(|(name, text)| searched(name, text)).collect();
    let probes = lines.iter().flat_map(|line| &line.found).flatten().count() as u32;
    Bisection {
        question: Question::Leak,
        case: "instance-loop".to_owned(),
        variants: vec!["generator".to_owned()],
        flags: String::new(),
        outcome: Outcome { lines, probes, cached: 3, downloads: 5, stopped: None },
        elapsed: Duration::from_millis(12_340),
    }
}
