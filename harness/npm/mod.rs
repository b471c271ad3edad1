//! npm packages: versions, fetching, integrity, unpacking. All that comes over the network comes by here.

// The names say it; to go when the lint is for the libraries alone.

mod registry;
mod tarball;

pub use registry::{Registry, RegistryError};
pub use tarball::{Place, TarballError, unpack, verify};
