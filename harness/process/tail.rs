//! The last part of a stream: kept to be quoted when something fails.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// How much of the end is kept, in bytes: V8 names the reason before a stack of C++ functions, whose
/// names take thousands.
const KEPT: usize = 16_384;

/// The end of what a program wrote, growing while a task reads.
#[derive(Clone, Debug, Default)]
pub struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    /// Reads `stream` to its end, so that the program never blocks, and keeps the last part.
    pub async fn drain(self, mut stream: impl AsyncRead + Unpin) {
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut chunk).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&chunk[..length]);
            let surplus = kept.len().saturating_sub(KEPT);
            kept.drain(..surplus);
        }
    }

    /// What says most of a failure: the last line that names a fatal error, else an error, else the
    /// last line; cut to what fits in a message. Empty if nothing was written.
    pub fn gist(&self) -> String {
        /// Characters of a stranger's output that a message quotes.
        const QUOTED: usize = 300;
        let all = self.last_lines(usize::MAX);
        let lines: Vec<&str> = all.split(" | ").collect();
        // The stack of a fatal error names `OnFatalError` and the like.
        let last_with = |word: &str| lines.iter().rev().find(|line| line.contains(word));
        let gist = last_with("FATAL ERROR").or_else(|| last_with("Error")).or(lines.last());
        gist.map_or_else(String::new, |line| line.chars().take(QUOTED).collect())
    }

    /// The last `count` lines that are not blank, joined by ` | `; empty if nothing was written.
    pub fn last_lines(&self, count: usize) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(count)..].join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_the_end_of_a_long_stream() {
        let text = format!("{}\nlast but one\n\n  last  \n", "x".repeat(100_000));
        let tail = Tail::default();
        tail.clone().drain(text.as_bytes()).await;
        assert_eq!(tail.last_lines(2), "last but one | last");
        assert!(tail.last_lines(9).len() <= KEPT);
    }

    #[tokio::test]
    async fn the_gist_is_the_line_that_names_the_error() {
        let trace =
            "FATAL ERROR: heap out of memory\n 1: 0xa1 node::OnFatalError\n 2: 0xa2 v8::internal\n";
        let tail = Tail::default();
        tail.clone().drain(trace.as_bytes()).await;
        assert_eq!(tail.gist(), "FATAL ERROR: heap out of memory");
        let plain = Tail::default();
        plain.clone().drain(&b"one\nout of luck\n"[..]).await;
        assert_eq!(plain.gist(), "out of luck");
        assert_eq!(Tail::default().gist(), "");
    }

    #[tokio::test]
    async fn broken_utf8_is_no_obstacle() {
        let tail = Tail::default();
        tail.clone().drain(&b"\xff\xfe oops"[..]).await;
        assert!(tail.last_lines(1).ends_with("oops"));
    }
}
