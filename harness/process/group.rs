//! One program and everything that it starts.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};

/// The groups alive now, by the id of their leader: what an interrupt has to end.
static LIVING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// A living program at the head of its process group. Dropping it kills the group.
#[derive(Debug)]
pub struct Group {
    child: Box<dyn ChildWrapper>,
    id: u32,
}

/// The three standard streams of a program.
#[derive(Debug)]
pub struct Pipes {
    pub stdin: ChildStdin,
    pub stdout: ChildStdout,
    pub stderr: ChildStderr,
}

/// Starts a program that may just have been written. While another thread starts a program of its own, that
/// one has the file open for writing for the moment between fork and exec, and the system refuses to
/// execute it ("text file busy").
fn patiently<T>(mut start: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const ATTEMPTS: u32 = 50;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(4);
    for _ in 1..ATTEMPTS {
        match start() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
    start()
}

/// How a program ended, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending(ExitStatus);

impl Group {
    /// Starts `command` with all three streams piped.
    ///
    /// Must be called on a thread that lives as long as the program should: Linux ends the program
    /// with the thread that started it.
    pub fn spawn(mut command: Command) -> io::Result<(Self, Pipes)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        die_with_parent(&mut command);
        let mut wrapped = CommandWrap::from(command);
        wrapped.wrap(KillOnDrop);
        #[cfg(unix)]
        wrapped.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrapped.wrap(process_wrap::tokio::JobObject);
        let mut child = patiently(|| wrapped.spawn())?;
        let missing = || io::Error::other("a standard stream was not piped");
        let pipes = Pipes {
            stdin: child.stdin().take().ok_or_else(missing)?,
            stdout: child.stdout().take().ok_or_else(missing)?,
            stderr: child.stderr().take().ok_or_else(missing)?,
        };
        let id = child.id().ok_or_else(|| io::Error::other("the process ended at once"))?;
        living().insert(id);
        Ok((Self { child, id }, pipes))
    }

    /// The process id of the program.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Waits until the program itself has ended, then kills what it left behind.
    pub async fn wait(&mut self) -> io::Result<Ending> {
        let status = self.child.wait().await?;
        kill_group(self.id);
        Ok(Ending(status))
    }

    /// Kills the whole group and waits until the program is gone.
    pub async fn kill(&mut self) -> io::Result<Ending> {
        self.kill_now();
        Ok(Ending(self.child.wait().await?))
    }

    fn kill_now(&mut self) {
        kill_group(self.id);
        // The only failure is that it has ended already.
        let _ = self.child.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill_now();
        // Reaps it if it is gone already; tokio reaps it later otherwise.
        let _ = self.child.try_wait();
        living().remove(&self.id);
    }
}

/// Kills every group that is alive: for the moment before the harness itself ends.
pub(super) fn kill_all() {
    for id in living().iter() {
        kill_group(*id);
    }
}

fn living() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // The only failure that can come is that no member is left.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// The job object ends its processes when its handle closes.
#[cfg(not(unix))]
const fn kill_group(_id: u32) {}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command) {
    use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};
    let harness = getpid();
    let prepare = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The harness may have died between the fork and the line above.
        if getppid().map(Pid::as_raw_nonzero) == Some(harness.as_raw_nonzero()) {
            Ok(())
        } else {
            Err(io::Error::other("the harness ended"))
        }
    };
    // SAFETY: between fork and exec only two system calls are made; nothing is allocated on the
    // path that succeeds, and no lock is taken.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(prepare);
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command) {}

impl Ending {
    /// Whether the program ended with status 0.
    pub fn success(self) -> bool {
        self.0.success()
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&self.0) {
            /// `SIGKILL`, which is also how the kernel ends a process when memory runs out.
            const KILL: i32 = 9;
            /// `SIGABRT`, V8's way of saying that its heap is exhausted.
            const ABORT: i32 = 6;
            return match signal {
                KILL => f.write_str(
                    "was killed (signal 9: by hand, or by the kernel when memory ran out)",
                ),
                ABORT => f.write_str("aborted (signal 6: V8 does that when its heap is exhausted)"),
                other => write!(f, "was ended by signal {other}"),
            };
        }
        match self.0.code() {
            Some(code) => write!(f, "ended with exit status {code}"),
            None => f.write_str("ended without an exit status"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_file_is_tried_again_and_nothing_else() {
        let busy = || io::Error::from(io::ErrorKind::ExecutableFileBusy);
        let mut attempts = 0;
        let started = patiently(|| {
            attempts += 1;
            if attempts < 3 { Err(busy()) } else { Ok(attempts) }
        });
        assert_eq!(started.ok(), Some(3));
        let never = patiently(|| -> io::Result<()> { Err(busy()) });
        assert_eq!(never.unwrap_err().kind(), io::ErrorKind::ExecutableFileBusy);
        let mut attempts = 0;
        let missing = patiently(|| -> io::Result<()> {
            attempts += 1;
            Err(io::ErrorKind::NotFound.into())
        });
        assert_eq!((missing.unwrap_err().kind(), attempts), (io::ErrorKind::NotFound, 1));
    }
}
