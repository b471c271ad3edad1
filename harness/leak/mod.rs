//! What leaks, and since when.

pub mod bisect;
