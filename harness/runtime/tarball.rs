//! A package's tarball: whether it is the one that the registry published, and the binary inside.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use sha1::Sha1;
use sha2::{Digest, Sha512};

use super::Parcel;
use super::install::{InstallError, disk};
use super::registry::Dist;

/// No runtime's binary is larger, in bytes: a guard against an archive that unpacks without end.
const LARGEST_BINARY: u64 = 1 << 30;

/// Compares the tarball with what the registry says. npm has done so too; this also covers what
/// happened to the file since.
pub(super) fn verify(id: &str, tarball: &Path, dist: &Dist) -> Result<(), InstallError> {
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
pub(super) fn unpack(
    id: &str,
    tarball: &Path,
    parcel: &Parcel,
    folder: &Path,
) -> Result<(), InstallError> {
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
    use std::path::PathBuf;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use node_semver::Version;

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
