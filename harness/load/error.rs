//! Why a load could not be put on a service, or not to its end.

use std::io;
use std::time::Duration;

use crate::record::Status;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system can't start the service or the load.
    #[error("can't be started: {0}")]
    Start(io::Error),
    /// Somebody else is where the service should be.
    #[error(
        "\"{0}\" is in use before the service is started: end what listens there, or choose another port"
    )]
    Taken(String),
    /// The service ended before it listened, or while it was under load.
    #[error("the service {ending} {when}{}", quoted(.stderr))]
    Ended {
        ending: String,
        /// In the middle of what.
        when: String,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    #[error("the service opened no port within {} s{}{}", .after.as_secs_f64(), at(.place), quoted(.stderr))]
    Closed {
        after: Duration,
        /// Where it should have; empty if it may choose.
        place: String,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    /// Another version than asked for.
    #[error("was asked to be version {asked} and says that it is {found}")]
    Version { asked: String, found: String },
    /// The monitor in the service did not do what it was asked.
    #[error("the monitor in the service {0}")]
    Monitor(String),
    /// Nothing was answered during the warm-up: no load would tell anything.
    #[error("the service answered none of {asked} requests of the warm-up: {first}")]
    Mute {
        asked: u64,
        /// What the first one met.
        first: String,
    },
}

fn quoted(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!("; its standard error says: {stderr}") }
}

fn at(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" at {place}") }
}

impl LoadError {
    /// The word for it in the records.
    pub const fn status(&self) -> Status {
        match self {
            Self::Closed { .. } => Status::Timeout,
            _ => Status::Error,
        }
    }
}
