//! What stands before a place in code, without spaces and comments.

use std::ops::Range;

/// The code up to where the lexer is.
pub(super) struct Before<'s> {
    source: &'s [u8],
    /// The comments in it, in order.
    comments: Vec<Range<usize>>,
}

pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

impl<'s> Before<'s> {
    pub(super) fn new(source: &'s [u8]) -> Self {
        Self { source, comments: Vec::new() }
    }

    pub(super) fn add(&mut self, comment: Range<usize>) {
        self.comments.push(comment);
    }

    // What stands before.

    /// The end of what stands before `end`, without spaces and comments.
    pub(super) fn end(&self, mut end: usize) -> usize {
        let mut comments = &self.comments[..];
        loop {
            while end > 0 && self.source[end - 1].is_ascii_whitespace() {
                end -= 1;
            }
            while let Some((last, rest)) = comments.split_last()
                && last.start >= end
            {
                comments = rest;
            }
            match comments.last() {
                Some(last) if last.end == end => end = last.start,
                _ => return end,
            }
        }
    }

    pub(super) fn byte(&self, end: usize) -> Option<u8> {
        self.end(end).checked_sub(1).map(|last| self.source[last])
    }

    /// The word that ends at `end`, empty if there is none.
    pub(super) fn word(&self, end: usize) -> &'s [u8] {
        let name = self.source[..end].iter().rev().take_while(|byte| is_name(**byte));
        &self.source[end - name.count()..end]
    }

    /// The word that ends at `end` if it may be a keyword: empty where it is the name of a property.
    pub(super) fn keyword(&self, end: usize) -> &'s [u8] {
        let word = self.word(end);
        let before = &self.source[..self.end(end - word.len())];
        let is_property =
            (before.ends_with(b".") && !before.ends_with(b"...")) || before.ends_with(b"#");
        if is_property { b"" } else { word }
    }
}
