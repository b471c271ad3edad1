//! Standard output: the only place that writes there.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;

use crate::show::{Answer, Format, Look, render};

/// How wide tables are where no terminal says it.
const WIDTH: usize = 120;

/// Writes an answer to standard output.
pub(super) fn print(answer: &impl Answer, format: Format) -> anyhow::Result<()> {
    print_text(&render(answer, format, look())?)
}

/// Writes a text to standard output, to its end or until whoever reads it has seen enough, as in
/// `awaitbench … | head`.
pub(super) fn print_text(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output"),
    }
}

fn look() -> Look {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let given = || std::env::var("COLUMNS").ok()?.parse().ok();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Look {
        width: width.or_else(given).unwrap_or(WIDTH),
        colour: io::stdout().is_terminal() && !plain,
    }
}
