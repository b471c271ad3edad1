//! What is investigated, and where.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Watch;
use crate::case::Catalogue;
use crate::runtime::{
    InstallError, ProbeError, RegistryError, Resolution, ResolveError, Resolver, Runtime, Spec,
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The version that leaks.
    pub leaking: Spec,
    /// One that does not.
    pub fixed: Spec,
    /// Requests a second.
    pub rate: f64,
    /// How long each load lasts.
    pub duration: Duration,
    /// The versions among which those that leak are looked for.
    pub versions: Spec,
    /// The tree that is searched; `None` for the app that comes along.
    pub app: Option<PathBuf>,
    /// The browsers; `None` if nobody wants to know.
    pub browsers: Option<Vec<Spec>>,
    /// What gives such a report again: the arguments after the program's name, not quoted.
    pub arguments: Vec<String>,
}

/// What all steps use.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Where runtimes come from.
    pub resolver: &'a Resolver,
    /// Where the service, the case and the drivers are.
    pub catalogue: &'a Catalogue,
    /// Who is told.
    pub watch: &'a dyn Watch,
    /// Where snapshots and everything else that does not stay may be written.
    pub scratch: &'a Path,
    /// When it all began, RFC 3339.
    pub started_at: &'a str,
}

impl Field<'_> {
    /// The runtime that `spec` means, installed if need be.
    ///
    /// # Errors
    /// There is none, or it can't be had or started.
    pub(super) async fn runtime(&self, spec: &Spec) -> Result<Runtime, RuntimeError> {
        match self.resolver.resolve(spec, self.watch).await? {
            Resolution::Installed(runtime) => Ok(runtime),
            Resolution::Absent(family, version) => {
                Ok(self.resolver.provide(family, &version, self.watch).await?)
            }
            Resolution::Broken(_, path, error) => Err(RuntimeError::Broken { path, error }),
        }
    }
}

/// Why there is no runtime.
#[derive(Debug, thiserror::Error)]
pub(super) enum RuntimeError {
    /// Nothing is known that could be meant.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// It is known, and can't be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// What the user named is no working runtime.
    #[error("\"{}\": {error}", path.display())]
    Broken {
        /// What was named.
        path: PathBuf,
        /// What is wrong with it.
        error: ProbeError,
    },
}

impl RuntimeError {
    /// Whether nothing is wrong: no package carries it for this system, or, `offline`, it is not here and
    /// may not be fetched.
    pub(super) fn is_absence(&self, offline: bool) -> bool {
        let of_install = |error: &InstallError| {
            matches!(
                error,
                InstallError::NoPackage { .. } | InstallError::Registry(RegistryError::Offline(_))
            )
        };
        match self {
            Self::Resolve(ResolveError::NoPackage { .. }) => true,
            Self::Resolve(ResolveError::Registry(error)) => {
                matches!(error, RegistryError::Offline(_))
            }
            // Only what is installed is known then.
            Self::Resolve(ResolveError::NoMatch { .. }) => offline,
            Self::Resolve(ResolveError::Install(error)) => of_install(error),
            Self::Install(error) => of_install(error),
            Self::Resolve(ResolveError::NoSystem(_) | ResolveError::NoLts(_))
            | Self::Broken { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn only_what_can_t_be_had_here_is_an_absence() {
        let no_match =
            || ResolveError::NoMatch { spec: "chromium@80".to_owned(), near: String::new() };
        let id = || "chromium-80.0.3987".to_owned();
        let offline = || RegistryError::Offline(id());
        let npm = || RegistryError::Npm { asked: id(), reason: "no space left".to_owned() };
        let absent: [RuntimeError; 4] = [
            ResolveError::NoPackage { family: "chromium", platform: "aix-ppc".to_owned() }.into(),
            InstallError::NoPackage { family: "chromium", platform: "aix-ppc".to_owned() }.into(),
            ResolveError::Registry(offline()).into(),
            InstallError::Registry(offline()).into(),
        ];
        for error in absent {
            assert!(error.is_absence(false) && error.is_absence(true), "{error}");
        }
        let wrong: [RuntimeError; 7] = [
            InstallError::Integrity { id: id(), algorithm: "sha512" }.into(),
            InstallError::Broken { id: id(), error: ProbeError::Hang }.into(),
            InstallError::Disk {
                path: PathBuf::from("/cache"),
                source: io::Error::from(io::ErrorKind::StorageFull),
            }
            .into(),
            InstallError::Registry(npm()).into(),
            ResolveError::Registry(RegistryError::NoNpm).into(),
            InstallError::Registry(RegistryError::NotPublished(id())).into(),
            RuntimeError::Broken { path: PathBuf::from("/opt/node"), error: ProbeError::Missing },
        ];
        for error in wrong {
            assert!(!error.is_absence(false) && !error.is_absence(true), "{error}");
        }
        assert!(RuntimeError::from(no_match()).is_absence(true));
        assert!(!RuntimeError::from(no_match()).is_absence(false));
    }
}
