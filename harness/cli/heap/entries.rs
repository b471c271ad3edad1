//! Entries that several pages of `awaitbench heap` have.

use crate::heap::distance::SYSTEM;
use crate::heap::script::short;
use crate::show::Entry;

/// A place in a program, which people get without folders.
pub(super) fn place(source: Option<&str>) -> Entry {
    Entry::companion(source, |place| Entry::Place(short(place).to_owned()))
}

/// A distance from the roots; of what only system roots reach there is none to tell.
pub(super) fn distance(distance: Option<u32>) -> Entry {
    let told = distance.filter(|distance| *distance < SYSTEM);
    Entry::figure(told, |distance| Entry::text(distance.to_string()))
}
