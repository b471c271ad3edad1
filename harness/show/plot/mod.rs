//! Pictures as SVG and PNG files: what all of them are made of. Nothing here knows a record.

pub mod axis;
pub mod canvas;
mod error;
mod file;
pub mod frame;
pub mod heading;
pub mod labels;
pub mod lines;
mod name;
pub mod palette;
pub mod strip;
pub mod typesetting;

pub use error::PlotError;
pub use file::{Drawing, write_all};
#[cfg(test)]
pub use file::{png, svg};
pub use name::file_stem;
pub use typesetting::register_fonts;
