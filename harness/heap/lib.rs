//! Heap snapshots: what a process kept alive, and why.
//!
//! A snapshot is read into flat arrays in one pass ([`read`]), ready for walks ([`distance`]) and
//! exact dominators ([`dominators`]). What retains and what counts as large are DevTools' rules
//! ([`rules`], [`flow`], [`shallow`], [`detached`], [`ephemeron`]).

#![warn(missing_docs)]

mod ahead;
pub mod amount;
pub mod analysis;
pub mod bits;
mod blocks;
pub mod class;
mod collapse;
pub mod detached;
pub mod diff;
pub mod distance;
pub mod dominators;
pub mod ephemeron;
pub mod error;
pub mod flow;
pub mod groups;
mod input;
mod json;
pub mod layout;
mod number;
pub mod path;
pub mod read;
mod rows;
pub mod rules;
pub mod script;
pub mod shallow;
pub mod shape;
pub mod sizes;
pub mod snapshot;
#[cfg(test)]
mod specimen;
mod step;
pub mod summary;
pub mod suspects;
pub mod text;
