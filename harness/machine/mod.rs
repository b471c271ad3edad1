//! The hardware and OS that a result was measured on, and what they did meanwhile.

mod disturbance;
mod fingerprint;
mod kernel_text;
mod noise;
mod noise_watch;
mod usage;

use serde::{Deserialize, Serialize};

pub use disturbance::{Disturbance, Disturbances};
pub use fingerprint::fingerprint;
pub use noise::{Moment, Noise};
pub use noise_watch::{NoiseWatch, Seen};
pub use usage::Usage;

/// `machine.toml`: what identifies the hardware, and nothing that identifies its owner.
///
/// A missing field is one that the system does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// One line for titles: `Intel Core i5-7267U, 4 cores, 8 GiB, Linux x64`. A hypervisor may hide which processor it is
    /// (`AMD EPYC`); where the name has no model number, the title has the signature too: two generations of processors must
    /// not share a folder.
    pub title: String,
    /// Where published figures come from; such a machine has no samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_model: Option<String>,
    /// What the CPUID instruction says of an x86 processor, whatever name it is given: `family 26, model 2, stepping 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_signature: Option<String>,
    /// Cores, not counting hardware threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_cores: Option<usize>,
    /// Hardware threads that this process may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_cores: Option<usize>,
    /// Caches as the system lists them: `L1d 48K`, one entry a level of one core.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caches: Vec<String>,
    /// Physical memory in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// The operating system and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// Whether a hypervisor is present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtualised: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
}
