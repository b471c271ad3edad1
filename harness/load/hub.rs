//! The monitors inside the processes of a service: each connects by itself, on 127.0.0.1.
//!
//! `npm start` is a Node.js process that starts another: both carry the monitor, and the one that
//! listens where the load goes is the one that counts. A connection is taken for a monitor only if it
//! knows the token, which is passed in the environment.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;

use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::session::wire::{HelloOptions, Lines, Request};
use crate::session::{Hello, Reading};

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum MonitorMessage {
    Attach { token: String },
    Hello(Hello),
    Listening { port: u16 },
    Tick(Box<MonitorSecond>),
    Memory(Reading),
    Snapshot {},
    Unsupported { message: String },
    Error { message: String },
}

/// How the process is, each second.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct MonitorSecond {
    #[serde(flatten)]
    pub(super) reading: Reading,
    pub(super) delay_mean_ns: Option<u64>,
    pub(super) delay_max_ns: Option<u64>,
    pub(super) collections: Option<u64>,
    pub(super) pauses_ns: Option<u64>,
    pub(super) longest_pause_ns: Option<u64>,
}

pub(super) type Id = usize;

enum Event {
    Attached(Id, OwnedWriteHalf),
    Said(Id, MonitorMessage),
    Gone(Id),
}

/// All monitors of one service.
#[derive(Debug)]
pub(super) struct Hub {
    port: u16,
    token: String,
    events: mpsc::UnboundedReceiver<Event>,
    writers: BTreeMap<Id, OwnedWriteHalf>,
    accepting: JoinHandle<()>,
}

impl Hub {
    pub(super) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let token = format!("{:032x}", rand::random::<u128>());
        let (sender, events) = mpsc::unbounded_channel();
        let accepting = tokio::spawn(accept(listener, token.clone(), sender));
        Ok(Self { port, token, events, writers: BTreeMap::new(), accepting })
    }

    /// What `AWAITBENCH_MONITOR` must be for a monitor to find us.
    pub(super) fn place(&self) -> String {
        format!("{} {}", self.port, self.token)
    }

    /// The next thing that any monitor says; `None` for one that is gone. Never ends by itself.
    pub(super) async fn next(&mut self) -> (Id, Option<MonitorMessage>) {
        loop {
            match self.events.recv().await {
                Some(Event::Attached(id, writer)) => {
                    self.writers.insert(id, writer);
                    // One that is gone again says so by itself.
                    let _ = self.ask(id, &Request::Hello(HelloOptions::default())).await;
                }
                Some(Event::Said(id, word)) => return (id, Some(word)),
                Some(Event::Gone(id)) => {
                    if self.writers.remove(&id).is_some() {
                        return (id, None);
                    }
                }
                None => std::future::pending().await,
            }
        }
    }

    pub(super) async fn ask(&mut self, id: Id, request: &Request) -> io::Result<()> {
        let Some(writer) = self.writers.get_mut(&id) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let mut line = serde_json::to_vec(request)?;
        tracing::trace!(monitor = id, "→ {}", String::from_utf8_lossy(&line));
        line.push(b'\n');
        writer.write_all(&line).await
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, token: String, events: mpsc::UnboundedSender<Event>) {
    let mut next = 0;
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(listen(next, stream, token.clone(), events.clone()));
        next += 1;
    }
}

async fn listen(id: Id, stream: TcpStream, token: String, events: mpsc::UnboundedSender<Event>) {
    let (reader, writer) = stream.into_split();
    let mut lines = Lines::new(reader);
    let known = match lines.next().await.as_deref().map(serde_json::from_slice) {
        Ok(Ok(MonitorMessage::Attach { token: said })) => said == token,
        _ => false,
    };
    if !known || events.send(Event::Attached(id, writer)).is_err() {
        return;
    }
    loop {
        let word = match lines.next().await {
            Ok(line) => {
                tracing::trace!(monitor = id, "← {}", String::from_utf8_lossy(&line));
                serde_json::from_slice(&line).ok()
            }
            Err(_) => None,
        };
        let end = word.is_none();
        let event = word.map_or(Event::Gone(id), |word| Event::Said(id, word));
        if events.send(event).is_err() || end {
            return;
        }
    }
}
