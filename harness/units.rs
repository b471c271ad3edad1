//! Units as types, so that nanoseconds never meet bytes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::heap::amount::{Bytes, thousands};

/// A duration in whole nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Nanos(pub u64);

impl From<Nanos> for Duration {
    fn from(nanos: Nanos) -> Self {
        Self::from_nanos(nanos.0)
    }
}
