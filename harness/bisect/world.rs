//! What a search needs of its surroundings: versions that can be come by and asked.

use node_semver::Version;

use super::finding::{Answer, Probed, VersionAnswer};
use super::lines::Line;
use crate::runtime::{Family, Runtime};

/// How versions are come by and asked.
pub(super) trait World {
    /// Whether a version is here already.
    fn has(&self, family: &'static Family, version: &Version) -> bool;

    /// Makes a version be here.
    fn fetch(
        &self,
        family: &'static Family,
        version: &Version,
    ) -> impl Future<Output = Result<Runtime, Trouble>>;

    /// Asks a runtime. With an `earlier` finding it is asked afresh, and the answer is what both say
    /// together.
    fn ask(
        &self,
        runtime: &Runtime,
        earlier: Option<VersionAnswer>,
    ) -> impl Future<Output = VersionAnswer>;

    /// Told what was found out.
    fn found(&self, line: &Line, probed: &Probed);
}

/// Why a version is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is this version's: the others may be well.
    Version(Answer, String),
    /// It would hit every other version as well: the registry does not answer, the disk is full.
    All(String),
}
