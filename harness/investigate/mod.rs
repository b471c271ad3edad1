//! The article end to end: a service that grows, what holds the memory, who makes it, since when, and
//! the cure.
//!
//! A [`Story`] is what one run has measured: plain data, filled by steps that use the modules for load,
//! heap, scan, bisect and leak. Each step may fail without the others. [`markdown`] tells the story:
//! every number in it is of that run, and a sentence without its number is left out.

mod markdown;
mod story;

pub use markdown::markdown;
pub use story::{
    Browser, Culprits, Heap, Load, Package, SCHEMA, Step, Story, Subject, Versions, Window,
};
