//! Standard input, which can be read once.

use std::path::Path;

use crate::heap::read::STANDARD_INPUT;

/// Refuses to read it for two snapshots.
pub(super) fn at_most_one<P: AsRef<Path>>(files: &[P]) -> anyhow::Result<()> {
    let is_it = |file: &&P| file.as_ref().as_os_str() == STANDARD_INPUT;
    anyhow::ensure!(
        files.iter().filter(is_it).count() <= 1,
        "only one of the snapshots can be standard input; give the others as files"
    );
    Ok(())
}
