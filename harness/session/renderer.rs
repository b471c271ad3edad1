//! The process of a browser's page, whose memory is what counts: the browser is many processes.

/// The processes of the group led by `leader`, each with the time that it has computed so far, in ticks of
/// the kernel's clock.
///
/// Not `SystemInfo.getProcessInfo`: Chromium before 72.0.3617 does not have it.
#[cfg(target_os = "linux")]
pub(super) fn processes(leader: u32) -> Vec<Process> {
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let of_group = ids.filter_map(|pid| {
        let read = |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let stat = read("stat");
        let stat = String::from_utf8_lossy(&stat);
        (field(&stat, GROUP)? == u64::from(leader)).then(|| Process {
            pid,
            is_renderer: is_renderer(&read("cmdline")),
            computed: field(&stat, USER_TIME).unwrap_or(0) + field(&stat, SYSTEM_TIME).unwrap_or(0),
        })
    });
    of_group.collect()
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn processes(_leader: u32) -> Vec<Process> {
    Vec::new()
}

/// A process of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pid: u32,
    /// Whether its command line says so.
    is_renderer: bool,
    computed: u64,
}

/// The one that says that it renders pages; `None` if none or several do: a browser may keep another one
/// for pages to come, and one that was just started doesn't say yet what it is.
pub(super) fn only(processes: &[Process]) -> Option<u32> {
    let mut renderers = processes.iter().filter(|process| process.is_renderer);
    let first = renderers.next()?;
    renderers.next().is_none().then_some(first.pid)
}

/// Who computed while the page did: at least [`PLAIN`] ticks, and far more than any other.
pub(super) fn busiest(before: &[Process], after: &[Process]) -> Option<u32> {
    /// Two hundredths of a second, as a rule.
    const PLAIN: u64 = 2;
    /// The browser's own process passes the page's answer on.
    const TIMES: u64 = 3;
    let since = |now: &Process| {
        let then = before.iter().find(|process| process.pid == now.pid);
        (now.computed.saturating_sub(then.map_or(now.computed, |then| then.computed)), now.pid)
    };
    let mut all: Vec<(u64, u32)> = after.iter().map(since).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let (most, pid) = *all.first()?;
    let second = all.get(1).map_or(0, |other| other.0);
    (most >= PLAIN && most >= TIMES * second).then_some(pid)
}

/// Where `/proc/<pid>/stat` has the group and the times, counted from behind the name, which may have
/// spaces and brackets in it (proc(5)).
#[cfg(target_os = "linux")]
const GROUP: usize = 2;
#[cfg(target_os = "linux")]
const USER_TIME: usize = 11;
#[cfg(target_os = "linux")]
const SYSTEM_TIME: usize = 12;

#[cfg(target_os = "linux")]
fn field(stat: &str, at: usize) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(at)?.parse().ok()
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

#[cfg(not(target_os = "linux"))]
pub(super) const fn resident(_pid: u32) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_group_stands_behind_a_name_with_anything_in_it() {
        let stat = "2211 (chr) om (ium) S 2182 2176 2176 0 -1 4194560 9 0 0 0 31 7 0 0";
        assert_eq!(field(stat, GROUP), Some(2176));
        assert_eq!((field(stat, USER_TIME), field(stat, SYSTEM_TIME)), (Some(31), Some(7)));
        assert_eq!(field("", GROUP), None);
        let own = std::fs::read_to_string("/proc/self/stat").unwrap();
        assert!(field(&own, GROUP).is_some_and(|group| group > 0));
    }

    #[test]
    fn the_pages_process_is_the_only_one_or_the_busiest() {
        let process = |pid, is_renderer, computed| Process { pid, is_renderer, computed };
        let before = [process(1, false, 90), process(2, true, 10), process(3, true, 12)];
        assert_eq!(only(&before), None);
        assert_eq!(only(&before[..2]), Some(2));
        assert_eq!(only(&before[..1]), None);
        let after = |second, third| {
            [process(1, false, 91), process(2, true, second), process(3, true, third)]
        };
        assert_eq!(busiest(&before, &after(10, 18)), Some(3));
        assert_eq!(busiest(&before, &after(14, 18)), None);
        assert_eq!(busiest(&before, &after(10, 13)), None);
        // One that was not there before has computed nothing that counts.
        assert_eq!(busiest(&before[..2], &after(16, 90)), Some(2));
        assert_eq!(busiest(&[], &[]), None);
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
        assert_eq!(only(&processes(std::process::id())), None);
    }
}
