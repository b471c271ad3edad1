//! Heap snapshots: what a process kept alive, and why.
//!
//! A snapshot is read into flat arrays in one pass ([`read`]), ready for walks ([`distance`]) and
//! exact dominators ([`dominators`]). What retains and what counts as large are DevTools' rules
//! ([`rules`], [`flow`], [`shallow`], [`detached`], [`ephemeron`]).
//!
//! ```
//! use awaitbench_heap::analysis::Analysis;
//! use awaitbench_heap::error::Fault;
//! use awaitbench_heap::read::read;
//! use awaitbench_heap::rules::Rules;
//! use awaitbench_heap::suspects::{Thresholds, suspects};
//!
//! // Files are opened by `Analysis::open`. Here the global `cache` holds 5 MB in its elements.
//! let file = r#"{"snapshot": {"meta": {
//!         "node_fields": ["type", "name", "id", "self_size", "edge_count"],
//!         "node_types": [["synthetic", "object", "array"]],
//!         "edge_fields": ["type", "name_or_index", "to_node"],
//!         "edge_types": [["shortcut", "property", "internal"]]},
//!     "node_count": 4, "edge_count": 3},
//!     "nodes": [0, 0, 1, 0, 1,  1, 1, 3, 40, 1,  1, 2, 5, 32, 1,  2, 0, 7, 5000000, 0],
//!     "edges": [0, 1, 5,  1, 3, 10,  2, 4, 15],
//!     "strings": ["", "global", "Cache", "cache", "elements"]}"#;
//! let analysis = Analysis::new(read(file.as_bytes(), None)?, Rules::Today);
//! let found = suspects(&analysis, None, &Thresholds::default());
//! assert_eq!(found[0].title(), "Cache (`cache`)");
//! assert_eq!(found[0].whereabouts(), "the bytes are at Cache → elements: 5.00 MB");
//! # Ok::<(), Fault>(())
//! ```

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
pub mod object;
mod parallel;
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
pub mod strings;
pub mod summary;
pub mod suspects;
pub mod text;
