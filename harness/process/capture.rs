//! Runs a program to its end, under a deadline, and keeps what it says.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::{Ending, Group, Tail};

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Captured {
    pub stdout: Vec<u8>,
    /// The last lines of its standard error.
    pub stderr: Tail,
    pub ending: Ending,
}

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// It can't be started, or its streams can't be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It did not end in time.
    #[error("gave no answer within {} s", .0.as_secs_f64())]
    Deadline(Duration),
    /// It wrote more than anybody asked for.
    #[error("wrote more than {0} bytes to standard output")]
    Flood(u64),
}

/// Runs `command` with an empty standard input until it ends, at most for `deadline`, and keeps at
/// most `limit` bytes of its standard output.
pub async fn capture(
    command: Command,
    deadline: Duration,
    limit: u64,
) -> Result<Captured, CaptureError> {
    let (mut group, pipes) = Group::spawn(command)?;
    drop(pipes.stdin);
    let stderr = Tail::default();
    let draining = tokio::spawn(stderr.clone().drain(pipes.stderr));
    let mut stdout = Vec::new();
    let work = async {
        let mut output = pipes.stdout.take(limit + 1);
        tokio::select! {
            read = output.read_to_end(&mut stdout) => { read?; }
            // It has ended, perhaps while a child of its holds its output open. Waiting has killed
            // that child, and what is left in the pipe can be read to its end.
            ending = group.wait() => {
                let ending = ending?;
                output.read_to_end(&mut stdout).await?;
                return within(limit, &stdout).map(|()| ending);
            }
        }
        within(limit, &stdout)?;
        Ok(group.wait().await?)
    };
    let ending = timeout(deadline, work).await.map_err(|_| CaptureError::Deadline(deadline))??;
    // The group is gone, so that its standard error ends too.
    let _ = timeout(Duration::from_secs(1), draining).await;
    Ok(Captured { stdout, stderr, ending })
}

fn within(limit: u64, stdout: &[u8]) -> Result<(), CaptureError> {
    if stdout.len() as u64 > limit { Err(CaptureError::Flood(limit)) } else { Ok(()) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn keeps_output_and_ending() {
        let captured = capture(shell("echo out; echo err >&2; exit 3"), LONG, 100).await.unwrap();
        assert_eq!(captured.stdout, b"out\n");
        assert_eq!(captured.stderr.last_lines(1), "err");
        assert_eq!(captured.ending.to_string(), "ended with exit status 3");
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_ended() {
        let start = Instant::now();
        let error = capture(shell("sleep 60"), Duration::from_millis(300), 100).await.unwrap_err();
        assert!(matches!(error, CaptureError::Deadline(_)));
        assert!(start.elapsed() < LONG);
    }

    #[tokio::test]
    async fn a_flood_is_ended() {
        let error = capture(shell("yes"), LONG, 1000).await.unwrap_err();
        assert!(matches!(error, CaptureError::Flood(1000)));
    }

    #[tokio::test]
    async fn a_grandchild_does_not_outlive_it() {
        // It keeps the output open, as a program that goes to the background by itself does.
        let start = Instant::now();
        let captured = capture(shell("sleep 61.5 & echo $!"), LONG, 100).await.unwrap();
        assert!(start.elapsed() < LONG);
        let pid: u32 = String::from_utf8(captured.stdout).unwrap().trim().parse().unwrap();
        // Killed, though perhaps not yet reaped by init.
        for _ in 0..200 {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if stat.is_empty() || stat.contains(") Z ") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("process {pid} is still alive");
    }
}
