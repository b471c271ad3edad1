//! What the two names on the command line of `compare` stand for.

use std::path::{Path, PathBuf};

use super::outcome::WrongUsage;
use crate::compare::{Subject, Version};
use crate::key::compare_versions;
use crate::machine::fingerprint;
use crate::measure::BetweenRuns;
use crate::record::{MachineFolder, find_machines};
use crate::report::Matrix;
use crate::runtime::{Spec, Want};

/// Where names are looked up.
pub(super) struct Naming<'a> {
    /// The folder of all results.
    pub(super) results: &'a Path,
    /// The machine whose versions are meant, if it is not this one.
    pub(super) machine: Option<&'a str>,
}

/// Both sides. If one names a version and the other does not, that version of the other is meant.
pub(super) fn read_sides(
    naming: &Naming<'_>,
    a: &str,
    b: &str,
) -> anyhow::Result<(Subject, Subject)> {
    let (a, b) = (naming.read(a)?, naming.read(b)?);
    Ok(match (a.only.clone(), b.only.clone()) {
        (Some(only), None) => (a, b.narrowed(&only)),
        (None, Some(only)) => (a.narrowed(&only), b),
        _ => (a, b),
    })
}

impl Naming<'_> {
    fn read(&self, name: &str) -> anyhow::Result<Subject> {
        let file = Path::new(name);
        if file.is_file() {
            return self.read_file(file);
        }
        if let Some(folder) = self.folder(name) {
            return subject(&only_machine(&folder)?);
        }
        if name.contains('@') {
            return self.read_version(name);
        }
        Err(WrongUsage(format!(
            "\"{name}\" is neither a folder of results nor a version such as node@12.16.2{}",
            self.known()
        ))
        .into())
    }

    /// A machine by its path, or by its name under the results.
    fn folder(&self, name: &str) -> Option<PathBuf> {
        let named = self.results.join(name);
        [PathBuf::from(name), named].into_iter().find(|path| path.is_dir() && !name.is_empty())
    }

    /// One summary file of a machine's folder: just that version.
    fn read_file(&self, file: &Path) -> anyhow::Result<Subject> {
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let version = stem.split_once('-').filter(|_| file.extension().is_some_and(|e| e == "csv"));
        let Some((runtime, version)) = version.filter(|_| folder.join("machine.toml").is_file())
        else {
            return Err(WrongUsage(format!(
                "\"{}\" is not a summary file: name a <runtime>-<version>.csv beside a machine.toml{}",
                file.display(),
                self.known()
            ))
            .into());
        };
        Ok(subject(&only_machine(folder)?)?.narrowed(&Version::new(runtime, version)))
    }

    /// The newest version that a spec admits, of those in one machine's folder.
    fn read_version(&self, text: &str) -> anyhow::Result<Subject> {
        let spec: Spec = text.parse().map_err(|error| WrongUsage(format!("{error}")))?;
        if !matches!(spec.want, Want::Exact(_) | Want::Range(_) | Want::Latest) {
            return Err(WrongUsage(format!(
                "results do not say which version \"{text}\" was: name it, such as {}@12.16.2",
                spec.family.name
            ))
            .into());
        }
        let folder = self.machine()?;
        let subject = subject(&folder)?;
        let versions = || {
            let mut versions: Vec<&str> = subject
                .matrix
                .cells
                .iter()
                .filter(|cell| cell.key.runtime == spec.family.name)
                .map(|cell| cell.key.version.as_str())
                .collect();
            versions.sort_by(|a, b| compare_versions(a, b));
            versions.dedup();
            versions
        };
        let admitted = |version: &&&str| {
            node_semver::Version::parse(version).is_ok_and(|version| spec.admits(&version))
        };
        let newest = versions().iter().rev().find(admitted).map(|version| (*version).to_owned());
        let Some(newest) = newest else {
            return Err(WrongUsage(format!(
                "no results of \"{text}\" in \"{}\": there is {}; measure it, or name another machine \
                 with --machine",
                folder.path().display(),
                match versions().as_slice() {
                    [] => format!("nothing of {}", spec.family.name),
                    versions => versions.join(", "),
                }
            ))
            .into());
        };
        Ok(subject.narrowed(&Version::new(spec.family.name, &newest)))
    }

    /// The machine whose versions are meant.
    fn machine(&self) -> anyhow::Result<MachineFolder> {
        if let Some(name) = self.machine {
            let folder = self.folder(name).ok_or_else(|| {
                WrongUsage(format!(
                    "--machine \"{name}\" is not a folder of results{}",
                    self.known()
                ))
            })?;
            return only_machine(&folder);
        }
        let own = self.results.join(fingerprint().folder_name());
        if own.join("machine.toml").is_file() {
            only_machine(&own)
        } else {
            only_machine(self.results)
        }
    }

    /// The machines there are, for an error.
    fn known(&self) -> String {
        let machines = find_machines(self.results).unwrap_or_default();
        if machines.is_empty() {
            return format!("; there are no results in \"{}\"", self.results.display());
        }
        format!("; in \"{}\" there is {}", self.results.display(), names(&machines))
    }
}

fn names(machines: &[MachineFolder]) -> String {
    machines.iter().map(MachineFolder::name).collect::<Vec<_>>().join(", ")
}

/// The machine that a folder is, or the only one that it holds.
fn only_machine(folder: &Path) -> anyhow::Result<MachineFolder> {
    let mut machines = find_machines(folder)?;
    match machines.len() {
        1 => Ok(machines.remove(0)),
        _ => Err(WrongUsage(format!(
            "\"{}\" holds several machines: name one of {}",
            folder.display(),
            names(&machines)
        ))
        .into()),
    }
}

fn subject(folder: &MachineFolder) -> anyhow::Result<Subject> {
    let machine = folder.machine()?;
    let matrix = Matrix {
        between: BetweenRuns::of(folder.between_runs()?, &machine),
        folder: folder.name(),
        machine,
        cells: folder.cells()?,
        ratios: Vec::new(),
        costs: Vec::new(),
        warnings: Vec::new(),
    };
    Ok(Subject { matrix, samples: folder.samples()?, only: None })
}
