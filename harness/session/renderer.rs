//! The process of a browser's page, whose memory is what counts: the browser is many processes.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Longer than a browser needs to end the process that a page has left, on a busy machine too.
const SETTLING: Duration = Duration::from_secs(2);

/// Between two looks at all processes.
const PAUSE: Duration = Duration::from_millis(20);

/// The one process of the group led by `leader` that renders pages, once there is one: for a moment a
/// browser may have a second one that it is about to end, or one that doesn't say yet what it is. `None`
/// if there stay to be several, and on systems where nobody tells.
pub(super) async fn settled(leader: u32) -> Option<u32> {
    let deadline = Instant::now() + SETTLING;
    loop {
        let found = of(leader);
        if found.is_some() || !cfg!(target_os = "linux") || Instant::now() > deadline {
            return found;
        }
        sleep(PAUSE).await;
    }
}

/// The one process of the group led by `leader` that renders pages; `None` if there are several.
///
/// Not `SystemInfo.getProcessInfo`: Chromium before 72.0.3617 does not have it.
#[cfg(target_os = "linux")]
fn of(leader: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut renderers = ids.filter(|pid| {
        let read = |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        group(&String::from_utf8_lossy(&read("stat"))) == Some(leader)
            && is_renderer(&read("cmdline"))
    });
    renderers.next().filter(|_| renderers.next().is_none())
}

/// Elsewhere nobody tells.
#[cfg(not(target_os = "linux"))]
const fn of(_leader: u32) -> Option<u32> {
    None
}

/// The group in `/proc/<pid>/stat`. It is the third field behind the name, which may have spaces and
/// brackets in it.
#[cfg(target_os = "linux")]
fn group(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

/// Chromium's processes say what they are in their first argument, which may be separated by spaces
/// where a process has changed its own command line.
#[cfg(target_os = "linux")]
fn is_renderer(command_line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(command_line);
    text.split(['\0', ' ']).any(|argument| argument == "--type=renderer")
}

/// The resident set of process `pid`, in bytes.
#[cfg(target_os = "linux")]
pub(super) fn resident(pid: u32) -> Option<u64> {
    super::peak::field(pid, "VmRSS:")
}

/// Elsewhere nobody tells.
#[cfg(not(target_os = "linux"))]
pub(super) const fn resident(_pid: u32) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_group_stands_behind_a_name_with_anything_in_it() {
        assert_eq!(group("2211 (chr) om (ium) S 2182 2176 2176 0 -1 4194560"), Some(2176));
        assert_eq!(group(""), None);
        let own = std::fs::read_to_string("/proc/self/stat").unwrap();
        assert!(group(&own).is_some_and(|group| group > 0));
    }

    #[test]
    fn a_renderer_says_so() {
        assert!(is_renderer(b"/x/chromium\0--type=renderer\0--headless\0"));
        assert!(is_renderer(b"/x/chromium --type=renderer --headless"));
        assert!(!is_renderer(b"/x/chromium\0--type=zygote\0"));
        assert!(!is_renderer(b"sh\0-c\0echo --type=renderers\0"));
    }

    #[test]
    fn what_is_resident_is_in_bytes() {
        assert!(resident(std::process::id()).is_some_and(|bytes| bytes > 1_000_000));
        assert_eq!(of(std::process::id()), None);
    }
}
