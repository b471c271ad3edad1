//! How messages travel between the harness and a driver: as lines of the standard streams, or over
//! the DevTools protocol. A reply is the same JSON text either way.

use std::io;

use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, ChildStdout};

use super::devtools::DevTools;
use super::lines::{LineError, Lines};
use super::message::Request;

/// The way to a driver.
#[derive(Debug)]
pub(super) enum Link {
    /// Lines of the standard streams.
    Lines(ChildStdin, Lines<ChildStdout>),
    DevTools(Box<DevTools>),
}

#[derive(Debug)]
pub(super) enum LinkError {
    /// The way to the driver is closed.
    End,
    /// More came than any reply has.
    TooLong,
    /// The process with the driver's page ended.
    Crashed,
    /// The browser does not do what it takes.
    Refused(String),
    /// The way can't be used.
    Io(io::Error),
}

impl From<LineError> for LinkError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::End => Self::End,
            LineError::TooLong => Self::TooLong,
            LineError::Io(error) => Self::Io(error),
        }
    }
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
            Self::Lines(_, lines) => Ok(lines.next().await?),
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
