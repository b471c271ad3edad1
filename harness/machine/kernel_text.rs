//! What Linux writes under `/proc`, as values: pure functions of text, described in proc(5).
//!
//! A field that is not there is `None`. Other systems have none of these texts, and so nothing of
//! what they tell.

/// CPU time of all cores since the system started, in ticks of 1 ÷ [`TICKS_PER_SEC`] s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CpuTicks {
    /// All of it, idle or not. Time of guests is in it once: the kernel counts it as user's too.
    pub(super) total: u64,
    /// Idle, or waiting for a disk.
    pub(super) idle: u64,
    /// Wanted by this system and given to others by the hypervisor.
    pub(super) stolen: u64,
}

/// `USER_HZ`: 100 on every architecture that Node.js was ever published for.
pub(super) const TICKS_PER_SEC: u64 = 100;

/// The first line of `/proc/stat`.
pub(super) fn cpu_ticks(stat: &str) -> Option<CpuTicks> {
    let fields = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<u64> =
        fields.split_whitespace().map(|field| field.parse().ok()).collect::<Option<_>>()?;
    // user nice system idle iowait irq softirq steal
    let [_, _, _, idle, iowait, _, _, stolen] = *ticks.first_chunk::<8>()?;
    let total = ticks[..8].iter().try_fold(0_u64, |sum, value| sum.checked_add(*value))?;
    Some(CpuTicks { total, idle: idle.checked_add(iowait)?, stolen })
}

/// The cores that are switched on: each has a line of its own in `/proc/stat`.
pub(super) fn cores_online(stat: &str) -> Option<u32> {
    let is_core = |line: &&str| {
        line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let count = stat.lines().filter(is_core).count() as u32;
    (count > 0).then_some(count)
}

/// The load over the last minute: the first field of `/proc/loadavg`.
pub(super) fn load(loadavg: &str) -> Option<f64> {
    loadavg.split_whitespace().next()?.parse().ok()
}

/// The value of a line `name value`, as in `/proc/vmstat`.
pub(super) fn named(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The frequencies of all cores in `/proc/cpuinfo`, in kHz: x86 alone has them there.
pub(super) fn cpuinfo_khz(cpuinfo: &str) -> Vec<u64> {
    let values = cpuinfo.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "cpu MHz").then(|| value.trim().parse::<f64>().ok())?
    });
    values.map(|mhz| (mhz * 1000.0).round() as u64).collect()
}

/// What CPUID says of the first processor in `/proc/cpuinfo`: `family 26, model 2, stepping 1`. x86 alone has it.
pub(super) fn cpu_signature(cpuinfo: &str) -> Option<String> {
    let field = |wanted: &str| {
        let mut pairs = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        pairs.find(|(name, _)| name.trim() == wanted)?.1.trim().parse::<u32>().ok()
    };
    let (family, model, stepping) = (field("cpu family")?, field("model")?, field("stepping")?);
    Some(format!("family {family}, model {model}, stepping {stepping}"))
}

/// Time on a CPU and time waiting for one, in nanoseconds: the first two fields of `schedstat`.
pub(super) fn schedstat(text: &str) -> Option<(u64, u64)> {
    let mut fields = text.split_whitespace();
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// What `/proc/<pid>/stat` tells of a process with all its threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProcessStat {
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    /// CPU time in ticks, user's and system's.
    pub(super) ticks: u64,
}

/// Fields 10, 12, 14 and 15 of `/proc/<pid>/stat`. The name before them may hold blanks and brackets.
pub(super) fn process_stat(stat: &str) -> Option<ProcessStat> {
    let rest = &stat[stat.rfind(')')? + 1..];
    // The first field here is number 3.
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    Some(ProcessStat {
        minor_faults: field(10)?,
        major_faults: field(12)?,
        ticks: field(14)?.checked_add(field(15)?)?,
    })
}

/// The value of a line `Name:\tvalue` of `/proc/<pid>/status`.
pub(super) fn status<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.map(str::trim)
}

/// How many cores a list such as `0-3,8` names.
pub(super) fn cores_in(list: &str) -> Option<u32> {
    list.split(',').try_fold(0_u32, |count, range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        count.checked_add(last.checked_sub(first)?.checked_add(1)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As this project's machine gave it.
    const STAT: &str = "cpu  88900 333 10560 25348 320 0 40 112 7 0\n\
                        cpu0 43983 173 5120 13369 96 0 6 51 0 0\nctxt 5\n";

    /// By hand: 88900 + 333 + 10560 + 25348 + 320 + 0 + 40 + 112; the guests' 7 are in user's.
    #[test]
    fn ticks_of_all_cores() {
        let ticks = CpuTicks { total: 125_613, idle: 25_668, stolen: 112 };
        assert_eq!(cpu_ticks(STAT), Some(ticks));
        assert_eq!(cores_online(STAT), Some(1));
        assert_eq!(cores_online("cpu  1 2 3 4 5 6 7 8\nctxt 5\n"), None);
        assert_eq!(cpu_ticks("cpu  1 2 3\n"), None);
        assert_eq!(cpu_ticks("cpu0 1 2 3 4 5 6 7 8\n"), None);
        assert_eq!(cpu_ticks("cpu  1 2 3 4 5 6 7 x\n"), None);
    }

    #[test]
    fn load_and_named_values() {
        assert_eq!(load("2.77 1.92 1.00 3/106 19648\n"), Some(2.77));
        assert_eq!(load(""), None);
        let vmstat = "pswpin 12\npswpout 0\npgfault 23531496\n";
        assert_eq!((named(vmstat, "pswpin"), named(vmstat, "pswpout")), (Some(12), Some(0)));
        assert_eq!(named(vmstat, "pgf"), None);
    }

    /// As a virtual machine gave it, on which the model's name is just `AMD EPYC`.
    #[test]
    fn a_processor_has_a_signature_whatever_it_is_called() {
        let cpuinfo = "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\n\
                       model name\t: AMD EPYC\nstepping\t: 1\nmicrocode\t: 0x1000065\n";
        assert_eq!(cpu_signature(cpuinfo).as_deref(), Some("family 26, model 2, stepping 1"));
        assert_eq!(cpu_signature("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
    }

    #[test]
    fn frequencies_of_all_cores() {
        let cpuinfo =
            "processor\t: 0\ncpu MHz\t\t: 2596.146\n\nprocessor\t: 1\ncpu MHz\t\t: 800.000\n";
        assert_eq!(cpuinfo_khz(cpuinfo), [2_596_146, 800_000]);
        assert!(cpuinfo_khz("Processor\t: ARMv7\n").is_empty());
    }

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "19649 (a) b (c)) R 19644 19644 13025 0 -1 4194304 101 9 3 8 70 30 0 0 20 0 1 0";
        let found = ProcessStat { minor_faults: 101, major_faults: 3, ticks: 100 };
        assert_eq!(process_stat(stat), Some(found));
        assert_eq!(process_stat("19649 (cat) R 1"), None);
        assert_eq!(process_stat(""), None);
    }

    #[test]
    fn times_of_a_thread() {
        assert_eq!(schedstat("1231336 1957749 2\n"), Some((1_231_336, 1_957_749)));
        assert_eq!(schedstat("1231336"), None);
    }

    #[test]
    fn lines_of_status_are_told_apart() {
        let text = "Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\nvoluntary_ctxt_switches:\t4\n";
        assert_eq!(status(text, "Cpus_allowed_list"), Some("0-1"));
        assert_eq!(status(text, "Cpus_allowed"), Some("3"));
        assert_eq!(status(text, "ctxt_switches"), None);
    }

    #[test]
    fn cores_are_counted() {
        for (list, cores) in [("0", 1), ("0-1", 2), ("0-3,8,10-11", 7)] {
            assert_eq!(cores_in(list), Some(cores), "{list}");
        }
        for list in ["", "a", "3-1", "0-4294967295"] {
            assert_eq!(cores_in(list), None, "{list}");
        }
    }
}
