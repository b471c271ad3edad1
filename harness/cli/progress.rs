//! Progress on standard error: bars on a terminal, a line for each event elsewhere.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::{Progress, Stage};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// One spinner for each runtime, cell or step that is worked on.
#[derive(Debug)]
pub struct ProgressBars {
    all: MultiProgress,
    bars: RefCell<HashMap<String, ProgressBar>>,
    lines: bool,
}

impl ProgressBars {
    /// Bars on a terminal, lines elsewhere, nothing if `quiet`.
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let all = MultiProgress::with_draw_target(target);
        Self { all, bars: RefCell::default(), lines: !quiet && !terminal }
    }
}

impl Progress for ProgressBars {
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
        self.doing(id, word);
        if matches!(stage, Stage::Done | Stage::Failed)
            && let Some(bar) = self.bars.borrow().get(id)
        {
            bar.finish_with_message(word);
        }
    }

    fn doing(&self, id: &str, what: &str) {
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
        bar.set_message(what.to_owned());
    }

    /// A line that stays.
    fn came_to(&self, id: &str, what: &str) {
        if let Some(bar) = self.bars.borrow_mut().remove(id) {
            bar.finish_and_clear();
        }
        if self.lines {
            say!("{id}: {what}");
        } else {
            // Where bars are hidden, so is this.
            let _ = self.all.println(format!("{id}: {what}"));
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

impl Progress for MeasureBar {
    fn doing(&self, id: &str, what: &str) {
        self.bar.set_message(format!("{what} on {id}"));
    }

    fn done(&self, done: u64, expected: u64) {
        self.bar.set_length(expected);
        if self.bar.position() == 0 && done > 0 {
            // What an earlier process measured says nothing of how fast this one is.
            self.bar.set_position(done);
            self.bar.reset_eta();
        }
        self.bar.set_position(done);
    }

    fn note(&self, words: &str) {
        if !self.quiet {
            self.bar.suspend(|| say!("{words}"));
        }
    }
}
