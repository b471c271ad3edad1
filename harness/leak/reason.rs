//! Why a verdict is what it is, and what to do about it: apart, since not who reads it has the option.

use std::borrow::Cow;
use std::fmt;

/// Why a verdict is what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// In words; empty if the verdict needs none.
    pub why: String,
    /// What to do, in the options of the command that gave the verdict.
    pub advice: Option<Cow<'static, str>>,
}

impl Reason {
    /// A reason that nothing is to be done about.
    pub fn of(why: impl Into<String>) -> Self {
        Self { why: why.into(), advice: None }
    }

    /// A reason, and what to do.
    pub fn with(why: impl Into<String>, advice: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into(), advice: Some(advice.into()) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(f, ": {advice}"))
    }
}
