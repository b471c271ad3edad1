//! Ctrl-C, and being asked to end: every program that we started goes first.

use std::process::exit;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use super::group::kill_all;
use super::scratch::remove_all;

/// Set before the first group is killed.
static INTERRUPTED_NOW: AtomicBool = AtomicBool::new(false);

/// Never returns once an interrupt has begun; otherwise at once.
///
/// A program that the interrupt killed has not failed: whoever is about to say so waits here for
/// the end of the harness.
pub async fn hold_if_interrupted() {
    if INTERRUPTED_NOW.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
}

/// The same where nothing can be awaited: what an interrupt has begun to remove is not to be used.
pub fn stand_still_if_interrupted() {
    while INTERRUPTED_NOW.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// The shell's convention for a program that a signal ended: this plus the signal's number.
const ENDED_BY_SIGNAL: i32 = 128;

/// From now on, when the user presses Ctrl-C or the system asks the harness to end, kills every
/// living group, calls `farewell`, and exits with 128 plus the signal's number: 130 for Ctrl-C.
///
/// Records need no care here: each row is on disk as soon as it is known. A thread of its own
/// waits, so that this works while the main thread computes. Only the first call counts.
pub fn on_interrupt(farewell: impl FnOnce() + Send + 'static) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let wait = move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            else {
                return;
            };
            let number = runtime.block_on(signal());
            INTERRUPTED_NOW.store(true, Ordering::SeqCst);
            kill_all();
            remove_all();
            farewell();
            exit(ENDED_BY_SIGNAL + number);
        };
        if let Err(error) = std::thread::Builder::new().name("interrupt".to_owned()).spawn(wait) {
            tracing::warn!("Ctrl-C will end the harness without its farewell: {error}");
        }
    });
}

/// The number of the first signal that asks the harness to end.
#[cfg(unix)]
async fn signal() -> i32 {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds.map(signal) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => kinds[0].as_raw_value(),
        _ = terminate.recv() => kinds[1].as_raw_value(),
        _ = hangup.recv() => kinds[2].as_raw_value(),
    }
}

#[cfg(not(unix))]
async fn signal() -> i32 {
    const INTERRUPT: i32 = 2;
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    INTERRUPT
}
