//! A heap snapshot on its way to disk: complete or absent.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a snapshot is called while it is being written, by whoever writes it.
fn partial_of(path: &Path) -> PathBuf {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    PathBuf::from(partial)
}

/// Removes what a process that is gone had written of a snapshot: once it has its name, there is
/// nothing to remove.
#[derive(Debug)]
pub(super) struct Leftover(PathBuf);

impl Leftover {
    pub(super) fn of(path: &Path) -> Self {
        Self(partial_of(path))
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A file that gets its name when it is complete, and is removed if it never is.
#[derive(Debug)]
pub(super) struct SnapshotFile {
    path: PathBuf,
    partial: PathBuf,
    out: io::Result<BufWriter<File>>,
    is_complete: bool,
}

impl SnapshotFile {
    /// Begins `path`, under the same name with `.partial` behind it.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let partial = partial_of(path);
        let out = BufWriter::new(File::create(&partial)?);
        Ok(Self { path: path.to_owned(), partial, out: Ok(out), is_complete: false })
    }

    /// Appends a piece. After a failure nothing is written any more; [`SnapshotFile::finish`] says why.
    pub(super) fn add(&mut self, chunk: &str) {
        if let Ok(out) = &mut self.out
            && let Err(error) = out.write_all(chunk.as_bytes())
        {
            self.out = Err(error);
        }
    }

    /// Gives the file its name.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let closed = std::mem::replace(&mut self.out, Err(io::ErrorKind::Other.into()))?;
        closed.into_inner().map_err(io::IntoInnerError::into_error)?;
        fs::rename(&self.partial, &self.path)?;
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for SnapshotFile {
    fn drop(&mut self) {
        if !self.is_complete {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_complete_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.heapsnapshot");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let mut file = SnapshotFile::create(&path).unwrap();
        file.add("one");
        assert!(!path.exists());
        file.add(" two");
        file.finish().unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("one two", 1));
        drop(SnapshotFile::create(&folder.path().join("other")).unwrap());
        assert_eq!(names(), 1);
        assert!(SnapshotFile::create(&folder.path().join("no/such/folder")).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full");
        std::os::unix::fs::symlink("/dev/full", folder.path().join("full.partial")).unwrap();
        let mut file = SnapshotFile::create(&path).unwrap();
        for _ in 0..3 {
            file.add(&"x".repeat(10_000));
        }
        assert_eq!(file.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
