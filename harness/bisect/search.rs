//! Which versions of one line to ask next: a pure function of what is known.
//!
//! Both ends first, and the middle of lines longer than `widest_gap`; then the middle between any two neighbours in knowledge that
//! differ, until they are neighbours in the list as well. That finds a boundary exactly with about
//! log₂ n questions, and one boundary of several. What lies between two that agree is not proved to
//! agree: no more than `widest_gap` versions in a row are left unasked there, and the answer says so.
//! Each side of a boundary is asked twice, in fresh processes, so that no boundary rests on one
//! answer; two answers that differ count as none.
//!
//! A version that gives no answer is walked around: the boundary is then a range.

/// What is known of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Decided {
        state: State,
        /// Whether a second process gave the same.
        confirmed: bool,
    },
    /// It was asked, or can't be, and there is no answer.
    Undecided,
}

/// What a version answers to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It leaks; or whatever was asked is so.
    Yes,
    No,
    /// It can't parse the variant. A result, and a boundary of its own.
    Unsupported,
}

/// Why a version is to be asked. In the order of urgency: what other questions wait for comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    /// It lies between two that differ.
    Halve,
    /// It is at the end of its line.
    End,
    /// Too many in a row are unasked between two that agree.
    Between,
    /// It is beside a boundary and was asked only once.
    Confirm,
}

/// A version to ask: its position in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub purpose: Purpose,
    pub at: usize,
}

/// So many versions in a row may be unasked between two that agree, unless the user wants another number: lines
/// of 26 versions or fewer are asked at their ends, longer ones (up to 49 in Node.js so far) in their middle too.
pub const WIDEST_GAP: usize = 24;

/// What to ask next, all of it needed whatever the answers will be. Nothing: the search is over.
pub(super) fn next(known: &[Option<Known>], widest_gap: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let could_be = |at: &usize| !matches!(known[*at], Some(Known::Undecided));
    let Some(first) = (0..known.len()).find(could_be) else { return steps };
    let last = (0..known.len()).rev().find(could_be).unwrap_or(first);
    let mut anchors: Vec<usize> = (first..=last).filter(|at| state(known, *at).is_some()).collect();
    for end in [first, last] {
        if known[end].is_none() && !anchors.contains(&end) {
            steps.push(Step { purpose: Purpose::End, at: end });
            anchors.push(end);
        }
    }
    anchors.sort_unstable();
    for pair in anchors.windows(2) {
        steps.extend(between(known, pair[0], pair[1], widest_gap));
    }
    steps.sort_by_key(|step| (step.purpose, step.at));
    steps.dedup();
    steps
}

/// What to ask between two positions that are known, or will be.
fn between(known: &[Option<Known>], low: usize, high: usize, widest_gap: usize) -> Vec<Step> {
    let unasked: Vec<usize> = (low + 1..high).filter(|at| known[*at].is_none()).collect();
    let differ = match (state(known, low), state(known, high)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    };
    if differ && unasked.is_empty() {
        let unconfirmed =
            |at: &usize| matches!(known[*at], Some(Known::Decided { confirmed: false, .. }));
        let sides = [low, high].into_iter().filter(unconfirmed);
        return sides.map(|at| Step { purpose: Purpose::Confirm, at }).collect();
    }
    if differ || unasked.len() > widest_gap {
        let purpose = if differ { Purpose::Halve } else { Purpose::Between };
        return vec![Step { purpose, at: unasked[unasked.len() / 2] }];
    }
    Vec::new()
}

fn state(known: &[Option<Known>], at: usize) -> Option<State> {
    match known[at] {
        Some(Known::Decided { state, .. }) => Some(state),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Asks a line whose truth is known until there is nothing to ask; `None` gives no answer.
    /// Answers what is known then, and how often was asked.
    fn search(truth: &[Option<State>], widest_gap: usize) -> (Vec<Option<Known>>, usize) {
        let mut known = vec![None; truth.len()];
        let mut asked = 0;
        loop {
            let steps = next(&known, widest_gap);
            if steps.is_empty() {
                return (known, asked);
            }
            for Step { at, .. } in steps {
                asked += 1;
                let confirmed = known[at].is_some();
                known[at] = Some(
                    truth[at].map_or(Known::Undecided, |state| Known::Decided { state, confirmed }),
                );
            }
        }
    }

    fn boundaries(known: &[Option<Known>]) -> Vec<(usize, usize)> {
        let decided: Vec<usize> =
            (0..known.len()).filter(|at| state(known, *at).is_some()).collect();
        decided
            .windows(2)
            .filter(|pair| state(known, pair[0]) != state(known, pair[1]))
            .map(|pair| (pair[0], pair[1]))
            .collect()
    }

    fn line(text: &str) -> Vec<Option<State>> {
        text.chars()
            .map(|c| match c {
                'y' => Some(State::Yes),
                'n' => Some(State::No),
                'u' => Some(State::Unsupported),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn ends_and_the_middle_come_first_and_are_enough_where_all_agree() {
        let steps: Vec<usize> = next(&[None; 9], 3).iter().map(|step| step.at).collect();
        assert_eq!(steps, [0, 8, 4]);
        assert_eq!(search(&line("nnnnnnnnn"), 3).1, 3);
        assert_eq!(search(&line("n"), WIDEST_GAP).1, 1);
        assert_eq!(search(&line("nn"), WIDEST_GAP).1, 2);
        assert_eq!(search(&[Some(State::No); 26], WIDEST_GAP).1, 2);
        assert_eq!(search(&[Some(State::No); 27], WIDEST_GAP).1, 3);
        assert!(next(&[], 0).is_empty());
    }

    #[test]
    fn both_sides_of_a_boundary_are_asked_twice() {
        let (known, asked) = search(&line("yyyyyynnnnn"), 4);
        assert_eq!(boundaries(&known), [(5, 6)]);
        for at in [5, 6] {
            assert!(matches!(known[at], Some(Known::Decided { confirmed: true, .. })));
        }
        // Two ends, 5, 8, 6 or 7, …: then two more to confirm.
        assert!(asked <= 2 + 4 + 2, "{asked}");
    }

    #[test]
    fn a_version_without_an_answer_makes_a_boundary_a_range() {
        let (known, _) = search(&line("yyyy??nnnn"), 4);
        assert_eq!(boundaries(&known), [(3, 6)]);
        let (known, _) = search(&line("??yyyynn?"), 3);
        assert_eq!(boundaries(&known), [(5, 6)]);
        assert_eq!(search(&line("???"), 0).0, [Some(Known::Undecided); 3]);
    }

    #[test]
    fn what_can_not_be_parsed_is_a_boundary_of_its_own() {
        let (known, _) = search(&line("uuuuunnnnn"), 4);
        assert_eq!(boundaries(&known), [(4, 5)]);
    }

    #[test]
    fn a_window_that_holds_the_middle_is_found_from_ends_that_agree() {
        let (known, _) = search(&line("nnyyyyyynnnn"), 5);
        assert_eq!(boundaries(&known), [(1, 2), (7, 8)]);
        // One that does not hold it is found only where the gaps are narrower.
        let hidden = line("nyynnnnnnnnn");
        assert!(boundaries(&search(&hidden, 5).0).is_empty());
        assert_eq!(boundaries(&search(&hidden, 1).0), [(0, 1), (2, 3)]);
    }

    /// An answer that changes when it is asked again is none.
    #[test]
    fn a_boundary_that_is_not_confirmed_moves() {
        let mut known: Vec<Option<Known>> = line("yyyynn")
            .into_iter()
            .map(|state| state.map(|state| Known::Decided { state, confirmed: false }))
            .collect();
        assert_eq!(next(&known, 0).iter().map(|step| step.at).collect::<Vec<_>>(), [3, 4]);
        known[3] = Some(Known::Undecided);
        assert_eq!(next(&known, 0).iter().map(|step| step.at).collect::<Vec<_>>(), [2, 4]);
    }

    fn state_of() -> impl Strategy<Value = State> {
        prop_oneof![Just(State::Yes), Just(State::No), Just(State::Unsupported)]
    }

    proptest! {
        /// A line with one boundary: the same as by asking every version, with few questions.
        #[test]
        fn one_boundary_is_found_by_few_questions(
            count in 1_usize..400, cut in 0_usize..400, a in state_of(), b in state_of(),
        ) {
            let cut = cut % (count + 1);
            let truth: Vec<Option<State>> =
                (0..count).map(|at| Some(if at < cut { a } else { b })).collect();
            let (known, asked) = search(&truth, WIDEST_GAP);
            prop_assert_eq!(boundaries(&known), boundaries(&search(&truth, 0).0));
            // Two ends, the halves, two to confirm; and in what agrees, gaps as narrow as promised: each
            // question halves one that is too wide, so that it leaves at least half the width allowed.
            let halves = if a == b { 0.0 } else { (count as f64).log2().ceil() + 2.0 };
            let limit = 2.0 + halves + (2 * count / (WIDEST_GAP + 1)) as f64;
            prop_assert!(asked as f64 <= limit, "{} of {} asked", asked, count);
        }

        /// Any line, with versions that give no answer anywhere: what is claimed is true, each side
        /// of a boundary is confirmed, nothing between them is left unasked, and gaps are as narrow
        /// as promised.
        #[test]
        fn nothing_false_is_claimed(
            truth in prop::collection::vec(prop::option::weighted(0.8, state_of()), 0..60),
            widest_gap in 0_usize..10,
        ) {
            let (known, _) = search(&truth, widest_gap);
            for (at, known) in known.iter().enumerate() {
                if let Some(known) = known {
                    let found = match known {
                        Known::Decided { state, .. } => Some(*state),
                        Known::Undecided => None,
                    };
                    prop_assert_eq!(found, truth[at]);
                }
            }
            for (low, high) in boundaries(&known) {
                for side in [low, high] {
                    let is_confirmed =
                        matches!(known[side], Some(Known::Decided { confirmed: true, .. }));
                    prop_assert!(is_confirmed);
                }
                prop_assert!(truth[low + 1..high].iter().all(Option::is_none));
            }
            let gaps = known.split(|known| matches!(known, Some(Known::Decided { .. })));
            for gap in gaps {
                let unasked = gap.iter().filter(|known| known.is_none()).count();
                prop_assert!(unasked <= widest_gap);
            }
        }

        /// With no gap allowed every version is asked.
        #[test]
        fn exhaustive_is_brute_force(
            truth in prop::collection::vec(prop::option::weighted(0.9, state_of()), 0..60),
        ) {
            let (known, _) = search(&truth, 0);
            prop_assert!(known.iter().all(Option::is_some));
            // Neighbours among the decided that differ, from the truth alone.
            let decided: Vec<(usize, State)> =
                truth.iter().enumerate().filter_map(|(at, state)| Some((at, (*state)?))).collect();
            let expected: Vec<(usize, usize)> = decided
                .windows(2)
                .filter(|pair| pair[0].1 != pair[1].1)
                .map(|pair| (pair[0].0, pair[1].0))
                .collect();
            prop_assert_eq!(boundaries(&known), expected);
        }
    }
}
