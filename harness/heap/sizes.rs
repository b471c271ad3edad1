//! Sizes in bytes by ordinal: 32 bits each, and the few that need more beside them.
//!
//! Sizes are the only numbers of a node that may need 64 bits, and nearly none does. Half the
//! memory also means half the page faults, which are a good part of the time.

use std::collections::HashMap;

/// Stands for a size that is kept in `large`.
const ELSEWHERE: u32 = u32::MAX;

/// Sizes in bytes by ordinal, as a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    small: Vec<u32>,
    large: HashMap<u32, u64>,
}

impl Sizes {
    /// Empty, with room for so many sizes.
    pub fn with_capacity(room: usize) -> Self {
        Self { small: Vec::with_capacity(room), large: HashMap::new() }
    }

    /// The number of sizes: one more than the last ordinal.
    pub fn len(&self) -> usize {
        self.small.len()
    }

    /// Whether no node has a size yet.
    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }

    /// Gives the next ordinal its size.
    #[inline]
    pub fn push(&mut self, bytes: u64) {
        let node = self.small.len() as u32;
        self.small.push(0);
        self.set(node, bytes);
    }

    /// Adds all of another list, and empties that.
    pub fn append(&mut self, other: &mut Self) {
        let offset = self.small.len() as u32;
        self.small.append(&mut other.small);
        self.large.extend(other.large.drain().map(|(node, bytes)| (node + offset, bytes)));
    }

    /// A node's size in bytes.
    #[inline(always)]
    pub fn get(&self, node: u32) -> u64 {
        match self.small[node as usize] {
            ELSEWHERE => self.large.get(&node).copied().unwrap_or(0),
            bytes => u64::from(bytes),
        }
    }

    /// Replaces a node's size.
    #[inline]
    pub fn set(&mut self, node: u32, bytes: u64) {
        let small = &mut self.small[node as usize];
        if bytes < u64::from(ELSEWHERE) {
            *small = bytes as u32;
        } else {
            *small = ELSEWHERE;
            self.large.insert(node, bytes);
        }
    }

    /// In bytes, by ordinal.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.small.len() as u32).map(|node| self.get(node))
    }
}

impl FromIterator<u64> for Sizes {
    fn from_iter<T: IntoIterator<Item = u64>>(sizes: T) -> Self {
        let mut list = Self::default();
        sizes.into_iter().for_each(|bytes| list.push(bytes));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_sizes_stay_exact() {
        let edge = u64::from(u32::MAX);
        let mut sizes: Sizes = [0, 7, edge - 1, edge, 5_000_000_000].into_iter().collect();
        assert_eq!(sizes.iter().collect::<Vec<_>>(), [0, 7, edge - 1, edge, 5_000_000_000]);
        let mut twice: Sizes = [1].into_iter().collect();
        twice.append(&mut sizes.clone());
        assert_eq!(twice.iter().collect::<Vec<_>>(), [1, 0, 7, edge - 1, edge, 5_000_000_000]);
        sizes.set(4, 3);
        sizes.set(0, u64::MAX);
        assert_eq!((sizes.get(4), sizes.get(0)), (3, u64::MAX));
    }
}
