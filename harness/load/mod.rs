//! A service under a fixed request rate: what it answers, how long that takes, and what it keeps.
//!
//! The load is an open loop: requests are due at times that were fixed beforehand ([`Schedule`]), and a
//! slow answer delays no other request. A latency counts from the time when its request was due, so
//! that a service that stalls can't hide by being asked less ("coordinated omission").
//!
//! Only addresses of this machine are accepted ([`Url`]), and rates and durations have bounds.

mod busy;
mod command;
mod connection;
mod engine;
mod error;
mod export;
mod growth;
mod hold;
mod hub;
mod latency;
mod manifest;
mod page;
mod picture;
mod plan;
mod resident;
mod row;
mod run;
mod schedule;
mod series;
mod service;
mod sustain;
mod target;
mod verdict;

pub use command::Start;
pub use error::LoadError;
pub use export::{CheckpointRow, Detailed, Loads, ProbeRow};
pub use latency::Latencies;
pub use manifest::{ServiceCase, read_service};
pub use picture::draw;
pub use plan::{Bound, LONGEST, MOST_CONNECTIONS, MOST_PER_SECOND, Plan};
pub use row::{failed, row, second_row};
pub use run::{Load, Observer, Outcome, Probe, sustained, under_load};
pub use schedule::Schedule;
pub use series::{Checkpoint, Second};
pub use service::Service;
pub use sustain::{CLOSE_ENOUGH, Search};
pub use target::{Requests, Target, Url};
pub use verdict::{Kept, LEAST_EVEN, LEAST_IN_STEPS, kept};
