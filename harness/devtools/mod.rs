//! The DevTools protocol, by which a browser is asked and driven.
//!
//! The browser chooses a port of the loopback interface itself and writes its number into its
//! profile. A pipe would need no port at all, and was tried first: Chromium 69 does not know
//! `--remote-debugging-pipe` without a window, and 72 and 80 do not end when it closes.
//!
//! This module knows messages and sockets; which flags a browser is started with, and what is asked
//! of it, is the business of [`crate::runtime`] and [`crate::session`].

mod about;
mod browser;
mod message;
mod profile;
mod socket;

pub use about::About;
pub use browser::Browser;
pub use profile::Profile;
pub use socket::{DevToolsError, Socket};
