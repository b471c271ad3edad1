//! What ops hold until the loop that executes them returns to the event loop.
//!
//! Some of what a program no longer needs is only released between two turns of the event loop: V8 remembers promises that
//! are settled once more, Node.js what it will report of them, and a target of a `WeakRef` lives until the turn ends.
//! That is no leak. But a loop that awaits nothing but settled promises does not return until it is done, and
//! what it holds grows until then: it may fill the heap.
//!
//! Two turns are compared, one with four times as many ops: what a turn holds by itself is in both.

/// The most ops of a turn: what they hold has to fit into the heap.
pub(super) const LONGEST_TURN: u64 = 1 << 13;

/// And the fewest: of a few it can't be told what is theirs.
pub(super) const SHORTEST_TURN: u64 = 256;

/// Ops of the shorter turn, as a part of the longer one.
pub(super) const SHORTER: u64 = 4;

/// What an op must hold to be worth a word: a word of memory, in bytes.
const LEAST_PER_OP: f64 = 8.0;

/// And all of them: less is what a turn holds by itself, in bytes.
const LEAST: f64 = (64 << 10) as f64;

/// The bytes per op that are held until the turn ends, out of (ops, bytes) of two turns; 0 if that is not worth a word.
pub(super) fn held_per_op(shorter: (u64, u64), longer: (u64, u64)) -> f64 {
    let ops = longer.0.saturating_sub(shorter.0) as f64;
    let bytes = longer.1.saturating_sub(shorter.1) as f64;
    let is_much = bytes >= LEAST && bytes >= LEAST_PER_OP * ops && longer.1 >= 2 * shorter.1;
    if is_much { bytes / ops } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_turn_holds_by_itself_is_not_of_its_ops() {
        // `Promise.race` of settled promises on 21.5.0: 223 bytes an op.
        assert_eq!(held_per_op((2_000, 446_000 + 1_700), (8_000, 1_784_000 + 1_700)), 223.0);
        assert_eq!(held_per_op((2, 1_000_000), (8, 1_100_000)), 0.0, "the last result of an op");
        assert_eq!(held_per_op((512, 2_000), (2_048, 53_000)), 0.0, "compiled code");
        assert_eq!(held_per_op((0, 0), (0, 0)), 0.0);
    }
}
