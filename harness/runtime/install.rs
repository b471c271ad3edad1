//! Installs a runtime from the npm registry: fetched beside, verified, started once, and only then
//! given its name by one rename. Whatever fails half-way was never a runtime.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use node_semver::Version;
use sha1::Sha1;
use sha2::{Digest, Sha512};

use super::probe::{ProbeError, probe};
use super::registry::{Dist, Registry, RegistryError};
use super::{Environment, Family, Origin, Parcel, Platform, Runtime};
use crate::process::Scratch;

/// No runtime's binary is larger, in bytes: a guard against an archive that unpacks without end.
const LARGEST_BINARY: u64 = 1 << 30;

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
    /// It is there.
    Done,
    /// It is not there.
    Failed,
}

/// Told how far each installation is.
pub trait Progress {
    /// The installation of the runtime with this id has come to `stage`.
    fn at(&self, id: &str, stage: Stage);
}

/// Nobody wants to know.
impl Progress for () {
    fn at(&self, _id: &str, _stage: Stage) {}
}

/// Why a runtime was not installed. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no package for this system and processor.
    #[error("no npm package carries {family} for {platform}: give the path of a binary")]
    NoPackage {
        /// The family.
        family: &'static str,
        /// The platform.
        platform: String,
    },
    /// The registry can't provide it.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The tarball is not what the registry says it is.
    #[error("the tarball of {id} is not what the registry says it is ({algorithm}): try again")]
    Integrity {
        /// The runtime id.
        id: String,
        /// The algorithm and what is wrong.
        algorithm: &'static str,
    },
    /// The package has no such file.
    #[error("the package of {id} has no file \"{binary}\"")]
    NoBinary {
        /// The runtime id.
        id: String,
        /// The path inside the package.
        binary: &'static str,
    },
    /// The binary does not work here.
    #[error("{id} was fetched and verified, and does not work here: {error}")]
    Broken {
        /// The runtime id.
        id: String,
        /// What is wrong with it.
        error: ProbeError,
    },
    /// The binary is another version.
    #[error("the package of {id} holds version {found}")]
    WrongVersion {
        /// The runtime id asked for.
        id: String,
        /// What the binary says of itself.
        found: String,
    },
    /// The tarball can't be read.
    #[error("the tarball of {id} can't be unpacked: {source}; try again")]
    Tarball {
        /// The runtime id.
        id: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The disk is full, or the cache can't be written.
    #[error("can't write \"{}\": {source}; AWAITBENCH_CACHE_DIR names another place", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Installs one version, or finds that it is installed already. Two processes that install the same
/// version do not disturb each other: the first to finish wins, and both use what it made.
///
/// # Errors
/// See [`InstallError`].
pub async fn install(
    family: &'static Family,
    version: &Version,
    platform: &Platform,
    environment: &Environment,
    registry: &Registry,
    progress: &dyn Progress,
) -> Result<Runtime, InstallError> {
    let job = Job { family, version, platform, environment, registry, progress };
    let outcome = job.run().await;
    progress.at(&job.id(), if outcome.is_ok() { Stage::Done } else { Stage::Failed });
    outcome
}

/// The binaries that were installed here, in a fixed order.
pub(super) fn binaries(
    family: &'static Family,
    platform: &Platform,
    environment: &Environment,
) -> Vec<PathBuf> {
    let Some(supply) = (family.supply)(platform) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(environment.runtimes(platform)) else { return Vec::new() };
    let prefix = format!("{}-", family.name);
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path().join(supply.binary()))
        .collect();
    found.sort();
    found
}

struct Job<'a> {
    family: &'static Family,
    version: &'a Version,
    platform: &'a Platform,
    environment: &'a Environment,
    registry: &'a Registry,
    progress: &'a dyn Progress,
}

impl Job<'_> {
    fn id(&self) -> String {
        format!("{}-{}", self.family.name, self.version)
    }

    async fn run(&self) -> Result<Runtime, InstallError> {
        let id = self.id();
        let supply =
            (self.family.supply)(self.platform).ok_or_else(|| InstallError::NoPackage {
                family: self.family.name,
                platform: self.platform.to_string(),
            })?;
        let parcel =
            supply.parcel(self.version).ok_or_else(|| RegistryError::NotPublished(id.clone()))?;
        let shelf = self.environment.runtimes(self.platform);
        let home = shelf.join(&id);
        if home.join(parcel.binary).exists()
            && let Ok(runtime) = self.start(&home.join(parcel.binary)).await
        {
            return Ok(runtime);
        }
        let scratch = Scratch::inside(&shelf).map_err(disk(&shelf))?;
        if home.exists() {
            // It was a runtime once, and does not start any more.
            fs::rename(&home, scratch.path().join("broken")).map_err(disk(&home))?;
        }
        self.progress.at(&id, Stage::Fetching);
        let (dist, tarball) = tokio::try_join!(
            self.registry.dist(&parcel.package, &parcel.version),
            self.registry.pack(&parcel.package, &parcel.version, scratch.path()),
        )?;
        self.progress.at(&id, Stage::Verifying);
        verify(&id, &tarball, &dist)?;
        self.progress.at(&id, Stage::Unpacking);
        let stage = scratch.path().join("stage");
        unpack(&id, &tarball, &parcel, &stage)?;
        self.progress.at(&id, Stage::Starting);
        self.start(&stage.join(parcel.binary)).await?;
        if let Err(source) = fs::rename(&stage, &home)
            && !home.join(parcel.binary).exists()
        {
            return Err(InstallError::Disk { path: home, source });
        }
        self.start(&home.join(parcel.binary)).await
    }

    /// Starts the binary and believes it only if it is the version asked for.
    async fn start(&self, binary: &Path) -> Result<Runtime, InstallError> {
        let id = self.id();
        match probe(self.family, binary, Origin::Cache).await {
            Ok(runtime) if runtime.version == *self.version => Ok(runtime),
            Ok(runtime) => {
                Err(InstallError::WrongVersion { id, found: runtime.version.to_string() })
            }
            Err(error) => Err(InstallError::Broken { id, error }),
        }
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> InstallError {
    let path = path.to_owned();
    move |source| InstallError::Disk { path, source }
}

/// Compares the tarball with what the registry says. npm has done so too; this also covers what
/// happened to the file since.
fn verify(id: &str, tarball: &Path, dist: &Dist) -> Result<(), InstallError> {
    let differs = |algorithm| InstallError::Integrity { id: id.to_owned(), algorithm };
    let sha512 = dist
        .integrity
        .as_deref()
        .and_then(|text| text.split_whitespace().find_map(|part| part.strip_prefix("sha512-")));
    if let Some(expected) = sha512 {
        let found = digest::<Sha512>(tarball).map_err(disk(tarball))?;
        return if BASE64.encode(found) == expected {
            Ok(())
        } else {
            Err(differs("SHA-512 differs"))
        };
    }
    let Some(expected) = &dist.shasum else { return Err(differs("no digest is published")) };
    let found = digest::<Sha1>(tarball).map_err(disk(tarball))?;
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    if found == *expected { Ok(()) } else { Err(differs("SHA-1 differs")) }
}

fn digest<D: Digest>(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hasher = D::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finalize().to_vec()),
            length => hasher.update(&chunk[..length]),
        }
    }
}

/// Takes the binary out of the tarball, into `folder`. No other entry is ever written, so that none
/// can escape.
fn unpack(id: &str, tarball: &Path, parcel: &Parcel, folder: &Path) -> Result<(), InstallError> {
    /// How much Brotli decompresses at a time, in bytes.
    const CHUNK: usize = 1 << 16;
    let broken = |source| InstallError::Tarball { id: id.to_owned(), source };
    let file = File::open(tarball).map_err(broken)?;
    let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(file)));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        if !(entry.header().entry_type().is_file() && is_below_root(&path, parcel.file)) {
            continue;
        }
        let target = folder.join(parcel.binary);
        let parent = target.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(disk(parent))?;
        let mut out = File::create(&target).map_err(disk(&target))?;
        let mut content: Box<dyn Read> = if parcel.is_brotli {
            Box::new(brotli::Decompressor::new(entry, CHUNK))
        } else {
            Box::new(entry)
        };
        io::copy(&mut content.by_ref().take(LARGEST_BINARY), &mut out).map_err(disk(&target))?;
        out.sync_all().map_err(disk(&target))?;
        return make_executable(&target).map_err(disk(&target));
    }
    Err(InstallError::NoBinary { id: id.to_owned(), binary: parcel.file })
}

/// Whether `path` is `binary` below the archive's one top folder, whatever that is called.
fn is_below_root(path: &Path, binary: &str) -> bool {
    let mut parts = path.components();
    matches!(parts.next(), Some(Component::Normal(_))) && parts.as_path() == Path::new(binary)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
const fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// A parcel whose binary is `bin/node`.
    fn parcel(file: &'static str, is_brotli: bool) -> Parcel {
        let version = Version::from((1_u64, 0, 0));
        Parcel { package: "x".to_owned(), version, file, is_brotli, binary: "bin/node" }
    }

    /// A tarball with these entries, in order.
    fn tarball(folder: &Path, entries: &[(&str, &[u8])]) -> PathBuf {
        let path = folder.join("package.tgz");
        let gzip = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
        let mut builder = tar::Builder::new(gzip);
        for (name, content) in entries {
            let mut header = tar::Header::new_gnu();
            // `set_path` refuses what an attacker would write.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
        path
    }

    #[test]
    fn only_the_binary_is_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let entries: [(&str, &[u8]); 5] = [
            ("../escaped", b"evil"),
            ("package/../bin/node", b"evil"),
            ("bin/node", b"evil"),
            ("package/other", b"other"),
            ("package/bin/node", b"good"),
        ];
        let path = tarball(folder.path(), &entries);
        let stage = folder.path().join("stage");
        unpack("node-1.0.0", &path, &parcel("bin/node", false), &stage).unwrap();
        assert_eq!(fs::read(stage.join("bin/node")).unwrap(), b"good");
        assert_eq!(fs::read_dir(&stage).unwrap().count(), 1);
        assert!(!folder.path().join("escaped").exists());
        assert!(!folder.path().parent().unwrap().join("escaped").exists());
    }

    /// `zlib.brotliCompressSync('good')` in Node.js, which has the reference implementation.
    const GOOD_IN_BROTLI: &[u8] = &[0x8b, 0x01, 0x80, b'g', b'o', b'o', b'd', 0x03];

    #[test]
    fn brotli_is_decompressed_and_what_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = tarball(folder.path(), &[("package/bin/node.br", GOOD_IN_BROTLI)]);
        let stage = folder.path().join("stage");
        unpack("x-1.0.0", &path, &parcel("bin/node.br", true), &stage).unwrap();
        assert_eq!(fs::read(stage.join("bin/node")).unwrap(), b"good");
        let path = tarball(folder.path(), &[("package/bin/node.br", &GOOD_IN_BROTLI[..5])]);
        assert!(unpack("x-1.0.0", &path, &parcel("bin/node.br", true), &stage).is_err());
    }

    #[test]
    fn a_package_without_the_binary_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = tarball(folder.path(), &[("package/README", b"hello")]);
        let error =
            unpack("node-1.0.0", &path, &parcel("bin/node", false), &folder.path().join("stage"));
        assert!(matches!(error, Err(InstallError::NoBinary { .. })));
    }

    #[test]
    fn a_truncated_tarball_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let noise: Vec<u8> =
            (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let path = tarball(folder.path(), &[("package/bin/node", &noise)]);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(
            unpack("node-1.0.0", &path, &parcel("bin/node", false), &folder.path().join("stage"),)
                .is_err()
        );
    }

    /// Digests from `printf abc | openssl dgst`.
    #[test]
    fn digests_decide() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();
        let sha512 = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        let dist = |integrity: Option<&str>, shasum: Option<&str>| Dist {
            integrity: integrity.map(str::to_owned),
            shasum: shasum.map(str::to_owned),
        };
        assert!(verify("id", &path, &dist(Some(sha512), None)).is_ok());
        assert!(verify("id", &path, &dist(None, Some(sha1))).is_ok());
        assert!(
            verify("id", &path, &dist(Some(&sha512.replace("3a8", "3a9")), Some(sha1))).is_err()
        );
        assert!(verify("id", &path, &dist(None, Some("00"))).is_err());
        assert!(verify("id", &path, &dist(None, None)).is_err());
    }
}
