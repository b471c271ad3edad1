//! Progress on standard error: bars on a terminal, a line for each event elsewhere.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::measure::{Cell, Failure, Observer, Prediction, Subject};
use crate::runtime::{Progress, Stage};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// One spinner an installation.
#[derive(Debug)]
pub struct InstallBars {
    all: MultiProgress,
    bars: RefCell<HashMap<String, ProgressBar>>,
    lines: bool,
}

impl InstallBars {
    /// Bars on a terminal, lines elsewhere, nothing if `quiet`.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let all = MultiProgress::with_draw_target(target);
        Self { all, bars: RefCell::default(), lines: !quiet && !terminal }
    }

    /// Shows what is going on with the runtime with this id.
    pub fn show(&self, id: &str, words: impl Into<Cow<'static, str>>) {
        if self.lines {
            return;
        }
        let mut bars = self.bars.borrow_mut();
        let bar = bars.entry(id.to_owned()).or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix:<16} {msg} {elapsed:.dim}");
            let bar = self.all.add(ProgressBar::new_spinner());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_prefix(id.to_owned());
            bar.enable_steady_tick(TICK);
            bar
        });
        bar.set_message(words);
    }

    /// Says what came of the runtime with this id: a line that stays.
    pub fn tell(&self, id: &str, words: &str) {
        if let Some(bar) = self.bars.borrow_mut().remove(id) {
            bar.finish_and_clear();
        }
        if self.lines {
            say!("{id}: {words}");
        } else {
            // Where bars are hidden, so is this.
            let _ = self.all.println(format!("{id}: {words}"));
        }
    }
}

impl Progress for InstallBars {
    fn at(&self, id: &str, stage: Stage) {
        let word = match stage {
            Stage::Fetching => "fetching through npm",
            Stage::Verifying => "verifying",
            Stage::Unpacking => "unpacking",
            Stage::Starting => "starting for the first time",
            Stage::Done => "ready",
            Stage::Failed => "failed",
        };
        if self.lines {
            if matches!(stage, Stage::Fetching | Stage::Done | Stage::Failed) {
                say!("{id}: {word}");
            }
            return;
        }
        self.show(id, word);
        if matches!(stage, Stage::Done | Stage::Failed)
            && let Some(bar) = self.bars.borrow().get(id)
        {
            bar.finish_with_message(word);
        }
    }
}

/// One bar for a plan, with the time that remains.
#[derive(Debug)]
pub struct MeasureBar {
    bar: ProgressBar,
    quiet: bool,
}

impl MeasureBar {
    /// A bar for `invocations` of subjects.
    #[must_use]
    pub fn new(invocations: u64, quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(invocations) };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {eta} left  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, quiet }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for MeasureBar {
    fn begins(&self, subject: &Subject) {
        self.bar.set_message(format!("{} on {}", subject.case.name, subject.target.id()));
    }

    fn progress(&self, measured: u64, expected: u64) {
        self.bar.set_length(expected);
        if self.bar.position() == 0 && measured > 0 {
            // What an earlier process measured says nothing of how fast this one is.
            self.bar.set_position(measured);
            self.bar.reset_eta();
        }
        self.bar.set_position(measured);
    }

    fn predicted(&self, subject: &Subject, margin: f64, prediction: &Prediction) {
        if self.quiet {
            return;
        }
        let (case, id) = (&subject.case.name, subject.target.id());
        let (margin, remaining) = (margin * 100.0, prediction.remaining().as_secs_f64());
        let size = prediction.dimensions;
        self.bar.suspend(|| {
            say!(
                "{case} on {id}: ±{margin} % needs about {} invocations of {} batches: {remaining:.0} s more",
                size.invocations,
                size.batches
            );
        });
    }

    fn failed(&self, cell: &Cell, failure: &Failure) {
        if self.quiet {
            return;
        }
        let (case, variant) = (&cell.key.case, &cell.key.variant);
        let id = format!("{}-{}", cell.key.runtime, cell.key.version);
        self.bar.suspend(|| say!("{case}/{id}/{variant}: {}: {}", failure.status, failure.detail));
    }
}
