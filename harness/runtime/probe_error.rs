//! Why a binary can't be used as a runtime.

use std::io;
use std::time::Duration;

/// How long a binary may take to say what it is. A cold start from a slow disk takes seconds.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// Why a binary is of no use. Each says one thing.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    #[error("can't be started: {0}")]
    Start(io::Error),
    #[error("did not say its version within {} s", DEADLINE.as_secs())]
    Hang,
    /// It ended with an error.
    #[error("{ending}{}", quoted(.stderr))]
    Failed {
        ending: String,
        /// The end of its standard error.
        stderr: String,
    },
    /// A shared library that it needs is not here.
    #[error("needs {library}, which is not installed here: {}", advice(.library))]
    Library { library: String },
    #[error("answered {answer:?} when asked for its version")]
    Garbage {
        /// The beginning of its answer.
        answer: String,
    },
}

fn quoted(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

/// How to come by a library that a browser needs.
fn advice(library: &str) -> String {
    let debian = match library.split('.').next().unwrap_or_default() {
        "libnss3" | "libnssutil3" | "libsmime3" => "libnss3",
        "libnspr4" | "libplc4" | "libplds4" => "libnspr4",
        "libexpat" => "libexpat1",
        "libuuid" => "libuuid1",
        _ => return "install the package of your system that has it".to_owned(),
    };
    format!("`apt-get install {debian}` on Debian and Ubuntu, or your system's package of it")
}

/// The library that the system's loader misses, in its own words.
pub(super) fn missing_library(stderr: &str) -> Option<String> {
    let (_, after) = stderr.split_once("error while loading shared libraries: ")?;
    let library = after.split(':').next()?.trim();
    (!library.is_empty()).then(|| library.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named_with_advice() {
        let stderr = "/x/bin/chromium: error while loading shared libraries: libnss3.so: cannot \
                      open shared object file: No such file or directory";
        let library = missing_library(stderr).unwrap();
        let words = ProbeError::Library { library }.to_string();
        assert!(words.starts_with("needs libnss3.so, which is not installed here: "), "{words}");
        assert!(words.contains("apt-get install libnss3"), "{words}");
        assert_eq!(missing_library("no such luck"), None);
        let other = ProbeError::Library { library: "libfoo.so.1".to_owned() }.to_string();
        assert!(other.ends_with("install the package of your system that has it"), "{other}");
    }
}
