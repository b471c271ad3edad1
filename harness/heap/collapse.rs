//! Long paths made readable: a link that repeats is said once, with how often.
//!
//! What promises, lists and timers hold is often a chain of a million equal steps, or of equal
//! groups of steps (`next`, `value`, `next`, `value`). A group of up to four steps that comes at
//! least three times in a row is kept once.

use super::step::Step;

/// The longest group of steps that is looked for.
const LONGEST_GROUP: usize = 4;
/// Two in a row may be chance, and are as quickly read.
const FEWEST_TIMES: usize = 3;

/// Collapses repeated groups of steps; of a group the first steps stay.
pub(crate) fn collapse(steps: Vec<Step>) -> Vec<Step> {
    let mut short: Vec<Step> = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        let (group, times) = repetition(&steps[at..]);
        for step in &steps[at..at + group] {
            short.push(Step { times: times as u64, ..step.clone() });
        }
        at += group * times;
    }
    short
}

/// The group at the front that covers most when repeated, and how often it comes.
fn repetition(steps: &[Step]) -> (usize, usize) {
    let mut best = (1, 1);
    for group in 1..=LONGEST_GROUP.min(steps.len()) {
        let equal = (group..steps.len()).take_while(|&i| same(&steps[i], &steps[i - group]));
        let times = 1 + equal.count() / group;
        if times >= FEWEST_TIMES && group * times > best.0 * best.1 {
            best = (group, times);
        }
    }
    best
}

/// Whether two steps say the same. Indexes are not compared: each element has its own.
fn same(a: &Step, b: &Step) -> bool {
    let indexed = matches!(a.edge_kind, "element" | "hidden");
    a.name == b.name
        && a.kind == b.kind
        && a.edge_kind == b.edge_kind
        && (indexed || a.edge == b.edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        let step = |(id, name): (usize, &str)| Step {
            edge: "next".to_owned(),
            edge_kind: "internal",
            name: name.to_owned(),
            kind: "object".to_owned(),
            id: id as u32,
            self_bytes: 8,
            times: 1,
        };
        text.split(' ').enumerate().map(step).collect()
    }

    fn text(steps: &[Step]) -> String {
        let one = |step: &Step| match step.times {
            1 => step.name.clone(),
            times => format!("{}×{times}", step.name),
        };
        steps.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn repetitions_are_counted() {
        assert_eq!(text(&collapse(steps("a b b b b c"))), "a b×4 c");
        assert_eq!(text(&collapse(steps("a b c b c b c d"))), "a b×3 c×3 d");
        assert_eq!(text(&collapse(steps("a b b c c"))), "a b b c c");
        assert_eq!(text(&collapse(steps("x y x y x y x"))), "x×3 y×3 x");
    }

    #[test]
    fn a_million_steps_are_quick() {
        let million = vec!["p"; 1_000_000].join(" ");
        let short = collapse(steps(&format!("a {million} z")));
        assert_eq!(text(&short), "a p×1000000 z");
    }
}
