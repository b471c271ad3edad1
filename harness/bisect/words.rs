//! The answer in one sentence: windows of neighbouring lines put together.
//!
//! `[11.0.0, 12.16.0)` reads: from 11.0.0 on, and no more from 12.16.0 on, in the order of versions.
//! Lines are branches, so this says nothing on when a fix was made; each line is found out by itself.

use std::fmt;

use node_semver::Version;

use super::Bisection;
use super::hunt::Searched;
use super::question::Question;
use super::windows::windows;
use crate::runtime::Family;
use crate::show::format::listed;

/// Versions in a row that answer yes, over the ends of lines.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    family: &'static Family,
    first: Version,
    last: Version,
    /// The first one after it with another answer; none if nothing follows.
    end: Option<Version>,
    is_exact: bool,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = if self.is_exact { "" } else { "about " };
        match &self.end {
            Some(end) => write!(f, "{about}[{}, {end})", self.first),
            None if self.first == self.last => write!(f, "{about}{}", self.first),
            None => write!(f, "{about}[{}, {}]", self.first, self.last),
        }
    }
}

/// The spans over all lines, in their order.
fn spans(lines: &[Searched]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    // Whether the last span goes to the end of the line before.
    let mut is_open = false;
    for searched in lines {
        let answers = searched.answers();
        let versions = &searched.line.versions;
        let family = searched.line.family;
        let decided = answers.iter().position(|answer| answer.and_then(|it| it.state()).is_some());
        is_open &= spans.last().is_some_and(|span| span.family == family);
        let Some(decided) = decided else {
            is_open = false;
            continue;
        };
        let windows = windows(&answers);
        if is_open
            && windows.first().is_none_or(|window| window.before.is_some())
            && let Some(open) = spans.last_mut()
        {
            open.end = Some(versions[decided].clone());
            open.is_exact &= decided == 0;
            is_open = false;
        }
        for window in &windows {
            let last = versions[window.last].clone();
            let end = window.after.map(|at| versions[at].clone());
            match spans.last_mut().filter(|_| is_open) {
                Some(open) => {
                    open.is_exact &= window.is_exact();
                    (open.last, open.end) = (last, end);
                }
                None => spans.push(Span {
                    family,
                    first: versions[window.first].clone(),
                    last,
                    end,
                    is_exact: window.is_exact(),
                }),
            }
            is_open = window.after.is_none();
        }
    }
    spans
}

/// `instance-loop as generator leaks in node [11.0.0, 12.16.0)`.
pub(super) fn sentence(bisection: &Bisection) -> String {
    let spans = spans(&bisection.outcome.lines);
    let case = &bisection.case;
    let subject = match &bisection.variants[..] {
        [variant] => format!("{case} as {variant}"),
        _ => case.clone(),
    };
    let claim = match bisection.question {
        Question::Leak => format!("{subject} leaks in"),
        question => format!("{question} for {subject} in"),
    };
    let mut families: Vec<&str> = Vec::new();
    for span in &spans {
        if !families.contains(&span.family.name) {
            families.push(span.family.name);
        }
    }
    if families.is_empty() {
        return format!("{claim} no version that was asked");
    }
    let each = families.iter().map(|name| {
        let own = spans.iter().filter(|span| span.family.name == *name);
        format!("{name} {}", listed(&own.map(ToString::to_string).collect::<Vec<_>>()))
    });
    format!("{claim} {}", each.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::sample::searched;
    use super::*;

    fn text(lines: &[(&str, &str)]) -> String {
        let lines: Vec<Searched> =
            lines.iter().map(|(name, answers)| searched(name, answers)).collect();
        let texts: Vec<String> = spans(&lines).iter().map(ToString::to_string).collect();
        texts.join(" ")
    }

    #[test]
    fn windows_of_neighbouring_lines_are_one_span() {
        assert_eq!(text(&[("10", "n.n"), ("11", "y.y"), ("12", "y.yn")]), "[11.0.0, 12.3.0)");
        assert_eq!(text(&[("11", "y.y"), ("12", "n.n")]), "[11.0.0, 12.0.0)");
        assert_eq!(text(&[("11", "yn"), ("12", "y.y")]), "[11.0.0, 11.1.0) [12.0.0, 12.2.0]");
        assert_eq!(text(&[("11", "ny"), ("12", "yn"), ("13", "y")]), "[11.1.0, 12.1.0) 13.0.0");
        assert_eq!(text(&[("11", "nn"), ("12", "n")]), "");
    }

    #[test]
    fn what_is_not_exact_is_said_to_be_about() {
        assert_eq!(text(&[("12", "yy?n")]), "about [12.0.0, 12.3.0)");
        assert_eq!(text(&[("11", "yy"), ("12", "?n")]), "about [11.0.0, 12.1.0)");
        // Of a line that gives no answer at all nothing is claimed.
        assert_eq!(
            text(&[("11", "yy"), ("12", "??"), ("13", "yn")]),
            "[11.0.0, 11.1.0] [13.0.0, 13.1.0)"
        );
    }
}
