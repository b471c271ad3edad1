//! How messages travel between the harness and a driver: as lines of the standard streams, or over
//! the DevTools protocol. A reply is the same JSON text either way.

use std::io;

use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, ChildStdout};

use super::devtools::DevTools;
use super::lines::Lines;
use super::link_error::LinkError;
use super::message::Request;

/// The way to a driver.
#[derive(Debug)]
pub(super) enum Link {
    /// Lines of the standard streams.
    Lines(ChildStdin, Lines<ChildStdout>),
    DevTools(Box<DevTools>),
}

impl Link {
    /// Sends a request.
    pub(super) async fn send(&mut self, request: &Request) -> io::Result<()> {
        match self {
            Self::Lines(stdin, _) => {
                let mut line = serde_json::to_vec(request)?;
                line.push(b'\n');
                stdin.write_all(&line).await?;
                stdin.flush().await
            }
            Self::DevTools(devtools) => {
                devtools.accept(request);
                Ok(())
            }
        }
    }

    /// The reply to the request that was sent last. After a call that was given up, another one
    /// answers what is left to be had.
    pub(super) async fn receive(&mut self) -> Result<Vec<u8>, LinkError> {
        match self {
            Self::Lines(_, lines) => lines.next().await,
            Self::DevTools(devtools) => devtools.reply().await,
        }
    }

    /// What a process closes that speaks no more.
    pub(super) const fn outlet(&self) -> &'static str {
        match self {
            Self::Lines(..) => "standard output",
            Self::DevTools(_) => "page",
        }
    }
}
