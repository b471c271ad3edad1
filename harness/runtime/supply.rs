//! Where a family's binaries come from.

use node_semver::Version;

/// The npm packages that carry the binaries of a family for one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supply {
    /// One package, whose versions are the runtime's.
    Package(Package),
    /// Packages whose versions are their own: a table says which holds what.
    Releases(&'static [Release]),
}

/// An npm package whose versions are the runtime's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// The binary inside, relative to the package's root.
    pub binary: &'static str,
}

/// One version of a runtime, and the package that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    pub version: (u64, u64, u64),
    pub package: &'static str,
    pub package_version: (u64, u64, u64),
    /// The binary inside, compressed with Brotli, relative to the package's root.
    pub file: &'static str,
}

/// What has to be fetched for one version, and what of it is the binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    pub package: String,
    pub version: Version,
    /// The file inside, relative to the package's root.
    pub file: &'static str,
    /// Whether that file is compressed with Brotli.
    pub is_brotli: bool,
    /// Where the binary lies when it is installed, relative to the runtime's folder.
    pub binary: &'static str,
}

/// Where a binary lies that was unpacked from a [`Release`].
const UNPACKED: &str = "bin/chromium";

impl Supply {
    /// Where binaries lie when they are installed, relative to the runtime's folder.
    pub const fn binary(&self) -> &'static str {
        match self {
            Self::Package(package) => package.binary,
            Self::Releases(_) => UNPACKED,
        }
    }

    /// What has to be fetched for `version`; `None` if it is known not to exist.
    pub fn package_file(&self, version: &Version) -> Option<PackageFile> {
        match self {
            Self::Package(package) => Some(PackageFile {
                package: package.name.clone(),
                version: version.clone(),
                file: package.binary,
                is_brotli: false,
                binary: package.binary,
            }),
            Self::Releases(releases) => {
                let same = |release: &&Release| Version::from(release.version) == *version;
                releases.iter().find(same).map(|release| PackageFile {
                    package: release.package.to_owned(),
                    version: release.package_version.into(),
                    file: release.file,
                    is_brotli: true,
                    binary: UNPACKED,
                })
            }
        }
    }
}
