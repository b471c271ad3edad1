//! Makes comments of what is not to be parsed, in place, and takes that back.

use std::ops::Range;

use memchr::memmem;

/// What is shorter is not worth hiding, in bytes.
pub(super) const SHORTEST: usize = 48;

/// What was overwritten, to be put back.
#[derive(Debug, Default)]
pub(in super::super) struct Hidden(Vec<(usize, u8)>);

impl Hidden {
    /// Makes a comment of each hole, where that takes no letter apart.
    pub(in super::super) fn new(source: &mut [u8], holes: &mut Vec<Range<usize>>) -> Self {
        let mut hidden = Self::default();
        let end_of_comment = memmem::Finder::new("*/");
        holes.retain(|hole| {
            let inside = &source[hole.clone()];
            let is_ascii = |bytes: &[u8]| bytes.is_ascii();
            inside.len() >= SHORTEST
                && is_ascii(&inside[..2])
                && is_ascii(&inside[inside.len() - 2..])
        });
        for hole in holes.iter() {
            let inside = hole.start + 2..hole.end - 2;
            let ends: Vec<usize> = end_of_comment.find_iter(&source[inside.clone()]).collect();
            for end in ends {
                hidden.set(source, inside.start + end + 1, b' ');
            }
            for (at, byte) in [(hole.start, b'/'), (hole.start + 1, b'*')] {
                hidden.set(source, at, byte);
            }
            for (at, byte) in [(hole.end - 2, b'*'), (hole.end - 1, b'/')] {
                hidden.set(source, at, byte);
            }
        }
        hidden
    }

    fn set(&mut self, source: &mut [u8], at: usize, byte: u8) {
        self.0.push((at, std::mem::replace(&mut source[at], byte)));
    }

    /// Puts back what was there.
    pub(in super::super) fn restore(self, source: &mut [u8]) {
        for (at, byte) in self.0.into_iter().rev() {
            source[at] = byte;
        }
    }
}
