//! The bytes of a snapshot as a window that moves over them, and the offset of each.
//!
//! The file is read in pieces rather than mapped: a mapped file counts as resident memory, which
//! would double the analyser's peak, and it needs `unsafe`. Behind the last byte the window is
//! padded with zeros. No valid snapshot contains a zero byte, so scanners may look a few bytes
//! ahead without asking whether the input has ended.

use std::io::Read;

use super::error::Fault;

/// How far a scanner may look ahead after [`Input::refill`]: a row of [`MAX_FIELDS`] numbers of 20
/// digits with separators fits.
///
/// [`MAX_FIELDS`]: super::layout::MAX_FIELDS
pub(crate) const LOOKAHEAD: usize = 1024;

/// Bytes read at once: large enough that system calls don't show, small enough for the L2 cache.
const WINDOW: usize = 256 * 1024;

/// A moving window over the input.
pub(crate) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The next byte to look at.
    position: usize,
    /// The end of what was read.
    end: usize,
    /// The input's offset of `buffer[0]`.
    base: u64,
    ended: bool,
    /// What was given back, read before anything else.
    given_back: std::io::Cursor<Vec<u8>>,
}

impl<R: Read> Input<R> {
    pub(crate) fn new(reader: R) -> Self {
        let buffer = vec![0; WINDOW + LOOKAHEAD];
        Self {
            reader,
            buffer,
            position: 0,
            end: 0,
            base: 0,
            ended: false,
            given_back: std::io::Cursor::default(),
        }
    }

    /// The offset of the next byte.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    /// The offset of the byte `at` in [`Input::window`].
    pub(crate) fn offset_at(&self, at: usize) -> u64 {
        self.offset() + at as u64
    }

    /// What was read and not consumed, followed by at least [`LOOKAHEAD`] bytes that are zero if the
    /// input has ended. The second value is how many bytes at the front are input.
    #[inline]
    pub(crate) fn window(&self) -> (&[u8], usize) {
        (&self.buffer[self.position..], self.end - self.position)
    }

    /// Whether everything was read into the window.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Marks bytes as used, never beyond the end of the input.
    #[inline]
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.end);
    }

    /// Makes at least [`LOOKAHEAD`] bytes available unless the input ends before.
    pub(crate) fn refill(&mut self) -> Result<(), Fault> {
        if self.ended || self.end - self.position >= LOOKAHEAD {
            return Ok(());
        }
        self.buffer.copy_within(self.position..self.end, 0);
        self.base += self.position as u64;
        self.end -= self.position;
        self.position = 0;
        while self.end < LOOKAHEAD && !self.ended {
            let room = &mut self.buffer[self.end..WINDOW];
            let read = match self.given_back.read(room) {
                Ok(0) => self.reader.read(room),
                read => read,
            };
            let read = match read {
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                // What a decompressor says of half a file.
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => 0,
                Err(error) => {
                    return Err(Fault::Io { offset: self.base + self.end as u64, error });
                }
            };
            self.ended = read == 0;
            self.end += read;
        }
        self.buffer[self.end..self.end + LOOKAHEAD].fill(0);
        Ok(())
    }

    /// Moves bytes to the end of `block` until it has `size` or the next byte is `stop`; says whether
    /// that is so.
    pub(crate) fn take_until(
        &mut self,
        stop: u8,
        block: &mut Vec<u8>,
        size: usize,
    ) -> Result<bool, Fault> {
        while block.len() < size {
            self.refill()?;
            let (window, valid) = self.window();
            let most = valid.min(size - block.len());
            let found = memchr::memchr(stop, &window[..most]);
            let taken = found.unwrap_or(most);
            block.extend_from_slice(&window[..taken]);
            self.consume(taken);
            if found.is_some() || valid == 0 {
                return Ok(found.is_some());
            }
        }
        Ok(false)
    }

    /// Gives bytes back: the last ones that were taken.
    pub(crate) fn give_back(&mut self, mut bytes: Vec<u8>) {
        self.base = self.offset() - bytes.len() as u64;
        bytes.extend_from_slice(&self.buffer[self.position..self.end]);
        let read = self.given_back.position() as usize;
        bytes.extend_from_slice(&self.given_back.get_ref()[read..]);
        self.given_back = std::io::Cursor::new(bytes);
        (self.position, self.end, self.ended) = (0, 0, false);
    }

    /// The next byte, or zero at the end of the input.
    pub(crate) fn peek(&mut self) -> Result<u8, Fault> {
        if self.position == self.end {
            self.refill()?;
        }
        Ok(self.buffer[self.position])
    }

    /// The next byte that is not white space, or zero at the end of the input.
    pub(crate) fn peek_token(&mut self) -> Result<u8, Fault> {
        loop {
            match self.peek()? {
                b' ' | b'\n' | b'\r' | b'\t' => self.consume(1),
                byte => return Ok(byte),
            }
        }
    }

    /// Passes over white space and the byte `wanted`.
    pub(crate) fn expect(&mut self, wanted: u8, section: &'static str) -> Result<(), Fault> {
        if self.peek_token()? == wanted {
            self.consume(1);
            return Ok(());
        }
        Err(self.unexpected(0, section, &format!("'{}'", char::from(wanted))))
    }

    /// The complaint that the byte `at` in the window does not fit.
    #[cold]
    pub(crate) fn unexpected(&self, at: usize, section: &'static str, expected: &str) -> Fault {
        let (window, valid) = self.window();
        if at >= valid {
            return Fault::Truncated { offset: self.base + self.end as u64, section };
        }
        let found = match window[at] {
            byte @ b' '..=b'~' => format!("'{}'", char::from(byte)),
            byte => format!("the byte 0x{byte:02x}"),
        };
        Fault::Corrupt { offset: self.offset_at(at), section, expected: expected.to_owned(), found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a call, which is the hardest way to be read.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn the_window_moves_and_is_padded() {
        let text: Vec<u8> = (0..3000u32).map(|i| b'a' + (i % 26) as u8).collect();
        let mut input = Input::new(Drip(&text));
        for (i, byte) in text.iter().enumerate() {
            assert_eq!(input.peek().unwrap(), *byte, "byte {i}");
            assert_eq!(input.offset(), i as u64);
            input.consume(1);
        }
        assert_eq!(input.peek().unwrap(), 0);
        assert!(input.ended());
        assert!(input.window().0.len() >= LOOKAHEAD);
    }

    #[test]
    fn what_is_given_back_comes_again() {
        let mut input = Input::new(Drip(b"abcdefgh]xyz"));
        let mut block = Vec::new();
        assert!(!input.take_until(b']', &mut block, 5).unwrap());
        assert!(input.take_until(b']', &mut block, 50).unwrap());
        assert_eq!(block, b"abcdefgh");
        input.give_back(b"defgh".to_vec());
        assert_eq!((input.offset(), input.peek().unwrap()), (3, b'd'));
        input.give_back(b"c".to_vec());
        for byte in b"cdefgh]xyz" {
            assert_eq!(input.peek().unwrap(), *byte);
            input.consume(1);
        }
        assert_eq!((input.offset(), input.peek().unwrap()), (12, 0));
    }

    #[test]
    fn complaints_bear_the_offset() {
        let mut input = Input::new(&b"  x"[..]);
        let fault = input.expect(b'{', "the file").unwrap_err();
        assert!(matches!(fault, Fault::Corrupt { offset: 2, .. }), "{fault}");
        input.consume(1);
        let fault = input.expect(b'{', "the file").unwrap_err();
        assert!(matches!(fault, Fault::Truncated { offset: 3, .. }), "{fault}");
    }
}
