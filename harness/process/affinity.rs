//! On which core the main threads of other programs run.
//!
//! Variants that take turns are compared batch by batch. What disturbs a batch on a virtual or busy
//! machine is mostly its core's own: another thread on the same physical core makes everything on it
//! slower by half for some tenths of a second. On one core it hits the turns of all variants alike.

/// Lets the main threads of these processes run on one core only, the same for all: the `turn`-th of
/// those that the first may use. Their other threads, which collect garbage and compile, stay free,
/// since on the same core they would compete with the code that is measured.
///
/// Answers the core, or `None` where the system has no such thing, or one of the processes is gone:
/// they run where they did then.
#[cfg(target_os = "linux")]
pub fn share_core(pids: &[u32], turn: u32) -> Option<u32> {
    use rustix::process::Pid;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let threads: Vec<Pid> =
        pids.iter().map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?)).collect::<Option<_>>()?;
    let allowed = sched_getaffinity(Some(*threads.first()?)).ok()?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
    let core = *cores.get(turn as usize % cores.len().max(1))?;
    let mut only = CpuSet::new();
    only.set(core);
    for (done, thread) in threads.iter().enumerate() {
        if sched_setaffinity(Some(*thread), &only).is_err() {
            for thread in &threads[..done] {
                let _ = sched_setaffinity(Some(*thread), &allowed);
            }
            return None;
        }
    }
    u32::try_from(core).ok()
}

/// Nothing: only Linux lets another program's thread be bound to a core.
#[cfg(not(target_os = "linux"))]
pub fn share_core(_pids: &[u32], _turn: u32) -> Option<u32> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    #[test]
    fn all_are_bound_to_one_core_by_turns() {
        let allowed = |pid: u32| {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
            let line = status.lines().find(|line| line.starts_with("Cpus_allowed_list")).unwrap();
            line.split_whitespace().nth(1).unwrap().to_owned()
        };
        let mut children: Vec<Child> =
            (0..2).map(|_| Command::new("sleep").arg("60").spawn().unwrap()).collect();
        let pids: Vec<u32> = children.iter().map(Child::id).collect();
        let free = allowed(pids[0]);
        let core = share_core(&pids, 1).unwrap();
        let bound: Vec<String> = pids.iter().map(|pid| allowed(*pid)).collect();
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_eq!(bound, [core.to_string(), core.to_string()], "free before: {free}");
        assert_eq!(share_core(&pids, 1), None, "they are gone");
        assert_eq!(share_core(&[], 1), None);
    }
}
