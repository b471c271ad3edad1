//! One living service, and what its monitor says of it.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::ChildStdin;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::command::Start;
use super::error::LoadError;
use super::hub::{Hub, Id, MonitorMessage, MonitorSecond};
use super::target::Url;
use crate::process::{Ending, Group, Pipes, Tail, hold_if_interrupted};
use crate::session::wire::Request;
use crate::session::{Deadlines, Hello, Reading};

/// From the start of a service until it listens, unless the user says otherwise.
pub(super) const OPENING: Duration = Duration::from_secs(30);

/// Between the moment that a port is open and the word of the monitor that it is.
const GRACE: Duration = Duration::from_secs(1);

/// How often a port is tried until it opens.
const RETRY: Duration = Duration::from_millis(20);

/// A living service that listens. Dropping it kills it and all that it started.
#[derive(Debug)]
pub struct Service {
    group: Group,
    // Some programs end when their input does.
    _stdin: ChildStdin,
    stderr: Tail,
    hub: Hub,
    /// The monitor of the process that listens; `None` if it has none.
    monitor: Option<Id>,
    hello: Option<Hello>,
    url: Url,
    address: std::net::SocketAddr,
    deadlines: Deadlines,
}

/// What happens to a service.
pub(super) enum ServiceEvent {
    /// The monitor's reading of a second.
    Tick(Box<MonitorSecond>),
    /// The memory that was asked for.
    Memory(Reading),
    /// Something that was asked for can't be done.
    Refused(String),
    /// The snapshot that was asked for is complete.
    Snapshot,
    Ended(io::Result<Ending>),
}

impl Service {
    /// Starts a service with `monitor` preloaded, and waits until it listens.
    ///
    /// Must be called on a thread that lives as long as the service should: see [`Group::spawn`].
    pub async fn start(
        start: &Start,
        monitor: &Path,
        opening: Option<Duration>,
    ) -> Result<Self, LoadError> {
        if let Some(url) = start.url()
            && open_address(url).await.is_some()
        {
            return Err(LoadError::Taken(url.authority().to_owned()));
        }
        let hub = Hub::open().await.map_err(LoadError::Start)?;
        let command = start.command(monitor, &hub.place());
        let (group, Pipes { stdin, stdout, stderr }) =
            Group::spawn(command).map_err(LoadError::Start)?;
        let tail = Tail::default();
        tokio::spawn(tail.clone().drain(stderr));
        tokio::spawn(Tail::default().drain(stdout));
        let placeholder = start.url().cloned().unwrap_or_else(|| Url::of_port(0));
        let mut service = Self {
            group,
            _stdin: stdin,
            stderr: tail,
            hub,
            monitor: None,
            hello: None,
            address: std::net::SocketAddr::from(([127, 0, 0, 1], placeholder.port())),
            url: placeholder,
            deadlines: Deadlines::default(),
        };
        let after = opening.unwrap_or(OPENING);
        let deadline = Instant::now() + after;
        match start {
            Start::Variant { runtime, .. } => {
                service.await_monitor(None, deadline, after).await?;
                let asked = runtime.version.to_string();
                match &service.hello {
                    Some(hello) if hello.version != asked => {
                        return Err(LoadError::Version { asked, found: hello.version.clone() });
                    }
                    _ => {}
                }
            }
            Start::Command { url, .. } => {
                service.await_port(url, deadline, after).await?;
                // Who has no monitor says nothing: that is not a failure.
                let grace = Instant::now() + GRACE;
                let _ = service.await_monitor(Some(url.port()), grace, GRACE).await;
            }
        }
        Ok(service)
    }

    /// Waits until a monitor says that its process listens, on `port` if one is given.
    async fn await_monitor(
        &mut self,
        port: Option<u16>,
        deadline: Instant,
        after: Duration,
    ) -> Result<(), LoadError> {
        let mut hellos: Vec<(Id, Hello)> = Vec::new();
        let mut listening: Option<(Id, u16)> = None;
        let wait = async {
            loop {
                let (id, word) = tokio::select! {
                    said = self.hub.next() => said,
                    ending = self.group.wait() => return Some(ending),
                };
                match word {
                    Some(MonitorMessage::Hello(hello)) => hellos.push((id, hello)),
                    Some(MonitorMessage::Listening { port: found })
                        if port.is_none_or(|p| p == found) =>
                    {
                        listening = Some((id, found));
                    }
                    _ => {}
                }
                if let Some((id, _)) = listening
                    && hellos.iter().any(|(known, _)| *known == id)
                {
                    return None;
                }
            }
        };
        match timeout_at(deadline, wait).await {
            Ok(Some(ending)) => return Err(self.ended(ending, "before it listened").await),
            Ok(None) => {}
            Err(_) => return Err(self.never_listened(after, "").await),
        }
        if let Some((id, found)) = listening {
            self.monitor = Some(id);
            self.hello = hellos.into_iter().find(|(known, _)| *known == id).map(|(_, hello)| hello);
            if port.is_none() {
                self.url = Url::of_port(found);
                self.address.set_port(found);
            }
        }
        Ok(())
    }

    async fn await_port(
        &mut self,
        url: &Url,
        deadline: Instant,
        after: Duration,
    ) -> Result<(), LoadError> {
        loop {
            if let Some(address) = open_address(url).await {
                self.address = address;
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.never_listened(after, url.authority()).await);
            }
            tokio::select! {
                () = sleep(RETRY) => {}
                ending = self.group.wait() => {
                    return Err(self.ended(ending, "before it listened").await);
                }
            }
        }
    }

    async fn never_listened(&self, after: Duration, place: &str) -> LoadError {
        hold_if_interrupted().await;
        LoadError::Closed { after, place: place.to_owned(), stderr: self.stderr.gist() }
    }

    /// The error for a service that has ended by itself.
    pub(super) async fn ended(&self, ending: io::Result<Ending>, when: &str) -> LoadError {
        // The reader of standard error gets its turn.
        sleep(Duration::from_millis(20)).await;
        hold_if_interrupted().await;
        match ending {
            Ok(ending) => LoadError::Ended {
                ending: ending.to_string(),
                when: when.to_owned(),
                stderr: self.stderr.gist(),
            },
            Err(error) => LoadError::Start(error),
        }
    }

    /// The address that is open.
    pub const fn address(&self) -> std::net::SocketAddr {
        self.address
    }

    /// The address as requests name it.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// What the process that listens says of itself; `None` without a monitor.
    pub const fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// Whether collections can be forced.
    pub fn can_collect(&self) -> bool {
        self.hello.as_ref().is_some_and(|hello| hello.can_collect)
    }

    /// The group of all its processes.
    pub(super) const fn group(&self) -> u32 {
        self.group.id()
    }

    /// Asks for a reading of the memory after a full collection, which comes as [`ServiceEvent::Memory`].
    pub(super) async fn ask_memory(&mut self) -> io::Result<()> {
        self.ask(&Request::Memory { collect: true }).await
    }

    async fn ask(&mut self, request: &Request) -> io::Result<()> {
        match self.monitor {
            Some(id) => self.hub.ask(id, request).await,
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// The next thing that happens.
    pub(super) async fn happens(&mut self) -> ServiceEvent {
        loop {
            let (id, word) = tokio::select! {
                said = self.hub.next() => said,
                ending = self.group.wait() => return ServiceEvent::Ended(ending),
            };
            if Some(id) != self.monitor {
                continue;
            }
            match word {
                Some(MonitorMessage::Tick(tick)) => return ServiceEvent::Tick(tick),
                Some(MonitorMessage::Memory(reading)) => return ServiceEvent::Memory(reading),
                Some(MonitorMessage::Snapshot {}) => return ServiceEvent::Snapshot,
                Some(
                    MonitorMessage::Error { message } | MonitorMessage::Unsupported { message },
                ) => {
                    let first = message.lines().next().unwrap_or_default();
                    return ServiceEvent::Refused(first.to_owned());
                }
                Some(_) => {}
                None => self.monitor = None,
            }
        }
    }

    /// Reads the memory after a full collection.
    pub(super) async fn memory(&mut self) -> Result<Reading, LoadError> {
        let deadline = self.deadlines.memory;
        match self.request(&Request::Memory { collect: true }, deadline).await? {
            ServiceEvent::Memory(reading) => Ok(reading),
            _ => Err(LoadError::Monitor("answered out of turn".to_owned())),
        }
    }

    /// Writes a heap snapshot to `path`, which is complete or absent afterwards.
    pub(super) async fn snapshot(&mut self, path: &Path) -> Result<(), LoadError> {
        let path = path.to_string_lossy().into_owned();
        let deadline = self.deadlines.snapshot;
        match self.request(&Request::Snapshot { path }, deadline).await? {
            ServiceEvent::Snapshot => Ok(()),
            _ => Err(LoadError::Monitor("answered out of turn".to_owned())),
        }
    }

    async fn request(
        &mut self,
        request: &Request,
        deadline: Duration,
    ) -> Result<ServiceEvent, LoadError> {
        let word = request.word();
        if self.ask(request).await.is_err() {
            return Err(LoadError::Monitor(format!("is not there to be asked for {word}")));
        }
        let answer = async {
            loop {
                match self.happens().await {
                    ServiceEvent::Tick(_) => {}
                    other => return other,
                }
            }
        };
        match timeout(deadline, answer).await {
            Ok(ServiceEvent::Ended(ending)) => {
                Err(self.ended(ending, &format!("during {word}")).await)
            }
            Ok(ServiceEvent::Refused(message)) => {
                Err(LoadError::Monitor(format!("can't: {word}: {message}")))
            }
            Ok(happening) => Ok(happening),
            Err(_) => Err(LoadError::Monitor(format!(
                "gave no reply to {word} within {} s",
                deadline.as_secs_f64()
            ))),
        }
    }

    /// Ends the service: its monitor is asked to, and whatever is left is killed.
    pub async fn close(mut self) {
        if self.ask(&Request::Exit).await.is_ok() {
            let _ = timeout(self.deadlines.exit, self.group.wait()).await;
        }
        // Dropping the group kills what is left of it.
    }
}

/// The first of the addresses that accepts a connection.
async fn open_address(url: &Url) -> Option<std::net::SocketAddr> {
    for address in url.addresses() {
        // On loopback an answer takes microseconds, unless the listener's queue is full.
        let attempt = timeout(Duration::from_secs(1), TcpStream::connect(address)).await;
        if matches!(attempt, Ok(Ok(_))) {
            return Some(address);
        }
    }
    None
}
