//! Why no reply came from a driver.

use std::io;

use crate::devtools::DevToolsError;

#[derive(Debug)]
pub(crate) enum LinkError {
    /// The way to the driver is closed.
    End,
    /// More came than any reply has.
    TooLong,
    /// The process with the driver's page ended.
    Crashed,
    /// The browser does not do what it takes.
    Refused(String),
    /// The way can't be used.
    Io(io::Error),
}

impl From<DevToolsError> for LinkError {
    fn from(error: DevToolsError) -> Self {
        match error {
            DevToolsError::Closed => Self::End,
            DevToolsError::Crashed => Self::Crashed,
            DevToolsError::Io(error) => Self::Io(error),
            error => Self::Refused(error.to_string()),
        }
    }
}
