//! Why a plot could not be made.

use std::fmt::Display;
use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    #[error("can't make the folder {path:?} for plots: {source}; name another one")]
    Folder { path: PathBuf, source: io::Error },
    #[error("can't write the plot {path:?}: {source}; see whether the folder is writable")]
    Write { path: PathBuf, source: io::Error },
    #[error("can't read the embedded font: this is a defect of awaitbench, please report it")]
    Font,
    #[error("can't draw the plot: {reason}; this is a defect of awaitbench, please report it")]
    Draw { reason: String },
}

impl PlotError {
    pub(super) fn draw(reason: impl Display) -> Self {
        Self::Draw { reason: reason.to_string() }
    }
}
