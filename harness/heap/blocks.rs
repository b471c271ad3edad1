//! Rows of numbers on all cores.
//!
//! V8 writes one line per row, so an array can be cut at line ends and the blocks parsed side by side;
//! what they give is put together in order. A block that does not parse by itself (the file is
//! broken, or another program wrote it with other line ends) is given back to the input with all
//! that follows, and read row by row: only that path knows exact offsets and all of JSON.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::error::Fault;
use super::input::{Input, LOOKAHEAD};
use super::rows::{self, Row};

/// Bytes of a block: enough that handing it over costs nothing, and several fit the cache.
const BLOCK: usize = 512 * 1024;

/// Blocks that a worker has or that wait for it.
const QUEUE: usize = 2;

/// Files below this size are read before threads have started.
const WORTHWHILE: u64 = 4_000_000;

/// Rows that are put together at once when they are read one by one.
const ROWS: u64 = 1 << 16;

/// A block's text, and empty columns: both are used again and again, since fresh memory costs as
/// much as parsing does.
type Job<B> = (Vec<u8>, B);

/// The same, filled, and how many rows there were if all was well.
type Done<B> = (Vec<u8>, B, Option<u64>);

/// Reads an array of numbers and returns how many rows there were.
///
/// `size` is the whole input's, if it is known. `row` adds a row to a block's columns, or says what it would have expected; `append` gets the
/// columns in order, and empties them.
///
/// An error is at the first byte that does not fit, or at the row that `row` refused.
pub(crate) fn read<R: Read, B: Default + Send>(
    input: &mut Input<R>,
    section: &'static str,
    width: usize,
    size: Option<u64>,
    row: impl Fn(&mut B, &Row) -> Result<(), String> + Sync,
    mut append: impl FnMut(&mut B),
) -> Result<u64, Fault> {
    if rows::begins_empty(input, section)? {
        return Ok(0);
    }
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = 0;
    if workers > 1 && size.is_none_or(|size| size >= WORTHWHILE) {
        let side_by_side = SideBySide { width, workers, block: BLOCK };
        let (rows, finished) = side_by_side.read(input, &row, &mut append)?;
        if finished {
            return Ok(rows);
        }
        total = rows;
        if rows > 0 {
            input.expect(b',', section)?;
            input.peek_token()?;
        }
    }
    let (mut columns, mut waiting) = (B::default(), 0);
    total += rows::rest(input, section, width, |numbers| {
        row(&mut columns, numbers)?;
        waiting += 1;
        if waiting == ROWS {
            append(&mut columns);
            waiting = 0;
        }
        Ok(())
    })?;
    append(&mut columns);
    Ok(total)
}

/// How to read side by side.
struct SideBySide {
    width: usize,
    workers: usize,
    block: usize,
}

impl SideBySide {
    /// Reads as many rows as can be; says how many, and whether that was all. If not, the input
    /// stands behind the last row.
    fn read<R: Read, B: Default + Send>(
        &self,
        input: &mut Input<R>,
        row: &(impl Fn(&mut B, &Row) -> Result<(), String> + Sync),
        append: &mut impl FnMut(&mut B),
    ) -> Result<(u64, bool), Fault> {
        std::thread::scope(|scope| {
            let mut workers = VecDeque::new();
            for _ in 0..self.workers {
                let (to_worker, texts) = sync_channel(QUEUE);
                let (results, from_worker) = sync_channel(QUEUE);
                scope.spawn(move || work(&texts, &results, self.width, row));
                workers.push_back((to_worker, from_worker));
            }
            let cutter = Cutter::new(self.block);
            let mut pipeline = Pipeline { cutter, spare: Vec::new(), waiting: 0, total: 0 };
            let finished = pipeline.run(input, &mut workers, append)?;
            Ok((pipeline.total, finished))
        })
    }
}

/// Where a worker's blocks go, and where its results come from.
type Worker<B> = (SyncSender<Job<B>>, Receiver<Done<B>>);

/// Parses blocks until nobody sends any.
fn work<B>(
    texts: &Receiver<Job<B>>,
    results: &SyncSender<Done<B>>,
    width: usize,
    row: &impl Fn(&mut B, &Row) -> Result<(), String>,
) {
    while let Ok((mut text, mut columns)) = texts.recv() {
        let length = text.len();
        text.push(b']');
        text.resize(length + 1 + LOOKAHEAD, 0);
        // All blocks but the first begin with the comma between two rows.
        let start = usize::from(text.first() == Some(&b','));
        let rows = rows::read_piece(&text[start..], width, |numbers| row(&mut columns, numbers));
        text.truncate(length);
        if results.send((text, columns, rows)).is_err() {
            return;
        }
    }
}

/// Blocks on their way.
struct Pipeline<B> {
    cutter: Cutter,
    /// Texts and columns that can be used again.
    spare: Vec<Job<B>>,
    waiting: usize,
    total: u64,
}

impl<B: Default> Pipeline<B> {
    fn run<R: Read>(
        &mut self,
        input: &mut Input<R>,
        workers: &mut VecDeque<Worker<B>>,
        append: &mut impl FnMut(&mut B),
    ) -> Result<bool, Fault> {
        let most = workers.len() * QUEUE;
        // The worker whose turn it is to get a block, and the one whose result is next.
        let (mut give, mut take) = (0, 0);
        loop {
            while self.waiting < most && !self.cutter.is_done() {
                let (text, columns) = self.spare.pop().unwrap_or_default();
                let Some(text) = self.cutter.next(input, text)? else { break };
                // A worker that is gone has panicked, which the scope reports.
                let _ = workers[give % workers.len()].0.send((text, columns));
                give += 1;
                self.waiting += 1;
            }
            if self.waiting == 0 {
                return Ok(self.finish(input, Vec::new()));
            }
            let Ok((mut text, mut columns, rows)) = workers[take % workers.len()].1.recv() else {
                return Ok(false);
            };
            take += 1;
            self.waiting -= 1;
            // A comma must stand between blocks, and not before the first one.
            let fits = (self.total > 0) == (text.first() == Some(&b','));
            let Some(rows) = rows.filter(|_| fits) else {
                let mut rest = text;
                while self.waiting > 0 {
                    if let Ok((text, ..)) = workers[take % workers.len()].1.recv() {
                        rest.extend(text);
                    }
                    take += 1;
                    self.waiting -= 1;
                }
                return Ok(self.finish(input, rest));
            };
            self.total += rows;
            append(&mut columns);
            text.clear();
            self.spare.push((text, columns));
        }
    }

    /// Gives back what is not done; says whether everything is.
    fn finish<R: Read>(&mut self, input: &mut Input<R>, mut rest: Vec<u8>) -> bool {
        rest.append(&mut self.cutter.tail);
        let finished = rest.is_empty() && self.cutter.closed && self.total > 0;
        if finished {
            // The closing bracket.
            input.consume(1);
        } else {
            input.give_back(rest);
        }
        finished
    }
}

/// Cuts an array into blocks of whole lines.
struct Cutter {
    block: usize,
    /// The beginning of a line whose end was not seen yet.
    tail: Vec<u8>,
    /// Whether the closing bracket is next.
    closed: bool,
    /// Whether there are no more lines.
    stuck: bool,
}

impl Cutter {
    fn new(block: usize) -> Self {
        Self { block, tail: Vec::new(), closed: false, stuck: false }
    }

    fn is_done(&self) -> bool {
        self.stuck || (self.closed && self.tail.is_empty())
    }

    /// The next block, in the empty `text`; `None` if there is none, and what is left is no whole
    /// line.
    fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
        mut text: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, Fault> {
        text.reserve(self.block + LOOKAHEAD + 1);
        text.append(&mut self.tail);
        self.closed = input.take_until(b']', &mut text, self.block)?;
        if self.closed {
            return Ok(Some(text));
        }
        let Some(line_end) = memchr::memrchr(b'\n', &text) else {
            self.tail = text;
            self.stuck = true;
            return Ok(None);
        };
        self.tail.extend_from_slice(&text[line_end + 1..]);
        text.truncate(line_end + 1);
        Ok(Some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rows, whether they were all, and where the input stands.
    type Pairs = (Vec<(u64, u64)>, bool, u64);

    /// Reads pairs with small blocks on three workers.
    fn pairs(text: &str, block: usize) -> Result<Pairs, Fault> {
        let mut input = Input::new(text.as_bytes());
        let mut found = Vec::new();
        let row = |columns: &mut Vec<(u64, u64)>, row: &Row| {
            if row[0] == 99 {
                return Err("anything but 99".to_owned());
            }
            columns.push((row[0], row[1]));
            Ok(())
        };
        input.expect(b'[', "nodes")?;
        let side_by_side = SideBySide { width: 2, workers: 3, block };
        let (rows, finished) =
            side_by_side
                .read(&mut input, &row, &mut |columns: &mut Vec<_>| found.append(columns))?;
        assert_eq!(rows, found.len() as u64);
        Ok((found, finished, input.offset()))
    }

    #[test]
    fn rows_come_in_order() {
        let expected: Vec<(u64, u64)> = (0..5000).map(|i| (100 + i * 7, i % 13)).collect();
        let lines: Vec<String> = expected.iter().map(|(a, b)| format!("{a},{b}")).collect();
        let text = format!("[{}\n]}}", lines.join("\n,"));
        for block in [40, 1000, 1 << 20] {
            let (found, finished, offset) = pairs(&text, block).unwrap();
            assert_eq!((found, finished), (expected.clone(), true));
            assert_eq!(offset, text.len() as u64 - 1);
        }
    }

    #[test]
    fn what_does_not_fit_is_given_back() {
        let (found, finished, offset) = pairs("[1,2\n,3,4\n,5,x\n,7,8\n]", 5).unwrap();
        assert_eq!((found, finished, offset), (vec![(1, 2), (3, 4)], false, 10));
        let (found, finished, offset) = pairs("[1,2\n,99,4\n,7,8\n]", 5).unwrap();
        assert_eq!((found, finished, offset), (vec![(1, 2)], false, 5));
        let (found, finished, offset) = pairs("[1,2,3,4,5,6,7,8]", 5).unwrap();
        assert_eq!((found, finished, offset), (vec![], false, 1));
        let (_, finished, _) = pairs("[1,2\n,3,4\n", 5).unwrap();
        assert!(!finished);
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_row_by_row(text in "[0-9,\n \\]]{0,60}", block in 1usize..20) {
            let whole = format!("[{text}");
            let mut input = Input::new(whole.as_bytes());
            let mut expected = Vec::new();
            let slow = rows::read(&mut input, "nodes", 2, |row| {
                if row[0] == 99 {
                    return Err("anything but 99".to_owned());
                }
                expected.push((row[0], row[1]));
                Ok(())
            });
            let slow_offset = input.offset();
            if let Ok((found, true, offset)) = pairs(&whole, block) {
                prop_assert!(slow.is_ok());
                prop_assert_eq!((found, offset), (expected, slow_offset));
            }
        }
    }
}
