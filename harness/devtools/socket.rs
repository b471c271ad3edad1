//! One conversation with a browser or one of its pages.

use std::io;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::message::{Message, parse};

/// Why a browser gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum DevToolsError {
    /// It closed the connection: it, or the page, is gone.
    #[error("closed the connection")]
    Closed,
    /// The process behind the page ended.
    #[error("the page crashed")]
    Crashed,
    /// It does not do what was asked.
    #[error("{method}: {reason}")]
    Refused { method: &'static str, reason: String },
    /// It said something that is no message of the protocol.
    #[error("sent {0:?}, which is no DevTools message")]
    Garbage(String),
    /// The connection can't be made or used.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<Error> for DevToolsError {
    fn from(error: Error) -> Self {
        match error {
            Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_) => Self::Closed,
            Error::Io(error) => match error.kind() {
                // The end of a killed browser.
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof => Self::Closed,
                _ => Self::Io(error),
            },
            other => Self::Io(io::Error::other(other)),
        }
    }
}

/// A conversation with a browser, or with one page of it.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    calls: u64,
}

impl Socket {
    /// Connects to `path` on a port of the loopback interface.
    pub async fn open(port: u16, path: &str) -> Result<Self, DevToolsError> {
        let stream = TcpStream::connect((std::net::Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://127.0.0.1:{port}{path}");
        let (stream, _) = client_async(url, stream).await?;
        Ok(Self { stream, calls: 0 })
    }

    /// Asks for `method` and waits for the answer.
    pub async fn call(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, DevToolsError> {
        self.call_hearing(method, params, |_, _| {}).await
    }

    /// As [`Socket::call`], telling `hear` of every event that comes before the answer: its name
    /// and what it carries.
    pub async fn call_hearing(
        &mut self,
        method: &'static str,
        params: Value,
        mut hear: impl FnMut(&str, &Value),
    ) -> Result<Value, DevToolsError> {
        self.calls += 1;
        let call = self.calls;
        let text = json!({"id": call, "method": method, "params": params}).to_string();
        self.stream.send(Frame::text(text)).await?;
        loop {
            match self.next().await? {
                Message::Answer { id, outcome } if id == call => {
                    return outcome.map_err(|reason| DevToolsError::Refused { method, reason });
                }
                // The answer to a call that somebody stopped waiting for.
                Message::Answer { .. } => {}
                Message::Event { method, .. } if method == "Inspector.targetCrashed" => {
                    return Err(DevToolsError::Crashed);
                }
                Message::Event { method, params } => hear(&method, &params),
            }
        }
    }

    async fn next(&mut self) -> Result<Message, DevToolsError> {
        /// Characters of a stranger's output that a message quotes.
        const QUOTED: usize = 80;
        loop {
            match self.stream.next().await.ok_or(DevToolsError::Closed)?? {
                Frame::Text(text) => {
                    return parse(&text).ok_or_else(|| {
                        DevToolsError::Garbage(text.chars().take(QUOTED).collect())
                    });
                }
                Frame::Close(_) => return Err(DevToolsError::Closed),
                // Pings are answered by the library; nothing else is ever sent.
                _ => {}
            }
        }
    }
}
