//! What is seen and kept of a load while it lasts.

use indicatif::{ProgressBar, ProgressStyle};

use crate::load::{Second, second_row};
use crate::measure::Cell;
use crate::progress::Progress;
use crate::record::{MachineFolder, RecordError, SecondRow};

/// Writes each second down as soon as it is known, and shows how far the load is.
pub(super) struct Watch<'a> {
    /// What is under load, as far as it is known.
    pub(super) cell: Cell,
    rate: Option<f64>,
    folder: Option<&'a MachineFolder>,
    /// Every second so far.
    pub(super) seconds: Vec<SecondRow>,
    /// The first second that could not be written down.
    pub(super) failure: Option<RecordError>,
    /// How far it is.
    pub(super) bar: ProgressBar,
}

impl<'a> Watch<'a> {
    /// Before the service is started. Seconds go to `folder`, if there is one and a fixed `rate`.
    pub(super) fn new(
        cell: &Cell,
        rate: Option<f64>,
        folder: Option<&'a MachineFolder>,
        bar: ProgressBar,
    ) -> Self {
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} s  {prefix}  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { cell: cell.clone(), rate, folder, seconds: Vec::new(), failure: None, bar }
    }
}

impl Watch<'_> {
    pub(super) fn second(&mut self, second: &Second) {
        let Some(rate) = self.rate else { return };
        self.bar.inc(1);
        let row = second_row(&self.cell, rate, second);
        if let Some(folder) = self.folder
            && let Err(error) = folder.append_seconds(std::slice::from_ref(&row))
        {
            self.failure.get_or_insert(error);
        }
        self.seconds.push(row);
    }
}

/// Says what goes on beside the bar.
pub(super) struct LoadBar(pub(super) ProgressBar);

impl Progress for LoadBar {
    fn doing(&self, _id: &str, what: &str) {
        self.0.set_message(what.to_owned());
        self.0.tick();
    }
}
