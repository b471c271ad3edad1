//! What one process has used so far, as the kernel counts it: from outside, so that it costs the
//! process nothing and is the same for every runtime, however old.
//!
//! CPU time is the sum over the threads that live, in nanoseconds: V8's helper threads, which mark
//! and sweep, live as long as their process. The total of `/proc/<pid>/stat` counts in hundredths of a
//! second and is used only where a kernel keeps no `schedstat`.

use std::fs;

use super::kernel_text::{TICKS_PER_SEC, cores_in, process_stat, schedstat, status};

/// Nanoseconds in a tick.
const NS_PER_TICK: u64 = 1_000_000_000 / TICKS_PER_SEC;

/// What a process has used since it started. `None`: the system does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of all threads, in nanoseconds.
    pub cpu_ns: Option<u64>,
    /// Time that its main thread could have run and had to wait, in nanoseconds.
    pub waited_ns: Option<u64>,
    /// Times that a thread gave the CPU up.
    pub voluntary_switches: Option<u64>,
    /// Times that a thread was made to.
    pub involuntary_switches: Option<u64>,
    /// Page faults that needed no disk.
    pub minor_faults: Option<u64>,
    pub major_faults: Option<u64>,
    /// Cores that its threads may run on, but for the main one if that is bound to one of them.
    pub cores_allowed: Option<u32>,
    pub core_list: Option<String>,
}

impl Usage {
    /// That of process `pid` by now.
    pub fn of(pid: u32) -> Self {
        let read = |file: String| fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
        let whole = read("stat".to_owned()).as_deref().and_then(process_stat);
        let threads: Vec<String> = fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        let statuses: Vec<String> =
            threads.iter().filter_map(|thread| read(format!("task/{thread}/status"))).collect();
        let switches =
            |name| sum(statuses.iter().map(|text| status(text, name).and_then(|n| n.parse().ok())));
        let times =
            threads.iter().map(|thread| schedstat(&read(format!("task/{thread}/schedstat"))?));
        // Of the thread that may run on most: the main one may have been bound to a core. Its number need not be the
        // lowest, since numbers begin anew at some time.
        let lists = statuses.iter().filter_map(|text| status(text, "Cpus_allowed_list"));
        let core_list = lists.max_by_key(|list| cores_in(list)).map(str::to_owned);
        Self {
            cpu_ns: sum(times.map(|times| times.map(|(ran, _)| ran)))
                .or_else(|| whole?.ticks.checked_mul(NS_PER_TICK)),
            waited_ns: read("schedstat".to_owned())
                .as_deref()
                .and_then(schedstat)
                .map(|(_, waited)| waited),
            voluntary_switches: switches("voluntary_ctxt_switches"),
            involuntary_switches: switches("nonvoluntary_ctxt_switches"),
            minor_faults: whole.map(|whole| whole.minor_faults),
            major_faults: whole.map(|whole| whole.major_faults),
            cores_allowed: core_list.as_deref().and_then(cores_in),
            core_list,
        }
    }

    /// What was used between `earlier` and this; where it may run is as it is now.
    pub fn since(&self, earlier: &Self) -> Self {
        let between = |now: Option<u64>, then: Option<u64>| now?.checked_sub(then?);
        Self {
            cpu_ns: between(self.cpu_ns, earlier.cpu_ns),
            waited_ns: between(self.waited_ns, earlier.waited_ns),
            voluntary_switches: between(self.voluntary_switches, earlier.voluntary_switches),
            involuntary_switches: between(self.involuntary_switches, earlier.involuntary_switches),
            minor_faults: between(self.minor_faults, earlier.minor_faults),
            major_faults: between(self.major_faults, earlier.major_faults),
            cores_allowed: self.cores_allowed,
            core_list: self.core_list.clone(),
        }
    }
}

/// The sum; `None` of nothing. A thread that ends while it is looked at has nothing to add.
fn sum(values: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    values.flatten().reduce(u64::saturating_add)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_process_that_works_uses_cpu_time() {
        let mut child = Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        let before = Usage::of(child.id());
        let start = Instant::now();
        let mut used = 0;
        // On a machine that may be busy.
        while used < 5_000_000 && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(20));
            used = Usage::of(child.id()).since(&before).cpu_ns.unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(used >= 5_000_000, "{used}");
    }

    #[test]
    fn what_is_gone_tells_nothing() {
        assert_eq!(Usage::of(u32::MAX), Usage::default());
        let here = Usage::of(std::process::id());
        assert!(here.cores_allowed.unwrap() >= 1 && here.minor_faults.unwrap() > 0, "{here:?}");
        assert_eq!(here.since(&Usage::default()).cpu_ns, None);
    }
}
