//! In what order invocations are measured: in random blocks, so that drift hits all alike.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// The order of `subjects` things in each of `blocks` blocks: every block holds each of them once,
/// in an order of its own. The same seed gives the same order.
pub(super) fn blocks(subjects: usize, blocks: u32, seed: u64) -> Vec<Vec<usize>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..blocks)
        .map(|_| {
            let mut order: Vec<usize> = (0..subjects).collect();
            order.shuffle(&mut random);
            order
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_holds_everything_once() {
        let blocks = blocks(20, 5, 42);
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
        assert_eq!(blocks(9, 3, 1), blocks(9, 3, 1));
        assert_ne!(blocks(9, 3, 1), blocks(9, 3, 2));
    }
}
