//! A package's tarball: whether it is the one that the registry published, and what is inside.
//!
//! Nothing of it is believed: an entry is written only where its path leads below the package's own folder, links
//! are left out, and neither sizes nor numbers of files are without end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest, Sha512};

/// No package unpacks to more, in bytes, and no file inside to more: the largest binary has some 200 MB.
const MOST_BYTES: u64 = 1 << 30;

/// No package has more entries: the largest on the registry has some 50,000.
const MOST_ENTRIES: usize = 1 << 18;

/// What the registry says about one tarball.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Dist {
    pub integrity: Option<String>,
    /// SHA-1 in hexadecimal: all that the oldest packages have.
    pub shasum: Option<String>,
}

/// Why a tarball was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum TarballError {
    #[error("the tarball of {id} is not what the registry says it is ({what}): try again")]
    Integrity { id: String, what: &'static str },
    #[error("the tarball of {id} can't be unpacked: {source}; try again")]
    Unreadable { id: String, source: io::Error },
    #[error("can't write \"{}\": {source}", path.display())]
    Disk { path: PathBuf, source: io::Error },
}

/// Where a file of a package goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub is_brotli: bool,
    pub is_executable: bool,
    /// Whether nothing after it is wanted.
    pub is_last: bool,
}

impl Place {
    /// The place that a file has in the package.
    pub fn same(path: &Path) -> Self {
        Self { path: path.to_owned(), is_brotli: false, is_executable: false, is_last: false }
    }
}

/// Compares the tarball with what the registry says. npm has done so too; this also covers what
/// happened to the file since.
pub fn verify(id: &str, tarball: &Path, dist: &Dist) -> Result<(), TarballError> {
    let check = |is_same: bool, what| match is_same {
        true => Ok(()),
        false => Err(TarballError::Integrity { id: id.to_owned(), what }),
    };
    let unreadable = |source| TarballError::Unreadable { id: id.to_owned(), source };
    let sha512 = dist
        .integrity
        .as_deref()
        .and_then(|text| text.split_whitespace().find_map(|part| part.strip_prefix("sha512-")));
    if let Some(expected) = sha512 {
        let found = digest::<Sha512>(tarball).map_err(unreadable)?;
        return check(BASE64.encode(found) == expected, "SHA-512 differs");
    }
    let Some(expected) = &dist.shasum else { return check(false, "no digest is published") };
    let found = digest::<Sha1>(tarball).map_err(unreadable)?;
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    check(found == *expected, "SHA-1 differs")
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

/// Writes those files of a package into `folder` that `place` knows a place for, by their paths relative to the
/// package. Answers how many.
pub fn unpack(
    id: &str,
    tarball: &Path,
    folder: &Path,
    place: impl Fn(&Path) -> Option<Place>,
) -> Result<usize, TarballError> {
    let broken = |source| TarballError::Unreadable { id: id.to_owned(), source };
    let file = File::open(tarball).map_err(broken)?;
    let content = Bounded { inner: GzDecoder::new(io::BufReader::new(file)), left: MOST_BYTES };
    let mut archive = tar::Archive::new(content);
    let mut written = 0;
    for (index, entry) in archive.entries().map_err(broken)?.enumerate() {
        if index >= MOST_ENTRIES {
            return Err(broken(io::Error::other(format!("it has over {MOST_ENTRIES} entries"))));
        }
        let entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let wanted = below_root(&path).filter(|_| entry.header().entry_type().is_file());
        let Some(place) = wanted.and_then(&place) else { continue };
        write(entry, &folder.join(&place.path), &place)?;
        written += 1;
        if place.is_last {
            break;
        }
    }
    Ok(written)
}

fn write(entry: impl Read, target: &Path, place: &Place) -> Result<(), TarballError> {
    /// How much Brotli decompresses at a time, in bytes.
    const CHUNK: usize = 1 << 16;
    let disk = |source| TarballError::Disk { path: target.to_owned(), source };
    fs::create_dir_all(target.parent().unwrap_or(target)).map_err(disk)?;
    let mut out = File::create(target).map_err(disk)?;
    let copied = if place.is_brotli {
        let content = brotli_decompressor::Decompressor::new(entry, CHUNK);
        io::copy(&mut Bounded { inner: content, left: MOST_BYTES }, &mut out)
    } else {
        io::copy(&mut { entry }, &mut out)
    };
    copied.map_err(disk)?;
    if place.is_executable {
        out.sync_all().map_err(disk)?;
        make_executable(target).map_err(disk)?;
    }
    Ok(())
}

/// The path below the archive's one top folder, whatever that is called; `None` if it leads elsewhere.
fn below_root(path: &Path) -> Option<&Path> {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let mut parts = path.components();
    let rest = parts.next().filter(|top| is_plain(*top)).map(|_| parts.as_path())?;
    (rest != Path::new("") && rest.components().all(is_plain)).then_some(rest)
}

/// Content that ends in an error, where it does not end in time.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let left = self.left.checked_sub(length as u64);
        self.left =
            left.ok_or_else(|| io::Error::other(format!("it unpacks to over {MOST_BYTES} bytes")))?;
        Ok(length)
    }
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

    /// Where the one file goes that is taken.
    fn only(file: &str, is_brotli: bool) -> impl Fn(&Path) -> Option<Place> {
        let path = PathBuf::from("bin/node");
        let place = Place { path, is_brotli, is_executable: true, is_last: true };
        move |path| (path == Path::new(file)).then(|| place.clone())
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
        assert_eq!(unpack("x", &path, &stage, only("bin/node", false)).unwrap(), 1);
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
        unpack("x", &path, &stage, only("bin/node.br", true)).unwrap();
        assert_eq!(fs::read(stage.join("bin/node")).unwrap(), b"good");
        let path = tarball(folder.path(), &[("package/bin/node.br", &GOOD_IN_BROTLI[..5])]);
        assert!(unpack("x", &path, &stage, only("bin/node.br", true)).is_err());
    }

    #[test]
    fn all_files_are_taken_out_but_those_that_lead_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let entries: [(&str, &[u8]); 5] = [
            ("package/package.json", b"{}"),
            ("package/lib/index.js", b"1"),
            ("package/../../escaped", b"evil"),
            ("/package/absolute", b"evil"),
            ("alone", b"2"),
        ];
        let path = tarball(folder.path(), &entries);
        let stage = folder.path().join("stage");
        let same = |path: &Path| Some(Place::same(path));
        assert_eq!(unpack("x", &path, &stage, same).unwrap(), 2);
        assert_eq!(fs::read(stage.join("lib/index.js")).unwrap(), b"1");
        assert_eq!(fs::read_dir(&stage).unwrap().count(), 2);
        assert!(!folder.path().join("escaped").exists());
        assert_eq!(unpack("x", &path, &stage, only("bin/node", false)).unwrap(), 0);
    }

    #[test]
    fn content_without_end_is_an_error() {
        let mut endless = Bounded { inner: io::repeat(1), left: 10_000 };
        assert!(io::copy(&mut endless, &mut io::sink()).is_err());
        let mut short = Bounded { inner: io::repeat(1).take(10_000), left: 10_000 };
        assert_eq!(io::copy(&mut short, &mut io::sink()).unwrap(), 10_000);
    }

    #[test]
    fn a_truncated_tarball_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let noise: Vec<u8> =
            (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let path = tarball(folder.path(), &[("package/bin/node", &noise)]);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let stage = folder.path().join("stage");
        assert!(unpack("x", &path, &stage, only("bin/node", false)).is_err());
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
