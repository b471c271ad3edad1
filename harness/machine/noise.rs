//! What the machine did while something was measured: the difference between two moments.
//!
//! Only two looks are taken, one before the first batch and one after the last: looking more often
//! would be noise of our own.

use std::fs;

use super::kernel_text::{
    CpuTicks, TICKS_PER_SEC, cores_online, cpu_ticks, cpuinfo_khz, load, named,
};

/// What the system tells of itself at one moment. `None`: it does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    ticks: Option<CpuTicks>,
    cores_online: Option<u32>,
    load: Option<f64>,
    /// The frequencies of all cores, in kHz.
    khz: Vec<u64>,
    /// Times that any core was throttled.
    throttled: Option<u64>,
    swapped_in: Option<u64>,
    swapped_out: Option<u64>,
}

/// What happened between two moments. `None`: the system does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noise {
    /// Cores that the system has switched on.
    pub cores_online: Option<u32>,
    /// Share of the CPU time of all cores that the hypervisor gave to others.
    pub stolen_share: Option<f64>,
    /// Share of the CPU time of all cores that went to others than the processes measured and the
    /// harness.
    pub others_share: Option<f64>,
    /// The load over the last minute, at the later moment.
    pub load: Option<f64>,
    /// The lowest frequency of any core at either moment, in kHz.
    pub lowest_khz: Option<u64>,
    pub highest_khz: Option<u64>,
    /// Times that any core was throttled because of heat.
    pub throttled: Option<u64>,
    /// Pages read back from swap.
    pub swapped_in_pages: Option<u64>,
    pub swapped_out_pages: Option<u64>,
}

impl Moment {
    pub fn now() -> Self {
        let read = |path: &str| fs::read_to_string(path).ok();
        let stat = read("/proc/stat");
        let vmstat = read("/proc/vmstat");
        let of_vmstat = |name| vmstat.as_deref().and_then(|text| named(text, name));
        Self {
            ticks: stat.as_deref().and_then(cpu_ticks),
            cores_online: stat.as_deref().and_then(cores_online),
            load: read("/proc/loadavg").as_deref().and_then(load),
            khz: frequencies(),
            throttled: throttled(),
            swapped_in: of_vmstat("pswpin"),
            swapped_out: of_vmstat("pswpout"),
        }
    }
}

/// As cpufreq gives them, or else `/proc/cpuinfo`, where a virtual machine has its nominal one.
fn frequencies() -> Vec<u64> {
    let of_cpufreq: Vec<u64> = of_each_core("cpufreq/scaling_cur_freq");
    if !of_cpufreq.is_empty() {
        return of_cpufreq;
    }
    fs::read_to_string("/proc/cpuinfo").map(|text| cpuinfo_khz(&text)).unwrap_or_default()
}

/// Cores of one package all count its throttling; what matters is whether the sum grows.
fn throttled() -> Option<u64> {
    let counts =
        ["thermal_throttle/core_throttle_count", "thermal_throttle/package_throttle_count"];
    counts.iter().flat_map(|file| of_each_core(file)).reduce(u64::saturating_add)
}

/// The number in a file of every core that has it.
fn of_each_core(file: &str) -> Vec<u64> {
    let is_core =
        |name: &str| name.strip_prefix("cpu").is_some_and(|number| number.parse::<u32>().is_ok());
    let entries = fs::read_dir("/sys/devices/system/cpu").into_iter().flatten().flatten();
    let cores = entries.filter(|entry| is_core(&entry.file_name().to_string_lossy()));
    cores
        .filter_map(|core| fs::read_to_string(core.path().join(file)).ok()?.trim().parse().ok())
        .collect()
}

impl Noise {
    /// What happened between two moments, in which the processes measured and the harness took
    /// `own_cpu_ns` of CPU time.
    pub fn between(before: &Moment, after: &Moment, own_cpu_ns: Option<u64>) -> Self {
        let grown = |then: Option<u64>, now: Option<u64>| now?.checked_sub(then?);
        let (stolen_share, others_share) = before
            .ticks
            .zip(after.ticks)
            .map_or((None, None), |(before, after)| shares(before, after, own_cpu_ns));
        let khz = || before.khz.iter().chain(&after.khz).copied();
        Self {
            cores_online: after.cores_online,
            stolen_share,
            others_share,
            load: after.load,
            lowest_khz: khz().min(),
            highest_khz: khz().max(),
            throttled: grown(before.throttled, after.throttled),
            swapped_in_pages: grown(before.swapped_in, after.swapped_in),
            swapped_out_pages: grown(before.swapped_out, after.swapped_out),
        }
    }
}

/// The shares stolen and used by others. Idle time may be corrected downwards by the kernel: what
/// makes no sense tells nothing.
fn shares(
    before: CpuTicks,
    after: CpuTicks,
    own_cpu_ns: Option<u64>,
) -> (Option<f64>, Option<f64>) {
    let grown = |then: u64, now: u64| now.checked_sub(then).map(|ticks| ticks as f64);
    let Some(total) = grown(before.total, after.total).filter(|total| *total > 0.0) else {
        return (None, None);
    };
    let stolen = grown(before.stolen, after.stolen);
    let others = || {
        let idle = grown(before.idle, after.idle)?;
        let own = own_cpu_ns? as f64 / 1e9 * TICKS_PER_SEC as f64;
        // Ticks round: what we used may look like more than was used.
        Some(((total - idle - stolen? - own) / total).clamp(0.0, 1.0))
    };
    (stolen.map(|stolen| (stolen / total).clamp(0.0, 1.0)), others())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(total: u64, idle: u64, stolen: u64) -> Moment {
        Moment { ticks: Some(CpuTicks { total, idle, stolen }), ..Moment::default() }
    }

    /// By hand: of 400 ticks 100 idle and 20 stolen; we had 2 s, which is 200; 80 are left.
    #[test]
    fn shares_by_hand() {
        let (before, after) = (moment(1000, 500, 7), moment(1400, 600, 27));
        let noise = Noise::between(&before, &after, Some(2_000_000_000));
        assert_eq!((noise.stolen_share, noise.others_share), (Some(0.05), Some(0.2)));
        let unknown = Noise::between(&before, &after, None);
        assert_eq!((unknown.stolen_share, unknown.others_share), (Some(0.05), None));
        let rounded = Noise::between(&before, &after, Some(3_000_000_000));
        assert_eq!(rounded.others_share, Some(0.0));
    }

    #[test]
    fn what_can_not_be_tells_nothing() {
        let same = Noise::between(&moment(5, 1, 1), &moment(5, 1, 1), Some(0));
        assert_eq!((same.stolen_share, same.others_share), (None, None));
        let backwards = Noise::between(&moment(100, 90, 0), &moment(200, 80, 0), Some(0));
        assert_eq!((backwards.stolen_share, backwards.others_share), (Some(0.0), None));
        assert_eq!(Noise::between(&Moment::default(), &Moment::default(), None), Noise::default());
    }

    #[test]
    fn counts_are_differences_and_frequencies_extremes() {
        let before = Moment {
            khz: vec![2_000, 3_000],
            throttled: Some(4),
            swapped_in: Some(10),
            swapped_out: Some(10),
            load: Some(9.0),
            ..Moment::default()
        };
        let after = Moment {
            khz: vec![2_500, 1_500],
            throttled: Some(5),
            swapped_in: Some(12),
            swapped_out: Some(10),
            load: Some(1.5),
            ..Moment::default()
        };
        let noise = Noise::between(&before, &after, None);
        assert_eq!((noise.lowest_khz, noise.highest_khz), (Some(1_500), Some(3_000)));
        assert_eq!((noise.throttled, noise.load), (Some(1), Some(1.5)));
        assert_eq!((noise.swapped_in_pages, noise.swapped_out_pages), (Some(2), Some(0)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_tells_its_cpu_time() {
        let before = Moment::now();
        std::thread::sleep(std::time::Duration::from_millis(50));
        let noise = Noise::between(&before, &Moment::now(), Some(0));
        assert!((0.0..=1.0).contains(&noise.stolen_share.unwrap()), "{noise:?}");
        assert!(noise.load.is_some(), "{noise:?}");
    }
}
