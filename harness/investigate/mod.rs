//! The article end to end: a service that grows, what holds the memory, who makes it, since when, and
//! the cure.
//!
//! [`investigate`] carries out the steps, each in a file of its own, by the modules for load, heap, scan,
//! bisect and leak. A [`Story`] is what it has measured: plain data. Each step may fail without the others.
//! `markdown` tells the story: every number in it is of that run, and a sentence without its number is
//! left out. `page` is the same in short, and [`publish`] puts all of it into a folder.
//! `docs/INVESTIGATE.md` says what is measured.

mod app;
mod browsers;
mod culprits;
mod export;
mod heap_step;
mod load;
mod markdown;
mod page;
mod plan;
mod publish;
mod run;
#[cfg(test)]
mod sample;
mod service;
mod step;
mod story;
mod versions;

pub use plan::{Context, Plan};
pub use publish::{publish, recover};
pub use run::investigate;
pub use story::Story;
