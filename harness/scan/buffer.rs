//! Reads one file after the other into the same memory, with as few calls of the system as can be.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Most files of a package are smaller: one call reads them, a second one finds the end.
const USUAL: usize = 128 << 10;

/// Memory that is kept for the next file.
const MOST_KEPT: usize = 16 << 20;

/// The memory for the content of one file at a time.
#[derive(Debug, Default)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    /// The content of a file, until the next one is read.
    pub(super) fn read(&mut self, path: &Path) -> io::Result<&mut [u8]> {
        let mut file = File::open(path)?;
        if self.0.len() > MOST_KEPT {
            self.0 = Vec::new();
        }
        if self.0.is_empty() {
            self.0.resize(USUAL, 0);
        }
        let mut length = 0;
        loop {
            match file.read(&mut self.0[length..]) {
                Ok(0) => return Ok(&mut self.0[..length]),
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if length == self.0.len() {
                // One byte more than there is, so that the end is found without growing again.
                let whole = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
                self.0.resize(whole.saturating_add(1).max(length.saturating_mul(2)), 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_every_size_are_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut buffer = Buffer::default();
        for size in [0, 1, USUAL - 1, USUAL, USUAL + 1, 3 * USUAL, 5, MOST_KEPT + 1, 7] {
            let content: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            std::fs::write(&path, &content).unwrap();
            assert!(buffer.read(&path).unwrap() == content, "{size}");
        }
        assert!(buffer.read(&folder.path().join("absent")).is_err());
        assert!(buffer.read(folder.path()).is_err());
    }
}
