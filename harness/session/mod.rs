//! One live process of a runtime: start, talk, end.
//!
//! The harness and the driver exchange JSON messages (`docs/FORMAT.md` has every one), as lines or over the
//! DevTools protocol. Every request has a deadline, and whatever goes wrong ends as one [`SessionError`] with the process and everything it
//! started gone.

mod deadlines;
mod devtools;
mod error;
mod lines;
mod link;
mod link_error;
mod message;
mod peak;
mod renderer;
mod snapshot_file;
mod workload;

use std::path::Path;
use std::time::Duration;

use node_semver::Version;
use tokio::time::timeout;

pub use deadlines::Deadlines;
pub use error::{Problem, SessionError};
pub use message::{Hello, PROTOCOL, Reading};
pub use workload::Workload;

use crate::case::Check;
use crate::devtools::Profile;
use crate::process::{Ending, Group, Pipes, Tail, hold_if_interrupted};
use crate::runtime::{Dialect, Launch, Runtime, Visit};
use crate::stats::Sample;
use devtools::{DevTools, Scripts};
use lines::Lines;
use link::Link;
use link_error::LinkError;
use message::{HelloOptions, Reply, Request, RunReply};
use snapshot_file::Leftover;

/// What the monitor in a service shares with the driver: lines and requests.
pub(crate) mod wire {
    pub(crate) use super::lines::Lines;
    pub(crate) use super::message::{HelloOptions, Request};
}

/// One live process of a runtime that has said what it is. Dropping it kills it.
#[derive(Debug)]
pub struct Session {
    runtime: String,
    /// Before the link, whose profile is removed when the group is gone.
    group: Group,
    link: Link,
    stderr: Tail,
    deadlines: Deadlines,
    check: Check,
    hello: Option<Hello>,
}

impl Session {
    /// Starts `runtime` on `workload` and waits for its hello.
    pub async fn start(
        runtime: &Runtime,
        workload: Workload<'_>,
        deadlines: Deadlines,
    ) -> Result<Self, SessionError> {
        let id = runtime.id();
        let mut command = runtime.family.command(&runtime.path);
        let problem = |error| SessionError::new(&id, Problem::Start(error), &Tail::default());
        let flags = workload.flags();
        let profile = match runtime.family.dialect {
            Dialect::Lines { launch, .. } => {
                command.args(launch(&Launch {
                    driver: workload.driver,
                    variant: &workload.variant.file,
                    shape: workload.case.shape.word(),
                    flags: &flags,
                }));
                None
            }
            Dialect::DevTools { launch } => {
                let profile = Profile::fresh().map_err(problem)?;
                command.args(launch(&Visit {
                    profile: profile.path(),
                    version: Some(&runtime.version),
                    flags: &flags,
                }));
                profile.shelter(&mut command);
                Some(profile)
            }
        };
        let (group, pipes) = Group::spawn(command).map_err(problem)?;
        let mut session = Self::over(&id, group, pipes, profile, workload, deadlines);
        let hello = session.greet(&runtime.version, workload.hello_options()).await?;
        session.hello = Some(hello);
        Ok(session)
    }

    /// The session with a process that was started just now.
    fn over(
        id: &str,
        group: Group,
        Pipes { stdin, stdout, stderr }: Pipes,
        profile: Option<Profile>,
        workload: Workload<'_>,
        deadlines: Deadlines,
    ) -> Self {
        let tail = Tail::default();
        tokio::spawn(tail.clone().drain(stderr));
        let link = match profile {
            None => Link::Lines(stdin, Lines::new(stdout)),
            Some(profile) => {
                tokio::spawn(Tail::default().drain(stdout));
                let scripts = Scripts {
                    driver: workload.driver.to_owned(),
                    variant: workload.variant.file.clone(),
                    shape: workload.case.shape.word(),
                };
                Link::DevTools(Box::new(DevTools::new(scripts, group.id(), profile)))
            }
        };
        Self {
            runtime: id.to_owned(),
            group,
            link,
            stderr: tail,
            deadlines,
            check: workload.case.check,
            hello: None,
        }
    }

    async fn greet(
        &mut self,
        asked: &Version,
        options: HelloOptions,
    ) -> Result<Hello, SessionError> {
        let hooks = options.async_hooks;
        let reply = self.request(&Request::Hello(options), self.deadlines.hello).await?;
        let problem = match reply {
            Reply::Hello(hello) if hello.protocol != PROTOCOL => Problem::Protocol(hello.protocol),
            Reply::Hello(hello) if hello.version != asked.to_string() => {
                Problem::Version { asked: asked.to_string(), found: hello.version }
            }
            Reply::Hello(hello) if hello.async_hooks != hooks => Problem::Hooks,
            Reply::Hello(hello) => return Ok(hello),
            other => Problem::OutOfTurn { request: "hello", reply: other.word() },
        };
        Err(self.fail(problem).await)
    }

    /// What the process said of itself.
    pub const fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// Executes `n` ops as one timed batch.
    pub async fn run(&mut self, n: u64) -> Result<Sample, SessionError> {
        let problem = match self.request(&Request::Run { n }, self.deadlines.run).await? {
            Reply::Run(batch) if batch.n != n => {
                Problem::OutOfTurn { request: "run", reply: "a batch of another number of ops" }
            }
            Reply::Run(batch) if is_impossible(&batch) => {
                Problem::Clock { n, elapsed_ns: batch.elapsed_ns }
            }
            Reply::Run(batch) => {
                let found = batch.check.as_f64();
                if found.is_some_and(|found| self.check.holds(n, found)) {
                    return Ok(Sample { n, elapsed: Duration::from_nanos(batch.elapsed_ns) });
                }
                Problem::Check { n, expected: self.check.expected(n), found }
            }
            other => Problem::OutOfTurn { request: "run", reply: other.word() },
        };
        Err(self.fail(problem).await)
    }

    /// Counts the microtask ticks of one op, from its call to the moment that the next one could
    /// start; `None` if it waits for more than promises.
    pub async fn ticks(&mut self) -> Result<Option<u64>, SessionError> {
        match self.request(&Request::Ticks, self.deadlines.run).await? {
            Reply::Ticks { ticks } => Ok(ticks),
            other => {
                let problem = Problem::OutOfTurn { request: "ticks", reply: other.word() };
                Err(self.fail(problem).await)
            }
        }
    }

    /// Executes `n` ops in one turn of the event loop, as far as they allow, and reads what is held after a collection
    /// before that turn ends. An empty reading: this runtime can't collect then.
    pub async fn turn(&mut self, n: u64) -> Result<Reading, SessionError> {
        match self.request(&Request::Turn { n }, self.deadlines.run).await? {
            Reply::Turn(reading) => Ok(reading),
            other => {
                let problem = Problem::OutOfTurn { request: "turn", reply: other.word() };
                Err(self.fail(problem).await)
            }
        }
    }

    /// Reads the memory of the process, after a full collection if `collect`.
    pub async fn memory(&mut self, collect: bool) -> Result<Reading, SessionError> {
        match self.request(&Request::Memory { collect }, self.deadlines.memory).await? {
            Reply::Memory(mut reading) => {
                reading.peak_rss_bytes = self
                    .hello
                    .as_ref()
                    .and_then(|hello| hello.pid)
                    .and_then(peak::of)
                    .or(reading.peak_rss_bytes);
                Ok(reading)
            }
            other => {
                let problem = Problem::OutOfTurn { request: "memory", reply: other.word() };
                Err(self.fail(problem).await)
            }
        }
    }

    /// Writes a heap snapshot to `path`, which is complete or absent afterwards.
    pub async fn snapshot(&mut self, path: &Path) -> Result<(), SessionError> {
        let _leftover = Leftover::of(path);
        let path = path.to_string_lossy().into_owned();
        match self.request(&Request::Snapshot { path }, self.deadlines.snapshot).await? {
            Reply::Snapshot { .. } => Ok(()),
            other => {
                let problem = Problem::OutOfTurn { request: "snapshot", reply: other.word() };
                Err(self.fail(problem).await)
            }
        }
    }

    /// From now on a batch may take no longer than this.
    pub const fn limit(&mut self, run: Duration) {
        self.deadlines.run = run;
    }

    /// From now on a snapshot may take no longer than this.
    pub const fn limit_snapshot(&mut self, snapshot: Duration) {
        self.deadlines.snapshot = snapshot;
    }

    /// Releases the case: what only its own variables held is garbage afterwards. The next batch
    /// loads it afresh.
    pub async fn release(&mut self) -> Result<(), SessionError> {
        match self.request(&Request::Release, self.deadlines.memory).await? {
            Reply::Release { .. } => Ok(()),
            other => {
                let problem = Problem::OutOfTurn { request: "release", reply: other.word() };
                Err(self.fail(problem).await)
            }
        }
    }

    /// Ends the session: the process is asked to exit, and killed if it does not.
    pub async fn close(mut self) {
        let deadline = self.deadlines.exit;
        let leave = async {
            if self.send(&Request::Exit).await.is_ok() {
                // There is no reply, but for some processes this is what asks them.
                tokio::select! {
                    _ = self.group.wait() => return,
                    _ = self.link.receive() => {}
                }
                let _ = self.group.wait().await;
            }
        };
        let _ = timeout(deadline, leave).await;
        // Dropping the group kills what is left of it.
    }

    async fn send(&mut self, request: &Request) -> std::io::Result<()> {
        tracing::trace!(runtime = %self.runtime, "→ {}", request.text());
        self.link.send(request).await
    }

    async fn request(
        &mut self,
        request: &Request,
        deadline: Duration,
    ) -> Result<Reply, SessionError> {
        let word = request.word();
        let exchange = async {
            // A process that has ended can't be written to; what it said before is the answer.
            let sent = self.send(request).await;
            let reply = tokio::select! {
                biased;
                reply = self.link.receive() => reply,
                // It has ended, perhaps while a child of its holds its output open. Waiting has
                // killed that child, and what is left in the pipe can be read to its end.
                _ = self.group.wait() => self.link.receive().await,
            };
            (sent, reply)
        };
        let Ok((sent, reply)) = timeout(deadline, exchange).await else {
            return Err(self.fail(Problem::Hang { request: word, after: deadline }).await);
        };
        let outlet = self.link.outlet();
        let problem = match reply {
            Ok(text) => {
                tracing::trace!(runtime = %self.runtime, "← {}", String::from_utf8_lossy(&text));
                match serde_json::from_slice(&text) {
                    Ok(Reply::Error { message }) => Problem::Reported(message),
                    Ok(Reply::Unsupported { message }) => Problem::Unsupported(message),
                    Ok(reply) if sent.is_ok() => return Ok(reply),
                    Ok(_) => Problem::Closed { outlet, request: word },
                    // It is about to end, and how it ends is the reason.
                    Err(_) if lines::is_last_of_v8(&text) => {
                        Problem::Closed { outlet, request: word }
                    }
                    Err(_) => Problem::garbage(&text),
                }
            }
            Err(LinkError::End) => Problem::Closed { outlet, request: word },
            Err(LinkError::TooLong) => Problem::Flood(lines::LONGEST),
            Err(LinkError::Crashed) => {
                Problem::Ended { request: word, ending: "crashed in its page's process".to_owned() }
            }
            Err(LinkError::Refused(words)) => Problem::Reported(words),
            Err(LinkError::Io(error)) => Problem::Start(error),
        };
        Err(self.fail(problem).await)
    }

    /// Ends the process and says why. If its output just ended, how the process ended is the reason.
    async fn fail(&mut self, problem: Problem) -> SessionError {
        /// Between the end of a dying process's output and its end.
        const GRACE: Duration = Duration::from_secs(1);
        let problem = match problem {
            Problem::Closed { outlet, request } => match timeout(GRACE, self.group.wait()).await {
                Ok(Ok(ending)) => Problem::Ended { request, ending: Ending::to_string(&ending) },
                _ => Problem::Closed { outlet, request },
            },
            other => other,
        };
        let _ = self.group.kill().await;
        // The reader of standard error gets its turn.
        tokio::time::sleep(Duration::from_millis(20)).await;
        hold_if_interrupted().await;
        SessionError::new(&self.runtime, problem, &self.stderr)
    }
}

/// Whether a batch can't have taken as long as it says: a hundred ops in the time of one instruction,
/// or longer than any deadline.
fn is_impossible(batch: &RunReply) -> bool {
    /// With fewer ops a coarse clock may show no time at all.
    const MANY: u64 = 1_000_000;
    /// Ops in a nanosecond: what a compiler that removes the op may still reach.
    const MOST_IN_A_NANOSECOND: u64 = 100;
    /// A day, in nanoseconds: no request may take that long.
    const LONGEST: u64 = 86_400_000_000_000;
    let too_fast = batch.n >= MANY && batch.elapsed_ns < batch.n / MOST_IN_A_NANOSECOND;
    too_fast || batch.elapsed_ns > LONGEST
}
