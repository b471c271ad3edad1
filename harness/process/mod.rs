//! Other programs, started so that they can always be ended.
//!
//! Each program leads a process group of its own (a job object on Windows), so that what it starts
//! ends with it, and a Ctrl-C in the terminal reaches only the harness. On Linux the kernel kills
//! the program when the harness dies, however it dies; elsewhere the driver ends when its standard
//! input closes.

mod affinity;
mod capture;
mod group;
mod interrupt;
mod scratch;
mod tail;

pub use affinity::share_core;
pub use capture::{CaptureError, Captured, capture};
pub use group::{Ending, Group, Pipes};
pub use interrupt::{hold_if_interrupted, on_interrupt, stand_still_if_interrupted};
pub use scratch::Scratch;
pub use tail::Tail;
