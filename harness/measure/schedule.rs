//! In what order invocations are measured: in random blocks, so that drift hits all alike.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// The order of `subjects` things in block after block, without end: every block holds each of them
/// once, in an order of its own. The same seed gives the same order.
pub(super) fn blocks(subjects: usize, seed: u64) -> impl Iterator<Item = Vec<usize>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    std::iter::repeat_with(move || {
        let mut order: Vec<usize> = (0..subjects).collect();
        order.shuffle(&mut random);
        order
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_holds_everything_once() {
        let blocks: Vec<_> = blocks(20, 42).take(5).collect();
        assert_eq!(blocks.len(), 5);
        for block in &blocks {
            let mut sorted = block.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..20).collect::<Vec<_>>());
        }
        assert_ne!(blocks[0], blocks[1]);
    }

    #[test]
    fn the_seed_decides() {
        let of = |seed| blocks(9, seed).take(3).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
