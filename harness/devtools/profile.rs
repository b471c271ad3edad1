//! The folder that a browser calls its own for one session.

use std::io;
use std::path::Path;

use tokio::process::Command;

use crate::process::Scratch;

/// A fresh profile: nothing of the user's is seen, and nothing is left behind.
#[derive(Debug)]
pub struct Profile(Scratch);

impl Profile {
    /// Makes one in the system's place for temporary files.
    pub fn fresh() -> io::Result<Self> {
        Scratch::inside(&std::env::temp_dir()).map(Self)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Makes the profile everything that the browser may think is the user's home, since some of
    /// it (certificates, crash reports, fonts) is kept outside a profile.
    pub fn shelter(&self, command: &mut Command) {
        for variable in ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(variable, self.path());
        }
        // A desktop's bus is not the business of a browser without a window.
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }
}
