//! Lines of a stream, each of bounded length: a runtime that floods its output fills no memory.

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::ChildStdout;

use super::link_error::LinkError;

/// The longest line that is read, in bytes. An error message with a long stack fits.
pub(super) const LONGEST: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Lines<R = ChildStdout> {
    stream: BufReader<R>,
    line: Vec<u8>,
}

impl<R: tokio::io::AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream: BufReader::new(stream), line: Vec::new() }
    }

    /// The next line, without its end. What follows the last line's end is not a line, and an empty one
    /// says nothing: V8 in old Node.js prints one before it ends because its heap is full.
    pub(crate) async fn next(&mut self) -> Result<Vec<u8>, LinkError> {
        loop {
            let available = self.stream.fill_buf().await.map_err(LinkError::Io)?;
            if available.is_empty() {
                return Err(LinkError::End);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let length = end.unwrap_or(available.len());
            self.line.extend_from_slice(&available[..length]);
            self.stream.consume(end.map_or(length, |end| end + 1));
            if self.line.len() > LONGEST {
                return Err(LinkError::TooLong);
            }
            if end.is_some() && !self.line.is_empty() {
                return Ok(std::mem::take(&mut self.line));
            }
        }
    }
}

/// Whether this is what V8 in old Node.js writes to standard output before it ends because its heap is
/// full: the heading over its last collections, between empty lines.
pub(super) fn is_last_of_v8(line: &[u8]) -> bool {
    line.starts_with(b"<--- Last few GCs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_v8_are_known() {
        assert!(is_last_of_v8(b"<--- Last few GCs --->"));
        assert!(!is_last_of_v8(b"{\"type\":\"memory\"}"));
    }

    #[tokio::test]
    async fn lines_then_end() {
        let mut lines = Lines::new(&b"one\n\ntwo\nhalf"[..]);
        assert_eq!(lines.next().await.unwrap(), b"one");
        assert_eq!(lines.next().await.unwrap(), b"two");
        assert!(matches!(lines.next().await, Err(LinkError::End)));
    }

    #[tokio::test]
    async fn an_endless_line_is_refused() {
        let flood = vec![b'x'; 2 * LONGEST];
        let mut lines = Lines::new(&flood[..]);
        assert!(matches!(lines.next().await, Err(LinkError::TooLong)));
    }
}
