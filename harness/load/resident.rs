//! The resident set of all processes of a group: what a service takes, whatever it is written in.

/// The sum over the process group in bytes; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn of_group(group: u32) -> Option<u64> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut sum = None;
    for id in ids {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{id}/{file}"));
        if read("stat").ok().and_then(|stat| group_in(&stat)) == Some(group)
            && let Some(bytes) = read("status").ok().and_then(|status| resident_in(&status))
        {
            sum = Some(sum.unwrap_or(0) + bytes);
        }
    }
    sum
}

/// Elsewhere only the monitor's own figure is known.
#[cfg(not(target_os = "linux"))]
pub(super) const fn of_group(_group: u32) -> Option<u64> {
    None
}

/// The process group in `/proc/<pid>/stat`: the third field after the name, which may contain
/// anything and ends at the last bracket.
#[cfg(target_os = "linux")]
fn group_in(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

/// `VmRSS` of `/proc/<pid>/status`, which counts in units of 1024 bytes.
#[cfg(target_os = "linux")]
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        assert_eq!(group_in("7 (a) b) c) S 1 4711 4711 0"), Some(4711));
        assert_eq!(group_in("7 (node)"), None);
        assert_eq!(resident_in("VmHWM:\t 9 kB\nVmRSS:\t   35012 kB\n"), Some(35_012 * 1024));
        assert_eq!(resident_in("Name:\tkthread\n"), None);
    }

    #[test]
    fn our_own_group_has_us_in_it() {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        assert!(of_group(group_in(&stat).unwrap()).unwrap() > 1_000_000);
    }
}
