//! All integration tests are one program: twenty of them took twenty links, and ran one after the other.
//!
//! To add one, write `tests/NAME.rs`, and its `mod` below. `cargo test --test main NAME::` runs it alone.
//! They share a process, so a test changes neither the environment nor the current folder of its own process: it sets
//! them on the programs that it starts. It reads no results but those of `support::committed_results`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[cfg(unix)]
mod support;

mod bisect;
mod case_terms;
mod chromium;
mod circles;
mod compare;
mod compiled_cases;
mod facade;
mod faults;
mod heap;
mod investigate;
mod leak;
mod leak_command;
mod load;
mod matrix;
mod reports;
mod resume;
mod runtimes;
mod scan;
mod selfcheck;
mod settings;
mod snapshot;
mod streams;
mod suspects;
mod ticks;
mod turns;
