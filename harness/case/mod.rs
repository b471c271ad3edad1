//! The catalogue of cases: folders of js-cases, and a user's own folders just the same.
//!
//! A case is data: `case.toml` and one JavaScript file a variant. Adding one touches no Rust.

mod catalogue;
mod manifest;
mod needs;
mod suite;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use catalogue::Catalogue;
pub use manifest::read_cases;
pub use suite::read_suite;

/// How the driver executes n ops of a case. The case declares it; it is never guessed from the
/// function's type, since what `__awaiter` returns is an ordinary function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// `op(done)` calls `done(value)` asynchronously; the next op starts from that call.
    Callback,
    /// `op()` returns a promise of a value; the next op starts when it settles.
    Promise,
    /// `loop(n)` executes n ops and returns a promise of the sum of their values.
    Loop,
    Sync,
}

impl Shape {
    /// The word for it in `case.toml` and on the driver's command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::Promise => "promise",
            Self::Loop => "loop",
            Self::Sync => "sync",
        }
    }
}

/// What the values of n ops must add up to: `base + per_op × n`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    pub per_op: f64,
    /// What a batch adds by itself.
    pub base: f64,
}

impl Check {
    /// The sum that a batch of `n` ops must give.
    pub fn expected(self, n: u64) -> f64 {
        self.per_op.mul_add(n as f64, self.base)
    }

    /// Whether `check` is what a batch of `n` ops must give, but for the rounding of n additions.
    pub fn holds(self, n: u64, check: f64) -> bool {
        let expected = self.expected(n);
        (check - expected).abs() <= expected.abs() * f64::EPSILON * n as f64
    }
}

/// What becomes of a rejection that nobody handles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unhandled {
    /// It ends the process, and the cell with an error.
    #[default]
    Fail,
    /// It is the case's own business.
    Ignore,
}

/// One way of writing a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// `async`, `generator`, or the user's word.
    pub name: String,
    pub file: PathBuf,
    /// What a runtime must have to execute it, by module or global name: `events.on`, `AbortSignal.any`.
    pub needs: Vec<String>,
}

/// One workload, with variants that must compute the same thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The folder's name, with the number of awaits if there are several: `await-k=16`.
    pub name: String,
    /// A few words for headings.
    pub title: String,
    /// A sentence on what an op is.
    pub about: String,
    /// The file that the variants are compiled from, if they are.
    pub source: Option<PathBuf>,
    pub shape: Shape,
    /// The awaits of an op, where cases differ in that: the variant makes an op that has so many.
    pub awaits: Option<u32>,
    /// What every sample must give.
    pub check: Check,
    /// The runtime's flags that it is written for.
    pub flags: Vec<String>,
    /// Ops that are under way at the same time.
    pub concurrency: u32,
    pub unhandled: Unhandled,
    /// In the order of the manifest.
    pub variants: Vec<Variant>,
}

impl Case {
    /// The variant of that name.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }
}

/// What can be wrong with a case or the suite.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No catalogue entry and no folder has that name.
    #[error(
        "no case and no folder \"{name}\": the catalogue has {known}; a case of your own is given as its folder"
    )]
    Unknown { name: String, known: String },
    /// A file can't be read.
    #[error("can't read \"{}\": {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// A manifest is not as it should be.
    #[error("\"{}\": {reason}", path.display())]
    Manifest {
        path: PathBuf,
        /// What is wrong, with the value.
        reason: String,
    },
}

/// What is wrong with a TOML file, on one line, with the number of the line.
fn toml_reason(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', " ");
    match error.span() {
        Some(span) if span.start > 0 => {
            let line = text[..span.start.min(text.len())].lines().count().max(1);
            format!("line {line}: {message}")
        }
        _ => message,
    }
}

fn read(path: &Path) -> Result<String, CaseError> {
    std::fs::read_to_string(path)
        .map_err(|source| CaseError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_grows_with_n() {
        let check = Check { per_op: 3.0, base: 1.0 };
        assert!(check.holds(1000, 3001.0));
        assert!(!check.holds(1000, 3000.0));
        assert!(!check.holds(1000, f64::NAN));
    }

    #[test]
    fn one_op_too_few_in_ten_million_is_seen() {
        let check = Check { per_op: 3.0, base: 0.0 };
        assert!(!check.holds(10_000_000, 29_999_997.0));
    }

    #[test]
    fn fractions_may_round() {
        let check = Check { per_op: 0.1, base: 0.0 };
        let sum: f64 = std::iter::repeat_n(0.1, 10_000).sum();
        assert!(check.holds(10_000, sum));
    }
}
