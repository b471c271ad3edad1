//! What there is of a spec: here, to be fetched, or missing, and why.

// The names say it; to go when the lint is for the libraries alone.

use std::io;
use std::path::PathBuf;

use node_semver::Version;

use super::probe_error::ProbeError;
use super::{Family, Runtime};
use crate::npm::{RegistryError, TarballError};

/// What there is of a spec.
#[derive(Debug)]
pub enum Found {
    Here(Runtime),
    ToFetch(&'static Family, Version),
    Missing(Why),
}

/// Why there is no runtime. Nothing of an installation that failed is left behind.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// `near` says what there is, with its introduction; empty if there is nothing at all.
    #[error("nothing matches {spec}{near}")]
    NoMatch { spec: String, near: String },
    #[error("no {0} on PATH: name a version, as in {0}@latest, and it will be installed")]
    NoSystem(&'static str),
    #[error("{0} has no long-term support: {0}@latest is its newest release")]
    NoLts(&'static str),
    #[error("no npm package carries {family} for {platform}: give the path of a binary")]
    NoPackage { family: &'static str, platform: String },
    /// What the user named, or what is on PATH, does not work: in results it has a row of its own.
    #[error("\"{}\": {error}", path.display())]
    Broken { family: &'static Family, path: PathBuf, error: ProbeError },
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Tarball(TarballError),
    /// `binary` is its path inside the package.
    #[error("the package of {id} has no file \"{binary}\"")]
    NoBinary { id: String, binary: &'static str },
    #[error("{id} was fetched and verified, and does not work here: {error}")]
    Unusable { id: String, error: ProbeError },
    #[error("the package of {id} holds version {found}")]
    WrongVersion { id: String, found: String },
    #[error("can't write \"{}\": {source}; AWAITBENCH_CACHE_DIR names another place", path.display())]
    Disk { path: PathBuf, source: io::Error },
}

impl From<TarballError> for Why {
    fn from(error: TarballError) -> Self {
        match error {
            TarballError::Disk { path, source } => Self::Disk { path, source },
            error => Self::Tarball(error),
        }
    }
}

impl Why {
    /// Whether nothing is wrong: no package carries it for this system, or, `offline`, it is not here and
    /// may not be fetched.
    pub const fn is_absence(&self, offline: bool) -> bool {
        match self {
            Self::NoPackage { .. } | Self::Registry(RegistryError::Offline(_)) => true,
            // Only what is installed is known then.
            Self::NoMatch { .. } => offline,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_t_be_had_here_is_an_absence() {
        let no_match = Why::NoMatch { spec: "chromium@80".to_owned(), near: String::new() };
        let id = || "chromium-80.0.3987".to_owned();
        let npm = RegistryError::Npm { asked: id(), reason: "no space left".to_owned() };
        let absent: [Why; 2] = [
            Why::NoPackage { family: "chromium", platform: "aix-ppc".to_owned() },
            RegistryError::Offline(id()).into(),
        ];
        for why in absent {
            assert!(why.is_absence(false) && why.is_absence(true), "{why}");
        }
        let storage_full = || io::Error::from(io::ErrorKind::StorageFull);
        let family = Family::named("node").unwrap();
        let wrong: [Why; 7] = [
            TarballError::Integrity { id: id(), what: "SHA-512 differs" }.into(),
            Why::Unusable { id: id(), error: ProbeError::Hang },
            TarballError::Disk { path: "/cache".into(), source: storage_full() }.into(),
            npm.into(),
            RegistryError::NoNpm.into(),
            RegistryError::NotPublished(id()).into(),
            Why::Broken { family, path: "/opt/node".into(), error: ProbeError::Missing },
        ];
        for why in wrong {
            assert!(!why.is_absence(false) && !why.is_absence(true), "{why}");
        }
        assert!(no_match.is_absence(true) && !no_match.is_absence(false));
    }
}
