//! Units as types, so that nanoseconds never meet bytes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::heap::amount::{Bytes, thousands};

/// A duration in whole nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Nanos(pub u64);

/// What is longer than 584 years is as long as can be said.
impl From<Duration> for Nanos {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl From<Nanos> for Duration {
    fn from(nanos: Nanos) -> Self {
        Self::from_nanos(nanos.0)
    }
}
