//! The peak resident set of one process.

/// The peak resident set of process `pid` in bytes, as Linux keeps it for that process alone.
///
/// Not `getrusage`: its figure for children is a high-water mark over all of them, and a process
/// that is started by a big one begins with the big one's mark.
#[cfg(target_os = "linux")]
pub(super) fn of(pid: u32) -> Option<u64> {
    field(pid, "VmHWM:")
}

/// Elsewhere the driver's own figure stands.
#[cfg(not(target_os = "linux"))]
pub(super) const fn of(_pid: u32) -> Option<u64> {
    None
}

/// A figure of `/proc/<pid>/status` in bytes.
#[cfg(target_os = "linux")]
pub(super) fn field(pid: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    figure(&status, name)
}

/// A line of `/proc/<pid>/status`, which counts in units of 1024 bytes.
#[cfg(target_os = "linux")]
fn figure(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_in_bytes() {
        let status = "Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t   35012 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(figure(status, "VmHWM:"), Some(35_012 * 1024));
        assert_eq!(figure("Name:\tkthread\n", "VmHWM:"), None);
        assert!(of(std::process::id()).is_some_and(|bytes| bytes > 1_000_000));
    }
}
