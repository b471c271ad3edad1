//! From the answers of one line to the windows in which they are yes.

use super::finding::Answer;
use super::search::State;

/// Versions in a row that answer yes, as far as they were asked. Positions are those in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The first that was seen to answer yes.
    pub first: usize,
    /// The last that was seen to answer yes.
    pub last: usize,
    /// The last one before it with another answer; none if the window begins the line.
    pub before: Option<usize>,
    /// The first one after it with another answer; none if the window ends the line.
    pub after: Option<usize>,
    /// Versions right before `first` that gave no answer: the window may begin with them.
    pub untested_before: Vec<usize>,
    /// Versions right after `last` that gave no answer: the window may end with them.
    pub untested_after: Vec<usize>,
}

impl Window {
    /// Whether both its ends were seen, with nothing between them and their neighbours.
    pub(super) fn is_exact(&self) -> bool {
        self.untested_before.is_empty() && self.untested_after.is_empty()
    }
}

/// The windows of a line with these answers, ascending; a version that was not asked has none.
pub(super) fn windows(answers: &[Option<Answer>]) -> Vec<Window> {
    let state = |at: usize| answers[at].and_then(Answer::state);
    let decided: Vec<usize> = (0..answers.len()).filter(|at| state(*at).is_some()).collect();
    let runs = decided.chunk_by(|a, b| state(*a) == state(*b));
    let mut windows: Vec<Window> = Vec::new();
    let mut before = None;
    for run in runs {
        let (first, last) = (run[0], run[run.len() - 1]);
        if state(first) == Some(State::Yes) {
            let after = decided.iter().copied().find(|at| *at > last);
            windows.push(Window {
                first,
                last,
                before,
                after,
                untested_before: (before.map_or(0, |at| at + 1)..first).collect(),
                untested_after: (last + 1..after.unwrap_or(answers.len())).collect(),
            });
        }
        before = Some(last);
    }
    windows
}

/// The most versions in a row that were not asked between two that agree.
pub(super) fn widest_unasked(answers: &[Option<Answer>]) -> usize {
    let gaps = answers.split(|answer| answer.and_then(Answer::state).is_some());
    gaps.map(|gap| gap.iter().filter(|answer| answer.is_none()).count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `y` yes, `n` no, `u` unsupported, `?` asked in vain, `.` not asked.
    pub(crate) fn answers(text: &str) -> Vec<Option<Answer>> {
        text.chars()
            .map(|c| match c {
                'y' => Some(Answer::Yes),
                'n' => Some(Answer::No),
                'u' => Some(Answer::Unsupported),
                '?' => Some(Answer::Broken),
                _ => None,
            })
            .collect()
    }

    fn window(first: usize, last: usize, before: Option<usize>, after: Option<usize>) -> Window {
        let none = Vec::new;
        Window { first, last, before, after, untested_before: none(), untested_after: none() }
    }

    #[test]
    fn a_window_has_its_neighbours() {
        assert_eq!(windows(&answers("y..yn..n")), [window(0, 3, None, Some(4))]);
        assert_eq!(windows(&answers("y...y")), [window(0, 4, None, None)]);
        assert_eq!(windows(&answers("n.ny.yn.n")), [window(3, 5, Some(2), Some(6))]);
        assert_eq!(
            windows(&answers("ynuy")),
            [window(0, 0, None, Some(1)), window(3, 3, Some(2), None)]
        );
        assert!(windows(&answers("n.n")).is_empty() && windows(&[]).is_empty());
    }

    #[test]
    fn what_gave_no_answer_at_a_boundary_is_named() {
        let found = windows(&answers("?y.y??n"));
        assert_eq!((&found[0].untested_before, &found[0].untested_after), (&vec![0], &vec![4, 5]));
        assert!(!found[0].is_exact());
        // Within the window it is no boundary's matter.
        assert!(windows(&answers("y?y"))[0].is_exact());
        // A line that was left half-way claims nothing more.
        assert_eq!(windows(&answers("y..n"))[0].untested_after, [1, 2]);
    }

    #[test]
    fn gaps_are_counted() {
        assert_eq!(widest_unasked(&answers("n...n.?.n")), 3);
        assert_eq!(widest_unasked(&answers("nnn")), 0);
    }
}
