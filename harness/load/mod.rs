//! A service under a fixed request rate: what it answers, how long that takes, and what it keeps.
//!
//! The load is an open loop: requests are due at times that were fixed beforehand ([`Schedule`]), and a
//! slow answer delays no other request. A latency counts from the time when its request was due, so
//! that a service that stalls can't hide by being asked less ("coordinated omission").
//!
//! Only addresses of this machine are accepted ([`Url`]), and rates and durations have bounds.

mod audience;
mod busy;
mod command;
mod connection;
mod drive;
mod engine;
mod error;
mod export;
mod found;
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
mod schedule;
mod series;
mod service;
mod sustain;
mod target;
mod verdict;

pub use audience::{Audience, LoadEvent};
pub use command::Start;
pub use drive::{Drive, carry_out};
pub use error::LoadError;
pub use export::{LoadResult, Loads};
pub use found::{Load, Outcome};
pub use manifest::{ServiceCase, read_service};
pub use picture::draw;
pub use plan::{Bound, LONGEST, LoadPlan, MOST_CONNECTIONS, MOST_PER_SECOND};
pub use row::{failed, row, second_row};
pub use schedule::Schedule;
pub use series::{LoadPoint, Second};
pub use service::Service;
pub use target::Url;
pub use verdict::{LEAST_EVEN, LEAST_IN_STEPS, kept};
