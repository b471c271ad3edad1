//! Who is told how far something is: one trait for bars and for tests.
//!
//! What is told is for people and gone afterwards. Who wants to know nothing is `()`.

/// How far the installation of one runtime is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// npm is fetching the package.
    Fetching,
    /// The tarball is compared with what the registry says it must hash to.
    Verifying,
    /// The binary is taken out of the tarball.
    Unpacking,
    /// The binary is started for the first time.
    Starting,
    Done,
    Failed,
}

/// Receives what goes on. `id` names a runtime, a cell or a step.
pub trait Progress {
    /// The installation of a runtime has come to `stage`.
    fn at(&self, _id: &str, _stage: Stage) {}
    /// Work on it goes on: `what` is being done.
    fn doing(&self, _id: &str, _what: &str) {}
    /// Work on it came to this.
    fn came_to(&self, _id: &str, _what: &str) {}
    /// Something to know, while the work goes on.
    fn note(&self, _words: &str) {}
    /// So much is done, of as much as there will be by what is known now.
    fn done(&self, _done: u64, _expected: u64) {}
}

impl Progress for () {}
